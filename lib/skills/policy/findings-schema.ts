/** The shapes of findings, approvals and yanks, as the API takes and shows them. */
import { z } from 'zod';
import { SEVERITIES } from '../scan/rule.ts';
import { SkillVersion } from '../versions/version-schema.ts';
import { FindingCounts, Person, ScanStatus } from './scan-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

/** Why somebody overrides, or withdraws; kept with it and in the audit log. */
export const Reasoned = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const Finding = z
  .object({
    rule: z.string(),
    severity: z.enum(SEVERITIES),
    title: z.string(),
    advice: z.string(),
    file: z.string(),
    line: z.number().int().nullable(),
    column: z.number().int().nullable(),
    excerpt: z.string().nullable().meta({ description: 'the text around it; secrets in it are masked' }),
    fingerprint: z.string().meta({ description: 'the same finding in another version has the same one' }),
  })
  .meta({ id: 'Finding' });

const Evidence = z.array(z.object({ file: z.string(), line: z.number().int(), what: z.string() })).readonly();

export const Findings = z
  .object({
    digest: z.string(),
    ruleSet: z.string().nullable(),
    status: ScanStatus,
    scannedAt: Timestamp.nullable(),
    counts: FindingCounts.nullable().meta({ description: 'null when the scan was not completed' }),
    findings: z.array(Finding),
    capabilities: z
      .object({ network: Evidence, shell: Evidence, files: Evidence, credentials: Evidence })
      .nullable()
      .meta({ description: 'facts: what the skill would use on a machine' }),
    analyzability: z
      .number()
      .nullable()
      .meta({ description: 'share of the bytes that the rules could read, 0 to 1' }),
    blocked: z.boolean().meta({ description: 'whether this version may not be installed' }),
    reasons: z.array(z.string()).meta({ description: 'why it is blocked, and what to do' }),
    approval: z.object({ by: Person, at: Timestamp, reason: z.string() }).nullable(),
    note: z.string(),
  })
  .meta({ id: 'Findings' });
export type Findings = z.infer<typeof Findings>;

export const YankedVersion = z
  .object({
    version: SkillVersion,
    installedIn: z
      .array(z.object({ installation: z.string(), provider: z.string() }))
      .meta({ description: 'where this version still is; uninstall it there, or install another one' }),
  })
  .meta({ id: 'YankedVersion' });
export type YankedVersion = z.infer<typeof YankedVersion>;
