/** The stored Merkle tree: seals are its leaves, and full tiles stand for what is below them. */
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { GrowingTree, TILE_WIDTH, type SubtreeRoot } from './merkle.ts';
import { selectSeals, selectTiles, type Seal, type Tile } from './seal-store.ts';

/** Roots of complete subtrees, from tiles as large as fit, so that few rows are read. */
export function storedSubtrees(ctx: Context): SubtreeRoot {
  return async (from, size) => {
    let [level, width] = [0, 1];
    while (width * TILE_WIDTH <= size) [level, width] = [level + 1, width * TILE_WIDTH];
    const nodes =
      level === 0
        ? (await selectSeals(ctx, from + 1, size)).map(({ leaf }) => leaf)
        : (await selectTiles(ctx, level, from / width, size / width)).map(({ root }) => root);
    if (nodes.length !== size / width)
      throw new AppError('internal:api', 'The audit chain is broken; GET /api/audit-logs/verify says where');
    return rootOver(nodes);
  };
}

/** Of a complete subtree. */
function rootOver(nodes: readonly Buffer[]): Buffer {
  const tree = new GrowingTree();
  for (const node of nodes) tree.append(node);
  return tree.root();
}

/** The tiles that are full once `seals`, which follow what is stored, are stored too. Of the first level first. */
export async function tilesFilledBy(ctx: Context, seals: readonly Seal[]): Promise<Tile[]> {
  const first = (seals[0]?.seq ?? 1) - 1;
  const last = first + seals.length;
  const begun = await selectSeals(ctx, first - (first % TILE_WIDTH) + 1, first % TILE_WIDTH);
  const leaves = [...begun, ...seals];
  const tiles: Tile[] = [];
  for (let from = 0; from + TILE_WIDTH <= leaves.length; from += TILE_WIDTH) {
    const filled = leaves.slice(from, from + TILE_WIDTH);
    const end = filled.at(-1);
    if (!end) break;
    tiles.push({
      level: 1,
      index: end.seq / TILE_WIDTH - 1,
      root: rootOver(filled.map(({ leaf }) => leaf)),
      chain: end.hash,
    });
  }
  return [...tiles, ...(await tilesAbove(ctx, tiles, Math.floor(last / TILE_WIDTH)))];
}

/** `below` are new and end where their level now has `count`. */
async function tilesAbove(ctx: Context, below: readonly Tile[], count: number): Promise<Tile[]> {
  const [lowest] = below;
  if (!lowest || Math.floor(count / TILE_WIDTH) === Math.floor((count - below.length) / TILE_WIDTH))
    return [];
  const level = lowest.level + 1;
  const begin = lowest.index - (lowest.index % TILE_WIDTH);
  const nodes = [...(await selectTiles(ctx, lowest.level, begin, lowest.index - begin)), ...below];
  const tiles: Tile[] = [];
  for (let from = 0; from + TILE_WIDTH <= nodes.length; from += TILE_WIDTH)
    tiles.push({
      level,
      index: begin / TILE_WIDTH + from / TILE_WIDTH,
      root: rootOver(nodes.slice(from, from + TILE_WIDTH).map(({ root }) => root)),
      chain: null,
    });
  return [...tiles, ...(await tilesAbove(ctx, tiles, Math.floor(count / TILE_WIDTH)))];
}
