/** What chat says in English. */
import type { Connection, Installation } from '../../connections/schema.ts';
import type { Run } from '../../runs/schema.ts';
import { isTerminal } from '../../runs/states.ts';
import type { Facts } from '../acting/deed.ts';
import type { Intent } from '../interpret.ts';
import type { Action } from '../lexicon.ts';
import { ENGLISH_REFUSALS } from './english-refusals.ts';
import { ENGLISH_SURFACES } from './english-surfaces.ts';
import type { Replies, Work } from './reply.ts';
import { grouped, named, type Target, targetOfInstallation, targetOfRun, versionName } from './targets.ts';

const VERBS: Readonly<Partial<Record<Action, string>>> = {
  install: 'install',
  upgrade: 'upgrade',
  uninstall: 'uninstall',
  rollback: 'roll back',
  cancel: 'cancel',
  retry: 'do again',
};

const DRIFT: Readonly<Partial<Record<Installation['drift'], string>>> = {
  outdated: 'there is a newer version',
  modified: 'changed at the provider',
  missing: 'gone at the provider',
  unknown: 'not certain',
};

export const english: Replies = {
  planned: (work) => `This would ${doing(work)}. Nothing was changed.`,
  started(work) {
    if (work.targets.length === 0) return 'Nothing there failed last, so there is nothing to do again.';
    if (work.reused === work.targets.length)
      return `That is under way already: ${doing(work)}.${follow(work)}`;
    const shared = work.reused === 0 ? '' : ` ${work.reused} of them ${were(work.reused)} under way already.`;
    return `Queued ${count(work.targets.length, 'run')}: ${doing(work)}.${shared}${follow(work)}`;
  },
  canceled(targets) {
    if (targets.length === 0) return 'Nothing there is waiting or running, so there was nothing to cancel.';
    return `Canceling ${count(targets.length, 'run')}: ${listed(targets, 'on')}.`;
  },
  toConfirm: (work) =>
    `This would ${doing(work)}. Nothing was done yet: confirm within 10 minutes to go ahead.`,
  state,
  list,
  help: () =>
    [
      'Write as you would to a colleague, one request at a time. For example:',
      '"install pdf-tools on Claude", "upgrade docx to 2.1.0 on openai-prod", "remove csv from claude-prod",',
      '"roll back docx on openai-prod", "where is pdf-tools?", "what is on claude-prod?", "list all skills",',
      '"cancel the install of docx", "retry what failed". Removing, rolling back and anything for all providers is asked about first.',
    ].join(' '),
  refusals: ENGLISH_REFUSALS,
  ...ENGLISH_SURFACES,
  choice: (names) => `Choose from: ${names}.`,
  known: (names) => `Known: ${names}.`,
};

function doing(work: Work): string {
  if (work.targets.length === 0) return `${VERBS[work.action] ?? 'do'} nothing`;
  return `${VERBS[work.action] ?? 'do'} ${listed(work.targets, work.action === 'uninstall' ? 'from' : 'on', work.action)}`;
}

function listed(targets: readonly Target[], preposition: string, action?: Action): string {
  const to = action === 'upgrade' || action === 'rollback' ? ' to ' : ' ';
  return grouped(targets)
    .map(({ skills, providers }) => {
      const names = skills.map(({ name, version }) => (version === null ? name : `${name}${to}${version}`));
      return `${named(names, more)} ${preposition} ${named(providers, more)}`;
    })
    .join('; ');
}

function follow({ batchIds }: Work): string {
  return batchIds.map((id) => ` Follow it at /api/install-batches/${id}.`).join('');
}

function state({ skills, providers }: Intent, facts: Facts): string {
  const sentences: string[] = [];
  for (const skill of skills) sentences.push(whereIs(skill, providers, facts));
  for (const connection of facts.connections ?? []) sentences.push(stateOf(connection));
  sentences.push(runsToldOf(facts.runs ?? []));
  return sentences.join(' ');
}

function whereIs(skill: string, providers: readonly string[], facts: Facts): string {
  const there = (facts.installations ?? []).filter((installation) => installation.skill?.name === skill);
  if (there.length === 0)
    return `${skill} is not installed ${providers.length === 0 ? 'anywhere' : `on ${providers.join(', ')}`}.`;
  const places = there.map(({ provider, version, drift }) => {
    const notes = [versionName(version), DRIFT[drift]].filter((note) => note != null);
    return notes.length === 0 ? provider.slug : `${provider.slug} (${notes.join(', ')})`;
  });
  const others = providers.filter((slug) => !there.some(({ provider }) => provider.slug === slug));
  return `${skill} is on ${named(places, more)}${others.length === 0 ? '' : `, and not on ${others.join(', ')}`}.`;
}

function stateOf({ slug, status, connection: { error } }: Connection): string {
  if (status === 'active') return `${slug} is active.`;
  if (status === 'inactive') return `${slug} is switched off.`;
  return `${slug} does not work: ${error?.message ?? 'the reason is unknown'}.`;
}

function runsToldOf(runs: readonly Run[]): string {
  const [last] = runs;
  if (last === undefined) return 'No run was made for that yet.';
  const atWork = runs.filter(({ status }) => !isTerminal(status)).length;
  const told = `${last.action} of ${last.skill.name} on ${last.provider.slug}`;
  const why = last.error === null ? '' : ` (${last.error.message})`;
  const waiting =
    atWork === 0 ? '' : ` ${count(atWork, 'run')} ${atWork === 1 ? 'is' : 'are'} waiting or running.`;
  return `The last run, ${told}, is ${last.status}${why}.${waiting}`;
}

function list({ providers }: Intent, facts: Facts): string {
  const { skills, connections, installations, runs } = facts;
  const names =
    skills?.map(({ name }) => name) ??
    connections?.map(({ slug, status }) => (status === 'active' ? slug : `${slug} (${status})`)) ??
    runs?.map((run) => `${listed([targetOfRun(run)], 'on')}: ${run.status}`);
  if (names !== undefined) {
    const what = skills ? 'skill' : connections ? 'connection' : 'run';
    if (names.length === 0) return `There are no ${what}s yet.`;
    return `${count(names.length, what)}${facts.hasMore ? ' and more' : ''}: ${named(names, more)}.`;
  }
  if (installations === undefined || installations.length === 0)
    return `Nothing is installed on ${providers.join(', ')}.`;
  return `Installed: ${listed(installations.map(targetOfInstallation), 'on')}${facts.hasMore ? ', and more' : ''}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function were(number: number): string {
  return number === 1 ? 'was' : 'were';
}

function more(number: number): string {
  return `and ${number} more`;
}
