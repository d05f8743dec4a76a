import * as tf from "@tensorflow/tfjs";
import { sublayer } from "../03-other-layers/09-residual-blocks.js";
import { feedForward } from "../03-other-layers/10-feed-forward.js";
import { multiHeadAttention } from "../04-heads-and-masks/01-multi-head-attention.js";
import type { DecoderLayer, DecoderLayerParams } from "../types.js";

/**
 * A layer of the decoder: every word looks at itself and at the words before it, then at the sentence that the encoder
 * has read. Three sublayers (3.9), one after the other:
 *
 *     y'  = sublayer(y, self-attention, norm1)         queries, keys and values from the same tokens, under targetMask
 *     y'' = sublayer(y', cross-attention, norm2)       queries from the tokens, keys and values from memory, under sourceMask
 *     z   = sublayer(y'', feed-forward network, norm3)
 *
 * `sublayer` (3.9) normalises, in either mode: import nothing of 3.8. The memory goes into cross-attention as it comes:
 * norm2 is for the tokens alone, also in mode "pre".
 *
 * @param y [B, m, d] the target so far
 * @param memory [B, n, d] the output of the encoder
 * @param p weights of both attentions (4.1) and of the feed-forward network (3.10, with ReLU), and a norm for each of the three
 * @param h number of heads, divides d
 * @param sourceMask [B, 1, 1, n] bool, true where memory is that of a word, false where it is that of padding
 * @param targetMask [B, 1, m, m] bool, true where a position of the target may look at another: causal, without padding
 * @param mode "pre" or "post", where the three sublayers normalise
 * @returns the output z [B, m, d], and the weights of every head: selfWeights [B, h, m, m] and crossWeights [B, h, m, n]
 * @see Vaswani et al. 2017, §3.1–3.2.3 and figure 1 (post)
 */
export function decoderLayer(
  y: tf.Tensor,
  memory: tf.Tensor,
  p: DecoderLayerParams,
  h: number,
  sourceMask: tf.Tensor,
  targetMask: tf.Tensor,
  mode: "pre" | "post",
): DecoderLayer {
  // TODO: a sublayer each for attention to the target, attention to the memory, and the feed-forward network.
  // #region solution
  let [selfWeights, crossWeights] = [y, y]; // until attention has run
  const lookBack = (tokens: tf.Tensor): tf.Tensor => {
    const attention = multiHeadAttention(tokens, tokens, p.selfAttention, h, targetMask);
    selfWeights = attention.weights; // [B, h, m, m]
    return attention.output;
  };
  const lookAcross = (tokens: tf.Tensor): tf.Tensor => {
    const attention = multiHeadAttention(tokens, memory, p.crossAttention, h, sourceMask);
    crossWeights = attention.weights; // [B, h, m, n]
    return attention.output;
  };
  const said = sublayer(y, lookBack, p.norm1, mode); // [B, m, d]
  const informed = sublayer(said, lookAcross, p.norm2, mode); // [B, m, d]
  const output = sublayer(informed, (tokens) => feedForward(tokens, p.feedForward), p.norm3, mode); // [B, m, d]
  return { output, selfWeights, crossWeights };
  // #endregion
}
