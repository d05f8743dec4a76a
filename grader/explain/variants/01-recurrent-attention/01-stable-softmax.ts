import type { WrongVariants } from "../variant.js";

export const variants = {
  "squared-exponentials": {
    wrong: "squares the exponentials before they are divided",
    edits: [
      [
        "return exponentials.div(exponentials.sum(-1, true))",
        "return exponentials.square().div(exponentials.sum(-1, true))",
      ],
    ],
    truths: [],
  },
  "divided-by-maximum": {
    wrong: "divides by the largest exponential of a row instead of their sum",
    edits: [["exponentials.sum(-1, true)", "exponentials.max(-1, true)"]],
    truths: ["edit result: .div(…) away"],
  },
  "log-softmax": {
    wrong: "returns the logarithm of the weights",
    edits: [["exponentials.div(exponentials.sum(-1, true))", "exponentials.div(exponentials.sum(-1, true)).log()"]],
    truths: ["log: result"],
  },
  "negative-scores": {
    wrong: "gives the smallest score the largest weight, as if the scores were negated",
    edits: [["x.sub(x.max(-1, true))", "x.neg().sub(x.neg().max(-1, true))"]],
    truths: ["negated: `x`"],
  },
} satisfies WrongVariants;
