import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { bidirectionalRnn, rnn } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { RnnParams } from "../../../exercises/types.js";

export const bidirectionalRnnSuite = suite("1.2", { rnn, bidirectionalRnn })(({ agrees, law }) => ({
  cases: (random) => ({
    rnn: {
      plain: [random.normal([2, 5, 4]), params(random, 4, 3)],
      initial: [random.normal([2, 5, 4]), params(random, 4, 3), random.normal([2, 3])],
      square: [random.normal([4, 4, 4]), params(random, 4, 4), random.normal([4, 4])],
      oneExample: [random.normal([1, 5, 4]), params(random, 4, 3)],
      oneStep: [random.normal([2, 1, 4]), params(random, 4, 3)],
      oneStepInitial: [random.normal([2, 1, 4]), params(random, 4, 3), random.normal([2, 3])],
      oneEntry: [random.normal([2, 5, 1]), params(random, 1, 3), random.normal([2, 3])],
      oneUnit: [random.normal([2, 5, 4]), params(random, 4, 1)],
    },
    bidirectionalRnn: {
      plain: [random.normal([2, 5, 4]), params(random, 4, 3), params(random, 4, 3)],
      square: [random.normal([4, 4, 4]), params(random, 4, 4), params(random, 4, 4)],
      oneExample: [random.normal([1, 5, 4]), params(random, 4, 3), params(random, 4, 3)],
      oneStep: [random.normal([2, 1, 4]), params(random, 4, 3), params(random, 4, 3)],
      oneEntry: [random.normal([2, 5, 1]), params(random, 1, 3), params(random, 1, 3)],
    },
  }),

  checks: [
    agrees(
      {
        en: "rnn agrees with the reference, with and without an initial state",
        es: "rnn coincide con la referencia, con y sin estado inicial",
      },
      3,
      "rnn",
      ["plain", "initial", "square", "oneExample", "oneStep", "oneStepInitial", "oneEntry", "oneUnit"],
    ),
    law(
      {
        en: "rnn goes on from an initial state: two parts give the states of one call",
        es: "rnn continúa desde un estado inicial: dos partes dan los estados de una sola llamada",
      },
      1,
      "rnn",
      "initial",
      (ask, [x, p, initial]) => {
        const [batch, length, width] = sizes(x);
        const first = ask.rnn(x.slice([0, 0, 0], [batch, 2, width]), p, initial); // [B, 2, dh]
        const last = op.squeeze(op.slice(first, [0, 1], [batch, 1]), [1]); // [B, dh]
        const rest = ask.rnn(x.slice([0, 2, 0], [batch, length - 2, width]), p, last); // [B, T − 2, dh]
        return [
          close(op.concat([first, rest], 1), ask.rnn(x, p, initial), {
            en: "the states of x[0:2] and, from the last of them on, of x[2:]",
            es: "los estados de x[0:2] y, a partir del último de ellos, los de x[2:]",
          }),
        ];
      },
    ),
    agrees(
      { en: "bidirectionalRnn agrees with the reference", es: "bidirectionalRnn coincide con la referencia" },
      3,
      "bidirectionalRnn",
      ["plain", "square", "oneExample", "oneStep", "oneEntry"],
    ),
    law(
      {
        en: "the first half of a state ignores what comes later, the second half what came before",
        es: "la primera mitad de un estado ignora lo que viene después, y la segunda, lo que vino antes",
      },
      1,
      "bidirectionalRnn",
      "plain",
      (ask, [x, forward, backward], random) => {
        const [batch, length, width] = sizes(x);
        const hidden = forward.b.shape[0] ?? 0;
        const t = 2;
        const before = x.slice([0, 0, 0], [batch, t, width]); // x_0, …, x_{t−1}
        const after = x.slice([0, t + 1, 0], [batch, length - t - 1, width]); // x_{t+1}, …, x_{T−1}
        const now = x.slice([0, t, 0], [batch, 1, width]);
        const read = (...parts: tf.Tensor[]) => ask.bidirectionalRnn(tf.concat(parts, 1), forward, backward);

        const states = ask.bidirectionalRnn(x, forward, backward);
        const otherFuture = read(before, now, random.normal(after.shape));
        const otherPast = read(random.normal(before.shape), now, after);
        const ahead = (all: typeof states) => op.slice(all, [0, 0, 0], [batch, t + 1, hidden]); // up to t
        const back = (all: typeof states) => op.slice(all, [0, t, hidden], [batch, length - t, hidden]); // from t on
        return [
          close(ahead(otherFuture), ahead(states), {
            en: `the first dh columns of states 0 to ${t}, after a change of x_${t + 1} and later`,
            es: `las primeras dh columnas de los estados 0 a ${t}, al cambiar x_${t + 1} y las siguientes`,
          }),
          close(back(otherPast), back(states), {
            en: `the last dh columns of states ${t} and later, after a change of x_${t - 1} and earlier`,
            es: `las últimas dh columnas desde el estado ${t}, al cambiar x_${t - 1} y las anteriores`,
          }),
        ];
      },
    ),
    law(
      {
        en: "exchanging the two networks and reversing x reverses the states and exchanges their halves",
        es: "intercambiar las dos redes e invertir x invierte los estados e intercambia sus mitades",
      },
      1,
      "bidirectionalRnn",
      "plain",
      (ask, [x, forward, backward]) => {
        const states = ask.bidirectionalRnn(x, forward, backward); // [B, T, 2·dh]
        const mirrored = ask.bidirectionalRnn(tf.reverse(x, 1), backward, forward); // [B, T, 2·dh]
        const [ahead, back] = op.split(op.reverse(states, 1), 2, 2) as unknown as [typeof states, typeof states];
        return [
          close(mirrored, op.concat([back, ahead], 2), {
            en: "the states of the reversed x, with the networks exchanged",
            es: "los estados de x invertida, con las redes intercambiadas",
          }),
        ];
      },
    ),
    law(
      {
        en: "every bidirectional state depends on all of x, and on no other example",
        es: "cada estado bidireccional depende de toda x, y de ningún otro ejemplo",
      },
      1,
      "bidirectionalRnn",
      "oneExample",
      (ask, [x, forward, backward], random) => {
        const [, length, width] = sizes(x);
        // Small inputs, no bias and recurrent weights near the identity: what is read lasts to the other end.
        const calm = x.mul(0.1);
        const lasting = ({ wx, wh, b }: RnnParams) => ({ wx, wh: wh.mul(0.2).add(tf.eye(3)), b: tf.zerosLike(b) });
        // One batch: x as it is, twice, and for each k a copy in which x_k alone is another.
        const only = tf.eye(length).expandDims(2); // [T, T, 1]
        const change = random.uniform([length, 1, width], 0.5, 1).mul(only); // [T, T, dx]
        const batch = tf.concat([calm, calm, calm.add(change)], 0); // [2 + T, T, dx]
        const states = ask.bidirectionalRnn(batch, lasting(forward), lasting(backward));
        const [first, same] = [op.slice(states, 0, 1), op.slice(states, 1, 1)];
        const moved = op.max(op.abs(op.sub(op.slice(states, 2), first)), 2); // [T, T]: state j when x_k is another
        return [
          close(same, first, {
            en: "the states of the same x beside other examples",
            es: "los estados de la misma x junto a otros ejemplos",
          }),
          holds(
            op.greater(moved, 1e-5),
            {
              en: "a state moved by only {0} when one x_k changed: each must depend on every input",
              es: "un estado se movió solo {0} al cambiar una x_k: cada uno debe depender de todas las entradas",
            },
            { shows: [op.min(moved)] },
          ),
        ];
      },
    ),
  ],

  mistakes: {
    "backward-not-rereversed": {
      variant: {
        bidirectionalRnn: (x, forward, backward) => tf.concat([rnn(x, forward), rnn(tf.reverse(x, 1), backward)], 2),
      },
      hint: {
        en: "This is what comes out when the backward states stay in the order in which they were read: position 0 holds the one that has read only x_{T−1}. Reverse them in time once more, so that state j has read x_{T−1}, …, x_j (Bahdanau et al. 2014, §3.2).",
        es: "Esto es lo que sale cuando los estados hacia atrás quedan en el orden de lectura: en la posición 0 está el que solo leyó x_{T−1}. Inviértelos otra vez en el tiempo, para que el estado j haya leído x_{T−1}, …, x_j (Bahdanau et al. 2014, §3.2).",
      },
    },
    "halves-summed": {
      variant: {
        bidirectionalRnn: (x, forward, backward) => rnn(x, forward).add(tf.reverse(rnn(tf.reverse(x, 1), backward), 1)),
      },
      hint: {
        en: "This is what comes out when the two directions are added: past and future can no longer be told apart. Concatenate them along the last axis, to width 2·dh (Bahdanau et al. 2014, §3.2).",
        es: "Esto es lo que sale al sumar las dos direcciones: ya no se distingue el pasado del futuro. Concaténalas en el último eje, con ancho 2·dh (Bahdanau et al. 2014, §3.2).",
      },
    },
    "input-delayed": {
      variant: { rnn: delayed, bidirectionalRnn: bothWays(delayed) },
      hint: {
        en: "This is what comes out when h_t is made from x_{t−1}: the first state is the initial one, and x_{T−1} is never read. Read x_t first, then store the state.",
        es: "Esto es lo que sale cuando h_t se calcula con x_{t−1}: el primer estado es el inicial y x_{T−1} nunca se lee. Lee primero x_t y después guarda el estado.",
      },
    },
    "final-state-only": {
      variant: {
        rnn: finalState,
        bidirectionalRnn: (x, forward, backward) =>
          tf.concat([finalState(x, forward), finalState(tf.reverse(x, 1), backward)], 1),
      },
      hint: {
        en: "This is what comes out when only the last state is returned. Attention will choose among all of them: keep the state of every step and stack them along axis 1.",
        es: "Esto es lo que sale al devolver solo el último estado. La atención va a elegir entre todos: guarda el estado de cada paso y apílalos en el eje 1.",
      },
    },
    "no-tanh": {
      variant: { rnn: withoutTanh, bidirectionalRnn: bothWays(withoutTanh) },
      hint: {
        en: "This is what comes out without tanh: the recurrence is linear, and its states may grow without bound. Take tanh of the whole sum x_t·wx + h_{t−1}·wh + b.",
        es: "Esto es lo que sale sin tanh: la recurrencia es lineal y sus estados pueden crecer sin límite. Aplica tanh a toda la suma x_t·wx + h_{t−1}·wh + b.",
      },
    },
  },

  routes: {
    "one product: [x ; h]·[wx ; wh]": {
      rnn: (x, p, initial) => {
        const w = tf.concat([p.wx, p.wh], 0); // [dx + dh, dh]
        let state = initial ?? tf.zeros([sizes(x)[0], w.shape[1] ?? 0]); // [B, dh]
        const states = inputs(x).map((input) => {
          state = tf.concat([input, state], 1).matMul(w).add(p.b).tanh();
          return state;
        });
        return tf.stack(states, 1);
      },
    },
    "x·wx + b of all steps at once, tidied": {
      rnn: (x, p, initial) => tf.tidy(() => tf.stack(statesOf(x, p, initial), 1)),
      bidirectionalRnn: (x, forward, backward) => tf.tidy(() => bothWays(rnn)(x, forward, backward)),
    },
    "backward by an index that runs down": {
      bidirectionalRnn: (x, forward, backward) => {
        const steps = inputs(x);
        const back: tf.Tensor[] = [];
        let state: tf.Tensor = tf.zeros([sizes(x)[0], backward.b.shape[0] ?? 0]); // [B, dh]
        for (const input of steps.toReversed()) {
          state = input.matMul(backward.wx).add(state.matMul(backward.wh)).add(backward.b).tanh();
          back.unshift(state);
        }
        return tf.concat([rnn(x, forward), tf.stack(back, 1)], -1);
      },
    },
    "example by example": {
      rnn: (x, p, initial) =>
        tf.concat(
          Array.from({ length: sizes(x)[0] }, (_, i) => tf.stack(statesOf(x.slice(i, 1), p, initial?.slice(i, 1)), 1)),
        ),
      bidirectionalRnn: (x, forward, backward) =>
        tf.stack(
          Array.from({ length: sizes(x)[0] }, (_, i) => bothWays(rnn)(x.slice(i, 1), forward, backward).squeeze([0])),
        ),
    },
    "one recurrence of width 2·dh for both directions": {
      bidirectionalRnn: (x, forward, backward) => {
        const hidden = forward.b.shape[0] ?? 0;
        const states = rnn(tf.concat([x, tf.reverse(x, 1)], 2), {
          wx: blocks(forward.wx, backward.wx),
          wh: blocks(forward.wh, backward.wh),
          b: tf.concat([forward.b, backward.b]),
        });
        const [batch, length] = sizes(x);
        const back = states.slice([0, 0, hidden], [batch, length, hidden]).reverse(1);
        return tf.concat([states.slice([0, 0, 0], [batch, length, hidden]), back], 2);
      },
    },
  },
}));

