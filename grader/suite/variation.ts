/** Finds two inputs of a function that the reference answers differently. */
import * as tf from "@tensorflow/tfjs";
import { leaves, replaceAt } from "../values/tree.js";
import { compare } from "./compare.js";
import type { Session, Suite, Variation } from "./definition.js";
import { randomOf } from "./random.js";
import { toParcel } from "./trusted.js";
import { attempt, reference } from "./trusted-answers.js";

/** Among the cases that are compared with the reference; none where no number of the arguments changes an answer. */
export function findVariation(suite: Suite, name: string, argsOf: Session["argsOf"]): Variation | undefined {
  const answerOf = (args: readonly unknown[]) => attempt(() => toParcel(reference(suite, name)(...(args as never[]))));
  for (const caseName of casesOf(suite, name)) {
    const args = argsOf(name, caseName);
    const changed = changeTensors(args, `${suite.id} varies ${name}`);
    const [before, after] = [args, changed].map(answerOf);
    const tells = before !== undefined && after !== undefined && compare(before, after)?.kind === "wrong";
    if (tells) return { case: caseName, changed };
  }
  return undefined;
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
