import type { WrongVariants } from "../variant.js";

export const variants = {
  "sigma-is-width": {
    wrong: "takes halfWidth itself for sigma",
    edits: [["halfWidth / 2", "halfWidth"]],
    truths: [],
  },
  "center-without-sigmoid": {
    wrong: "leaves out the sigmoid of the center",
    edits: [["tf.sigmoid(place).mul(length)", "place.mul(length)"]],
    truths: ["edit center: tf.sigmoid away"],
  },
  "target-first": {
    wrong: "puts the target before the context",
    edits: [["tf.concat([context, target], 1)", "tf.concat([target, context], 1)"]],
    truths: ["concat-order"],
  },
  "no-fade": {
    wrong: "leaves out the Gaussian",
    edits: [["align.mul(fade)", "align"]],
    truths: ["edit weights: .mul(…) away"],
  },
  "last-position": {
    wrong: "multiplies the sigmoid by S − 1",
    edits: [[".mul(length); // [B]", ".mul(length - 1); // [B]"]],
    truths: [],
  },
} satisfies WrongVariants;
