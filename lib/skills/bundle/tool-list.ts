/** The text of `allowed-tools` → its entries: `Bash(git add:*) Read, Write` are three. */

/** Splits at blanks and commas outside parentheses; null stands where parentheses do not match. */
export function parseToolList(text: string): Array<string | null> {
  const tools: Array<string | null> = [];
  let current = '';
  let depth = 0;
  for (const character of `${text} `) {
    if (depth === 0 && /[\s,]/.test(character)) {
      if (current !== '') tools.push(current);
      current = '';
      continue;
    }
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return [null];
    current += character;
  }
  return depth === 0 ? tools : [null];
}
