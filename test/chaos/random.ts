/** Choices that are the same for the same seed. */
import { seededRandom } from '../../emulators/faults.ts';

export interface Choices {
  /** An integer in [min, max]. */
  between(min: number, max: number): number;
  oneOf<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

export function choicesOf(seed: number): Choices {
  const random = seededRandom(seed);
  const between = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1));
  return {
    between,
    oneOf<T>(items: readonly T[]): T {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('there is nothing to choose from');
      return item;
    },
    chance: (probability) => random() < probability,
  };
}
