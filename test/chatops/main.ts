/** `npm run chatops:eval -- --world FILE --corpus FILE.jsonl [--answers FILE]`: every miss, and how often it is right. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { accuracy, readSentences, readWorld, score, type Scored } from './evaluate.ts';

const { values } = parseArgs({
  options: { world: { type: 'string' }, corpus: { type: 'string' }, answers: { type: 'string' } },
});

if (values.world === undefined || values.corpus === undefined) {
  process.stderr.write('npm run chatops:eval -- --world FILE --corpus FILE.jsonl [--answers FILE]\n');
  process.exitCode = 2;
} else {
  main(values.world, values.corpus);
}

function main(world: string, corpus: string): void {
  const vocabulary = readWorld(world);
  const scored = readSentences(corpus).map((label) => score(label, vocabulary));
  if (values.answers !== undefined)
    writeFileSync(values.answers, scored.map(({ decision }) => `${JSON.stringify(decision)}\n`).join(''));
  for (const { label, decision, isRight, isWronglyAccepted } of scored) {
    if (isRight) continue;
    const { id: _, ...decided } = decision;
    print(`${isWronglyAccepted ? 'WRONGLY ACCEPTED' : 'miss'} ${label.id} ${label.text}`);
    print(`    expected ${JSON.stringify({ ...label.expect, reason: label.reason })}`);
    print(`    decided  ${JSON.stringify(decided)}`);
  }
  print('');
  printBy('language', scored, ({ label }) => label.lang);
  printBy('action', scored, ({ label }) => (label.expect.accepted ? label.expect.action : null));
  printBy('reason', scored, ({ label }) => label.reason);
  print(`wrongly accepted: ${scored.filter(({ isWronglyAccepted }) => isWronglyAccepted).length}`);
  print(`overall accuracy: ${accuracy(scored)}`);
}

function printBy(what: string, scored: readonly Scored[], of: (one: Scored) => string | null): void {
  const groups = Map.groupBy(
    scored.filter((one) => of(one) !== null),
    of,
  );
  for (const [name, group] of [...groups].toSorted(([one], [other]) =>
    (one ?? '') < (other ?? '') ? -1 : 1,
  ))
    print(`${what} ${name}: ${accuracy(group)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
