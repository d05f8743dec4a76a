import * as tf from "@tensorflow/tfjs";
import { sublayer } from "../03-other-layers/09-residual-blocks.js";
import { feedForward } from "../03-other-layers/10-feed-forward.js";
import { multiHeadAttention } from "../04-heads-and-masks/01-multi-head-attention.js";
import type { Attention, EncoderLayerParams, Layer } from "../types.js";

/**
 * A layer of the encoder: every word looks at the words of its sentence, then each is worked on by itself. Two sublayers
 * (3.9), one after the other:
 *
 *     x' = sublayer(x, multi-head attention, norm1)    queries, keys and values from the same tokens, under sourceMask
 *     y  = sublayer(x', feed-forward network, norm2)
 *
 * `sublayer` (3.9) normalises, in either mode: import nothing of 3.8. It knows layers that take tokens and return tokens.
 * Attention returns its weights as well: keep them in a variable outside of the layer. The gradient is graded too: build
 * the result from tensor operations.
 *
 * @param x [B, n, d]
 * @param p weights of attention (4.1) and of the feed-forward network (3.10, with ReLU), and a norm for each of the two
 * @param h number of heads, divides d
 * @param sourceMask [B, 1, 1, n] bool, true where there is a word, false where there is padding
 * @param mode "pre" or "post", where the two sublayers normalise
 * @returns the output y [B, n, d] and the weights of every head [B, h, n, n]
 * @see Vaswani et al. 2017, §3.1 and figure 1 (post)
 */
export function encoderLayer(
  x: tf.Tensor,
  p: EncoderLayerParams,
  h: number,
  sourceMask: tf.Tensor,
  mode: "pre" | "post",
): Attention {
  // TODO: make self-attention a layer, put a sublayer around it, and another one around the feed-forward network.
  // #region solution
  let weights = x; // until attention has run
  const attend: Layer = (tokens) => {
    const attention = multiHeadAttention(tokens, tokens, p.attention, h, sourceMask);
    weights = attention.weights; // [B, h, n, n]
    return attention.output;
  };
  const attended = sublayer(x, attend, p.norm1, mode); // [B, n, d]
  const output = sublayer(attended, (tokens) => feedForward(tokens, p.feedForward), p.norm2, mode); // [B, n, d]
  return { output, weights };
  // #endregion
}
