import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { gruCell } from "#reference";
import type { GruParams } from "../../../exercises/types.js";

export const gruCellSuite = suite("1.3", { gruCell })(({ agrees, law }) => ({
  cases: (random) => ({
    gruCell: {
      plain: [random.normal([2, 4]), random.normal([2, 3]), params(random, 4, 3)],
      square: [random.normal([4, 4]), random.normal([4, 4]), params(random, 4, 4)],
      oneExample: [random.normal([1, 4]), random.normal([1, 3]), params(random, 4, 3)],
      oneEntry: [random.normal([2, 1]), random.normal([2, 1]), params(random, 1, 1)],
      // A GRU that goes on from a given state may start outside of [−1, 1].
      largeState: [random.normal([5, 4]), random.normal([5, 3], 3), params(random, 4, 3)],
    },
  }),

  checks: [
    agrees({ en: "agrees with the reference", es: "coincide con la referencia" }, 6, "gruCell", [
      "plain",
      "square",
      "oneExample",
      "oneEntry",
      "largeState",
    ]),
    law(
      { en: "a closed update gate (bz → −∞) keeps the state", es: "con z cerrada (bz → −∞) el estado se conserva" },
      1,
      "gruCell",
      "plain",
      (ask, [x, state, p]) => {
        const next = ask.gruCell(x, state, { ...p, bz: tf.fill(p.bz.shape, -40) });
        return [close(next, state, { en: "the new state where z = 0", es: "el estado nuevo con z = 0" })];
      },
    ),
    law(
      {
        en: "open update and closed reset gate (bz → +∞, br → −∞): nothing of the old state is left",
        es: "con z abierta y r cerrada (bz → +∞, br → −∞) no queda nada del estado anterior",
      },
      1,
      "gruCell",
      "plain",
      (ask, [x, state, p], random) => {
        const forgetful = { ...p, bz: tf.fill(p.bz.shape, 60), br: tf.fill(p.br.shape, -60) };
        const other = random.normal(state.shape);
        return [
          close(ask.gruCell(x, other, forgetful), ask.gruCell(x, state, forgetful), {
            en: "the new state after another old one, where z = 1 and r = 0",
            es: "el estado nuevo tras otro estado anterior, con z = 1 y r = 0",
          }),
        ];
      },
    ),
    law(
      {
        en: "no entry of the state grows beyond max(|s|, 1)",
        es: "ninguna entrada del estado crece más allá de max(|s|, 1)",
      },
      1,
      "gruCell",
      "largeState",
      (ask, [x, state, p]) =>
        [state, tf.zerosLike(state)].map((before) => {
          const excess = op.sub(op.abs(ask.gruCell(x, before, p)), before.abs().maximum(1)); // [B, dh]
          return holds(
            op.less(excess, 1e-5),
            {
              en: "an entry s' is by {0} larger than both |s| and 1: it must lie between s and a candidate in (−1, 1)",
              es: "una entrada s' supera en {0} tanto a |s| como a 1: debe quedar entre s y un candidato en (−1, 1)",
            },
            { shows: [op.max(excess)] },
          );
        }),
    ),
    law(
      {
        en: "the examples of a batch do not see each other",
        es: "los ejemplos de un lote no se ven entre sí",
      },
      1,
      "gruCell",
      "plain",
      (ask, [x, state, p]) => {
        const apart = Array.from({ length: x.shape[0] ?? 0 }, (_, i) =>
          ask.gruCell(x.slice(i, 1), state.slice(i, 1), p),
        );
        return [
          close(op.concat(apart, 0), ask.gruCell(x, state, p), {
            en: "the new states of the examples, one by one",
            es: "los estados nuevos de los ejemplos, uno por uno",
          }),
        ];
      },
    ),
  ],

  mistakes: {
    "gate-swapped": {
      variant: {
        gruCell: (x, state, p) => {
          const z = updateGate(x, state, p);
          return mix(z, candidate(x, state.mul(resetGate(x, state, p)), p), state);
        },
      },
      hint: {
        en: "This is what comes out with z ⊙ s + (1 − z) ⊙ c, the convention of PyTorch and Keras: valid there, but here z = 1 rewrites the state. Use s' = (1 − z) ⊙ s + z ⊙ c (Bahdanau et al. 2014, appendix A.1.1).",
        es: "Esto es lo que sale con z ⊙ s + (1 − z) ⊙ c, la convención de PyTorch y Keras: allá es válida, pero aquí z = 1 reescribe el estado. Usa s' = (1 − z) ⊙ s + z ⊙ c (Bahdanau et al. 2014, apéndice A.1.1).",
      },
    },
    "reset-after-product": {
      variant: {
        gruCell: (x, state, p) => {
          const reset = resetGate(x, state, p).mul(state.matMul(p.uc)); // [B, dh]
          const c = x.matMul(p.wc).add(reset).add(p.bc).tanh();
          return mix(updateGate(x, state, p), state, c);
        },
      },
      hint: {
        en: "This is what comes out with r ⊙ (s·uc), a convention that other libraries use too. Here r acts before the product: reset the state first, then multiply, (r ⊙ s)·uc (Bahdanau et al. 2014, appendix A.1.1).",
        es: "Esto es lo que sale con r ⊙ (s·uc), una convención que también se usa en otras bibliotecas. Aquí r actúa antes del producto: aplica r al estado y después multiplica, (r ⊙ s)·uc (Bahdanau et al. 2014, apéndice A.1.1).",
      },
    },
    // Both at once, as whoever copies a library's cell writes it; not in the syllabus, and likelier than either alone.
    "library-convention": {
      variant: {
        gruCell: (x, state, p) => {
          const reset = resetGate(x, state, p).mul(state.matMul(p.uc)); // [B, dh]
          const c = x.matMul(p.wc).add(reset).add(p.bc).tanh();
          return mix(updateGate(x, state, p), c, state);
        },
      },
      hint: {
        en: "This is what comes out with the convention of PyTorch and Keras in both places: z keeps the state and r acts after the product. Here z = 1 rewrites the state, s' = (1 − z) ⊙ s + z ⊙ c, and r acts before it, (r ⊙ s)·uc (Bahdanau et al. 2014, appendix A.1.1).",
        es: "Esto es lo que sale con la convención de PyTorch y Keras en los dos lugares: z conserva el estado y r actúa después del producto. Aquí z = 1 reescribe el estado, s' = (1 − z) ⊙ s + z ⊙ c, y r actúa antes, (r ⊙ s)·uc (Bahdanau et al. 2014, apéndice A.1.1).",
      },
    },
    "sigmoid-candidate": {
      variant: {
        gruCell: (x, state, p) => {
          const c = beforeTanh(x, state.mul(resetGate(x, state, p)), p).sigmoid();
          return mix(updateGate(x, state, p), state, c);
        },
      },
      hint: {
        en: "This is what comes out when the candidate passes through σ: it can never be negative. σ is for the gates z and r; the candidate is c = tanh(…).",
        es: "Esto es lo que sale cuando el candidato pasa por σ: nunca puede ser negativo. σ es para las compuertas z y r; el candidato es c = tanh(…).",
      },
    },
    "gates-exchanged": {
      variant: {
        gruCell: (x, state, p) => {
          const c = candidate(x, state.mul(updateGate(x, state, p)), p);
          return mix(resetGate(x, state, p), state, c);
        },
      },
      hint: {
        en: "This is what comes out when the gates exchange their roles. z (update) interpolates between s and c; r (reset) multiplies the state inside the candidate (Bahdanau et al. 2014, appendix A.1.1).",
        es: "Esto es lo que sale cuando las compuertas intercambian sus papeles. z (actualización) interpola entre s y c; r (reinicio) multiplica el estado dentro del candidato (Bahdanau et al. 2014, apéndice A.1.1).",
      },
    },
  },

  routes: {
    "in plain numbers": {
      gruCell: (x, state, p) => {
        const rows = (tensor: tf.Tensor) => tensor.arraySync() as number[][];
        const sigma = (a: number) => 1 / (1 + Math.exp(-a));
        const dot = (v: readonly number[], w: tf.Tensor, j: number) =>
          rows(w).reduce((sum, row, i) => sum + (v[i] ?? 0) * (row[j] ?? 0), 0);
        const at = (bias: tf.Tensor, j: number) => bias.dataSync()[j] ?? 0;
        const [inputs, states] = [rows(x), rows(state)];
        const next = inputs.map((xs, b) => {
          const s = states[b] ?? [];
          const gate = (w: tf.Tensor, u: tf.Tensor, bias: tf.Tensor) =>
            s.map((_, j) => sigma(dot(xs, w, j) + dot(s, u, j) + at(bias, j)));
          const [z, r] = [gate(p.wz, p.uz, p.bz), gate(p.wr, p.ur, p.br)];
          const kept = s.map((value, j) => value * (r[j] ?? 0));
          const c = s.map((_, j) => Math.tanh(dot(xs, p.wc, j) + dot(kept, p.uc, j) + at(p.bc, j)));
          return s.map((value, j) => value + (z[j] ?? 0) * ((c[j] ?? 0) - value));
        });
        return tf.tensor2d(next);
      },
    },
    "s + z ⊙ (c − s), tidied": {
      gruCell: (x, state, p) =>
        tf.tidy(() => {
          const c = candidate(x, state.mul(resetGate(x, state, p)), p);
          return state.add(updateGate(x, state, p).mul(c.sub(state)));
        }),
    },
    "(1 − z) ⊙ s + z ⊙ c, gate by gate": {
      gruCell: (x, state, p) => mix(updateGate(x, state, p), state, candidate(x, resetGate(x, state, p).mul(state), p)),
    },
    "the gates from one product: [x ; s]·[[wz, wr] ; [uz, ur]]": {
      gruCell: (x, state, p) => {
        const w = tf.concat([tf.concat([p.wz, p.wr], 1), tf.concat([p.uz, p.ur], 1)], 0); // [dx + dh, 2·dh]
        const gates = tf.sigmoid(
          tf
            .concat([x, state], 1)
            .matMul(w)
            .add(tf.concat([p.bz, p.br])),
        );
        const [z, r] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor]; // [B, dh] twice
        return mix(z, state, candidate(x, r.mul(state), p));
      },
    },
    "σ and tanh written out, one from the other": {
      gruCell: (x, state, p) => {
        const sigma = (a: tf.Tensor) => tf.div(1, tf.add(1, tf.exp(a.neg())));
        const gate = (w: tf.Tensor, u: tf.Tensor, b: tf.Tensor) => sigma(b.add(state.matMul(u)).add(x.matMul(w)));
        const [z, r] = [gate(p.wz, p.uz, p.bz), gate(p.wr, p.ur, p.br)];
        const c = sigma(beforeTanh(x, r.mul(state), p).mul(2))
          .mul(2)
          .sub(1);
        return state.sub(state.mul(z)).add(c.mul(z));
      },
    },
    "example by example": {
      gruCell: (x, state, p) =>
        tf.concat(Array.from({ length: x.shape[0] ?? 0 }, (_, i) => gruCell(x.slice(i, 1), state.slice(i, 1), p))),
    },
  },
}));

