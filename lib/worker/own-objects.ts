/** Looks through an account for what our requests made there, by our mark or by name, time and content. */
import type { Context } from '../kernel/context.ts';
import type {
  Call,
  Connection,
  ListedSkill,
  ProviderAdapter,
  RemoteSkill,
  UninstallResult,
} from '../providers/adapter.ts';
import { installMarker } from '../providers/adopt.ts';
import { selectVersionDigests } from '../skills/versions/version-store.ts';
import type { Happened } from './outcome.ts';

const MAX_PAGES = 200;

/** Objects whose age nobody knows are never ours. */
export async function findOwnObjects(
  ctx: Context,
  adapter: ProviderAdapter,
  connection: Connection,
  call: Call,
  target: { readonly skillId: string; readonly skillName: string },
  isOfThatTime: (createdAt: Date) => boolean,
): Promise<ListedSkill[]> {
  const digests = new Set(await selectVersionDigests(ctx, target.skillId));
  const mark = installMarker(connection.id, target.skillName);
  const own: ListedSkill[] = [];
  let page: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const listed: Awaited<ReturnType<ProviderAdapter['list']>> = await adapter.list(connection, page, call);
    for (const skill of listed.skills) {
      if (skill.createdAt === null || !isOfThatTime(skill.createdAt)) continue;
      if (skill.mark === mark) own.push(skill);
      else if (skill.mark === null && skill.name === target.skillName) {
        const status = await adapter.status(connection, skill, call);
        if (status.present && status.digest !== null && digests.has(status.digest)) own.push(skill);
      }
    }
    if (listed.next === null) break;
    page = listed.next;
  }
  return own;
}

/** One after the other; `noop` when there is none. */
export async function uninstallAll(
  present: readonly RemoteSkill[],
  uninstall: (one: RemoteSkill) => Promise<UninstallResult>,
): Promise<Extract<Happened, { type: 'uninstalled' }>> {
  let result: UninstallResult = { effect: 'noop', providerRequestId: null };
  for (const one of present) result = await uninstall(one);
  return { type: 'uninstalled', result, externalId: present.at(-1)?.externalId ?? null };
}
