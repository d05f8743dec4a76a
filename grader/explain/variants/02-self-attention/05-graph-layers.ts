import type { WrongVariants } from "../variant.js";

export const variants = {
  "no-self-loops": {
    wrong: "leaves out the self-loops of the convolution",
    edits: [["const closed = a.add(tf.eye(n));", "const closed = a;"]],
    truths: ["edit closed: .add(…) away"],
  },
  "normalised-once": {
    wrong: "divides by the degree of the row only, not by both roots",
    edits: [[".mul(root.expandDims(1)).mul(root)", ".mul(root.square().expandDims(1))"]],
    truths: ["row-normalised"],
  },
  "no-relu": {
    wrong: "leaves out the ReLU of the convolution",
    edits: [["tf.relu(tf.matMul(coefficients, tf.matMul(x, w)))", "tf.matMul(coefficients, tf.matMul(x, w))"]],
    truths: ["edit result: tf.relu away"],
  },
  "mean-of-messages": {
    wrong: "takes the mean over all nodes of the messages",
    edits: [["messages.mul(a.expandDims(2)).sum(1)", "messages.mul(a.expandDims(2)).mean(1)"]],
    truths: ["1/(size -2 of `x`): `a`; 1/(size -2 of `x`): `p.wm`"],
  },
  "sums-first": {
    wrong: "puts the sums before the node's own features",
    edits: [["tf.concat([x, sums], 1)", "tf.concat([sums, x], 1)"]],
    truths: ["update-order"],
  },
} satisfies WrongVariants;
