/** Intent → deed. */
import type { RunChoice } from '../../runs/choose-runs.ts';
import type { Intent, Subject } from '../interpret.ts';
import { changeInstallations } from './change-installations.ts';
import type { Deed } from './deed.ts';
import { cancelChosen, retryChosen } from './steer-runs.ts';
import { tell } from './tell.ts';

/** As people copy them: of runs and of batches. */
const ID = /\b(?:run|bat)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/giu;

/** Whether a message names runs or batches by their ids. */
export function idsIn(message: string): string[] {
  return [...new Set(message.match(ID)?.map((id) => id.toLowerCase()) ?? [])];
}

export function deedOf(intent: Intent, ids: readonly string[], subject: Subject): Deed {
  const choice: RunChoice = { skills: intent.skills, providers: intent.providers, ids };
  switch (intent.action) {
    case 'cancel':
      return cancelChosen(choice);
    case 'retry':
      return retryChosen(choice);
    case 'status':
    case 'list':
    case 'help':
      return tell(intent, choice, subject);
    default:
      return changeInstallations(intent);
  }
}
