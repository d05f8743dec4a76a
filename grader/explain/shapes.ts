/** Rearranging tensors of any rank and type along an axis that is counted from the last one. */
import * as tf from "@tensorflow/tfjs";

/** Counted from the last: 1 is the last axis. Nothing where there is no such axis. */
export type FromLast = number;

const axisOf = (x: tf.Tensor, fromLast: FromLast): number => x.rank - fromLast;

/** The entries along an axis, in another order or number. */
function take(x: tf.Tensor, fromLast: FromLast, order: (size: number) => number[]): tf.Tensor {
  const axis = axisOf(x, fromLast);
  if (axis < 0) return x;
  const indices = tf.tensor1d(order(x.shape[axis] ?? 0), "int32");
  // Of booleans there is no gather.
  return tf.gather(x.dtype === "bool" ? x.toInt() : x, indices, axis).cast(x.dtype);
}

const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

export const reversed = (x: tf.Tensor, fromLast: FromLast): tf.Tensor => take(x, fromLast, (n) => range(n).reverse());

/** Each entry where the next one (by 1) or the one before it (by −1) was. */
export const rolled = (x: tf.Tensor, fromLast: FromLast, by: number): tf.Tensor =>
  take(x, fromLast, (n) => range(n).map((i) => (((i - by) % n) + n) % n));

export const firstForAll = (x: tf.Tensor, fromLast: FromLast): tf.Tensor =>
  take(x, fromLast, (n) => range(n).map(() => 0));

export const lastForAll = (x: tf.Tensor, fromLast: FromLast): tf.Tensor =>
  take(x, fromLast, (n) => range(n).map(() => n - 1));

/** The second half before the first. */
export const halvesExchanged = (x: tf.Tensor, fromLast: FromLast): tf.Tensor =>
  take(x, fromLast, (n) => [...range(n).slice(Math.ceil(n / 2)), ...range(n).slice(0, Math.ceil(n / 2))]);

/** The last two axes exchanged. */
export function transposed(x: tf.Tensor): tf.Tensor {
  const order = range(x.rank);
  [order[x.rank - 1], order[x.rank - 2]] = [x.rank - 2, x.rank - 1];
  return (x.dtype === "bool" ? x.toInt() : x).transpose(order).cast(x.dtype);
}

/** The same shape, filled from the transposed one: what reshape gives where transpose is due. */
export const reshapedTranspose = (x: tf.Tensor): tf.Tensor => transposed(x).reshape(x.shape);

/** Another size along an axis stays as it was. */
export const hasAxis = (x: tf.Tensor, fromLast: FromLast): boolean =>
  x.rank >= fromLast && (x.shape[x.rank - fromLast] ?? 0) > 1;

/** Of an axis, in words: "along the last axis". */
export const AXES: readonly { readonly fromLast: FromLast; readonly en: string; readonly es: string }[] = [
  { fromLast: 1, en: "along its last axis", es: "a lo largo de su último eje" },
  { fromLast: 2, en: "along its last axis but one", es: "a lo largo de su penúltimo eje" },
  { fromLast: 3, en: "along its last axis but two", es: "a lo largo de su antepenúltimo eje" },
  { fromLast: 4, en: "along its last axis but three", es: "a lo largo del cuarto eje desde el final" },
];

export const sameShape = (x: tf.Tensor, y: tf.Tensor): boolean =>
  x.dtype === y.dtype && x.rank === y.rank && x.shape.every((side, axis) => side === y.shape[axis]);
