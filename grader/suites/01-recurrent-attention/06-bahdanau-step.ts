import * as tf from "@tensorflow/tfjs";
import { both } from "#grader/language.js";
import {
  type Check,
  close,
  distribution,
  EXTREME,
  holds,
  mask as maskOf,
  ORDINARY,
  op,
  type Random,
  type Relation,
  suite,
  type Term,
  together,
} from "#grader/suite/index.js";
import { alignmentScores, bahdanauStep, contextVector, gruCell } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { BahdanauParams, BahdanauStep, Context } from "../../../exercises/types.js";

const OUTPUTS = ["weights", "context", "state", "logits"] as const;
type Output = (typeof OUTPUTS)[number];

/** Ordinary cases. */
const UNMASKED = ["plain", "square", "oneExample", "oneState", "oneWord"];
const MASKED = ["padded", "paddedSquare", "holes"];

export const bahdanauStepSuite = suite("1.6", { bahdanauStep })(({ agrees, staysFinite, law }) => ({
  cases: (random) => ({
    bahdanauStep: {
      plain: inputs(random, SIZES),
      square: inputs(random, SQUARE),
      oneExample: inputs(random, { ...SIZES, B: 1 }),
      oneState: inputs(random, { ...SIZES, T: 1 }),
      oneWord: inputs(random, { ...SIZES, V: 1 }),
      padded: [...inputs(random, { ...SIZES, B: 3 }), maskOf(["11111", "11000", "11100"])],
      paddedSquare: [...inputs(random, SQUARE), maskOf(["1100", "1111", "1000", "1110"])],
      // Not only padding at the end: any position may be masked.
      holes: [...inputs(random, SIZES), maskOf(["01101", "10110"])],
      extreme: [...shifted(inputs(random, SIZES)), maskOf(["11111", "11100"])],
      nothingAllowed: [...inputs(random, { ...SIZES, B: 3 }), maskOf(["11110", "00000", "11000"])],
    },
  }),

  checks: [
    together(
      ...parts(["weights", "context"], (part) =>
        agrees(
          {
            en: "weights and context agree with the reference without a mask",
            es: "weights y context coinciden con la referencia sin máscara",
          },
          2,
          "bahdanauStep",
          UNMASKED,
          ORDINARY,
          part,
        ),
      ),
    ),
    agrees(
      {
        en: "the new state agrees with the reference without a mask",
        es: "el nuevo estado coincide con la referencia sin máscara",
      },
      2,
      "bahdanauStep",
      UNMASKED,
      ORDINARY,
      "state",
    ),
    agrees(
      {
        en: "the logits agree with the reference without a mask",
        es: "los logits coinciden con la referencia sin máscara",
      },
      1,
      "bahdanauStep",
      UNMASKED,
      ORDINARY,
      "logits",
    ),
    together(
      ...parts(["weights", "context"], (part) =>
        agrees(
          {
            en: "weights and context agree with the reference with a mask",
            es: "weights y context coinciden con la referencia con máscara",
          },
          2,
          "bahdanauStep",
          MASKED,
          ORDINARY,
          part,
        ),
      ),
    ),
    together(
      ...parts(["state", "logits"], (part) =>
        agrees(
          {
            en: "the new state and the logits agree with the reference with a mask",
            es: "el nuevo estado y los logits coinciden con la referencia con máscara",
          },
          1,
          "bahdanauStep",
          MASKED,
          ORDINARY,
          part,
        ),
      ),
    ),
    agrees(
      { en: "stays right at scores near ±1000", es: "sigue siendo correcto con puntuaciones cerca de ±1000" },
      1,
      "bahdanauStep",
      ["extreme"],
      EXTREME,
    ),
    law(
      {
        en: "the weights are a distribution over the allowed states and follow their order",
        es: "los pesos se reparten entre los estados permitidos y siguen su orden",
      },
      1,
      "bahdanauStep",
      "padded",
      (ask, [previous, state, states, p, mask], random) => {
        const step = ask.bahdanauStep(previous, state, states, p, mask);
        const order = tf.tensor1d(random.permutation(states.shape[1] ?? 0), "int32");
        const otherMask = mask && tf.gather(mask, order, 1);
        const permuted = ask.bahdanauStep(previous, state, tf.gather(states, order, 1), p, otherMask);
        const where = { en: "of the permuted states", es: "de los estados permutados" };
        const apart = farApart(previous, state, states, p, mask ?? anywhere(states));
        return [
          distribution(step.weights, mask),
          // Where the masked scores are 4·10⁶ above the others, weights that are masked and then divided by their new sum
          // are 0, or 0/0: nothing is said but that no masked one is left.
          holds(op.logicalNot(op.greater(op.where(apart[4], 0, ask.bahdanauStep(...apart).weights), 0)), {
            en: "a state that is masked gets a weight where the scores are as large as 2·10⁶: a masked score is −1e9",
            es: "un estado enmascarado recibe peso donde las puntuaciones llegan a 2·10⁶: una puntuación enmascarada es −1e9",
          }),
          ...sameStep(permuted, { ...outputsOf(step), weights: op.gather(step.weights, order, 1) }, where),
        ];
      },
    ),
    law(
      {
        en: "the weights and the context do not depend on the previous word",
        es: "los pesos y el contexto no dependen de la palabra anterior",
      },
      1,
      "bahdanauStep",
      "plain",
      (ask, [previous, state, states, p], random) => {
        const step = ask.bahdanauStep(previous, state, states, p);
        const other = ask.bahdanauStep(random.normal(previous.shape), state, states, p);
        return [
          close(other.weights, step.weights, {
            en: "the weights after another previous word",
            es: "los pesos tras otra palabra anterior",
          }),
          close(other.context, step.context, {
            en: "the context after another previous word",
            es: "el contexto tras otra palabra anterior",
          }),
        ];
      },
    ),
    law(
      {
        en: "every output depends on each allowed state and on no masked one",
        es: "cada salida depende de cada estado permitido y de ninguno enmascarado",
      },
      2,
      "bahdanauStep",
      "holes",
      (ask, [previous, state, states, p, mask = anywhere(states)], random) => {
        // One example T + 1 times: in copy j another h_j, in the last copy all as they were.
        const length = states.shape[1] ?? 0;
        const copies = (x: tf.Tensor) => tf.tile(x.slice(0, 1), [length + 1, ...x.shape.slice(1).fill(1)]);
        const here = tf.eye(length + 1, length).expandDims(2); // [T + 1, T, 1]
        const change = random.normal([1, length, states.shape[2] ?? 0], 2).mul(here); // [T + 1, T, dh]
        const changed = copies(states).add(change);
        const step = ask.bahdanauStep(copies(previous), copies(state), changed, p, copies(mask));
        return OUTPUTS.flatMap((output) => dependence(step[output], output, mask.slice(0, 1).flatten()));
      },
    ),
    law(
      { en: "adding masked positions changes nothing", es: "agregar posiciones enmascaradas no cambia nada" },
      1,
      "bahdanauStep",
      "plain",
      (ask, [previous, state, states, p], random) => {
        const [batch = 0, length = 0, width = 0] = states.shape;
        const longer = tf.concat([states, random.normal([batch, 2, width], 3)], 1); // [B, T + 2, dh]
        const mask = maskOf(new Array(batch).fill("1".repeat(length).padEnd(length + 2, "0")));
        const step = ask.bahdanauStep(previous, state, states, p);
        const padded = ask.bahdanauStep(previous, state, longer, p, mask);
        const where = { en: "with two masked positions more", es: "con dos posiciones enmascaradas más" };
        const weights = op.concat([step.weights, tf.zeros([batch, 2])], 1); // [B, T + 2]
        return sameStep(padded, { ...outputsOf(step), weights }, where);
      },
    ),
    together(
      staysFinite(
        {
          en: "an example that may attend nowhere gets finite numbers, and changes no other example",
          es: "un ejemplo que no puede atender a nada recibe números finitos y no cambia los demás",
        },
        1,
        "bahdanauStep",
        ["nothingAllowed"],
      ),
      law(
        { en: "the other examples", es: "los demás ejemplos" },
        1,
        "bahdanauStep",
        "nothingAllowed",
        (ask, [previous, state, states, p, mask]) => {
          const [y, s, h] = [previous, state, states].map((x) => x.slice(0, 1)) as [tf.Tensor, tf.Tensor, tf.Tensor];
          const first = ask.bahdanauStep(y, s, h, p, mask?.slice(0, 1));
          const whole = ask.bahdanauStep(previous, state, states, p, mask);
          return [
            close(op.slice(whole.state, 0, 1), first.state, {
              en: "the state of an example beside one that may attend nowhere",
              es: "el estado de un ejemplo junto a otro que no puede atender a nada",
            }),
          ];
        },
      ),
    ),
  ],

  mistakes: {
    "score-with-new-state": {
      variant: {
        bahdanauStep: (previous, state, states, p, mask) => {
          const next = gruCell(withoutContext(previous, states), state, p.gru); // [B, ds]
          return readOut(previous, next, attend(next, states, p, mask), p);
        },
      },
      hint: {
        en: "This is what comes out when the state is updated first and the scores use the new one: that is Luong's order. Here attention comes first: score with the incoming state s, and give the context to the GRU (Bahdanau et al. 2014, eq. 6 and appendix A.1.2).",
        es: "Esto es lo que sale al actualizar primero el estado y puntuar con el nuevo: ese es el orden de Luong. Aquí la atención va primero: puntúa con el estado que entra, s, y pásale el contexto a la GRU (Bahdanau et al. 2014, ec. 6 y apéndice A.1.2).",
      },
    },
    "context-missing-in-gru": {
      variant: {
        bahdanauStep: (previous, state, states, p, mask) => {
          const next = gruCell(withoutContext(previous, states), state, p.gru); // [B, ds]
          return readOut(previous, next, attend(state, states, p, mask), p);
        },
      },
      hint: {
        en: "This is what comes out when the GRU reads zeros in place of the context: the new state knows nothing of the source. Its input is [y ; c], the previous word and the context (Bahdanau et al. 2014, eq. 4 and appendix A.2.2).",
        es: "Esto es lo que sale cuando la GRU lee ceros en lugar del contexto: el nuevo estado no sabe nada de la fuente. Su entrada es [y ; c], la palabra anterior y el contexto (Bahdanau et al. 2014, ec. 4 y apéndice A.2.2).",
      },
    },
    "gru-input-order": {
      variant: {
        bahdanauStep: (previous, state, states, p, mask) => {
          const seen = attend(state, states, p, mask);
          return readOut(previous, gruCell(tf.concat([seen.context, previous], 1), state, p.gru), seen, p);
        },
      },
      hint: {
        en: "This is what comes out when the GRU reads [c ; y]: the shapes fit, but each row of its weights meets the wrong number. Put the previous word first: [y ; c].",
        es: "Esto es lo que sale cuando la GRU lee [c ; y]: las formas encajan, pero cada fila de sus pesos recibe el número equivocado. Pon primero la palabra anterior: [y ; c].",
      },
    },
    "projected-values": {
      variant: {
        bahdanauStep: (previous, state, states, p, mask) => {
          const { weights } = attend(state, states, p, mask);
          return finish(previous, state, { weights, context: average(weights, linear(states, p.ua)) }, p);
        },
      },
      hint: {
        en: "This is what comes out when the context averages h_j·ua, the states as the scores see them. ua is only for scoring: average the states themselves, c = Σ_j α_j h_j (Bahdanau et al. 2014, eq. 5).",
        es: "Esto es lo que sale cuando el contexto promedia h_j·ua, los estados tal como los ve la puntuación. ua solo sirve para puntuar: promedia los estados mismos, c = Σ_j α_j h_j (Bahdanau et al. 2014, ec. 5).",
      },
    },
    "mask-ignored": {
      variant: { bahdanauStep: (previous, state, states, p) => bahdanauStep(previous, state, states, p) },
      hint: {
        en: "This is what comes out when the mask is not used: the padding of the shorter sentences takes part in the context. Hand the mask on to contextVector.",
        es: "Esto es lo que sale cuando no se usa la máscara: el relleno de las oraciones más cortas entra en el contexto. Pásale la máscara a contextVector.",
      },
    },
    "logits-without-context": {
      variant: {
        bahdanauStep: (previous, state, states, p, mask) => {
          const step = bahdanauStep(previous, state, states, p, mask);
          const parts = [step.state, tf.zerosLike(step.context), previous];
          return { ...step, logits: linear(tf.concat(parts, 1), p.wo, p.bo) };
        },
      },
      hint: {
        en: "This is what comes out when the logits are read with zeros in place of the context. The readout sees all three: [s' ; c ; y]·wo + bo (Bahdanau et al. 2014, eq. 4 and appendix A.2.2).",
        es: "Esto es lo que sale al calcular los logits con ceros en lugar del contexto. La lectura final ve las tres partes: [s' ; c ; y]·wo + bo (Bahdanau et al. 2014, ec. 4 y apéndice A.2.2).",
      },
    },
  },

  routes: {
    "product by product; −1e9 added where masked": {
      bahdanauStep: (previous, state, states, p, mask) => {
        const hidden = tf.tanh(linear(states, p.ua).add(state.matMul(p.wa).expandDims(1))); // [B, T, da]
        const scores = linear(hidden, p.va.expandDims(1)).squeeze([2]); // [B, T]
        const away = mask?.logicalNot().cast("float32").mul(-1e9) ?? tf.zerosLike(scores);
        const weights = tf.softmax(scores.add(away)); // [B, T]
        const context = tf.matMul(weights.expandDims(1), states).squeeze([1]); // [B, dh]
        const next = gruCell(tf.concat([previous, context], 1), state, p.gru); // [B, ds]
        const [ds = 0, dh = 0] = [next.shape[1], context.shape[1]];
        const logits = p.bo
          .add(previous.matMul(p.wo.slice(ds + dh)))
          .add(context.matMul(p.wo.slice(ds, dh)))
          .add(next.matMul(p.wo.slice(0, ds)));
        return { state: next, weights, context, logits };
      },
    },
    "concat scores; softmax, times mask, divided by the new sum; tidied": {
      bahdanauStep: (previous, state, states, p, mask) =>
        tf.tidy(() => {
          const wa = tf.concat([p.wa, p.ua], 0); // [ds + dh, da]
          const all = tf.softmax(alignmentScores(state, states, { kind: "concat", wa, va: p.va })); // [B, T]
          const kept = mask === undefined ? all : all.mul(mask.cast("float32"));
          const weights = kept.div(kept.sum(1, true).maximum(1e-20));
          return { ...finish(previous, state, { weights, context: average(weights, states) }, p) };
        }),
    },
    "state by state": {
      bahdanauStep: (previous, state, states, p, mask) => {
        const [batch = 0, length = 0, width = 0] = states.shape;
        const each = Array.from({ length }, (_, j) => states.slice([0, j, 0], [batch, 1, width]).squeeze([1]));
        const scores = each.map((h) => state.matMul(p.wa).add(h.matMul(p.ua)).tanh().mul(p.va).sum(1)); // T of [B]
        const filled = mask === undefined ? tf.stack(scores, 1) : tf.where(mask, tf.stack(scores, 1), -1e9);
        const weights = tf.exp(filled.sub(tf.logSumExp(filled, 1, true))); // [B, T]
        const terms = each.map((h, j) => h.mul(weights.slice([0, j], [batch, 1])));
        return finish(previous, state, { weights, context: tf.addN(terms) }, p);
      },
    },
    "example by example": {
      bahdanauStep: (previous, state, states, p, mask) => {
        const steps = Array.from({ length: state.shape[0] ?? 0 }, (_, i) => {
          const [y, s, h] = [previous.slice(i, 1), state.slice(i, 1), states.slice(i, 1)];
          return bahdanauStep(y, s, h, p, mask?.slice(i, 1));
        });
        const joined = (output: keyof BahdanauStep) => tf.concat(steps.map((step) => step[output]));
        return {
          state: joined("state"),
          weights: joined("weights"),
          context: joined("context"),
          logits: joined("logits"),
        };
      },
    },
  },
}));

