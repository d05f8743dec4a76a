/** Which examples a step learns from: a function of seed and step alone, so that a run can be gone on with. */
import { randomOf } from "../suite/random.js";

/** Batches whose examples are sorted together: rows of about the same length waste little on padding. */
const POOL = Number(process.env.POOL ?? 1);

/**
 * Gives the examples of each step. Every example is met once before any is met again.
 *
 * @param lengthOf what examples of a batch should have in common, about
 */
export function batches<E>(
  examples: readonly E[],
  size: number,
  seed: number,
  lengthOf: (example: E) => number,
): (step: number) => E[] {
  const perEpoch = Math.max(1, Math.floor(examples.length / size));
  let known: { readonly epoch: number; readonly batches: readonly E[][] } | undefined;

  const shuffled = <T>(items: readonly T[], label: string): T[] => {
    const { integer } = randomOf(seed, label);
    const order = [...items];
    for (let i = order.length - 1; i > 0; i--) {
      const j = integer(0, i);
      [order[i], order[j]] = [order[j] as T, order[i] as T];
    }
    return order;
  };
  const epochOf = (epoch: number): E[][] => {
    const order = shuffled(examples, `examples ${epoch}`);
    const made: E[][] = [];
    for (let start = 0; start < perEpoch * size; start += POOL * size) {
      const pool = order.slice(start, Math.min(start + POOL * size, perEpoch * size));
      const sorted = pool.toSorted((a, b) => lengthOf(a) - lengthOf(b));
      for (let at = 0; at < sorted.length; at += size) made.push(sorted.slice(at, at + size));
    }
    return shuffled(made, `batches ${epoch}`);
  };

  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch);
    if (known?.epoch !== epoch) known = { epoch, batches: epochOf(epoch) };
    return known.batches[(step - 1) % perEpoch] ?? [];
  };
}
