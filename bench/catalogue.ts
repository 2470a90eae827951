/** Skills and connections to install them into, put into a new database. */
import { checkInput, sealCredentials } from '../lib/connections/credentials.ts';
import { insertConnection } from '../lib/connections/store.ts';
import { transaction } from '../lib/db/database.ts';
import type { Context } from '../lib/kernel/context.ts';
import { newId } from '../lib/kernel/ids.ts';
import { adapterFor } from '../lib/providers/registry.ts';
import { createSkill } from '../lib/skills/create-skill.ts';
import { skillMd } from '../test/support/skills.ts';

export interface Catalogue {
  readonly skills: readonly string[];
  readonly providers: readonly string[];
}

export async function fillCatalogue(
  ctx: Context,
  size: { skills: number; providers: number },
): Promise<Catalogue> {
  const skills = named('skill', size.skills);
  const providers = named('provider', size.providers);
  for (const name of skills) await registerSkill(ctx, name);
  await connect(ctx, providers);
  return { skills, providers };
}

function named(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `bench-${what}-${index + 1}`);
}

async function registerSkill(ctx: Context, name: string): Promise<void> {
  const file = { path: 'SKILL.md', bytes: Buffer.from(skillMd(name)) };
  await createSkill(ctx, { source: { type: 'files', files: [file] }, metadata: { tags: [] } });
}

/** Past the check of the account, which would ask the provider. */
async function connect(ctx: Context, slugs: readonly string[]): Promise<void> {
  const kind = 'openai';
  const input = { config: {}, credentials: { apiKey: 'a-key-that-is-never-sent' }, isSandbox: false };
  const checked = checkInput(ctx, adapterFor(kind), input);
  await transaction(ctx, async (tx) => {
    for (const slug of slugs) {
      const id = newId('provider');
      await insertConnection(tx, {
        id,
        slug,
        kind,
        displayName: slug,
        status: 'active',
        sandbox: false,
        config: checked.config,
        baseUrl: checked.baseUrl,
        credential: sealCredentials(tx, id, checked),
        check: { checkedAt: ctx.clock.now(), latencyMs: 1, error: null },
        createdBy: 'bench',
      });
    }
  });
}
