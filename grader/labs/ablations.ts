/** Taking one thing away from a model, below the surface: code around the exercise that does it. */
import type { Text } from "../language.js";
import type { Ablation } from "./lab.js";

/** What is missing, as a title says it. */
export const WITHOUT: Readonly<Record<Ablation, Text>> = {
  scale: { en: "without the division by √dk", es: "sin la división entre √dk" },
  positions: { en: "without positions", es: "sin posiciones" },
  mask: { en: "without the causal mask", es: "sin la máscara causal" },
  shift: { en: "without the shift of the target", es: "sin desplazar el objetivo" },
  warmup: { en: "at a constant learning rate", es: "con tasa de aprendizaje constante" },
  norm: { en: "with the norm after each sublayer (post)", es: "con la normalización después de cada subcapa (post)" },
};

/** By exercise, in the words of `PartsRequest.around`. The place of the norm is a setting of the model. */
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
    "4.5": "export const causalMask = (n) => original.causalMask(n).logicalOr(original.causalMask(n).logicalNot());",
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
