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
  // #region solution
  const inputs = linear(x, p.wx, p.b); // [B, T, dh]
  const [batch = 0, length = 0, hidden = 0] = inputs.shape;
  const states: tf.Tensor[] = [];
  let state = initial ?? tf.zeros([batch, hidden]); // [B, dh]
  for (let t = 0; t < length; t++) {
    // slice, because the gradient of unstack throws when T = 1.
    const input = inputs.slice([0, t, 0], [batch, 1, hidden]).squeeze([1]); // [B, dh]
    state = tf.tanh(input.add(linear(state, p.wh))); // [B, dh]
    states.push(state);
  }
  return tf.stack(states, 1); // [B, T, dh]
  // #endregion
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
  // #region solution
  const ahead = rnn(x, forward); // [B, T, dh]
  const back = tf.reverse(rnn(tf.reverse(x, 1), backward), 1); // [B, T, dh]
  return tf.concat([ahead, back], -1); // [B, T, 2·dh]
  // #endregion
}
