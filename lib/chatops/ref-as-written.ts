/** A ref that only a repository may know, in the upper and lower case it was written in: git tells them apart. */
import type { Interpretation } from './interpret.ts';
import type { SkillEntry, Vocabulary } from './vocabulary.ts';

/** Names that the catalogue knows have its spelling already. */
export function withRefAsWritten(
  interpretation: Interpretation,
  message: string,
  vocabulary: Vocabulary,
): Interpretation {
  if (!interpretation.accepted) return interpretation;
  const { intent } = interpretation;
  const { ref } = intent;
  const skills = intent.skills.flatMap((slug) => vocabulary.skills.get(slug) ?? []);
  if (ref === null || skills.some((skill) => isKnown(ref, skill))) return interpretation;
  const at = message.toLowerCase().indexOf(ref);
  const written = at < 0 ? ref : message.slice(at, at + ref.length);
  // Letters that change their length with their case would shift it.
  const isSame = written.toLowerCase() === ref;
  return { ...interpretation, intent: { ...intent, ref: isSame ? written : ref } };
}

function isKnown(ref: string, { versions, tags, branches, commits }: SkillEntry): boolean {
  return (
    [...versions, ...tags, ...branches].includes(ref) || commits.some((commit) => commit.startsWith(ref))
  );
}
