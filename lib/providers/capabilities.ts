/** What a kind of provider can do, may hold and calls things, as data; and which skills it refuses because of it. */

/** Facts about a kind of provider, read by planning, adopting, documents and the conformance suite. */
export interface Capabilities {
  /** `http`: an account somewhere else. `disk`: a folder of this machine, so nothing is sent. */
  readonly reach: 'http' | 'disk';
  /** `server`: a repeated create makes a second object. `caller`: it meets the first one. */
  readonly idOwner: 'server' | 'caller';
  /** What is served: the version a pointer names, the newest one, or the only one there is. */
  readonly versionModel: 'pointer' | 'newest' | 'replace';
  /** How its users hold on to a version: by the account's own default, by naming it where they use it, or not at all. */
  readonly pinning: 'default' | 'reference' | 'none';
  /** True where changes are operations to wait for, so that installs may be pending. */
  readonly isAsync: boolean;
  /** Whether content can be read back, so that what was installed is compared byte by byte. */
  readonly canDownload: boolean;
  /** What its list shows of each skill, beside the id. `marks`: those of our own installs. */
  readonly listing: { readonly names: boolean; readonly versions: boolean; readonly marks: boolean };
  readonly limits: SkillLimits;
  readonly names: NameRules;
}

/** Null is no limit that is known. Sizes are bytes of the files as they are, unless said. */
export interface SkillLimits {
  readonly maxBytes: number | null;
  /** Of all files as one archive, which is only known once it is packed. */
  readonly maxArchiveBytes: number | null;
  readonly maxFiles: number | null;
  readonly maxFileBytes: number | null;
  /** Levels of a path, its file counted. */
  readonly maxDepth: number | null;
  /** Characters. */
  readonly maxDescription: number | null;
  readonly maxLicense: number | null;
}

export interface NameRules {
  /** Source of a regular expression that names of skills must match; null for any. */
  readonly pattern: string | null;
  /** `pattern` in words. */
  readonly rule: string | null;
  /** A name may not hold these. */
  readonly reservedWords: readonly string[];
  /** `same`: it has the skill's own name there. `derived`: an id is made from it, so the two may differ. */
  readonly there: 'same' | 'derived';
}

/** A skill, as far as what can be said of it without a network. Sizes in bytes. */
export interface SkillOutline {
  readonly name: string;
  readonly description: string;
  readonly license: string | null;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Each rule and limit that the skill breaks, in words; `label` is what the provider is called in them. */
export function brokenRules(label: string, { limits, names }: Capabilities, skill: SkillOutline): string[] {
  return [...brokenNameRules(label, names, skill.name), ...brokenLimits(label, limits, skill)];
}

function brokenNameRules(label: string, names: NameRules, name: string): string[] {
  const { pattern, rule, reservedWords } = names;
  return [
    ...(pattern === null || new RegExp(pattern).test(name) ? [] : [`${label} takes only names of ${rule}`]),
    ...reservedWords
      .filter((word) => name.includes(word))
      .map((word) => `${label} does not take the word "${word}" in a name`),
  ];
}

function brokenLimits(label: string, limits: SkillLimits, skill: SkillOutline): string[] {
  const total = skill.files.reduce((sum, { size }) => sum + size, 0);
  const exceeds = (value: number, limit: number | null): boolean => limit !== null && value > limit;
  const reasons: string[] = [];
  const refuse = (what: string): void => void reasons.push(`${label} takes ${what}`);
  if (exceeds(skill.description.length, limits.maxDescription))
    refuse(`a description of at most ${limits.maxDescription} characters`);
  if (exceeds(skill.license?.length ?? 0, limits.maxLicense))
    refuse(`a license of at most ${limits.maxLicense} characters`);
  if (exceeds(skill.files.length, limits.maxFiles)) refuse(`at most ${limits.maxFiles} files`);
  if (exceeds(total, limits.maxBytes)) refuse(`at most ${inWords(limits.maxBytes ?? 0)}`);
  for (const { path, size } of skill.files) {
    if (exceeds(size, limits.maxFileBytes))
      refuse(`at most ${inWords(limits.maxFileBytes ?? 0)} a file; ${path} is larger`);
    if (exceeds(path.split('/').length, limits.maxDepth))
      refuse(`at most ${limits.maxDepth} levels of folders; ${path} has more`);
  }
  return reasons;
}

export const MEGABYTE = 1024 * 1024;

function inWords(bytes: number): string {
  return bytes < MEGABYTE ? `${bytes} bytes` : `${Math.round(bytes / MEGABYTE)} MB`;
}
