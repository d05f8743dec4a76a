/** The heads of 4.4 whose statistics are known beforehand. */
import * as tf from "@tensorflow/tfjs";

const N = 4;
const places = Array.from({ length: N }, (_, i) => i);

/** Where token i looks; "uniform" looks at all alike. */
const LOOKS: Readonly<Record<string, ((i: number) => number) | "everywhere">> = {
  previous: (i) => Math.max(0, i - 1),
  next: (i) => Math.min(N - 1, i + 1),
  self: (i) => i,
  last: () => N - 1,
  uniform: "everywhere",
};

export const NAMES: readonly string[] = Object.keys(LOOKS);

/** The heads as one layer, [1, 5, 4, 4]. */
export function handMade(): tf.Tensor {
  return tf.tensor4d([
    Object.values(LOOKS).map((look) =>
      places.map((i) => places.map((j) => (look === "everywhere" ? 1 / N : Number(look(i) === j)))),
    ),
  ]);
}
