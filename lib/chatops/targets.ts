/** Turns the names an order was read to have into slugs and a version, with everything that speaks against them. */
import type { Entities, Item, RefItem } from './reading.ts';
import type { Action } from './lexicon.ts';
import { type Objection, objection } from './refusals.ts';
import {
  type ProviderPhrase,
  type Resolution,
  resolveProvider,
  resolveRef,
  resolveSkill,
} from './resolve-names.ts';
import type { SkillEntry, Vocabulary } from './vocabulary.ts';
import { isNamed, type Word } from './words.ts';

export interface Targets {
  readonly skills: readonly string[];
  readonly providers: readonly string[];
  readonly ref: string | null;
  readonly objections: readonly Objection[];
}

const MAX_SUGGESTIONS = 5;

/** Actions for which a skill or a connection only narrows what is meant. */
const FILTERING: ReadonlySet<Action> = new Set<Action>(['status', 'list', 'cancel', 'retry']);
/** Actions that change nothing: they may name what is switched off, and a stray word does no harm. */
const READING: ReadonlySet<Action> = new Set<Action>(['status', 'list']);

export function resolveTargets(entities: Entities, action: Action | null, vocabulary: Vocabulary): Targets {
  const items = entities.items.map((item) => ({
    item,
    type: item.type,
    resolution: resolveItem(item, entities, vocabulary),
  }));
  const typed = withoutWhole(withoutStrays(items.map((entry) => settleGuess(entry, vocabulary))), vocabulary);
  const skills = gather(typed.filter(({ type }) => type === 'skill'));
  const providers = gather(typed.filter(({ type }) => type === 'provider'));
  const objections = [
    ...objectionsTo('skill', typed, entities),
    ...objectionsTo('provider', typed, entities),
    ...shapeObjections(typed, entities),
  ];
  const filters = action !== null && FILTERING.has(action);
  const reads = action !== null && READING.has(action);
  if (skills.kept.length === 0 && (!filters || entities.pronoun)) objections.push(objection('missing_skill'));
  if (entities.allSkills && !filters) objections.push(objection('missing_skill'));
  // To ask about all of them is to ask without a filter.
  const isEverywhere = entities.allProviders && !(reads && providers.excluded.size === 0);
  const targets = isEverywhere ? everyActive(vocabulary) : providers.kept;
  const wanted = targets.filter((slug) => !providers.excluded.has(slug));
  if (wanted.length === 0 && !filters) objections.push(objection('missing_provider'));
  const ref = resolveRefs(entities.refs, skills.kept, vocabulary, objections, providers.kept.length);
  return {
    skills: skills.kept.filter((slug) => !skills.excluded.has(slug)),
    providers: wanted,
    ref,
    objections: reads ? objections.filter(({ reason }) => !HARMLESS.has(reason)) : objections,
  };
}

const HARMLESS: ReadonlySet<Objection['reason']> = new Set(['inactive_provider', 'not_understood']);

interface Resolved {
  readonly item: Item;
  readonly type: Item['type'];
  readonly resolution: Resolution;
}

function resolveItem(item: Item, entities: Entities, vocabulary: Vocabulary): Resolution {
  if (item.type === 'skill') return resolveSkill(textOf(item), vocabulary);
  const phrase = providerPhrase(item, entities, vocabulary);
  const resolution = resolveProvider(phrase, vocabulary);
  return resolution.is === 'unknown' && standsForItself(item, phrase, entities)
    ? resolveProvider({ ...phrase, kinds: [] }, vocabulary)
    : resolution;
}

/** "Staging and Gemini": an environment the connection beside it does not have, while that one is named without it. */
function standsForItself(item: Item, phrase: ProviderPhrase, entities: Entities): boolean {
  const at = entities.items.indexOf(item);
  const before = item.linked ? entities.items[at - 1] : undefined;
  const after = entities.items[at + 1]?.linked === true ? entities.items[at + 1] : undefined;
  const isOnlyEnvironment = item.words.every((word) => isNamed(word, 'qualifier')) && phrase.kinds.length > 0;
  return isOnlyEnvironment && [before, after].some((beside) => beside?.words.every(isWhole));
}

function isWhole(word: Word): boolean {
  return isNamed(word, 'kind') || isNamed(word, 'provider');
}

