import type { WrongVariants } from "../variant.js";

export const variants = {
  "keys-for-queries": {
    wrong: "projects the queries with wk",
    edits: [["linear(x, p.wq), linear(x, p.wk)", "linear(x, p.wk), linear(x, p.wk)"]],
    truths: ["instead: `p.wq`, `p.wk`"],
  },
  "values-unprojected": {
    wrong: "takes x itself for the values",
    edits: [["linear(x, p.wv))", "x)"]],
    truths: ["values-not-projected"],
  },
  "other-order": {
    wrong: "multiplies wk by the transpose of wq",
    edits: [["tf.matMul(wq, wk, false, true)", "tf.matMul(wk, wq, false, true)"]],
    truths: ["bilinear-transposed"],
  },
  "scaled-form": {
    wrong: "divides the bilinear form by the root of its width",
    edits: [["tf.matMul(wq, wk, false, true)", "tf.matMul(wq, wk, false, true).div(Math.sqrt(wq.shape[1] ?? 1))"]],
    truths: ["bilinear-scaled"],
  },
} satisfies WrongVariants;
