/** Gradients of a function of trees of tensors: the same code on both sides of the sandbox. */
import * as tf from "@tensorflow/tfjs";
import { floatLeaves, leaves, type Path, replaceAt } from "./tree.js";

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;
const { tidy, grads, addN } = tf; // kept, so that nobody can exchange them later

/**
 * The gradients of Σ output · upstream.
 *
 * @param f called once with `args`
 * @param wrt the paths, within `args`, of the tensors to differentiate by
 * @param upstream a tree of tensors shaped like the output of `f`; outputs without a partner do not count
 * @returns one tensor for each path of `wrt`
 * @throws Error of tfjs when an argument takes no part in the output or an operation has no gradient
 */
export function gradients(
  f: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
  wrt: readonly Path[],
  upstream: unknown,
): tf.Tensor[] {
  const variables = floatLeaves(args, isTensor);
  const chosen = wrt.map((path) => {
    const variable = variables.find((candidate) => samePath(candidate.path, path));
    if (variable === undefined) throw new RangeError(`gradients: no float tensor at ${path.join(".")}`);
    return variable.leaf;
  });
  const weights = leaves(upstream, isTensor);
  const objective = (...values: tf.Tensor[]): tf.Scalar => {
    const output = f(
      ...(replaceAt(
        args,
        wrt.map((path, i) => ({ path, value: values[i] })),
      ) as unknown[]),
    );
    const outputs = floatLeaves(output, isTensor);
    const terms = weights.map(({ path, leaf }) => {
      const partner = outputs.find((candidate) => samePath(candidate.path, path));
      if (partner === undefined) throw new TypeError(`no tensor at ${path.join(".") || "the output"}`);
      return partner.leaf.mul(leaf).sum();
    });
    return addN(terms) as tf.Scalar;
  };
  return tidy(() => grads(objective)(chosen));
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
