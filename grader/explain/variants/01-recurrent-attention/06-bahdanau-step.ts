import type { WrongVariants } from "../variant.js";

export const variants = {
  "old-state-in-logits": {
    wrong: "computes the logits from the old state",
    edits: [["tf.concat([next, context, previous], 1)", "tf.concat([state, context, previous], 1)"]],
    truths: [],
  },
  "no-output-bias": {
    wrong: "leaves out the bias of the logits",
    edits: [["p.wo, p.bo)", "p.wo)"]],
    truths: ["zero: `p.bo`"],
  },
  "context-first": {
    wrong: "puts the context before the previous word where the cell is fed",
    edits: [["tf.concat([previous, context], 1)", "tf.concat([context, previous], 1)"]],
    truths: ["gru-input-order"],
  },
  "mask-ignored": {
    wrong: "does not hand on the mask",
    edits: [["contextVector(scores, states, mask)", "contextVector(scores, states)"]],
    truths: ["mask-ignored"],
  },
} satisfies WrongVariants;
