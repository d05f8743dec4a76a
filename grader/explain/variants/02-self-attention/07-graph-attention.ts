import type { WrongVariants } from "../variant.js";

export const variants = {
  "no-leaky-relu": {
    wrong: "leaves out the LeakyReLU",
    edits: [["tf.leakyRelu(listening.add(heard), 0.2)", "listening.add(heard)"]],
    truths: ["no-leaky-relu"],
  },
  "slope-of-0.01": {
    wrong: "takes 0.01 for the slope of the LeakyReLU",
    edits: [["listening.add(heard), 0.2", "listening.add(heard), 0.01"]],
    truths: ["slope-001"],
  },
  "no-self-loops": {
    wrong: "lets no node listen to itself",
    edits: [['a.add(tf.eye(n)).cast("bool")', 'a.cast("bool")']],
    truths: ["no-self-loop"],
  },
  "summed-heads": {
    wrong: "sums the heads instead of taking their mean",
    edits: [[".div(heads.length)", ""]],
    truths: ["edit result: .div(…) away"],
  },
  "roles-exchanged": {
    wrong: "exchanges a1 and a2",
    edits: [
      ["head.a1.expandDims(1)", "head.a2.expandDims(1)"],
      ["linear(z, head.a2.expandDims(1)).squeeze([1])", "linear(z, head.a1.expandDims(1)).squeeze([1])"],
    ],
    truths: ["a1-and-a2-swapped"],
  },
} satisfies WrongVariants;