interface Sizes {
  readonly B: number;
  readonly T: number;
  readonly de: number;
  readonly ds: number;
  readonly dh: number;
  readonly da: number;
  readonly V: number;
}

/** All different, as are de + dh = 9 and ds + dh + de = 13. */
const SIZES: Sizes = { B: 2, T: 5, de: 3, ds: 4, dh: 6, da: 7, V: 11 };
const SQUARE: Sizes = { B: 4, T: 4, de: 4, ds: 4, dh: 4, da: 4, V: 4 };

type Inputs = [previous: tf.Tensor, state: tf.Tensor, states: tf.Tensor, p: BahdanauParams];

/** Random arguments but for the mask, the weights of the size that keeps tanh and the gates away from their limits. */
function inputs(random: Random, { B, T, de, ds, dh, da, V }: Sizes): Inputs {
  const weights = (...shape: number[]) => random.normal(shape, 0.4);
  const gate = () => ({ w: weights(de + dh, ds), u: weights(ds, ds), b: weights(ds) });
  const [z, r, c] = [gate(), gate(), gate()];
  const gru = { wz: z.w, wr: r.w, wc: c.w, uz: z.u, ur: r.u, uc: c.u, bz: z.b, br: r.b, bc: c.b };
  const p = {
    wa: weights(ds, da),
    ua: weights(dh, da),
    va: random.normal([da]),
    gru,
    wo: weights(ds + dh + de, V),
    bo: weights(V),
  };
  return [random.normal([B, de]), random.normal([B, ds]), random.normal([B, T, dh]), p];
}

