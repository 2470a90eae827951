/** Recognises messages that try to talk the interpreter out of its rules, to get at secrets, or to reach a shell or a path. */
import type { Mark } from './lexicon.ts';
import { isAllOfOneSkill, isProviderish, type Word } from './words.ts';

/** Shell, path, markup and template tricks; none of them can stand in an honest order. */
const TRICKS: readonly RegExp[] = [
  /\.\.[/\\]|[/\\]\.\.|%2e%2e|%2f|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\0/u,
  /\$[({]|&&|\|\||`\$|<\(|>>|2>&1/u,
  /[;|]\s*(?:rm|curl|wget|sh|bash|cat|drop|delete from|select|python|node|nc|echo|chmod|eval|ls|cd|mv|dd)(?![\p{L}\p{N}])/u,
  /(?<![\p{L}\p{N}])(?:rm -|sudo |curl |wget |drop table|\/etc\/|\/bin\/|\/root|file:\/\/|~\/|c:\\)/u,
  /<\/?(?:script|system|admin|assistant|instructions?)[\s>]|\{\{|\[\/?(?:system|inst|admin)\]|<\|/u,
  /\b(?:messages?|notices?|instructions?|orders?) from (?:the )?(?:system|admin|administrator|developer|root)\b/u,
  /\bconfirmations? (?:is|are|has been|have been) (?:disabled|off|turned off|waived|not (?:needed|required|necessary))/u,
  /--(?:yes|force|no-confirm|skip|auto|assume-yes)/u,
  /(?:^|[.!?~]\s)\s*(?:#+\s*)?(?:system|assistant|admin|administrator|developer|root|시스템|관리자|개발자)\s*(?:message|override|prompt|메시지)?\s*[:：]/mu,
];

const SKIP_REACH = 3;

export function isUnsafe(text: string, words: readonly Word[]): boolean {
  if (TRICKS.some((trick) => trick.test(text))) return true;
  const heard = (mark: Mark): boolean => words.some(({ marks }) => marks.has(mark));
  if (heard('injection')) return true;
  if (heard('override') && heard('rules')) return true;
  if (heard('secret') && asksForSecret(words)) return true;
  return skipsConfirmation(words) || wipesEverything(words);
}

/** To change one is not supported; to see one is refused. One that is only told about is neither. */
function asksForSecret(words: readonly Word[]): boolean {
  const changes = words.some(({ verb }) => verb?.verb === 'rotate' || verb?.verb === 'replace');
  const installs = words.some(({ verb }) => verb?.verb === 'retry' || verb?.verb === 'install');
  const asks = words.some(
    ({ verb }) => verb?.verb === 'tell' || verb?.verb === 'list' || verb?.verb === 'status',
  );
  return asks || !(changes || installs);
}

/** "skip the confirmation", "확인 절차는 생략하고": the two words stand close together. */
function skipsConfirmation(words: readonly Word[]): boolean {
  return words.some(({ marks }, at) => {
    if (!marks.has('skip') && !marks.has('override')) return false;
    const near = words.slice(Math.max(0, at - SKIP_REACH), at + SKIP_REACH + 1);
    return near.some((word) => word.marks.has('confirmation'));
  });
}

/** In one breath: "remove everything", and not "it makes everything slow, remove it". */
function wipesEverything(words: readonly Word[]): boolean {
  const end = words.findIndex(({ text, other }) => other === 'punctuation' && /[.,!?;\n]/u.test(text));
  if (end < 0) return wipes(words);
  return wipes(words.slice(0, end)) || wipesEverything(words.slice(end + 1));
}

/** "Wipe claude-prod", "클로드에 있는 거 전부 삭제해": a place, and no skill that is taken from it. */
function emptiesPlace(words: readonly Word[]): boolean {
  if (!words.some(isProviderish) || words.some((word) => POINTS.some((mark) => word.marks.has(mark))))
    return false;
  if (
    words.some(
      ({ names, other }) =>
        other === 'unknown' || names.some(({ is }) => is === 'skill' || is === 'skillWord'),
    )
  )
    return false;
  if (words.some(({ text }) => EMPTYING.test(text))) return true;
  return words.some(
    ({ marks, text }, at) =>
      marks.has('all') &&
      isThing(words[at - 1]) &&
      !/^(?:each|every)/u.test(text) &&
      !leadsToPlace(words[at + 1]),
  );
}

const POINTS: readonly Mark[] = ['pronoun', 'providerNoun', 'skillNoun', 'runNoun'];
const EMPTYING = /^(?:wipe|empty|clear|purge|nuke|clean out|clear out|erase|비워|초기화|밀어)/u;

/** "있는 거 전부", "remove all from": not "클로드 전부". */
function isThing(word: Word | undefined): boolean {
  return word !== undefined && !isProviderish(word);
}

function leadsToPlace(word: Word | undefined): boolean {
  const place: readonly Mark[] = ['providerNoun', 'providerNouns', 'toAfter', 'fromAfter'];
  return word !== undefined && (isProviderish(word) || place.some((mark) => word.marks.has(mark)));
}

function wipes(words: readonly Word[]): boolean {
  const takesAway = words.some(
    ({ verb }) => verb !== null && ['uninstall', 'rollback', 'lower'].includes(verb.verb),
  );
  if (!takesAway) return false;
  if (emptiesPlace(words)) return true;
  return words.some(({ marks }, at) => {
    if (marks.has('allSkills')) return !isAllOfOneSkill(words, at);
    const next = words[at + 1];
    return (
      marks.has('all') && next !== undefined && (next.marks.has('skillNoun') || next.marks.has('skillNouns'))
    );
  });
}
