/** Finds two inputs of a function that the reference answers differently. */
import * as tf from "@tensorflow/tfjs";
import { leaves, replaceAt } from "../values/tree.js";
import { compare } from "./compare.js";
import type { Session, Suite, Variation } from "./definition.js";
import { randomOf } from "./random.js";
import { toParcel } from "./trusted.js";
import { attempt, reference } from "./trusted-answers.js";

/**
 * Among the cases that are compared with the reference; none where no number of the arguments changes an answer.
 *
 * @param telling which case it was for a function, where it is known; what is found is noted
 */
export function findVariation(
  suite: Suite,
  name: string,
  argsOf: Session["argsOf"],
  telling: Map<string, string | undefined>,
): Variation | undefined {
  const answerOf = (args: readonly unknown[]) => attempt(() => toParcel(reference(suite, name)(...(args as never[]))));
  const changedIn = (caseName: string) => changeTensors(argsOf(name, caseName), `${suite.id} varies ${name}`);
  const tells = (caseName: string) => {
    const [before, after] = [argsOf(name, caseName), changedIn(caseName)].map(answerOf);
    return before !== undefined && after !== undefined && compare(before, after)?.kind === "wrong";
  };
  const found = telling.has(name) ? telling.get(name) : casesOf(suite, name).find(tells);
  telling.set(name, found);
  return found === undefined ? undefined : { case: found, changed: changedIn(found) };
}

/** The cases of a function whose answers are compared with the reference's. */
export function casesOf(suite: Suite, name: string): string[] {
  const all = suite.checks.flatMap(({ compares }) => compares);
  return all.filter(({ function: f, gradients = false }) => f === name && !gradients).map((one) => one.case);
}

/** Every float tensor with its entries changed by up to a third; zeros and signs stay. */
function changeTensors(args: readonly unknown[], label: string): readonly unknown[] {
  const random = randomOf(0, label);
  const tensors = leaves(args, (node): node is tf.Tensor => node instanceof tf.Tensor && node.dtype === "float32");
  const changed = tensors.map(({ path, leaf }) => ({ path, value: leaf.mul(random.uniform(leaf.shape, 0.7, 1.3)) }));
  return replaceAt(args, changed) as readonly unknown[];
}