/**
 * The same with scores near +1000 in the first example and near −1000 in the second: one more hidden unit, which
 * looks only at the first entry of the state, 1 or −1, and is ±1 there for all positions.
 */
function shifted([previous, state, states, p]: Inputs): Inputs {
  const first = tf.tensor2d([[1], [-1]]);
  const [ds = 0, dh = 0] = [state.shape[1], states.shape[2]];
  const more = {
    wa: tf.concat([p.wa, tf.eye(ds, 1).mul(50)], 1),
    ua: tf.concat([p.ua, tf.zeros([dh, 1])], 1),
    va: tf.concat([p.va, tf.tensor1d([1000])]),
  };
  return [previous, tf.concat([first, state.slice([0, 1])], 1), states, { ...p, ...more }];
}

/** The same with scores of +2·10⁶ where the mask forbids and −2·10⁶ where it allows, by way of a unit that looks only there. */
function farApart(...[previous, state, states, p, mask]: [...Inputs, mask: tf.Tensor]): [...Inputs, mask: tf.Tensor] {
  const [ds = 0, dh = 0] = [state.shape[1], states.shape[2]];
  const first = tf.where(mask, -1, 1).expandDims(2); // [B, T, 1]
  const more = {
    wa: tf.concat([p.wa, tf.zeros([ds, 1])], 1),
    ua: tf.concat([p.ua, tf.eye(dh, 1).mul(50)], 1),
    va: tf.concat([p.va, tf.tensor1d([2e6])]),
  };
  return [previous, state, tf.concat([first, states.slice([0, 0, 1])], 2), { ...p, ...more }, mask];
}

