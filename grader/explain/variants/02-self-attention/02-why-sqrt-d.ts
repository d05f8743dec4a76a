import type { WrongVariants } from "../variant.js";

export const variants = {
  "sum-of-variances": {
    wrong: "returns the standard deviation as variance",
    edits: [["variance: mean(variance)", "variance: Math.sqrt(mean(variance))"]],
    truths: ["standard-deviation"],
  },
  "entropy-in-bits": {
    wrong: "computes the entropy with the logarithm to base 2",
    edits: [[".log()).sum(1).neg()", ".log().div(Math.LN2)).sum(1).neg()"]],
    truths: ["base-two"],
  },
  "norm-not-rooted": {
    wrong: "leaves out the root of the norm",
    edits: [["maximum(0).sqrt()", "maximum(0)"]],
    truths: ["norm-squared"],
  },
  "always-scaled": {
    wrong: "scales whatever is asked for",
    edits: [["scaled ? products.div(Math.sqrt(d)) : products", "products.div(Math.sqrt(d))"]],
    truths: ["edit scores: condition to true"],
  },
  "divided-by-d": {
    wrong: "divides by d instead of its root",
    edits: [["div(Math.sqrt(d))", "div(d)"]],
    truths: ["scale-by-d"],
  },
} satisfies WrongVariants;
