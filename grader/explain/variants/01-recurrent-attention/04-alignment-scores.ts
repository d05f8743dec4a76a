import type { WrongVariants } from "../variant.js";

export const variants = {
  "general-transposed": {
    wrong: "multiplies the query by the transpose of wa in general scores",
    edits: [["dot(linear(query, scorer.wa))", "dot(linear(query, scorer.wa.transpose()))"]],
    truths: ["general-transposed"],
  },
  "additive-without-tanh": {
    wrong: "leaves out the tanh of additive scores",
    edits: [
      ["project(tf.tanh(fromStates.add(fromQuery)), scorer.va)", "project(fromStates.add(fromQuery), scorer.va)"],
    ],
    truths: ["edit result: tf.tanh away"],
  },
  "concat-other-order": {
    wrong: "puts the states before the query in concat scores",
    edits: [["tf.concat([queries, states], 2)", "tf.concat([states, queries], 2)"]],
    truths: ["edit pairs: elements 1 and 2 exchanged"],
  },
  "scaled-dot": {
    wrong: "divides dot scores by the root of the width",
    edits: [["return dot(query); // [B, T]", "return dot(query).div(Math.sqrt(width)); // [B, T]"]],
    truths: [],
  },
} satisfies WrongVariants;
