import type { WrongVariants } from "../variant.js";

export const variants = {
  "no-reset": {
    wrong: "does not apply the reset gate to the state",
    edits: [["reset.mul(state)", "state"]],
    truths: ["edit candidate: only the second operand of mul"],
  },
  "candidate-without-state": {
    wrong: "leaves the state out of the candidate",
    edits: [[".add(linear(reset.mul(state), p.uc))", ""]],
    truths: ["zero: `p.uc`; edit candidate: .add(…) away"],
  },
  "reset-with-update-weights": {
    wrong: "computes the reset gate from the state with uz instead of ur",
    edits: [["linear(state, p.ur)", "linear(state, p.uz)"]],
    truths: ["instead: `p.ur`, `p.uz`"],
  },
  "bias-of-candidate": {
    wrong: "leaves out the bias of the candidate",
    edits: [["linear(x, p.wc, p.bc)", "linear(x, p.wc)"]],
    truths: ["zero: `p.bc`"],
  },
  "relu-candidate": {
    wrong: "lets the candidate go through ReLU instead of tanh",
    edits: [["tf.tanh(", "tf.relu("]],
    truths: ["edit candidate: tanh to relu"],
  },
} satisfies WrongVariants;
