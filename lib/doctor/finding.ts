/** What one check found, and how all of them are told: a line each, and what to do where something is wrong. (pure) */

export interface Finding {
  readonly check: string;
  /** `FAIL`: something does not work, or will not after the next start. `warn`: it works; see whether it is meant so. */
  readonly level: 'ok' | 'warn' | 'FAIL';
  /** What is so. No secret. */
  readonly says: string;
  /** What to do; a sentence. */
  readonly remedy?: string;
}

export interface Report {
  /** Lines, the last one a summary. */
  readonly text: string;
  /** Nothing is `FAIL`. */
  readonly isHealthy: boolean;
}

export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says };
}

export function warn(check: string, says: string, remedy: string): Finding {
  return { check, level: 'warn', says, remedy };
}

export function fail(check: string, says: string, remedy: string): Finding {
  return { check, level: 'FAIL', says, remedy };
}

export function describeFindings(findings: readonly Finding[]): Report {
  const lines = findings.map(({ check, level, says, remedy }) =>
    oneLine(
      `${level.padEnd(4)}  ${check}: ${remedy === undefined ? says : `${says.replace(/[.!?]$/, '')} -> ${remedy}`}`,
    ),
  );
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const summary = `${count('ok')} ok, ${count('warn')} to look at, ${count('FAIL')} to mend`;
  return { text: [...lines, summary].join('\n'), isHealthy: count('FAIL') === 0 };
}

/** What providers and databases say may have line feeds in it. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
