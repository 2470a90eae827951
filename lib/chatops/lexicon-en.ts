/** English for the interpreter, as data: what stands around verbs and names. */
import { type Lexicon, list } from './lexicon.ts';
import { ENGLISH_VERBS } from './lexicon-en-verbs.ts';

export const ENGLISH: Lexicon = {
  verbs: ENGLISH_VERBS,
  lights: {},
  marks: {
    filler: list(`
      your help, the help, all your help, your kind help, your assistance, your support, your patience, your time, your trouble, take care of that, take care of it, take care of this, take care of, handle that, handle it,
      two, three, four, five, other, alert, ready, reply, store, before it finishes, before it is done, before it completes, before it ends,
      alike, respectively, mate, pal, buddy, dude, bro, pretty please, if only for now, forward, forwards, upward, upwards, ahead, real quick, right quick, super quick, real fast, like right now, rn, quickly please, no rush, when you're free, new, nice, little, small, big, old, plain, regular, normal, fresh, broken one, favour, favor, favour to ask, terribly, frankly, really, very, quite, rather quickly, somehow, once again, on second thought, on second thoughts, in the end, in
      fact, by the way, btw, fyi, sorry to bother you, sorry to bother you again, excuse me, pardon me, apologies, apology, my apologies, dear, dear team, dear all, dear colleagues, hello there, hullo, greetings, regards, best
      regards, kind regards, best, sincerely, yours, all the best, bye, wrong button, if that's not too much trouble, if it's not too much trouble, if it is not too much trouble, if it isn't too much trouble, if you have time, if you have a minute, if you have a moment, if you don't mind,
      if you please, if that's ok, if that's okay, if that works, if possible, when you find the time, when you find time, whenever convenient, when convenient, whenever you have time, as soon as you can, as soon as you possibly can, before lunch,
      at your convenience, at your earliest convenience, for the moment, for now, for good, for real, of course, obviously, definitely, certainly, absolutely, totally, completely, entirely, please and thank you, this morning, this week, this time, right this second, stat, pronto, quick, fast, asap
      please, in prod please, there you go, that's all, that is all, that's it, all set, so that's it, instead please, onwards, thereafter, happening to, happen to, out there, altogether, as agreed, as discussed, as promised, as usual, as requested, whatever, what's left, remaining, relevant, kind, sort, kind of, sort of,
      one, ones, current, last, lately, at the moment, currently, still, yet, so far, anything, any, exactly, these days, currently, by eod, by end of day, by the end of the day, before eod, by today, straight away, hi, hello, hey, hey there, hi there, good morning, good afternoon, good evening, team, bot, skillbot,
      folks, all good, everyone, guys, just, also, too, as well, now, right now, asap, immediately, right
      away, at once, today, urgently, urgent, quickly, kindly, ok, okay, so, then, well, alright, both, both
      of, over, up, for me, for us, to me, the following, following, called, named, name, action, request,
      command, as soon as possible, if possible, if you can, if you could, if you would, if you don't mind,
      when you can, when you get a chance, when you have a moment, when you have a minute, when you have time,
      when possible, whenever you can, quick one, first, one more thing, yes, yep, sure, directly, straight,
      simply, same, full, whole, exactly, specifically, individually, these, those, together`),
    article: list(`
      the, a, an, my, our, your, this, that, its, their`),
    thanks: list(`
      see you, see you soon, see ya, talk soon, good night, good work, well done, great work, great job, nice work,
      thanks, thank you, thx, ty, cheers, thanks in advance, many thanks, thank you so much, thanks a lot,
      much appreciated, appreciated, nice, great, cool, awesome, good job, lol`),
    request: list(`
      could someone, can someone, would someone, could somebody, can somebody, could anyone, can anyone, could anybody, may i ask you to,
      may i ask you, might i ask you to, can i ask you to, could i ask you to, i'd ask you to, ask you to, asking you to, ask you kindly to, beg you to, would it be possible to, would it be
      possible for you to, is it possible that you, is there any chance you could, is there a chance you could, any chance you could, any chance you can, any chance to, is there any way
      to, is there a way you could, i was hoping you could, hoping you could, i hope you can, i was wondering if you could, wondering if you could, i wonder if you could, i was wondering
      whether you could, be so kind as to, so kind as to, be so good as to, so good as to, be so kind and, be so nice and, be so kind to, be so nice to, would you be so kind as to, would you be so nice to, would you be so kind
      to, would you be so kind and, would you be willing to, could you be a star and, be a star and, be a dear and, be a darling and, be an angel and, do me a favour and, do me a favor and, do us a
      favour and, do the needful and, see to it that, see that, see to it, take care to, you could, you may, you might, you must, you need to, you have to, you ought to, you'd better, better, do, feel
      free to, gonna need you to, i would ask you to, we ask you to, we'd ask you to, we kindly ask you to, i kindly ask you to, i am asking you to, i'm asking you to, i want us to, requesting you to, request you
      to, it would be lovely if you could, it would be good if you could, it'd be great if you could, it'd be nice if you could, i'd be grateful if you could, i'd be glad if you could, i would be grateful if you could, i would
      appreciate it if you could, we'd appreciate it if you could, would appreciate if you could, we would like you to, we would like to, i wish you to, you're welcome to, can we please, could we please, may i please, can i please,
      could i please, want to, wanna, gotta, gonna, need to, would like to, like to, hope to,
      please, pls, plz, can you, could you, would you, will you, can u, could u, can you please, could you
      please, would you please, i'd like to, i would like to, i'd like you to, i would like you to, we'd like
      to, we'd like you to, i want to, i want you to, we want to, we want you to, i need to, i need you to, we
      need to, we need you to, let's, lets, let us, go ahead and, time to, make sure to, be sure to, remember
      to, i wish to, i'd love to, would you be able to, are you able to, would you kindly, could you kindly,
      is it possible for you to, you should, i'd appreciate it if you could, it would be great if you could,
      it would be nice if you could, please go ahead and, you can, help me`),
    requestGerund: list(`
      any chance of, chance of, would you mind terribly, try, how about, what about, i suggest, proceed with, go ahead with, we're, please proceed with, i'd appreciate, appreciate, do you mind terribly,
      would you mind, do you mind, mind, please start, start, please begin, begin`),
    want: list(`
      both need, all need, each need, also need, also needs, still need, still needs, will need, would need, both want, all want,
      could we please have, can we please have, may we have, may i have, could we get, can we get, can i get, could i get, could i please have, can i please have, i could do with, we could do with,
      i'd love to have, i would love to have, i would appreciate, i'd appreciate, we would appreciate, i'd be happy to have, we would need, i would need, we'd need, should get, could use, get installed, get removed, be made available, ought to have, should have, deserves, wants, is required, are required, is due, i request, we request, i'd welcome,
      i'd like, i would like, we'd like, we would like, i want, we want, i need, we need, i'd love, is needed,
      are needed, should be, needs to be, need to be, must be, has to be, have to be, ought to be, needs,
      should go, belongs, please have, can we have, make sure, could we have, can i have, could i have, want,
      should be available`),
    wishPast: list(`
      be grateful if you, be glad if you, be happy if you, appreciate it if you, appreciate if you, be great if you, be nice if you, be good if you, be lovely if you, be kind if you, wish you, rather you, prefer you, prefer it if you, high time you, about time you`),
    permission: list(`
      can we, may i, may we, could we, can i, could i, is it possible to, would it be all right if, would it be ok if, would it be okay if, is it all right if, is it ok if, is it okay if`),
    retraction: list(`
      just kidding, kidding, joking, jk, not really, never mind, nevermind, forget it, scrap that, forget that, ignore that, ignore this, forget about it, on second thought no, please don't, please do not, don't do it, don't do that, do not do it, or don't, or not, april fools`),
    negation: list(`
      stop asking,
      no need to, no need for, there is no need to, there's no need to, not need to, don't need to, do not need to, doesn't need to, does not need to, needn't, need not, don't have to, do not have to, you don't have to, not have to, not going to, don't want to, do not want to, don't want you to, do not want you to, don't want, do not want, wouldn't want to, would not want to, wouldn't want you to, not want to, not want you to, rather you didn't, rather you did not, prefer not to, would rather not, i'd rather not, decided not to, decided against, not allowed to, never to, hold off on, hold off with, refrain from, keep from, steer clear of, by no means, leave alone, keep your hands off, hands off, please refrain from, no longer need to, stop asking me to, forbidden to,
      under no circumstances, on no account, in no case, not yet, not now,
      don't, do not, dont, never, never mind, nevermind, forget it, shouldn't, should not, won't, will not,
      can't, cannot, no need, hold off, avoid, refrain from, refuse, nobody, no one, not to, please do not,
      please don't, no longer, doesn't, does not, didn't, did not, isn't, is not, mustn't, must not, wouldn't,
      would not, scrap that`),
    opinion: list(`
      is it all right, is it alright, is it ok if, is it okay if, is it fine if, would it be ok if i, would it be okay if i, is it ok with you, mind if i, worth having, worth it,
      would it be all right if, would it be ok if, would it be okay if, is it all right if, am i right,
      good time to, best time to, right time to, bad time to, good moment to, best moment to, would you advise, would you suggest, do you advise, do you suggest,
      do i need to, do i have to, do we have to, do we need to, do i want to, how would,
      should we, should i, shall we, shall i, do you think, is it a good moment, is it a good time, is it time, is it wise, good idea, is it worth,
      is it ok, is it okay, is it safe, is it fine, is it a good idea, would it be, am i
      allowed, are we allowed, what about, how about, do we need, do we want, would it make sense, does it
      make sense, i think, i wonder, wondering, would you recommend, do you recommend, maybe, perhaps, might,
      thinking of, thinking about, considering, worth, who should, what should, when should, where should, why
      should, why would`),
    hypothetical: list(`
      assume, let us say, let's say,
      what if, what happens, what would happen, what would happen if, suppose, imagine, hypothetically, would
      have, what would`),
    howto: list(`
      how do i, how do you, how to, how can i, how can we, how do we, how would i, how does one, how should i,
      explain how, show me how, teach me`),
    question: list(`
      how many, how much, do we have, do you have, did, did you, did we, have you, has, how's, how are, how is, which of, any idea, is, are, was, were, do, does, which, what, who, where, why, what's,
      where's, who's, how, have we`),
    report: list(`
      
      nobody, no one, people, you've, you'd, it's, it is, it was, that was, this is, that's, they're, there is, there are, there's, there was, our clients, colleagues, everybody, somebody, who, which, was, were, had,
      can, may, shall, i, we, he, she, they, i've, we've, he's, she's, have, had, been, i'll, we'll, will, i'm, we're, am,
      already, yesterday, you, last week, last night, last month, recently, earlier, someone, somebody, ago,
      be, being, they've, going to, it's, would, could, should`),
    reported: list(`
      according to, said, says, say, told me, told, asked, asks, wrote, writes, quote, the runbook says, suggested, mentioned,
      claims, wants, asked me to, keeps saying`),
    state: list(`
      died, dies, bombed, choked, chokes, errored, flopped, tanked, conked out, blew up, fell over, broke, went down, gone down, failed again, hung up, got stuck,
      switched off, switched on, still running, got, gone wrong, stalled, hung, behind,
      failed, failing, fail, fails, failure, failures, running, pending, queued, finished, finish, finishes, done, broken,
      stuck, successful, succeeded, succeed, worked, works, in progress, complete, completed, completes, go through, went
      through, waiting, ongoing, active runs, going on, happening, happened, happened to, happened with, wrong, wrong with,
      error, errors, crashed, crash, timed out, time out, outstanding, in flight, unfinished, hanging`),
    health: list(`
      switched off, switched on, turned off, turned on, sluggish, slow, healthy still, responding, ready,
      active, inactive, healthy, unhealthy, online, offline, connected, disconnected, reachable, alive, dead, enabled,
      disabled, doing, doing ok, up and running, ok, okay, working, down, available right now, in good shape`),
    condition: list(`
      if, unless, once, when, whenever, after, as soon as, until, till, before, provided, provided that,
      assuming, in case, depending on, as long as, only if, while, otherwise, or else, else, whether, except
      if, except when, subject to, wait for, wait until`),
    schedule: list(`
      tomorrow, tonight, next week, next month, later, later today, this evening, this afternoon, this
      weekend, every day, every night, every week, daily, nightly, weekly, monthly, hourly, every hour,
      monday, tuesday, wednesday, thursday, friday, saturday, sunday, hours, hour, minutes, minute, days,
      weeks, midnight, noon, o'clock, morning, on weekdays, at night, off hours, maintenance window, in the
      future, from now on, periodically, always, automatically`),
    because: list(`
      before i, before we, before it, before they, before he, before she,
      so i can, so we can, so they can, so he can, so she can,
      seeing that, seeing as, given that, considering that, owing to, on account of, because, since, so that, as we, as it, due to, in order to, because of`),
    purpose: list(`
      team, teams, demo, meeting, launch, presentation, workshop, project, client, clients, customer, customers,
      sprint, training, onboarding, report, reports, pilot, rollout, users, colleagues, department, session`),
    again: list(`
      again, once more, one more time, back, another go, another try, another shot, once again, over again, a second time, anew, afresh, another time`),
    and: list(`
      and, plus, as well as, along with, and also, together with, and then, then also`),
    or: ['or', 'and or', 'alternatively', 'versus', 'vs'],
    oneOf: list(`
      one of, either, either of, any of, any one of, some of, any, some, whichever, a random`),
    exceptNext: list(`
      except, except for, bar, excluding, other than, apart from, but, but not, not, instead of, rather than,
      without, minus, aside from, besides, and not, all but, everything but, leave out, skip, leave, but don't
      touch, don't touch, do not touch, save for, barring, with the exception of, never on, not the`),
    alone: ['alone', 'untouched', 'as is', 'out of it', 'as it is'],
    correction: list(`
      pardon, excuse me i mean, i mean to say, sorry no, wait sorry, that should be, should read, strike that, no make that, or better, better yet,
      no wait, wait, sorry, i mean, i meant, actually, oops, scratch that, correction, make that, no, sorry i
      mean, sorry i meant, no i mean, wait no, rather, my mistake, my bad, er, uh, um, hmm, or rather, no
      sorry, make it, nope, instead`),
    all: list(`
      all, every, each, all the, all of the, all of our, every one of, every single, each of the, all our, all
      of, any and all, all available, all active, every active, each and every`),
    everywhere: list(`
      everywhere, all over, all places, across the board, everyplace, every place, the
      entire fleet, the whole fleet, fleet wide`),
    anywhere: ['anywhere', 'wherever', 'no matter where'],
    only: ['only', 'solely', 'exclusively', 'nothing else', 'nowhere else'],
    to: list(`
      on, to, in, into, onto, for, across, on to, in to, inside, within, over to, under, target, against, up
      on, up to`),
    from: ['from', 'off', 'out of', 'off of', 'away from'],
    at: list(`
      at, @, with, using, as, pinned to, pinned at, at the, exactly at`),
    of: list(`
      of, 's, by, about, concerning, regarding`),
    skillNoun: list(`
      tool,
      skill, the skill, agent skill, skill name, package, one called, plugin`),
    skillNouns: ['skills', 'agent skills', 'packages'],
    allSkills: [
      'everything',
      'all skills',
      'every skill',
      'all the skills',
      'all of the skills',
      'all of our skills',
      'every single skill',
    ],
    providerNoun: list(`
      box, machine, host, cluster, endpoint, platform, backend, connection, provider, account, environment, env, ai provider, instance, workspace, target, destination,
      deployment target, server, side, tenant, vendor, model provider`),
    providerNouns: list(`
      ai accounts, ai connections, boxes, machines, hosts, clusters, endpoints, platforms, backends, connections, providers, accounts, environments, envs, ai providers, instances, workspaces, targets,
      destinations, vendors, ones`),
    versionNoun: list(`
      version, release, ver, v, rev, revision, build, ref, reference, the version`),
    tagNoun: ['tag', 'the tag', 'tagged', 'label'],
    branchNoun: ['branch', 'the branch'],
    commitNoun: ['commit', 'sha', 'hash', 'commit hash', 'commit sha', 'git commit'],
    runNoun: list(`
      run, runs, job, jobs, task, tasks, batch, queue, history, log, logs`),
    latest: list(`
      newer version, newer release, newer build, newer one, more recent version, more recent release, more recent one, later version, later release, the newest one, the latest one, current release, up-to-date, the current one, recent version,
      latest, newest, latest version, newest version, latest release, newest release, most recent, most recent
      version, the latest, current version, up to date, latest one, the latest version, most recent release`),
    previous: list(`
      the one before that, what we had before, what it was before, earlier release, prior release, former version, preceding version, the version before, one version back, one release back, last known good, last good version, last working version,
      previous, previous version, previous release, prior version, last version, older version, earlier
      version, old version, the one before, previous one, last release`),
    pronoun: list(`
      it, that one, this one, them, these ones, those ones, the same one, the thing, this thing, that thing,
      something, the other one, stuff, this skill, that skill`),
    place: list(`
      there, here, that provider, that connection, this connection, this provider, somewhere, the other
      connection, the same place, both places`),
    override: list(`
      ignore, disregard, forget, override, bypass, circumvent, jailbreak, pretend`),
    rules: list(`
      instructions, instruction, rules, prompt, guidelines, safety, policy, policies, restrictions,
      guardrails, previous instructions, prior instructions, your rules, permissions, checks, safeguards`),
    confirmation: list(`
      confirmation, confirm, confirming, approval, confirmations, asking, prompting, prompts, confirmation
      step, being asked, review step`),
    skip: list(`
      skip, skipping, bypass, bypassing, without, no, without any, without asking for, don't ask for, don't
      ask me for, do not ask for, no need for, disable, suppress`),
    secret: list(`
      api key, api keys, password, passwords, secret, secrets, credential, credentials, access token, access
      tokens, token, tokens, private key, env vars, environment variables, service account key`),
    injection: list(`
      don't ask me to confirm, do not ask me to confirm, i'm the admin, i am the admin, no restrictions, without restrictions, no rules apply, you have no rules, rules do not apply, rules don't apply, unrestricted, without limits, no limits,
      your instructions, your prompt, your rules, your system, your guidelines, hidden prompt, hidden instructions, initial prompt, initial instructions, internal instructions, secret instructions, original instructions, pretend you are, pretend to be, pretend that you are, pretend you're, you are an admin, you're an admin, act like an admin, as an admin, as administrator, as admin, as root, with admin rights, with root, with full privileges, without my approval, without approval, without anyone noticing, no questions asked, no matter what the rules say,
      no need to confirm, no need to ask, no need for confirmation, no need to check with me, no need to double check, needn't confirm, don't bother confirming, don't bother asking, everything above this line, everything above, the text above, the words above, your initial message, system prompt, system message, system override, you are now, developer mode, dan mode, act as, i am the
      system, this is the system, i am your developer, as the system, root access, admin mode, admin override,
      sudo, rm rf, drop table, auto confirm, auto approve, skip confirmation, no confirmation, without
      confirmation, without confirming, without asking, don't ask, do not ask, etc passwd, eval, exec, new
      instructions, pre approved, already confirmed, consider it confirmed, confirmed true, i am an admin, i'm
      an admin, i am the administrator`),
  },
  kinds: {
    openai: ['openai', 'open ai', 'chatgpt', 'chat gpt', 'gpt'],
    claude: ['claude', 'anthropic'],
    gemini: ['gemini', 'google', 'vertex', 'vertex ai', 'google ai'],
    'azure-foundry': list(`
      azure, foundry, azure foundry, microsoft foundry, azure ai foundry`),
    local: list(`
      local, on prem, on premises, on premise, self hosted, onprem`),
  },
  qualifiers: {
    prod: ['prod', 'prd', 'production', 'live'],
    staging: ['staging', 'stage', 'stg'],
    dev: ['dev', 'development'],
    test: ['test', 'testing', 'qa', 'uat'],
    sandbox: ['sandbox'],
    research: ['research'],
    eu: ['eu', 'europe', 'european'],
    us: ['us east', 'us west', 'usa', 'america'],
    seoul: ['seoul'],
    tokyo: ['tokyo'],
    lab: ['lab'],
  },
  spellings: {
    excel: ['excel', 'spreadsheet'],
    powerpoint: ['powerpoint', 'power point'],
    kubernetes: ['kubernetes', 'k8s', 'kube'],
    translate: ['translate', 'translation', 'translator'],
    contract: ['contract'],
    email: ['email', 'e mail', 'mail'],
    chart: ['charts'],
  },
};
