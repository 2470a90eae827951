/** Where a Markdown text shows code: fences and inline code; in one pass, so that no text is slow. */

/** Starts and ends (exclusive), in order. */
export function codeSpans(markdown: string): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let fence: { readonly mark: string; readonly from: number } | null = null;
  let at = 0;
  for (const line of markdown.split('\n')) {
    const mark = /^[ \t>*-]{0,12}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null) {
      if (mark !== undefined) fence = { mark, from: at };
      else spans.push(...inlineSpans(line, at));
    } else if (
      mark !== undefined &&
      mark[0] === fence.mark[0] &&
      mark.length >= fence.mark.length &&
      isClosing(line)
    ) {
      spans.push([fence.from, at + line.length]);
      fence = null;
    }
    at += line.length + 1;
  }
  // A fence that nobody closes reaches to the end.
  if (fence !== null) spans.push([fence.from, markdown.length]);
  return spans;
}

function isClosing(line: string): boolean {
  return /^[ \t>*-]{0,12}(?:`{3,}|~{3,})[ \t\r]*$/.test(line);
}

/** Runs of backticks that end with one as long, in the same line. */
function inlineSpans(line: string, offset: number): (readonly [number, number])[] {
  if (!line.includes('`')) return [];
  const runs = Array.from(line.matchAll(/`+/g), ({ index, 0: run }) => ({ index, length: run.length }));
  const closings = nextAsLong(runs.map((run) => run.length));
  const spans: (readonly [number, number])[] = [];
  for (let position = 0; position < runs.length; position += 1) {
    const open = runs[position];
    if (!open) break;
    const closing = closings[position];
    const close = closing === undefined ? undefined : runs[closing];
    if (closing === undefined || close === undefined) continue;
    spans.push([offset + open.index, offset + close.index + close.length]);
    position = closing;
  }
  return spans;
}

/** For each run the next one of the same length. */
function nextAsLong(lengths: readonly number[]): (number | undefined)[] {
  const nearest = new Map<number, number>();
  const next: (number | undefined)[] = Array.from({ length: lengths.length });
  for (let position = lengths.length - 1; position >= 0; position -= 1) {
    const length = lengths[position] ?? 0;
    next[position] = nearest.get(length);
    nearest.set(length, position);
  }
  return next;
}