/** An unknown word in no clear place may be a mistyped connection instead of a skill. */
function settleGuess(entry: Resolved, vocabulary: Vocabulary): Resolved {
  if (entry.item.isSure || entry.resolution.is === 'found') return entry;
  const phrase: ProviderPhrase = {
    slugs: [],
    kinds: [],
    qualifiers: [],
    unknown: textOf(entry.item),
    plural: false,
  };
  const resolution = resolveProvider(phrase, vocabulary);
  return resolution.is === 'unknown' ? entry : { item: entry.item, type: 'provider', resolution };
}

/** Beside a skill that is known, a lone word that nothing makes a name is talk. */
function withoutStrays(entries: readonly Resolved[]): Resolved[] {
  const hasSkill = entries.some(({ type, resolution }) => type === 'skill' && resolution.is === 'found');
  const isStray = ({ item, type, resolution }: Resolved): boolean =>
    type === 'skill' &&
    resolution.is === 'unknown' &&
    !item.isSure &&
    !item.linked &&
    !item.excluded &&
    item.words.every(({ text }) => !/[-_\d]/u.test(text));
  return hasSkill ? entries.filter((entry) => !isStray(entry)) : [...entries];
}

/** "On our Claude … the connection is claude-design": a kind alone, and which one of it in another place. */
function withoutWhole(entries: readonly Resolved[], vocabulary: Vocabulary): Resolved[] {
  const single = entries.filter(({ item, type, resolution }) => {
    return type === 'provider' && !item.linked && !item.excluded && resolution.slugs.length === 1;
  });
  const isNarrowed = ({ item, type, resolution }: Resolved): boolean => {
    const isWhole =
      type === 'provider' &&
      !item.excluded &&
      !item.plural &&
      item.words.every((word) => isNamed(word, 'kind'));
    const slugs = resolution.slugs.length > 1 ? resolution.slugs : [];
    const at = entries.findIndex((entry) => entry.item === item);
    const isListed = entries[at + 1]?.item.linked === true;
    return (
      isWhole &&
      !isListed &&
      single.some(
        ({ resolution: own }) =>
          slugs.includes(own.slugs[0] ?? '') && vocabulary.providers.has(own.slugs[0] ?? ''),
      )
    );
  };
  return entries.filter((entry) => !isNarrowed(entry));
}

function textOf(item: Item): string {
  return item.words.map(({ text }) => text).join(' ');
}

function providerPhrase(item: Item, entities: Entities, vocabulary: Vocabulary): ProviderPhrase {
  const names = item.words.flatMap((word) => word.names);
  const slugs = names.flatMap((name) => (name.is === 'provider' ? [name.slug] : []));
  const own = new Set(names.flatMap((name) => (name.is === 'kind' ? [name.kind] : [])));
  const qualifiers = names.flatMap((name) => (name.is === 'qualifier' ? [name.qualifier] : []));
  const unknown = item.words
    .filter(({ other }) => other === 'unknown')
    .map(({ text }) => text)
    .join(' ');
  const isBare = slugs.length === 0 && own.size === 0 && unknown === '';
  const kinds = isBare ? inheritedKinds(item, entities, vocabulary) : [...own];
  return { slugs, kinds, qualifiers, unknown, plural: item.plural };
}

function isNamedLikeIt({ words }: Item): boolean {
  const [first] = words;
  return words.length === 1 || (first !== undefined && isNamed(first, 'qualifier'));
}

/** "OpenAI prod and staging": a bare environment in a list belongs to the kind beside it. */
function inheritedKinds(item: Item, entities: Entities, vocabulary: Vocabulary): string[] {
  const at = entities.items.indexOf(item);
  const before = item.linked ? entities.items[at - 1] : undefined;
  const next = entities.items[at + 1];
  // "Prod and staging Claude"; in "staging and Claude prod" each is whole.
  const after = next?.linked === true && isNamedLikeIt(next) ? next : undefined;
  for (const other of [before, after]) {
    if (other?.type !== 'provider') continue;
    for (const name of other.words.flatMap((word) => word.names)) {
      if (name.is === 'kind') return [name.kind];
      const kind = name.is === 'provider' ? vocabulary.providers.get(name.slug)?.kind : undefined;
      if (kind !== undefined) return [kind];
    }
  }
  return [];
}