/** Weights of the size that keeps tanh away from ±1. */
function params(random: Random, width: number, hidden: number): RnnParams {
  return {
    wx: random.normal([width, hidden], 0.5),
    wh: random.normal([hidden, hidden], 0.5),
    b: random.normal([hidden], 0.5),
  };
}

/** B, T and dx. */
function sizes(x: tf.Tensor): [number, number, number] {
  const [batch = 0, length = 0, width = 0] = x.shape;
  return [batch, length, width];
}

/** x_0, …, x_{T−1}, each [B, dx]. */
function inputs(x: tf.Tensor): tf.Tensor[] {
  const [batch, length, width] = sizes(x);
  return Array.from({ length }, (_, t) => x.slice([0, t, 0], [batch, 1, width]).squeeze([1]));
}

/** h_0, …, h_{T−1}, each [B, dh]. */
function statesOf(
  x: tf.Tensor,
  p: RnnParams,
  initial?: tf.Tensor,
  activation: (sum: tf.Tensor) => tf.Tensor = tf.tanh,
): tf.Tensor[] {
  const states: tf.Tensor[] = [];
  for (const input of inputs(linear(x, p.wx, p.b))) {
    const state = states.at(-1) ?? initial ?? tf.zerosLike(input);
    states.push(activation(input.add(state.matMul(p.wh))));
  }
  return states;
}