/** What a state sees in the states of the source. */
function attend(state: tf.Tensor, states: tf.Tensor, p: BahdanauParams, mask?: tf.Tensor): Context {
  const { wa, ua, va } = p;
  return contextVector(alignmentScores(state, states, { kind: "additive", wa, ua, va }), states, mask);
}

/** Σ_j α_j v_j for weights [B, T] and values [B, T, dv]. */
function average(weights: tf.Tensor, values: tf.Tensor): tf.Tensor {
  return values.mul(weights.expandDims(2)).sum(1);
}

/** [y ; 0], with zeros where the context belongs. */
function withoutContext(previous: tf.Tensor, states: tf.Tensor): tf.Tensor {
  const [batch = 0, , width = 0] = states.shape;
  return tf.concat([previous, tf.zeros([batch, width])], 1); // [B, de + dh]
}

/** The rest of a step after attention. */
function finish(previous: tf.Tensor, state: tf.Tensor, seen: Context, p: BahdanauParams): BahdanauStep {
  return readOut(previous, gruCell(tf.concat([previous, seen.context], 1), state, p.gru), seen, p);
}

/** The rest of a step after the new state. */
function readOut(previous: tf.Tensor, next: tf.Tensor, seen: Context, p: BahdanauParams): BahdanauStep {
  return { state: next, ...seen, logits: linear(tf.concat([next, seen.context, previous], 1), p.wo, p.bo) };
}

