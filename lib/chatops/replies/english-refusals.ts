/** Why nothing was done, and what to write instead, in English. */
import type { RefusalReason } from '../refusals.ts';

export const ENGLISH_REFUSALS: Readonly<Record<RefusalReason, string>> = {
  unsafe: 'I will not do that: it asks me to work around the rules, or for something secret.',
  not_a_command:
    'I did not read that as a request, so nothing was done. Write for example "install pdf-tools on openai-prod".',
  multiple_actions: 'That is more than one request. Please send one message for each.',
  unsupported_action:
    'I cannot do that from chat. I can install, upgrade, uninstall and roll back skills, cancel and retry runs, and tell how things are; write "help" for examples.',
  unknown_skill: 'I do not know that skill. Please write its name as in the catalogue.',
  ambiguous_skill: 'That could mean several skills. Please write the full name of the one you mean.',
  missing_skill: 'Which skill? Please write its name, as in "install pdf-tools on openai-prod".',
  unknown_provider: 'I do not know that provider. Please write the name of a connection.',
  ambiguous_provider: 'That could mean several providers. Please write the full name of the one you mean.',
  inactive_provider: 'That provider is not active. Activate it first, or name another one.',
  missing_provider: 'On which provider? Please add it, as in "install pdf-tools on openai-prod".',
  unknown_ref: 'That skill has no such version. Please name one it has, or leave it out for the newest.',
  blocked_skill:
    'That version may not be installed: its scan found something critical or could not be completed, or it was yanked. Nothing was done.',
  not_understood:
    'I did not understand that well enough to act on it. Write for example "install pdf-tools on openai-prod".',
  forbidden: 'Your role does not allow that. Please ask an operator.',
  plan_changed: 'Things have changed since, so nothing was done. Please send the message again.',
  confirmation_expired: 'That confirmation is used up or too old. Please send the message again.',
  confirmation_required: 'Nothing was done yet: this has to be confirmed first.',
};
