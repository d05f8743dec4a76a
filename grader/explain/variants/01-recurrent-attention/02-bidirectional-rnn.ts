import type { WrongVariants } from "../variant.js";

export const variants = {
  "bias-forgotten": {
    wrong: "leaves out the bias b",
    edits: [["linear(x, p.wx, p.b)", "linear(x, p.wx)"]],
    truths: ["zero: `p.b`"],
  },
  "no-tanh": {
    wrong: "leaves out the tanh",
    edits: [["tf.tanh(input.add(linear(state, p.wh)))", "input.add(linear(state, p.wh))"]],
    truths: ["no-tanh"],
  },
  "initial-ignored": {
    wrong: "starts from zeros also where an initial state is given",
    edits: [["initial ?? tf.zeros", "tf.zeros"]],
    truths: ["left out: `initial`"],
  },
  "not-turned-back": {
    wrong: "leaves the states of the backward pass in the order in which they were read",
    edits: [["tf.reverse(rnn(tf.reverse(x, 1), backward), 1)", "rnn(tf.reverse(x, 1), backward)"]],
    truths: ["backward-not-rereversed"],
  },
  "state-transposed": {
    wrong: "multiplies the state by the transpose of wh",
    edits: [["linear(state, p.wh)", "linear(state, p.wh.transpose())"]],
    truths: ["transposed: `p.wh`"],
  },
} satisfies WrongVariants;
