import type { WrongVariants } from "../variant.js";

export const variants = {
  "divided-by-dk": {
    wrong: "divides by dk instead of its root",
    edits: [["div(Math.sqrt(dk))", "div(dk)"]],
    truths: ["scale-dk"],
  },
  "scaled-twice": {
    wrong: "divides by the root of dk twice",
    edits: [["div(Math.sqrt(dk))", "div(Math.sqrt(dk)).div(Math.sqrt(dk))"]],
    truths: ["scale-dk"],
  },
  "root-of-keys": {
    wrong: "divides by the root of the number of keys",
    edits: [["q.shape.at(-1) ?? 1", "k.shape.at(-2) ?? 1"]],
    truths: ["scale-sqrt-m"],
  },
  "mask-inverted": {
    wrong: "fills the allowed scores and keeps the forbidden ones",
    edits: [["tf.where(mask, scores, -1e9)", "tf.where(mask, tf.fill(scores.shape, -1e9), scores)"]],
    truths: ["mask-inverted"],
  },
  "masked-weights": {
    wrong: "sets weights to zero where the mask forbids, without softmax knowing",
    edits: [
      [
        "const weights = stableSoftmax(allowed);",
        'const plain = stableSoftmax(scores);\n  const weights = mask === undefined ? plain : plain.mul(mask.cast("float32"));',
      ],
    ],
    truths: ["mask-after-softmax"],
  },
  "output-of-scores": {
    wrong: "multiplies the scores instead of the weights by v",
    edits: [["tf.matMul(weights, v)", "tf.matMul(scores, v)"]],
    truths: ["edit output: weights to scores"],
  },
} satisfies WrongVariants;
