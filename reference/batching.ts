/** Sentences of different lengths as tensors. */
import * as tf from "@tensorflow/tfjs";
import type { Batch, FrameIds, Pair } from "../exercises/types.js";
import { causalMask, combineMasks, paddingMask } from "./masks.js";

/**
 * What a transformer is trained on: source rows x + eos, targetIn rows bos + y, targetOut rows y + eos, each padded on
 * the right to the longest of the batch.
 *
 * @param pairs sentences x and y, possibly empty, without bos, eos and padding
 * @param ids of pad, bos and eos
 * @returns the three tensors of ids, the masks of source and targetIn, and how many words targetOut has
 * @throws RangeError when there are no pairs
 * @see Vaswani et al. 2017, §3.1
 */
export function makeBatch(pairs: Pair[], ids: FrameIds): Batch {
  if (pairs.length === 0) {
    throw new RangeError("makeBatch: pairs is empty, expected at least one pair; leave out batches without sentences");
  }
  const { pad, bos, eos } = ids;
  const n = 1 + Math.max(...pairs.map(({ source }) => source.length));
  const m = 1 + Math.max(...pairs.map(({ target }) => target.length));
  const filled = (row: number[], length: number) => [...row, ...Array<number>(length - row.length).fill(pad)];
  const table = (rows: number[][], length: number) =>
    tf.tensor2d(
      rows.map((row) => filled(row, length)),
      [rows.length, length],
      "int32",
    );
  const source = table(
    pairs.map((pair) => [...pair.source, eos]),
    n,
  );
  const targetIn = table(
    pairs.map((pair) => [bos, ...pair.target]),
    m,
  );
  const targetOut = table(
    pairs.map((pair) => [...pair.target, eos]),
    m,
  );
  return {
    source,
    targetIn,
    targetOut,
    sourceMask: paddingMask(source, pad), // [B, 1, 1, n]
    targetMask: combineMasks(causalMask(m), paddingMask(targetIn, pad)), // [B, 1, m, m]
    tokens: pairs.reduce((sum, { target }) => sum + target.length + 1, 0),
  };
}
