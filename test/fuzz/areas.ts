/** Everything that is tried out, by name, and what it is tried out in. */
import { addressCase, KNOWN_ADDRESSES } from './address-cases.ts';
import { archiveCase, archiveOf } from './archive-cases.ts';
import { type CaseProcess, startCaseProcess } from './case-process.ts';
import { chatCase, HEAVY_MESSAGES } from './chat-cases.ts';
import { HEAVY_ARCHIVES, HEAVY_IMPORTS } from './heavy-archives.ts';
import { gitCase, gitInputOf } from './git-cases.ts';
import { HEAVY_GIT } from './heavy-git.ts';
import { openHttpArea } from './http-process.ts';
import type { Area } from './run-area.ts';
import { HEAVY_SKILL_MDS, skillMdCase } from './skill-md-cases.ts';

const IN_CHILD: readonly Area[] = [
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
    name: 'imports',
    known: HEAVY_IMPORTS.map(({ what, bytes }) => ({
      what,
      input: () => ({ bytes: bytes(), content: null }),
    })),
    cases: archiveCase,
    inputOf: archiveOf,
    goodOutcome: 'accepted',
    leastOutcomes: 10,
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
  area({
    name: 'git',
    known: HEAVY_GIT,
    cases: gitCase,
    inputOf: gitInputOf,
    goodOutcome: 'accepted',
    leastOutcomes: 10,
  }),
  area({
    name: 'chat',
    known: HEAVY_MESSAGES,
    cases: chatCase,
    inputOf: (messages) => messages,
    goodOutcome: 'accepted',
    leastOutcomes: 8,
  }),
];

export const AREA_NAMES: readonly string[] = [...IN_CHILD.map(({ name }) => name), 'http'];

/** Whoever opens an area closes its process. */
export async function openArea(name: string): Promise<{ area: Area; process: CaseProcess }> {
  const inChild = IN_CHILD.find((each) => each.name === name);
  return inChild ? { area: inChild, process: startCaseProcess() } : await openHttpArea();
}

/** Forgets the type of the cases, which only the area itself has to know. */
function area<Case>(known: Area<Case>): Area {
  return { ...known, inputOf: (some) => known.inputOf(some as Case) };
}