/** Weights of the size that keeps the gates away from 0 and 1. */
function params(random: Random, width: number, hidden: number): GruParams {
  const fromInput = () => random.normal([width, hidden], 0.5);
  const fromState = () => random.normal([hidden, hidden], 0.5);
  const bias = () => random.normal([hidden], 0.5);
  return {
    wz: fromInput(),
    wr: fromInput(),
    wc: fromInput(),
    uz: fromState(),
    ur: fromState(),
    uc: fromState(),
    bz: bias(),
    br: bias(),
    bc: bias(),
  };
}

function updateGate(x: tf.Tensor, state: tf.Tensor, p: GruParams): tf.Tensor {
  return x.matMul(p.wz).add(state.matMul(p.uz)).add(p.bz).sigmoid();
}

function resetGate(x: tf.Tensor, state: tf.Tensor, p: GruParams): tf.Tensor {
  return x.matMul(p.wr).add(state.matMul(p.ur)).add(p.br).sigmoid();
}

/** What the candidate's tanh is taken of, from a state that is already reset. */
function beforeTanh(x: tf.Tensor, resetState: tf.Tensor, p: GruParams): tf.Tensor {
  return x.matMul(p.wc).add(resetState.matMul(p.uc)).add(p.bc);
}

function candidate(x: tf.Tensor, resetState: tf.Tensor, p: GruParams): tf.Tensor {
  return beforeTanh(x, resetState, p).tanh();
}

/** (1 − gate) ⊙ closed + gate ⊙ open */
function mix(gate: tf.Tensor, closed: tf.Tensor, open: tf.Tensor): tf.Tensor {
  return tf.sub(1, gate).mul(closed).add(gate.mul(open));
}