/** The state is stored before it reads x_t: h_t has read x_0, …, x_{t−1}. */
function delayed(x: tf.Tensor, p: RnnParams, initial?: tf.Tensor): tf.Tensor {
  const states = statesOf(x, p, initial); // T times [B, dh]
  const first = initial ?? tf.zerosLike(states[0] ?? x);
  return tf.stack([first, ...states.slice(0, -1)], 1);
}

function finalState(x: tf.Tensor, p: RnnParams, initial?: tf.Tensor): tf.Tensor {
  return statesOf(x, p, initial).at(-1) ?? x;
}

function withoutTanh(x: tf.Tensor, p: RnnParams, initial?: tf.Tensor): tf.Tensor {
  const linearly = (sum: tf.Tensor) => sum;
  return tf.stack(statesOf(x, p, initial, linearly), 1);
}

/** The bidirectional network whose two directions are read by `read`. */
function bothWays(read: typeof rnn): typeof bidirectionalRnn {
  return (x, forward, backward) => tf.concat([read(x, forward), tf.reverse(read(tf.reverse(x, 1), backward), 1)], 2);
}

/** [[a, 0], [0, b]] */
function blocks(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.concat([tf.concat([a, tf.zerosLike(b)], 1), tf.concat([tf.zerosLike(a), b], 1)], 0);
}
