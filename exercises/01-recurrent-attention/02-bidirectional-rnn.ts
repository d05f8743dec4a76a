import * as tf from "@tensorflow/tfjs";
import { linear } from "../support.js";
import type { RnnParams } from "../types.js";

/**
 * A plain recurrent network, every state of it: h_t = tanh(x_t·wx + h_{t−1}·wh + b), for t = 0, …, T − 1.
 *
 * @param x [B, T, dx] inputs
 * @param p weights: wx [dx, dh], wh [dh, dh], b [dh]
 * @param initial [B, dh] the state before the first input; zeros without one
 * @returns [B, T, dh] the states; the one at t has read x_0, …, x_t
 * @see Bahdanau et al. 2014, §3.2
 */
export function rnn(x: tf.Tensor, p: RnnParams, initial?: tf.Tensor): tf.Tensor {
  // TODO: walk along the time axis, make each state from its input and the state before, and stack all of them.
  throw new Error("TODO 1.2: rnn");
}

/**
 * Two recurrent networks over the same inputs, one in each direction of time: state j is [forward_j ; backward_j].
 *
 * forward_j has read x_0, …, x_j in this order, backward_j has read x_{T−1}, …, x_j; both start at zero.
 *
 * @param x [B, T, dx] inputs
 * @param forward weights of the network that reads from the first input to the last
 * @param backward weights, of the same sizes, of the network that reads from the last input to the first
 * @returns [B, T, 2·dh] forward states in the first dh columns, backward states in the last dh
 * @see Bahdanau et al. 2014, §3.2
 */
export function bidirectionalRnn(x: tf.Tensor, forward: RnnParams, backward: RnnParams): tf.Tensor {
  // TODO: run one network over x and one over x reversed in time, align the two in time, join them state by state.
  throw new Error("TODO 1.2: bidirectionalRnn");
}
