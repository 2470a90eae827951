/** Goes through the whole audit log and says whether anybody changed, removed, added, moved or rewrote a record. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { readAnchors } from './anchor-file.ts';
import type { Signed, WalkStart } from './chain-walk.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { AuditBreak, AuditVerification } from './schema.ts';
import { TILE_WIDTH } from './merkle.ts';
import { selectTiles } from './seal-store.ts';
import {
  selectCheckpoints,
  selectFirstSeq,
  selectSealedPage,
  selectStrays,
  type Strays,
} from './verify-store.ts';
import { startWalk, type Walked } from './walk-in-thread.ts';

/** Few enough that other requests are served between them. */
const ROWS_AT_ONCE = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export async function verifyAuditLog(ctx: Context): Promise<AuditVerification> {
  requireRole(ctx, 'auditor');
  const stored = await selectCheckpoints(ctx);
  const anchors = await readAnchors(ctx.settings.auditAnchorFile);
  const signed = [...signedBy(ctx, stored, 'checkpoint'), ...signedBy(ctx, anchors, 'anchor')];
  const pruned = await findPruned(ctx, signed);
  const walked = pruned.broken ? NOT_WALKED : await walkSeals(ctx, { signed, pruned: pruned.tiles });
  const strays = await selectStrays(ctx);
  const firstBroken = pruned.broken ?? walked.firstBroken ?? cutOff(signed, walked) ?? strayOf(strays);
  return {
    ok: firstBroken === null,
    checked: walked.checked,
    firstBroken,
    prunedBefore: pruned.tiles.length * TILE_WIDTH,
    unsealed: strays.waiting,
    checkpoints: stored.length,
    anchors: anchors.length,
  };
}

const NOT_WALKED: Walked = { checked: 0, size: 0, firstBroken: null };

function signedBy(
  ctx: Context,
  notes: readonly { size: number; note: string }[],
  from: Signed['from'],
): Signed[] {
  return notes.map(({ size, note }) => ({ size, from, content: readCheckpoint(ctx.noteSigner, note) }));
}

/** The database reads while a thread of its own computes, so that requests are served meanwhile. */
async function walkSeals(ctx: Context, start: WalkStart): Promise<Walked> {
  const begin = start.pruned.length * TILE_WIDTH;
  const thread = startWalk(start);
  try {
    let walking: Promise<Walked> = Promise.resolve({ ...NOT_WALKED, size: begin });
    for (let after: number | null = begin; after !== null; ) {
      const page = await selectSealedPage(ctx, after, ROWS_AT_ONCE);
      const walked = await walking;
      if (page.count === 0 || walked.firstBroken !== null) return walked;
      walking = thread.walk(page.text);
      // Whoever awaits it hears of it.
      walking.catch(() => null);
      after = page.lastSeq;
    }
    return await walking;
  } finally {
    await thread.close();
  }
}

/** Retention takes whole tiles whose time is over; what they held is vouched for by every later signed root. */
async function findPruned(
  ctx: Context,
  signed: readonly Signed[],
): Promise<{ readonly tiles: WalkStart['pruned']; readonly broken: AuditBreak | null }> {
  const first = await selectFirstSeq(ctx);
  if (first === null || first === 1) return { tiles: [], broken: null };
  const pruned = first - 1;
  const tiles = await selectTiles(ctx, 1, 0, Math.floor(pruned / TILE_WIDTH));
  const days = ctx.settings.auditRetentionDays;
  const isOver = (time: Date) => days !== null && time.getTime() < ctx.clock.now().getTime() - days * DAY_MS;
  if (pruned % TILE_WIDTH === 0 && tiles.length * TILE_WIDTH === pruned && wasSigned(signed, pruned, isOver))
    return { tiles, broken: null };
  const what = `the ${pruned} records before are missing`;
  return { tiles: [], broken: { seq: 1, id: null, what } };
}

/** Whether this many records were signed for at a time that `isOver`. */
function wasSigned(signed: readonly Signed[], size: number, isOver: (time: Date) => boolean): boolean {
  return signed.some(
    ({ content }) =>
      content !== null && content !== 'unknown_key' && content.size >= size && isOver(content.time),
  );
}

function cutOff(signed: readonly Signed[], { size }: Walked): AuditBreak | null {
  const beyond = signed.find((each) => each.size > size);
  if (!beyond) return null;
  const what = `cut off: the ${beyond.from} at ${beyond.size} covers more`;
  return { seq: size + 1, id: null, what };
}

function strayOf({ unchained, vanished }: Strays): AuditBreak | null {
  if (unchained !== null) return { seq: null, id: unchained, what: 'added outside of the chain' };
  return vanished === null ? null : { seq: null, id: vanished, what: 'removed before it was sealed' };
}
