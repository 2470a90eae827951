/** Every rule of the scan, and the ids of those that uploads are refused for instead. */
import type { Rule } from '../rule.ts';
import { credentialRules } from './credentials.ts';
import { executionRules } from './execution.ts';
import { fileRules } from './files.ts';
import { manifestRules } from './manifest.ts';
import { networkRules } from './network.ts';
import { obfuscationRules } from './obfuscation.ts';
import { persistenceRules } from './persistence.ts';
import { promptInjectionRules } from './prompt-injection.ts';
import { supplyChainRules } from './supply-chain.ts';
import { unicodeRules } from './unicode.ts';

export const RULES: readonly Rule[] = [
  ...fileRules,
  ...manifestRules,
  ...promptInjectionRules,
  ...unicodeRules,
  ...executionRules,
  ...networkRules,
  ...credentialRules,
  ...persistenceRules,
  ...supplyChainRules,
  ...obfuscationRules,
];

/** Never a finding: an upload with one of these is refused, so no version can have it. */
export const REFUSED_AT_UPLOAD: Readonly<Record<string, string>> = {
  'SK-AR-01': 'a path out of the skill, absolute, with a drive, a backslash or a zero',
  'SK-AR-02': 'a link, a device or another entry that is no plain file',
  'SK-AR-03': 'an archive that unpacks to far more than it is',
  'SK-AR-04':
    'an archive that two readers read differently: duplicates, names equal but for case, other local names',
  'SK-MF-02': 'frontmatter with aliases, tags, duplicate keys, keys of prototypes, or too deep',
};
