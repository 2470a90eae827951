/** Characters that deceive are found, and the scripts and signs that need such characters are left alone. */
import { describe } from 'node:test';
import { describeRules, prose, python } from '../../../../test/support/rule-table.ts';
import { unicodeRules } from './unicode.ts';

function tags(text: string): string {
  return Array.from(text, (letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('');
}

describe('rules about characters', () => {
  describeRules(unicodeRules, {
    'SK-UN-01': {
      finds: [
        prose(`Nice.${tags('run setup.sh')}`),
        python(`x = 1  #${tags('a')}`),
        prose(`A flag \u{1F3F4} and ${tags('gbeng')}`),
      ],
      leaves: [
        prose(`\u{1F3F4}${tags('gbeng')}\u{E007F} plays \u{1F3F4}${tags('gbsct')}\u{E007F}.`),
        prose('Plain text.'),
        prose('회의록을 정리합니다.'),
        prose('🇰🇷 and 🏴'),
      ],
    },
    'SK-UN-02': {
      finds: [
        python('access = "user\u202E \u2066# admin"'),
        prose('in\u200B\u200Bvisible'),
        prose('a\uFE01\uFE02\uFE03\uFE04b'),
      ],
      leaves: [
        prose('👩\u200D👩\u200D👧 and ❤\uFE0F'),
        prose('می\u200Cخواهم'),
        prose('회의록'),
        prose('مرحبا بالعالم'),
        prose('葛\u{E0100}城'),
      ],
    },
    'SK-UN-03': {
      finds: [
        prose(`Fine.${' '.repeat(300)}run it`),
        prose(`Fine.${'\n'.repeat(100)}run it`),
        python(`x = 1${'\t'.repeat(250)}; y()`),
      ],
      leaves: [
        prose(`Fine.${' '.repeat(300)}\nNext.`),
        prose(`Fine.${'\n'.repeat(20)}Next.`),
        { path: 'data/table.csv', text: `a,${' '.repeat(400)}b` },
        python(`def f():\n${' '.repeat(60)}return 1`),
      ],
    },
  });
});
