/** English verbs for the interpreter, as data. */
import { list, type VerbForms } from './lexicon.ts';

export const ENGLISH_VERBS: readonly VerbForms[] = [
  {
    verb: 'install',
    mood: 'base',
    forms: list(`
      pop, lob, chuck, sling, whack, equip, provide, plonk, bung, fit, supply, hand over, ship, make available, land, lands, instal, hook up, stick, slap, drop in, throw,
      install, add, deploy, put, set up, roll out, push, get, place, load, provision, bring`),
  },
  {
    verb: 'install',
    mood: 'gerund',
    forms: list(`
      installing, getting, bringing, shipping, placing, adding, deploying, putting, setting up, rolling out, pushing, loading`),
  },
  {
    verb: 'install',
    mood: 'participle',
    forms: list(`
      shipped, set up, put on, made available, provided, equipped, placed, supplied, fitted, get onto, gets onto, find its way onto, go live,
      installed, added, deployed, set up on, rolled out, pushed, available, loaded`),
  },
  {
    verb: 'install',
    mood: 'report',
    forms: list(`
      installing of, install job, install run, roll out of,
      installs, installation of, install of, installation, installs of, rollout, deployment`),
  },
  {
    verb: 'upgrade',
    mood: 'base',
    forms: list(`
      modernise, modernize, patch, modernise, freshen up, freshen, renew, uplift, level up, upgrade, update, bump, refresh, bring up to date, bring up to, upgrade to, get up to, move up, patch up`),
  },
  { verb: 'upgrade', mood: 'gerund', forms: ['upgrading', 'updating', 'bumping'] },
  {
    verb: 'upgrade',
    mood: 'participle',
    forms: [
      'upgraded',
      'updated',
      'bumped',
      'brought up to',
      'brought up to date',
      'moved up to',
      'lifted to',
      'raised to',
      'modernised',
      'freshened up',
      'refreshed',
      'renewed',
    ],
  },
  {
    verb: 'upgrade',
    mood: 'report',
    forms: list(`
      upgrades, updates, update of, upgrade of, update on`),
  },
  {
    verb: 'uninstall',
    mood: 'base',
    forms: list(`
      eliminate, expunge, discard, dispose of, excise, oust, jettison, eject, banish, deprovision, undeploy, boot, withdraw, evict, dump, chuck out, kick out, boot out, throw out, weed out, phase out, decommission, sunset, deinstall, de install, strip, unload, take down, take away, yank, nuke, ditch, kick, scrap, pull off, pull down, bin, trash, clean off, clear off, retire, unship, axe, toss,
      uninstall, remove, delete, take off, take, drop, wipe, purge, erase, get rid of, pull, clear, clean out`),
  },
  {
    verb: 'uninstall',
    mood: 'gerund',
    forms: list(`
      uninstalling, removing, deleting, taking, dropping, getting rid of, taking off, deinstalling, pulling, clearing`),
  },
  {
    verb: 'uninstall',
    mood: 'participle',
    forms: list(`
      eliminated, expunged, discarded, disposed of, ousted, jettisoned, ejected, deprovisioned, undeployed, withdrawn, ditched, dumped, retired, decommissioned, scrapped, binned, taken down, wiped, erased, uninstalled, removed, deleted, dropped, taken off, gone, took off, got rid of, deinstalled, kicked, yanked, pulled, cleared`),
  },
  {
    verb: 'rollback',
    mood: 'base',
    forms: list(`
      reverse, unwind, walk back, dial back, go back to, return to, revert to, switch back, set back, put back, move back, step back, bring back, fall back, rewind, get back to, take back to, roll it back, back out, turn back, drop back to, drop to,
      roll back, roll, revert, downgrade, go back, undo, restore, rollback of`),
  },
  {
    verb: 'rollback',
    mood: 'gerund',
    forms: list(`
      rolling back, reverting, downgrading, going back, undoing, restoring, returning to, switching back`),
  },
  {
    verb: 'rollback',
    mood: 'participle',
    forms: list(`
      returned to, brought back to, taken back to, moved back, wound back, rolled back, reverted, downgraded, undone, restored, put back, set back, switched back`),
  },
  {
    verb: 'status',
    mood: 'base',
    forms: list(`
      status, state of, progress, progress of, health, health of, status report, current status, status of, eta`),
  },
  {
    verb: 'list',
    mood: 'base',
    forms: [
      'list',
      'list of',
      'list up',
      'enumerate',
      'catalogue',
      'catalog',
      'inventory',
      'overview',
      'rattle off',
      'reel off',
      'run through',
      'itemise',
      'itemize',
      'overview of',
    ],
  },
  {
    verb: 'tell',
    mood: 'base',
    forms: list(`
      tell, give me, give us, what about, see, view, look at, may i know, may i see, may i have a look at, could i have a look at, interested in what, interested in, i wonder which, i wonder what, i wonder whether, i was wondering which, i was wondering what, i was wondering whether, curious, know which, know what, know whether, know if, remind me, inform me, update us on, let us know, need to know, names of,
      tell me, tell us, let me know, show, show me, show us, display, check, check on, check whether, confirm whether, confirm
      that, confirm if, find out, look up, look into, verify, report, print, can i see, could i see, can we see, may i see, can
      i see, i want to see, i want to know, i'd like to see, i'd like to know, i would like to see, i would like to know, i
      need to know, we need to know, i need to see, do you know, do we know, can you see, any news on, any news about, any
      update on, any updates on, give me a list, give me the list, give me an overview, give me the status, update me on`),
  },
  {
    verb: 'attempt',
    mood: 'base',
    forms: list(`
      try, have another go at, give it another go, give it another try, go, start, kick off, give, attempt`),
  },
  {
    verb: 'cancel',
    mood: 'base',
    forms: list(`
      cancel, abort, stop, halt, kill, interrupt, call off, terminate, stop running, drop the ongoing, pull the plug on`),
  },
  { verb: 'cancel', mood: 'gerund', forms: ['cancelling', 'canceling', 'aborting', 'stopping'] },
  {
    verb: 'cancel',
    mood: 'participle',
    forms: list(`
      cancelled, canceled, aborted, stopped, halted, killed`),
  },
  {
    verb: 'retry',
    mood: 'base',
    forms: list(`
      retry, rerun, re run, try again, run again, redo, attempt again, give another try, give another go, give another shot, have another try, relaunch, restart, do over, run it back`),
  },
  { verb: 'retry', mood: 'participle', forms: ['retried', 're-run', 'restarted', 'tried again'] },
  {
    verb: 'retry',
    mood: 'gerund',
    forms: list(`
      retrying, rerunning, running again, trying again`),
  },
  {
    verb: 'help',
    mood: 'base',
    forms: list(`
      what you can do, what it can do, what this bot can do, examples of requests, examples of commands, example commands, some examples, a few examples, how to talk to you, how to use, what do you understand, what can i type, what can you help with, what can you help me with, list of commands, command list, man page, cheat sheet, instructions, documentation,
      help, help me, what can you do, what can i do, what can i ask, what can i ask you, what can i say, what do you do,
      what are you able to do, what else can you do, usage, commands, what commands, which commands, how does this work, how do
      you work, how does it work, manual, instructions for use, how to use this, what are my options`),
  },
  {
    verb: 'replace',
    mood: 'base',
    forms: list(`
      transfer, relocate, substitute, trade, interchange, replace, swap, reinstall, re install, switch, migrate, move, exchange`),
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
      reboot, power cycle, duplicate, unlink, relink, merge, combine, split, convert, compare, lint, benchmark, optimize, optimise, refactor, subscribe, unsubscribe, invite, lock, unlock, mute, unmute, summarize, summarise, proofread, validate,
      create, make, edit, rename, run, execute, enable, disable, activate, deactivate, publish, schedule,
      register, write, copy, clone, fork, export, import, share, build, test, pause, resume, grant, set the,
      archive, unarchive, reconnect, reactivate, reconfigure, unpublish, retag, unpin, invite, merge, lock, unlock, deprecate, configure, connect, disconnect, upload, download, pin, tag, turn on, turn off, approve`),
  },
  {
    verb: 'uninstall',
    mood: 'report',
    forms: list(`
      removal of, uninstall of, deletion of, removals, uninstalls`),
  },
];
