/** Recurrent networks: plain, bidirectional, and the gated recurrent unit. */
import * as tf from "@tensorflow/tfjs";
import type { GruParams, RnnParams } from "../exercises/types.js";

/**
 * A plain recurrent network: h_t = tanh(x_t·wx + h_{t−1}·wh + b).
 *
 * @param x [B, T, dx]
 * @param p weights
 * @param initial [B, dh] the state before the first input; zeros without one
 * @returns [B, T, dh]
 * @see Bahdanau et al. 2014, §3.2
 */
export function rnn(x: tf.Tensor, p: RnnParams, initial?: tf.Tensor): tf.Tensor {
  return tf.stack(scan(x, p, ascending(x), initial), 1); // [B, T, dh]
}

/**
 * Two recurrent networks, one in each direction of time: state j is [forward_j ; backward_j].
 *
 * @param x [B, T, dx]
 * @param forward weights of the network that reads from the first input to the last
 * @param backward weights of the network that reads from the last input to the first
 * @returns [B, T, 2·dh]
 * @see Bahdanau et al. 2014, §3.2
 */
export function bidirectionalRnn(x: tf.Tensor, forward: RnnParams, backward: RnnParams): tf.Tensor {
  const ahead = scan(x, forward, ascending(x)); // T times [B, dh]
  const back = scan(x, backward, ascending(x).toReversed()).toReversed(); // T times [B, dh]
  return tf.concat([tf.stack(ahead, 1), tf.stack(back, 1)], 2); // [B, T, 2·dh]
}

/** The states, each [B, dh], after reading the inputs at `times`, in this order: tanh([x_t ; h]·[wx ; wh] + b). */
function scan(x: tf.Tensor, p: RnnParams, times: readonly number[], initial?: tf.Tensor): tf.Tensor[] {
  const [batch = 0, , width = 0] = x.shape;
  const w = tf.concat([p.wx, p.wh], 0); // [dx + dh, dh]
  const states: tf.Tensor[] = [];
  for (const t of times) {
    const input = x.slice([0, t], [batch, 1]).reshape([batch, width]); // [B, dx]
    const state = states.at(-1) ?? initial ?? tf.zeros([batch, w.shape[1] ?? 0]); // [B, dh]
    states.push(tf.concat([input, state], 1).matMul(w).add(p.b).tanh());
  }
  return states;
}

/** 0, …, T − 1 for x [B, T, dx]. */
function ascending(x: tf.Tensor): number[] {
  return Array.from({ length: x.shape[1] ?? 0 }, (_, t) => t);
}

/**
 * One step of a gated recurrent unit: z and r by sigmoid, c = tanh(x·wc + (r ⊙ s)·uc + bc), s' = s + z ⊙ (c − s).
 *
 * @param x [B, dx]
 * @param state [B, dh]
 * @param p weights
 * @returns [B, dh]
 * @see Bahdanau et al. 2014, appendix A.1.1 and A.2.1 (written there without biases)
 */
export function gruCell(x: tf.Tensor, state: tf.Tensor, p: GruParams): tf.Tensor {
  const forInput = tf.concat([p.wz, p.wr], 1); // [dx, 2·dh]
  const forState = tf.concat([p.uz, p.ur], 1); // [dh, 2·dh]
  const gates = x
    .matMul(forInput)
    .add(state.matMul(forState))
    .add(tf.concat([p.bz, p.br], 0))
    .sigmoid(); // [B, 2·dh]
  const [z, r] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor]; // [B, dh] twice
  const candidate = x.matMul(p.wc).add(r.mul(state).matMul(p.uc)).add(p.bc).tanh(); // [B, dh]
  return state.add(z.mul(candidate.sub(state))); // [B, dh]
}