/** A mask [B, T] that allows all of the states [B, T, dh]. */
function anywhere(states: tf.Tensor): tf.Tensor {
  return tf.ones(states.shape.slice(0, 2), "bool");
}

/** A check for each of some outputs, to be taken together. */
function parts(outputs: readonly [Output, Output], check: (output: Output) => Check): [Check, Check] {
  return [check(outputs[0]), check(outputs[1])];
}

/** The outputs of a step that is not known yet. */
type Outputs = Readonly<Record<Output, Term>>;

const outputsOf = ({ weights, context, state, logits }: Outputs): Outputs => ({ weights, context, state, logits });

/** Two steps are the same; `where` ends the subject of the report. */
function sameStep(got: Outputs, expected: Outputs, where: { en: string; es: string }): Relation[] {
  return OUTPUTS.map((output) =>
    close(
      got[output],
      expected[output],
      both((language) => `${output} ${where[language]}`),
    ),
  );
}

/**
 * Of T + 1 copies of an example, copy j with another h_j, each output differs from the last copy's just where it may.
 *
 * @param allowed [T] bool
 */
function dependence(output: Term, name: Output, allowed: tf.Tensor): Relation[] {
  const length = allowed.size;
  const last = op.slice(output, [length], [1]);
  const moved = op.max(op.abs(op.sub(op.slice(output, [0], [length]), last)), 1); // [T]
  return [
    // A state that does not reach an output leaves it exactly as it is.
    holds(op.logicalOr(allowed.logicalNot(), op.greater(moved, 1e-7)), {
      en: `${name} stays the same when a state changes that the mask allows: each allowed state must reach every output`,
      es: `${name} no cambia cuando cambia un estado que la máscara permite: cada estado permitido debe llegar a todas las salidas`,
    }),
    holds(
      op.logicalOr(allowed, op.less(moved, 1e-5)),
      {
        en: `${name} changes by {0} when a state changes that the mask hides: a masked state must not reach any output`,
        es: `${name} cambia en {0} cuando cambia un estado que la máscara oculta: un estado enmascarado no debe llegar a ninguna salida`,
      },
      { shows: [op.max(op.where(allowed, 0, moved))] },
    ),
  ];
}
