import * as tf from "@tensorflow/tfjs";
import type { Layer, NormParams } from "../types.js";
import { layerNorm } from "./08-layer-norm.js";

/**
 * A layer with a residual connection around it, and layer normalisation after the sum or before the layer.
 *
 *     post: LN(x + f(x))        pre: x + f(LN(x))
 *
 * LN is the layer normalisation of 3.8 with eps = 1e-5. Call f once.
 *
 * @param x [..., n, d]
 * @param f the layer, such as attention or a feed-forward network; it keeps the shape
 * @param norm gamma and beta [d]
 * @param mode "post" as in the first transformer, or "pre"
 * @returns [..., n, d]
 * @see Vaswani et al. 2017, §3.1 (post)
 */
export function sublayer(x: tf.Tensor, f: Layer, norm: NormParams, mode: "post" | "pre"): tf.Tensor {
  // TODO: let f work on x or on the normalised x, add x itself, and normalise the sum if the mode is post.
  throw new Error("TODO 3.9: sublayer");
}

/**
 * A block of a transformer with its normalisation first: attention and a feed-forward network, one after the other or
 * side by side.
 *
 *     serial:   x' = x + attention(LN1 x),  y = x' + feedForward(LN2 x')
 *     parallel: y = x + attention(LN1 x) + feedForward(LN1 x)              norm2 is not used
 *
 * LN1 and LN2 are the layer normalisation of 3.8 with norm1 and norm2 and eps = 1e-5. Call each layer once.
 *
 * @param x [..., n, d]
 * @param attention a layer that keeps the shape
 * @param feedForward a layer that keeps the shape
 * @param norm1 gamma and beta [d]
 * @param norm2 gamma and beta [d]
 * @param mode "serial", or "parallel" as in PaLM
 * @returns [..., n, d]
 * @see Chowdhery et al. 2022 (PaLM), §2 (parallel; the serial form printed there is shorthand that drops a residual)
 */
export function block(
  x: tf.Tensor,
  attention: Layer,
  feedForward: Layer,
  norm1: NormParams,
  norm2: NormParams,
  mode: "serial" | "parallel",
): tf.Tensor {
  // TODO: normalise and attend; then the feed-forward network on the sum, or beside attention on the same input.
  throw new Error("TODO 3.9: block");
}
