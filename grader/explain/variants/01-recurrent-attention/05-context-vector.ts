import type { WrongVariants } from "../variant.js";

export const variants = {
  "mask-ignored": {
    wrong: "does not look at the mask",
    edits: [["mask === undefined ? scores : tf.where(mask, scores, -1e9)", "scores"]],
    truths: ["left out: `mask`"],
  },
  "mask-times-scores": {
    wrong: "multiplies the scores by the mask",
    edits: [["tf.where(mask, scores, -1e9)", 'scores.mul(mask.cast("float32"))']],
    truths: [],
  },
  "mean-of-states": {
    wrong: "returns the mean of the states as context",
    edits: [["tf.matMul(weights.expandDims(1), states).squeeze([1])", "states.mean(1)"]],
    truths: ["mean-of-states"],
  },
  "raw-scores": {
    wrong: "weighs the states with the scores instead of the weights",
    edits: [["tf.matMul(weights.expandDims(1)", "tf.matMul(allowed.expandDims(1)"]],
    truths: [],
  },
} satisfies WrongVariants;
