import * as tf from "@tensorflow/tfjs";
import { causalMask, combineMasks, paddingMask } from "../04-heads-and-masks/05-masks.js";
import type { Batch, FrameIds, Pair } from "../types.js";

/**
 * Pairs of sentences as tensors that a transformer is trained on. The decoder reads the target one word late: at the
 * position where it has to say y_t, it has read bos, y_1, …, y_{t−1}.
 *
 *     source row     x_1 … x_S eos
 *     targetIn row   bos y_1 … y_T
 *     targetOut row      y_1 … y_T eos
 *
 * Every row is padded on the right to the longest of its tensor: n = longest x + 1, m = longest y + 1. Rows keep the
 * order of the pairs.
 *
 *     sourceMask = padding mask of source
 *     targetMask = causal mask and padding mask of targetIn
 *     tokens = number of entries of targetOut that are not pad
 *
 * @param pairs source x and target y as ids without bos, eos and pad; a sentence may be empty
 * @param ids pad, bos and eos, three different ids, any of which may be 0
 * @returns source [B, n], targetIn and targetOut [B, m], all int32; sourceMask [B, 1, 1, n] and targetMask
 * [B, 1, m, m], bool; tokens, a plain number
 * @throws RangeError when there are no pairs
 * @see Vaswani et al. 2017, §3.1: outputs shifted right by one
 */
export function makeBatch(pairs: Pair[], ids: FrameIds): Batch {
  // TODO: frame the sentences with bos and eos, fill the rows up, and make the masks from what came out.
  throw new Error("TODO 5.8: makeBatch");
}
