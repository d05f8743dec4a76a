/** What laws and calls are expected to be: each function fails the check with a report unless it holds. */
import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "../language.js";
import { textOf, wordsIn } from "../text/index.js";
import { leaves } from "../values/tree.js";
import { compare, ORDINARY } from "./compare.js";
import { digits } from "./excerpt.js";
import { fail } from "./failure.js";
import { toParcel } from "./trusted.js";

/**
 * Fails unless two values agree: tensors, numbers, or lists and objects of them.
 *
 * @param what the subject of the report: "the sums of the rows"
 */
export function expectClose(got: unknown, expected: unknown, what: Text, tolerance = ORDINARY): void {
  const difference = compare(toParcel(plain(got, expected)), toParcel(plain(expected, got)), tolerance);
  if (difference === undefined) {
    // NaN equals NaN in a comparison with the reference; of two results of a student it proves nothing.
    const odd = [...numbersOf(got)].find((number) => !Number.isFinite(number));
    if (odd === undefined) return;
    fail(
      "bad value",
      both((language) => wordsIn(language).notFinite(what[language], digits(odd))),
    );
  }
  fail(
    difference.kind,
    both((language) => difference.text[language].replace(wordsIn(language).theResult, what[language])),
  );
}

/** A tensor of rank 0 is a number beside a number. */
const plain = (value: unknown, beside: unknown): unknown =>
  typeof beside === "number" && value instanceof tf.Tensor && value.rank === 0 ? value.dataSync()[0] : value;

function* numbersOf(value: unknown): Generator<number> {
  const isLeaf = (node: unknown): node is tf.Tensor | number => node instanceof tf.Tensor || typeof node === "number";
  for (const { leaf } of leaves(value, isLeaf)) {
    if (typeof leaf === "number") yield leaf;
    else yield* leaf.dataSync();
  }
}

/** Fails with `otherwise` unless something holds. */
export function expectThat(holds: boolean, otherwise: Text): void {
  if (!holds) fail("wrong", otherwise);
}

/** Fails unless each row of weights [..., m] is ≥ 0, sums to one, and is exactly 0 where the mask forbids. */
export function expectDistribution(weights: tf.Tensor, mask?: tf.Tensor): void {
  const odd = weights.dataSync().find((weight) => !Number.isFinite(weight));
  if (odd !== undefined)
    fail(
      "bad value",
      both((language) => wordsIn(language).notFinite(wordsIn(language).theWeights, digits(odd))),
    );
  const smallest = weights.min().dataSync()[0] ?? 0;
  if (!(smallest >= 0))
    fail(
      "wrong",
      textOf((words) => words.negativeWeight(digits(smallest))),
    );
  const sums = weights.sum(-1);
  expectClose(
    sums,
    tf.onesLike(sums),
    textOf((words) => words.sumsOfWeights),
  );
  const masked = mask === undefined ? 0 : (tf.where(mask, 0, weights).max().dataSync()[0] ?? 0);
  if (masked !== 0)
    fail(
      "wrong",
      textOf((words) => words.maskedWeight(digits(masked))),
    );
}
