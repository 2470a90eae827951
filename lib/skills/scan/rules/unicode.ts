/** Rules about characters that say something else than what people see. */
import type { Match, Reading, Rule, ScannedFile, ScannedSkill } from '../rule.ts';

/** A black flag, tags that name a region, and the end tag: how the flags of England, Scotland and Wales are written. */
const FLAG = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{4,6}\u{E007F}/gu;
const TAGS = /[\u{E0000}-\u{E007F}]{1,5000}/gu;

function* tagsOf({ files }: ScannedSkill): Iterable<Match> {
  for (const { file, reading } of plain(files)) {
    const flags = Array.from(reading.text.matchAll(FLAG), ({ index, 0: flag }) => [
      index,
      index + flag.length,
    ]);
    for (const {
      index,
      0: { length },
    } of reading.text.matchAll(TAGS))
      if (!flags.some(([start = 0, end = 0]) => index >= start && index < end))
        yield { file, reading, index, length };
  }
}

function* plain(files: readonly ScannedFile[]): Iterable<{ file: ScannedFile; reading: Reading }> {
  for (const file of files) {
    const [reading] = file.readings;
    if (reading) yield { file, reading };
  }
}

/** Data that is padded by nature. */
const DATA = /\.(?:csv|tsv|json|jsonl|lock|svg|xml|txt|log|ipynb|min\.js|map)$/i;
const PADDING = [/[ \t\u00A0\u3000]{200}(?=[^\n]{0,2000}\S)/g, /(?:\r?\n[ \t]{0,20}){80}(?=[^]{0,200}\S)/g];

function* paddingOf({ files }: ScannedSkill): Iterable<Match> {
  for (const { file, reading } of plain(files)) {
    if (DATA.test(file.path)) continue;
    for (const pattern of PADDING) {
      const [found] = reading.text.matchAll(pattern);
      if (found) yield { file, reading, index: found.index, length: found[0].length };
    }
  }
}

export const unicodeRules: readonly Rule[] = [
  {
    id: 'SK-UN-01',
    severity: 'critical',
    title: 'Holds text in characters that nobody can see',
    advice: 'Remove the tag characters; the excerpt shows what they say.',
    check: tagsOf,
  },
  {
    id: 'SK-UN-02',
    severity: 'high',
    title: 'Turns, joins or hides characters so that a text reads otherwise',
    advice: 'Remove the bidirectional controls and invisible characters, or write the text in another way.',
    patterns: [
      { find: /[\u202A-\u202E\u2066-\u2069]/u, place: 'any' },
      {
        find: /(?:\u200B|\u200C|\u200D|\u2060|\u180E|\uFEFF|\u00AD){2}/u,
        place: 'any',
      },
      { find: /(?:[\uFE00-\uFE0E]|[\u{E0100}-\u{E01EF}]){4}/u, place: 'any' },
    ],
  },
  {
    id: 'SK-UN-03',
    severity: 'medium',
    title: 'Moves text out of sight by empty space',
    advice: 'Remove the padding, and read what stands behind it.',
    check: paddingOf,
  },
];
