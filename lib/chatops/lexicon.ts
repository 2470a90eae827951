/** What a lexicon can say: the actions, the moods of a verb, and the marks that other words put on a sentence. */

export const ACTIONS = [
  'install',
  'upgrade',
  'uninstall',
  'rollback',
  'status',
  'list',
  'cancel',
  'retry',
  'help',
] as const;

export type Action = (typeof ACTIONS)[number];
export type Language = 'en' | 'ko';

/**
 * `raise`, `lower`, `tell` and `attempt` become an action with the rest of the sentence; `replace` is two actions in one
 * word.
 */
export type Verb = Action | 'raise' | 'lower' | 'tell' | 'attempt' | 'replace' | 'rotate' | 'unsupported';

export type Mood =
  | 'base'
  | 'command'
  | 'gerund'
  | 'participle'
  | 'connective'
  | 'negation'
  | 'opinion'
  | 'hypothetical'
  | 'howto'
  | 'past'
  | 'question'
  | 'report'
  | 'state';

export type Mark =
  // Words that change nothing.
  | 'filler'
  | 'article'
  | 'thanks'
  // What an English sentence opens with.
  | 'request'
  | 'requestGerund'
  // "Could we", "may I": asks for leave, or politely for the thing.
  | 'permission'
  // "I'd be glad if you": the past form after it is the order.
  | 'wishPast'
  // "Never mind": takes back what was said before.
  | 'retraction'
  | 'want'
  | 'passive'
  | 'negation'
  | 'opinion'
  | 'hypothetical'
  | 'howto'
  | 'question'
  | 'report'
  | 'reported'
  | 'state'
  | 'health'
  // What makes a request more than one request now.
  | 'condition'
  | 'schedule'
  | 'because'
  | 'purpose'
  | 'reasonAfter'
  | 'again'
  // How names are put together.
  | 'and'
  | 'or'
  | 'oneOf'
  | 'exceptNext'
  | 'exceptPrevious'
  | 'alone'
  | 'correction'
  | 'all'
  | 'everywhere'
  | 'anywhere'
  | 'only'
  // Before a name (English), after a name (Korean).
  | 'to'
  | 'from'
  | 'at'
  | 'of'
  | 'toAfter'
  | 'fromAfter'
  | 'byAfter'
  | 'andAfter'
  | 'orAfter'
  | 'objectAfter'
  | 'topicAfter'
  // Nouns that say what a name is.
  | 'skillNoun'
  | 'skillNouns'
  | 'allSkills'
  | 'providerNoun'
  | 'providerNouns'
  | 'versionNoun'
  | 'tagNoun'
  | 'branchNoun'
  | 'commitNoun'
  | 'runNoun'
  | 'latest'
  | 'previous'
  | 'pronoun'
  | 'place'
  // What nobody may ask for.
  | 'override'
  | 'rules'
  | 'confirmation'
  | 'skip'
  | 'secret'
  | 'injection';

export type Sign =
  | { readonly is: 'verb'; readonly verb: Verb; readonly mood: Mood }
  | { readonly is: 'light'; readonly mood: Mood }
  | { readonly is: 'mark'; readonly mark: Mark };

export interface VerbForms {
  readonly verb: Verb;
  readonly mood: Mood;
  readonly forms: readonly string[];
}

/** One language as data. A space in a form stands for none or more of space, hyphen and underscore. */
export interface Lexicon {
  readonly verbs: readonly VerbForms[];
  /** Endings that make a verb of the noun before them ("설치" + "해줘"). */
  readonly lights: Readonly<Partial<Record<Mood, readonly string[]>>>;
  readonly marks: Readonly<Partial<Record<Mark, readonly string[]>>>;
  /** Provider kind → the names people use for it. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** Environment or place → the words people use for it. */
  readonly qualifiers: Readonly<Record<string, readonly string[]>>;
  /** Word of a skill's name → other spellings of the same word. */
  readonly spellings: Readonly<Record<string, readonly string[]>>;
}

/** Reads the comma-separated word lists the lexicons are written in. */
export function list(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim());
}
