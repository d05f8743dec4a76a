/** The few helpers that exercises share. The grader always uses its own copy of this file. */
import * as tf from "@tensorflow/tfjs";

/**
 * The last axis of `x` times `w`, for any number of leading axes and with a correct gradient:
 * `tf.matMul` alone does not sum the gradient of `w` over leading axes that it broadcast.
 *
 * @param x [..., a]
 * @param w [a, b]
 * @param b [b], added to every row
 * @returns [..., b]
 */
export function linear(x: tf.Tensor, w: tf.Tensor, b?: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [inner = 0, outer = 0] = w.shape;
    const product = tf.matMul(x.reshape([-1, inner]), w).reshape([...x.shape.slice(0, -1), outer]); // [..., b]
    return b === undefined ? product : product.add(b);
  });
}

/**
 * The tensors in nested objects and arrays, such as the weights of a model: depth first, in the order of the keys.
 *
 * @param params tensors in objects and arrays of any depth
 */
export function flatten(params: object): tf.Tensor[] {
  if (params instanceof tf.Tensor) return [params];
  return Object.values(params).flatMap((inner) => (isObject(inner) ? flatten(inner) : []));
}

/**
 * The inverse of `flatten`: the same nesting as `like`, with the tensors of `list` in the places of its own.
 *
 * @throws RangeError when the list has more or fewer tensors than `like`
 */
export function unflatten<P extends object>(list: readonly tf.Tensor[], like: P): P {
  const expected = flatten(like).length;
  if (list.length !== expected) {
    throw new RangeError(`unflatten: list has ${list.length} tensors, expected ${expected}, one for each of like`);
  }
  let next = 0;
  const fill = (node: unknown): unknown => {
    if (node instanceof tf.Tensor) return list[next++];
    if (Array.isArray(node)) return node.map(fill);
    if (!isObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, fill(inner)]));
  };
  return fill(like) as P;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
