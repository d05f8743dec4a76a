import type { WrongVariants } from "../variant.js";

export const variants = {
  "inverse-permutation": {
    wrong: "puts row i at place perm[i] instead of taking it from there",
    edits: [["tf.gather(x, perm)", "tf.gather(x, perm.map((_, i) => perm.indexOf(i)))"]],
    truths: ["inverse-permutation"],
  },
  "columns-forgotten": {
    wrong: "permutes only the rows of the graph",
    edits: [["permuteRows(permuteRows(a, perm).transpose(), perm).transpose()", "permuteRows(a, perm)"]],
    truths: ["rows-only"],
  },
  "mean-for-maximum": {
    wrong: "returns the mean of the differences instead of the largest",
    edits: [
      [
        "permuteRows(f(x), perm)); // [n, e]\n  return difference.abs().max()",
        "permuteRows(f(x), perm)); // [n, e]\n  return difference.abs().mean()",
      ],
    ],
    truths: [],
  },
  "without-absolute": {
    wrong: "takes the largest difference with its sign",
    edits: [["sub(f(x));\n  return difference.abs().max()", "sub(f(x));\n  return difference.max()"]],
    truths: [],
  },
} satisfies WrongVariants;
