/** A scanner whose rules are words, so that tests decide what is found and when the rules change. */
import { hash } from 'node:crypto';
import type { Finding } from '../../lib/skills/scan/report.ts';
import type { Severity } from '../../lib/skills/scan/rule.ts';
import type { SkillToScan } from '../../lib/skills/scan/scan-skill.ts';
import type { ScanOutcome, SkillScanner } from '../../lib/skills/scan/skill-scanner.ts';

export interface WordScanner extends SkillScanner {
  /** How the next scans end, one each, in place of a report. */
  readonly endings: ('timed_out' | 'failed' | 'throws')[];
  /** Names of the skills that were scanned. */
  readonly scanned: string[];
}

export function wordScanner(ruleSet: string, words: Readonly<Record<string, Severity>>): WordScanner {
  const endings: WordScanner['endings'] = [];
  const scanned: string[] = [];
  return {
    ruleSet,
    endings,
    scanned,
    async scan(input): Promise<ScanOutcome> {
      scanned.push(input.name);
      const ending = endings.shift();
      if (ending === 'throws') throw new Error('the scanner broke');
      if (ending) return { status: ending };
      const capabilities = { network: [], shell: [], files: [], credentials: [] };
      const report = { ruleSet, findings: findingsOf(input, words), capabilities, analyzability: 1 };
      return { status: 'done', report };
    },
  };
}

function findingsOf(input: SkillToScan, words: Readonly<Record<string, Severity>>): Finding[] {
  return input.files.flatMap(({ path, bytes }) =>
    Buffer.from(bytes)
      .toString()
      .split('\n')
      .flatMap((text, index) =>
        Object.entries(words)
          .filter(([word]) => text.includes(word))
          .map(([word, severity]) => ({
            rule: `WORD-${word}`,
            severity,
            title: `the word ${word}`,
            advice: 'leave it out',
            file: path,
            line: index + 1,
            column: text.indexOf(word) + 1,
            excerpt: word,
            fingerprint: hash('sha256', `${word} ${path}`),
          })),
      ),
  );
}
