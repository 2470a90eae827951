/** English verbs for the interpreter, as data. */
import { list, type VerbForms } from './lexicon.ts';

export const ENGLISH_VERBS: readonly VerbForms[] = [
  {
    verb: 'install',
    mood: 'base',
    forms: list(`
      install, add, deploy, put, set up, roll out, push, get, place, load, provision, bring`),
  },
  {
    verb: 'install',
    mood: 'gerund',
    forms: list(`
      installing, adding, deploying, putting, setting up, rolling out, pushing, loading`),
  },
  {
    verb: 'install',
    mood: 'participle',
    forms: list(`
      installed, added, deployed, set up on, rolled out, pushed, available, loaded`),
  },
  {
    verb: 'install',
    mood: 'report',
    forms: list(`
      installs, installation of, install of, installation, installs of, rollout, deployment`),
  },
  { verb: 'upgrade', mood: 'base', forms: ['upgrade', 'update', 'bump', 'refresh'] },
  { verb: 'upgrade', mood: 'gerund', forms: ['upgrading', 'updating', 'bumping'] },
  { verb: 'upgrade', mood: 'participle', forms: ['upgraded', 'updated', 'bumped'] },
  { verb: 'upgrade', mood: 'report', forms: ['upgrades', 'updates'] },
  {
    verb: 'uninstall',
    mood: 'base',
    forms: list(`
      uninstall, remove, delete, take off, take, drop, wipe, purge, erase, get rid of, pull, clear, clean out`),
  },
  {
    verb: 'uninstall',
    mood: 'gerund',
    forms: ['uninstalling', 'removing', 'deleting', 'taking', 'dropping'],
  },
  {
    verb: 'uninstall',
    mood: 'participle',
    forms: ['uninstalled', 'removed', 'deleted', 'dropped', 'taken off', 'gone'],
  },
  {
    verb: 'rollback',
    mood: 'base',
    forms: list(`
      roll back, roll, revert, downgrade, go back, undo, restore, rollback of`),
  },
  { verb: 'rollback', mood: 'gerund', forms: ['rolling back', 'reverting', 'downgrading', 'going back'] },
  { verb: 'rollback', mood: 'participle', forms: ['rolled back', 'reverted', 'downgraded'] },
  {
    verb: 'status',
    mood: 'base',
    forms: list(`
      status, state of, progress, progress of, health, health of, status report, current status, status of, eta`),
  },
  {
    verb: 'list',
    mood: 'base',
    forms: ['list', 'list of', 'list up', 'enumerate', 'catalogue', 'catalog', 'inventory', 'overview'],
  },
  {
    verb: 'tell',
    mood: 'base',
    forms: list(`
      tell me, tell us, let me know, show, show me, show us, display, check, check on, check whether, confirm whether, confirm
      that, confirm if, find out, look up, look into, verify, report, print, can i see, could i see, can we see, may i see, can
      i get, i want to see, i want to know, i'd like to see, i'd like to know, i would like to see, i would like to know, i
      need to know, we need to know, i need to see, do you know, do we know, can you see, any news on, any news about, any
      update on, any updates on, give me a list, give me the list, give me an overview, give me the status, update me on`),
  },
  {
    verb: 'attempt',
    mood: 'base',
    forms: [
      'try',
      'have another go at',
      'give it another go',
      'give it another try',
      'go',
      'start',
      'kick off',
    ],
  },
  {
    verb: 'cancel',
    mood: 'base',
    forms: ['cancel', 'abort', 'stop', 'halt', 'kill', 'interrupt', 'call off', 'cancel all', 'terminate'],
  },
  { verb: 'cancel', mood: 'gerund', forms: ['cancelling', 'canceling', 'aborting', 'stopping'] },
  { verb: 'cancel', mood: 'participle', forms: ['cancelled', 'canceled', 'aborted', 'stopped'] },
  { verb: 'retry', mood: 'base', forms: ['retry', 'rerun', 're run', 'try again', 'run again', 'redo'] },
  { verb: 'retry', mood: 'gerund', forms: ['retrying', 'rerunning'] },
  {
    verb: 'help',
    mood: 'base',
    forms: list(`
      help, help me, what can you do, what can i do, what can i ask, what can i ask you, what can i say, what do you do,
      what are you able to do, what else can you do, usage, commands, what commands, which commands, how does this work, how do
      you work, how does it work, manual, instructions for use, how to use this, what are my options`),
  },
  {
    verb: 'replace',
    mood: 'base',
    forms: list(`
      replace, swap, reinstall, re install, switch, migrate, move, exchange`),
  },
  {
    verb: 'rotate',
    mood: 'base',
    forms: list(`
      rotate, renew, change, reset, revoke, replace the credentials, update the credentials`),
  },
  {
    verb: 'unsupported',
    mood: 'base',
    forms: list(`
      create, make, edit, rename, run, execute, enable, disable, activate, deactivate, publish, schedule,
      register, write, copy, clone, fork, export, import, share, build, test, pause, resume, grant, set the,
      configure, connect, disconnect, upload, download, pin, tag, turn on, turn off, approve`),
  },
];
