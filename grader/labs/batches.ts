/** Which examples a step learns from: a function of seed and step alone, so that a run can be gone on with. */
import { randomOf } from "../suite/random.js";

/**
 * Gives the examples of each step. Every example is met once before any is met again.
 */
export function batches<E>(examples: readonly E[], size: number, seed: number): (step: number) => E[] {
  const perEpoch = Math.max(1, Math.floor(examples.length / size));
  let known: { readonly epoch: number; readonly batches: readonly E[][] } | undefined;

  const epochOf = (epoch: number): E[][] => {
    const { integer } = randomOf(seed, `epoch ${epoch}`);
    const order = [...examples];
    for (let i = order.length - 1; i > 0; i--) {
      const j = integer(0, i);
      [order[i], order[j]] = [order[j] as E, order[i] as E];
    }
    return Array.from({ length: perEpoch }, (_, batch) => order.slice(batch * size, (batch + 1) * size));
  };

  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch);
    if (known?.epoch !== epoch) known = { epoch, batches: epochOf(epoch) };
    return known.batches[(step - 1) % perEpoch] ?? [];
  };
}
