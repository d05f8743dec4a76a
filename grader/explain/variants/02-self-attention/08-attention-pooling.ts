import type { WrongVariants } from "../variant.js";

export const variants = {
  unweighted: {
    wrong: "returns the kept nodes without their weights",
    edits: [["tf.gather(weighted,", "tf.gather(x,"]],
    truths: ["hard-selection"],
  },
  "smallest-kept": {
    wrong: "keeps the nodes with the smallest weights for topK",
    edits: [["b.weight - a.weight", "a.weight - b.weight"]],
    truths: [],
  },
  "mean-readout": {
    wrong: "takes the mean of the nodes in readout",
    edits: [["z.sum(0)", "z.mean(0)"]],
    truths: ["mean-readout"],
  },
  "max-readout": {
    wrong: "takes the largest entries of the nodes in readout",
    edits: [["z.sum(0)", "z.max(0)"]],
    truths: [],
  },
  "indices-by-weight": {
    wrong: "leaves the indices in the order of the weights",
    edits: [[".map(({ index }) => index).sort((a, b) => a - b)", ".map(({ index }) => index)"]],
    truths: ["edit indices: .sort(…) away"],
  },
} satisfies WrongVariants;
