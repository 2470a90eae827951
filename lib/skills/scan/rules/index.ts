/** Every rule of the scan, and the ids of those that uploads are refused for instead. */
import type { Rule } from '../rule.ts';
import { credentialRules } from './credentials.ts';
import { executionRules } from './execution.ts';
import { networkRules } from './network.ts';
import { persistenceRules } from './persistence.ts';
import { supplyChainRules } from './supply-chain.ts';

export const RULES: readonly Rule[] = [
  ...executionRules,
  ...networkRules,
  ...credentialRules,
  ...persistenceRules,
  ...supplyChainRules,
];
