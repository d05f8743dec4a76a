/** Taking one thing away from a model, below the surface: code around the exercise that does it. */
import type { Ablation } from "./lab.js";

/** By exercise, in the words of `PartsRequest.around`. The norm moves by the model's own setting. */
export const AROUND: Readonly<Record<Ablation, Readonly<Record<string, string>>>> = {
  scale: {
    "2.1": `
      export const scaledDotProductAttention = (q, k, v, mask) =>
        original.scaledDotProductAttention(q.mul(Math.sqrt(q.shape[q.shape.length - 1])), k, v, mask);`,
  },
  positions: {
    "3.3": "export const sinusoidalPositions = (...args) => original.sinusoidalPositions(...args).mul(0);",
  },
  // Every word of the target may look at every other one, those that it has to say among them.
  mask: {
    "5.8": `
      export const makeBatch = (pairs, ids) => {
        const batch = original.makeBatch(pairs, ids);
        const [B, m] = batch.targetIn.shape;
        const words = batch.targetIn.notEqual(ids.pad).reshape([B, 1, 1, m]);
        return { ...batch, targetMask: words.tile([1, 1, m, 1]) };
      };`,
  },
  // The decoder reads what it has to say.
  shift: {
    "5.8": `
      export const makeBatch = (pairs, ids) => {
        const batch = original.makeBatch(pairs, ids);
        return { ...batch, targetIn: batch.targetOut };
      };`,
  },
  warmup: {
    "5.6": `
      export const noamRate = (step, d, warmup, factor) => original.noamRate(warmup ?? 4000, d, warmup, factor);`,
  },
  norm: {},
};
