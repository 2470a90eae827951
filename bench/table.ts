/** Figures: their medians, and plain tables to print them in. */

export interface Table {
  readonly title: string;
  /** How it was measured, in a line or two. */
  readonly notes: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function formatTable(table: Table): string {
  const lines = [table.head, ...table.rows];
  const widths = table.head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const drawn = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [table.title, ...table.notes.map((note) => `  ${note}`), ...drawn.toSpliced(1, 0, rule), ''].join(
    '\n',
  );
}

export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** The smallest figure that at least this share of them does not exceed. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function perSecond(rate: number): string {
  return Math.round(rate).toLocaleString('en');
}

export function milliseconds(duration: number, digits = 0): string {
  return `${duration.toFixed(digits)} ms`;
}

export function ratio(part: number, whole: number): string {
  return (part / whole).toFixed(3);
}
