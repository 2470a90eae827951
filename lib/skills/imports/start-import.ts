/** Asks for an import: its row waits for a worker, and what it needs is kept until it has ended. */
import { recordAudit } from '../../audit/record.ts';
import { requireRole } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import { shownUrl } from '../sources/fetch-remote.ts';
import type { GitSource } from '../sources/git.ts';
import type { SkillImport } from './import-schema.ts';
import { insertImport } from './import-store.ts';
import { getImport } from './read-imports.ts';

export type ImportedSource =
  | GitSource
  | { readonly type: 'archive'; readonly fileName: string | null; readonly bytes: Uint8Array };

export async function startImport(
  ctx: Context,
  input: { readonly source: ImportedSource; readonly tags: readonly string[] },
): Promise<SkillImport> {
  requireRole(ctx, 'operator');
  const { source } = input;
  const id = newId('skillImport');
  const origin = originOf(source);
  const token = source.type === 'git' ? source.token : undefined;
  const made = await transaction(ctx, async (tx) => {
    await insertImport(tx, {
      id,
      origin,
      tokenSealed: token === undefined ? null : tx.secretBox.seal(new Secret(token), tokenBinding(id)),
      archive: source.type === 'archive' ? source.bytes : null,
      tags: [...new Set(input.tags)],
    });
    await recordAudit(tx, {
      action: 'skill.import',
      target: { type: 'skill_import', id, name: nameOfOrigin(origin) },
      change: { status: 'queued' },
    });
    return await getImport(tx, id);
  });
  ctx.db.notify('imports_queued');
  return made;
}

function originOf(source: ImportedSource): Record<string, string> {
  if (source.type === 'archive') {
    return { type: 'archive', ...(source.fileName !== null && { fileName: source.fileName }) };
  }
  const { url, ref, path } = source;
  return {
    type: 'git',
    url: shownUrl(url),
    ...(ref !== undefined && { ref }),
    ...(path !== undefined && { path }),
  };
}

/** As the audit log names the target. */
export function nameOfOrigin(origin: Readonly<Record<string, string>>): string {
  return origin['url'] ?? origin['fileName'] ?? 'archive';
}

/** A sealed token opens in the row of its own import only. */
export function tokenBinding(id: string): readonly string[] {
  return ['skill_import', id];
}
