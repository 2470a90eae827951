/** Everything that is tried out, by name. */
import { addressCase, KNOWN_ADDRESSES } from './address-cases.ts';
import { archiveCase, archiveOf } from './archive-cases.ts';
import { HEAVY_ARCHIVES } from './heavy-archives.ts';
import type { Area } from './run-area.ts';
import { HEAVY_SKILL_MDS, skillMdCase } from './skill-md-cases.ts';

export const AREAS: readonly Area[] = [
  area({
    name: 'archives',
    known: HEAVY_ARCHIVES.map(({ what, bytes }) => ({
      what,
      input: () => ({ bytes: bytes(), content: null }),
    })),
    cases: archiveCase,
    inputOf: archiveOf,
    goodOutcome: 'accepted',
    leastOutcomes: 20,
  }),
  area({
    name: 'frontmatter',
    known: HEAVY_SKILL_MDS.map(({ what, text }) => ({ what, input: text })),
    cases: skillMdCase,
    inputOf: (text) => text,
    goodOutcome: 'accepted',
    leastOutcomes: 20,
  }),
  area({
    name: 'urls',
    known: KNOWN_ADDRESSES.map((known) => ({ what: JSON.stringify(known), input: () => known })),
    cases: addressCase,
    inputOf: (address) => address,
    goodOutcome: 'a public address was tried',
    leastOutcomes: 5,
  }),
];

/** Forgets the type of the cases, which only the area itself has to know. */
function area<Case>(known: Area<Case>): Area {
  return { ...known, inputOf: (some) => known.inputOf(some as Case) };
}
