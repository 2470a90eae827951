/** The chat products there are. A new one is a file and a line here. */
import { slack } from './slack.ts';
import type { ChatSurface } from './surface.ts';

export const SURFACES: readonly ChatSurface[] = [slack];

/** Null for one that a newer version knew. */
export function findSurface(name: string): ChatSurface | null {
  return SURFACES.find((surface) => surface.name === name) ?? null;
}
