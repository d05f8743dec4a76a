import * as tf from "@tensorflow/tfjs";
import { both } from "#grader/language.js";
import { expectClose, expectThat, type Random, suite } from "#grader/suite/index.js";
import { bidirectionalRnn, rnn } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { RnnParams } from "../../../exercises/types.js";

export const bidirectionalRnnSuite = suite("1.2", { rnn, bidirectionalRnn })(({ agrees, property }) => ({
  cases: (random) => ({
    rnn: {
      plain: [random.normal([2, 5, 4]), params(random, 4, 3)],
      initial: [random.normal([2, 5, 4]), params(random, 4, 3), random.normal([2, 3])],
      square: [random.normal([4, 4, 4]), params(random, 4, 4), random.normal([4, 4])],
      oneExample: [random.normal([1, 5, 4]), params(random, 4, 3)],
      oneStep: [random.normal([2, 1, 4]), params(random, 4, 3)],
      oneStepInitial: [random.normal([2, 1, 4]), params(random, 4, 3), random.normal([2, 3])],
    },
    bidirectionalRnn: {
      plain: [random.normal([2, 5, 4]), params(random, 4, 3), params(random, 4, 3)],
      square: [random.normal([4, 4, 4]), params(random, 4, 4), params(random, 4, 4)],
      oneExample: [random.normal([1, 5, 4]), params(random, 4, 3), params(random, 4, 3)],
      oneStep: [random.normal([2, 1, 4]), params(random, 4, 3), params(random, 4, 3)],
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
      ["plain", "initial", "square", "oneExample", "oneStep", "oneStepInitial"],
    ),
    property(
      {
        en: "rnn goes on from an initial state: two parts give the states of one call",
        es: "rnn continúa desde un estado inicial: dos partes dan los estados de una sola llamada",
      },
      1,
      "rnn",
      "initial",
      async (student, [x, p, initial]) => {
        const [batch, length, width] = sizes(x);
        const whole = await student.rnn(x, p, initial); // [B, T, dh]
        const first = await student.rnn(x.slice([0, 0, 0], [batch, 2, width]), p, initial); // [B, 2, dh]
        const last = first.slice([0, 1], [batch, 1]).squeeze([1]); // [B, dh]
        const rest = await student.rnn(x.slice([0, 2, 0], [batch, length - 2, width]), p, last); // [B, T − 2, dh]
        expectClose(tf.concat([first, rest], 1), whole, {
          en: "the states of x[0:2] and, from the last of them on, of x[2:]",
          es: "los estados de x[0:2] y, a partir del último de ellos, los de x[2:]",
        });
      },
    ),
    agrees(
      { en: "bidirectionalRnn agrees with the reference", es: "bidirectionalRnn coincide con la referencia" },
      3,
      "bidirectionalRnn",
      ["plain", "square", "oneExample", "oneStep"],
    ),
    property(
      {
        en: "the first half of a state ignores what comes later, the second half what came before",
        es: "la primera mitad de un estado ignora lo que viene después, y la segunda, lo que vino antes",
      },
      1,
      "bidirectionalRnn",
      "plain",
      async (student, [x, forward, backward], random) => {
        const [batch, length, width] = sizes(x);
        const hidden = forward.b.shape[0] ?? 0;
        const t = 2;
        const before = x.slice([0, 0, 0], [batch, t, width]); // x_0, …, x_{t−1}
        const after = x.slice([0, t + 1, 0], [batch, length - t - 1, width]); // x_{t+1}, …, x_{T−1}
        const now = x.slice([0, t, 0], [batch, 1, width]);
        const read = (...parts: tf.Tensor[]) => student.bidirectionalRnn(tf.concat(parts, 1), forward, backward);

        const states = await read(before, now, after);
        const otherFuture = await read(before, now, random.normal(after.shape));
        const otherPast = await read(random.normal(before.shape), now, after);
        const ahead = (all: tf.Tensor) => all.slice([0, 0, 0], [batch, t + 1, hidden]); // up to t
        const back = (all: tf.Tensor) => all.slice([0, t, hidden], [batch, length - t, hidden]); // from t on
        expectClose(ahead(otherFuture), ahead(states), {
          en: `the first dh columns of states 0 to ${t}, after a change of x_${t + 1} and later`,
          es: `las primeras dh columnas de los estados 0 a ${t}, al cambiar x_${t + 1} y las siguientes`,
        });
        expectClose(back(otherPast), back(states), {
          en: `the last dh columns of states ${t} and later, after a change of x_${t - 1} and earlier`,
          es: `las últimas dh columnas desde el estado ${t}, al cambiar x_${t - 1} y las anteriores`,
        });
      },
    ),
    property(
      {
        en: "exchanging the two networks and reversing x reverses the states and exchanges their halves",
        es: "intercambiar las dos redes e invertir x invierte los estados e intercambia sus mitades",
      },
      1,
      "bidirectionalRnn",
      "plain",
      async (student, [x, forward, backward]) => {
        const states = await student.bidirectionalRnn(x, forward, backward); // [B, T, 2·dh]
        const mirrored = await student.bidirectionalRnn(tf.reverse(x, 1), backward, forward); // [B, T, 2·dh]
        const [ahead, back] = tf.split(tf.reverse(states, 1), 2, 2) as [tf.Tensor, tf.Tensor];
        expectClose(mirrored, tf.concat([back, ahead], 2), {
          en: "the states of the reversed x, with the networks exchanged",
          es: "los estados de x invertida, con las redes intercambiadas",
        });
      },
    ),
    property(
      { en: "every bidirectional state depends on all of x", es: "cada estado bidireccional depende de toda x" },
      1,
      "bidirectionalRnn",
      "oneExample",
      async (student, [x, forward, backward], random) => {
        const [, length, width] = sizes(x);
        // Small inputs, no bias and recurrent weights near the identity: what is read lasts to the other end.
        const calm = x.mul(0.1);
        const lasting = ({ wx, wh, b }: RnnParams) => ({ wx, wh: wh.mul(0.2).add(tf.eye(3)), b: tf.zerosLike(b) });
        // One batch: x as it is, and for each k a copy in which x_k alone is another.
        const only = tf.eye(length).expandDims(2); // [T, T, 1]
        const change = random.uniform([length, 1, width], 0.5, 1).mul(only); // [T, T, dx]
        const batch = tf.concat([calm, calm.add(change)], 0); // [1 + T, T, dx]
        const states = await student.bidirectionalRnn(batch, lasting(forward), lasting(backward));
        const moved = states.slice(1).sub(states.slice(0, 1)).abs().max(2); // [T, T]: state j when x_k is another
        const still = [...moved.dataSync()].findIndex((distance) => !(distance > 1e-5));
        expectThat(
          still < 0,
          both((language) => {
            const [k, j] = [Math.floor(still / length), still % length];
            return language === "en"
              ? `state ${j} stayed as it was when x_${k} changed: it must depend on every input`
              : `el estado ${j} quedó igual al cambiar x_${k}: debe depender de todas las entradas`;
          }),
        );
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