function gather(entries: readonly Resolved[]): { kept: string[]; excluded: Set<string> } {
  const kept = new Set<string>();
  const excluded = new Set<string>();
  for (const { item, resolution } of entries) {
    if (resolution.is === 'unknown' || resolution.is === 'ambiguous') continue;
    for (const slug of resolution.slugs) (item.excluded ? excluded : kept).add(slug);
  }
  return { kept: [...kept], excluded };
}

function objectionsTo(type: Item['type'], entries: readonly Resolved[], entities: Entities): Objection[] {
  const found: Objection[] = [];
  for (const { item, type: own, resolution } of entries) {
    if (own !== type) continue;
    const suggestions = resolution.slugs.slice(0, MAX_SUGGESTIONS);
    if (resolution.is === 'unknown') found.push(objection(`unknown_${type}`, suggestions));
    if (resolution.is === 'ambiguous') found.push(objection(`ambiguous_${type}`, suggestions));
    if (resolution.is === 'inactive' && !item.excluded)
      found.push(objection('inactive_provider', suggestions));
  }
  if (entities.open.has(type)) {
    const slugs = entries
      .filter((entry) => entry.type === type)
      .flatMap(({ resolution }) => resolution.slugs);
    found.push(objection(`ambiguous_${type}`, [...new Set(slugs)].slice(0, MAX_SUGGESTIONS)));
  }
  return found;
}

/** Different targets for each skill are several requests; other mixed orders are left alone. */
function shapeObjections(entries: readonly Resolved[], entities: Entities): Objection[] {
  const order = entries.filter(({ item }) => !item.excluded).map(({ type }) => type);
  const runs = order.filter((type, index) => type !== order[index - 1]).length;
  const found: Objection[] = [];
  if (runs > 3) found.push(objection('multiple_actions'));
  const hasKept = order.includes('provider');
  // "Finance here: install docx on Claude", "only Claude. Install docx there": one place is named, and it is that.
  const isElsewhere = entities.place && order.filter((type) => type === 'provider').length !== 1;
  const unclear = entities.unclear || isElsewhere || (entities.allProviders && hasKept) || runs === 3;
  if (unclear) found.push(objection('not_understood'));
  const both = contradicts('skill', entries) || contradicts('provider', entries);
  if (both) found.push(objection('not_understood'));
  return found;
}

/** The same name wanted and excluded; a kind of which one connection is excluded is no contradiction. */
function contradicts(type: Item['type'], entries: readonly Resolved[]): boolean {
  const own = entries.filter((entry) => entry.type === type);
  const kept = own.filter(({ item }) => !item.excluded).map(({ resolution }) => resolution.slugs.join(' '));
  const { excluded } = gather(own);
  return kept.some((slugs) => excluded.has(slugs));
}

function everyActive(vocabulary: Vocabulary): string[] {
  return [...vocabulary.providers.values()].filter(({ active }) => active).map(({ slug }) => slug);
}

/** A repository may know a ref that the catalogue does not. A number alone would be one of our versions. */
function elsewhere({ written }: RefItem, skill: SkillEntry): string | null {
  return skill.hasRepository === true && !/^\d{1,6}$/u.test(written) ? written : null;
}

function resolveRefs(
  refs: readonly RefItem[],
  skills: readonly string[],
  vocabulary: Vocabulary,
  objections: Objection[],
  providers: number,
): string | null {
  const [ref, second] = refs;
  if (ref === undefined) return null;
  if (second !== undefined) {
    const isSplit = skills.length > 1 || providers > 1;
    objections.push(objection(isSplit ? 'multiple_actions' : 'not_understood'));
    return null;
  }
  if (skills.length > 1 && ref.afterSkill !== null) objections.push(objection('multiple_actions'));
  const labels = new Set<string>();
  for (const slug of skills) {
    const skill = vocabulary.skills.get(slug);
    const label =
      skill === undefined ? null : (resolveRef(ref.text, ref.noun, skill) ?? elsewhere(ref, skill));
    if (label !== null) labels.add(label);
    else
      objections.push(objection('unknown_ref', (skill?.versions ?? []).slice(-MAX_SUGGESTIONS).toReversed()));
  }
  const [label] = labels;
  if (labels.size > 1) objections.push(objection('multiple_actions'));
  return label ?? null;
}
