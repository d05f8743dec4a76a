import * as tf from "@tensorflow/tfjs";
import { close, distribution, EXTREME, holds, ORDINARY, op, type Random, suite } from "#grader/suite/index.js";
import { alignmentScores, contextVector, luongGlobal, luongLocal } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { LuongLocalParams, LuongParams } from "../../../exercises/types.js";

/** Ordinary cases. */
const GLOBAL = ["plain", "square", "oneExample", "oneState"];
const LOCAL = ["plain", "square", "narrow", "fractional", "wide", "oneExample", "oneState"];

export const luongAttentionSuite = suite("1.7", { luongGlobal, luongLocal })(({ agrees, law, refuses }) => ({
  cases: (random) => ({
    luongGlobal: {
      plain: globalInputs(random, 2, 5, 4),
      square: globalInputs(random, 4, 4, 4),
      oneExample: globalInputs(random, 1, 5, 4),
      oneState: globalInputs(random, 3, 1, 4),
      extreme: shifted(globalInputs(random, 2, 5, 4)),
    },
    luongLocal: {
      plain: localInputs(random, SIZES, 3),
      square: localInputs(random, { B: 4, S: 4, dh: 4, da: 4 }, 1.5),
      narrow: localInputs(random, SIZES, 1),
      fractional: localInputs(random, SIZES, 2.5),
      wide: localInputs(random, { ...SIZES, S: 5 }, 7),
      nearStart: localInputs(random, SIZES, 3, { to: 1.5 }),
      nearEnd: localInputs(random, SIZES, 3, { from: 7.5 }),
      oneExample: localInputs(random, { ...SIZES, B: 1 }, 3),
      oneState: localInputs(random, { ...SIZES, S: 1 }, 1),
      extreme: localInputs(random, { ...SIZES, B: 2 }, 3, { change: shifted }),
      // A center in the middle of the source, so that two positions are exactly D away from it.
      border: centred(localInputs(random, { ...SIZES, S: 8 }, 3)),
      narrowBorder: centred(localInputs(random, { ...SIZES, S: 8 }, 1)),
      halfWidthBelowOne: localInputs(random, SIZES, 0.75),
      halfWidthNearlyOne: localInputs(random, SIZES, 0.999),
      halfWidthZero: localInputs(random, SIZES, 0),
      halfWidthNegative: localInputs(random, SIZES, -2),
    },
  }),

  checks: [
    agrees(
      {
        en: "the global weights agree with the reference",
        es: "los pesos globales coinciden con la referencia",
      },
      1,
      "luongGlobal",
      GLOBAL,
      ORDINARY,
      "weights",
    ),
    agrees(
      { en: "attentional agrees with the reference", es: "attentional coincide con la referencia" },
      2,
      "luongGlobal",
      GLOBAL,
      ORDINARY,
      "attentional",
    ),
    agrees(
      {
        en: "luongGlobal stays right at scores near ±1000",
        es: "luongGlobal sigue siendo correcta con puntuaciones cerca de ±1000",
      },
      1,
      "luongGlobal",
      ["extreme"],
      EXTREME,
    ),
    law(
      {
        en: "the global weights are a distribution over the source",
        es: "los pesos globales son una distribución sobre la fuente",
      },
      1,
      "luongGlobal",
      "plain",
      (ask, [target, source, p]) => [distribution(ask.luongGlobal(target, source, p).weights)],
    ),
    law(
      {
        en: "the query is the current state: where it is 0, the global weights are all the same",
        es: "la consulta es el estado actual: si vale 0, los pesos globales son todos iguales",
      },
      1,
      "luongGlobal",
      "plain",
      (ask, [target, source, p]) => {
        const [one, same] = [target.slice(0, 1), source.slice(0, 1).tile([2, 1, 1])];
        const length = source.shape[1] ?? 1;
        const { weights } = ask.luongGlobal(tf.concat([tf.zerosLike(one), one]), same, p); // [2, S]
        const [still, asked] = [op.slice(weights, 0, 1), op.slice(weights, 1, 1)];
        return [
          close(still, tf.fill([1, length], 1 / length), {
            en: "the weights where the current state is 0",
            es: "los pesos donde el estado actual es 0",
          }),
          holds(op.greater(op.max(op.abs(op.sub(still, asked))), 1e-6), {
            en: "the weights are the same for two different current states: score the source with `target`",
            es: "los pesos son iguales para dos estados actuales distintos: puntúa la fuente con `target`",
          }),
        ];
      },
    ),
    agrees(
      { en: "the center agrees with the reference", es: "el centro coincide con la referencia" },
      1,
      "luongLocal",
      LOCAL,
      ORDINARY,
      "center",
    ),
    agrees(
      {
        en: "the local weights agree with the reference, also exactly D from the center",
        es: "los pesos locales coinciden con la referencia, también exactamente a D del centro",
      },
      2,
      "luongLocal",
      [...LOCAL, "border", "narrowBorder"],
      ORDINARY,
      "weights",
    ),
    agrees(
      {
        en: "luongLocal agrees where the window reaches beyond the source",
        es: "luongLocal coincide donde la ventana se sale de la fuente",
      },
      1,
      "luongLocal",
      ["nearStart", "nearEnd"],
    ),
    agrees(
      {
        en: "luongLocal stays right at scores near ±1000",
        es: "luongLocal sigue siendo correcta con puntuaciones cerca de ±1000",
      },
      1,
      "luongLocal",
      ["extreme"],
      EXTREME,
    ),
    law(
      {
        en: "the local weights are 0 outside the window and sum to at most one",
        es: "los pesos locales son 0 fuera de la ventana y suman a lo sumo uno",
      },
      2,
      "luongLocal",
      "plain",
      (ask, [target, source, p, halfWidth], random) => [
        ...[halfWidth, 1].flatMap((D) => {
          const { center, weights } = ask.luongLocal(target, source, p, D);
          const distance = op.abs(op.sub(tf.range(0, source.shape[1] ?? 0), op.expandDims(center, 1))); // [B, S]
          const sums = op.sum(weights, 1); // [B]
          return [
            holds(op.greaterEqual(weights, 0), {
              en: "a weight is below 0; expected none",
              es: "un peso es menor que 0; no debería haber ninguno",
            }),
            holds(op.logicalOr(op.lessEqual(distance, D + 1e-3), op.equal(weights, 0)), {
              en: `a position farther than D = ${D} from the center has a weight: expected exactly 0`,
              es: `una posición a más de D = ${D} del centro tiene un peso: se esperaba exactamente 0`,
            }),
            holds(
              op.lessEqual(sums, 1 + 1e-4),
              {
                en: "the weights of an example sum to {0}; a softmax times a Gaussian sums to at most 1",
                es: "los pesos de un ejemplo suman {0}; una softmax por una gaussiana suma a lo sumo 1",
              },
              { shows: [op.max(sums)] },
            ),
          ];
        }),
        // Where the scores outside of the window are 4·10⁶ above those inside, weights that are cut and then divided by their
        // new sum are 0, or 0/0: nothing is said but that none is left outside.
        holds(op.logicalNot(op.greater(op.where(INSIDE, 0, ask.luongLocal(...outshone(random)).weights), 0)), {
          en: "a position outside the window gets a weight where the scores are as large as 2·10⁶: outside, a score is −1e9",
          es: "una posición fuera de la ventana recibe peso donde las puntuaciones llegan a 2·10⁶: afuera, una puntuación es −1e9",
        }),
      ],
    ),
    law(
      {
        en: "the center lies between 0 and S and depends on the current state alone",
        es: "el centro queda entre 0 y S y depende solo del estado actual",
      },
      1,
      "luongLocal",
      "plain",
      (ask, [target, source, p, halfWidth], random) => {
        const [batch = 0, length = 0] = source.shape;
        const { center } = ask.luongLocal(target, source, p, halfWidth); // [B]
        return [
          holds(
            op.logicalAnd(op.greater(center, 0), op.less(center, length)),
            {
              en: `the centers lie between {0} and {1}; expected numbers between 0 and S = ${length}: S·σ(…) cannot leave them`,
              es: `los centros van de {0} a {1}; se esperaban números entre 0 y S = ${length}: S·σ(…) no puede salir de ahí`,
            },
            { shows: [op.min(center), op.max(center)] },
          ),
          close(ask.luongLocal(tf.zerosLike(target), source, p, halfWidth).center, tf.fill([batch], length / 2), {
            en: "the center where the current state is 0, against S/2",
            es: "el centro donde el estado actual es 0, frente a S/2",
          }),
          close(ask.luongLocal(target, random.normal(source.shape), p, halfWidth).center, center, {
            en: "the center for another source of the same length",
            es: "el centro para otra fuente del mismo largo",
          }),
        ];
      },
    ),
    refuses(
      { en: "luongLocal refuses a halfWidth below 1", es: "luongLocal rechaza un halfWidth menor que 1" },
      1,
      "luongLocal",
      ["halfWidthBelowOne", "halfWidthNearlyOne", "halfWidthZero", "halfWidthNegative"],
    ),
  ],

  mistakes: {
    "no-factor-two": {
      variant: {
        luongLocal: checked((target, source, p, halfWidth) => {
          const { center, distance, align } = parts(target, source, p, halfWidth);
          return { center, weights: align.mul(tf.exp(distance.square().div(-((halfWidth / 2) ** 2)))) };
        }),
      },
      hint: {
        en: "This is what comes out with exp(−(s − center)²/σ²): the bell is too narrow. Divide by 2σ², with σ = D/2 (Luong et al. 2015, eq. 10).",
        es: "Esto es lo que sale con exp(−(s − center)²/σ²): la campana queda demasiado angosta. Divide entre 2σ², con σ = D/2 (Luong et al. 2015, ec. 10).",
      },
    },
    renormalised: {
      variant: {
        luongLocal: (target, source, p, halfWidth) => {
          const { center, weights } = luongLocal(target, source, p, halfWidth);
          return { center, weights: weights.div(weights.sum(1, true)) };
        },
      },
      hint: {
        en: "This is what comes out when the local weights are divided by their sum after the Gaussian. The paper leaves them as they are, with a sum of at most one: return align · exp(−(s − center)²/(2σ²)) (Luong et al. 2015, eq. 10).",
        es: "Esto es lo que sale al dividir los pesos locales entre su suma después de la gaussiana. El artículo los deja como están, con una suma de a lo sumo uno: devuelve align · exp(−(s − center)²/(2σ²)) (Luong et al. 2015, ec. 10).",
      },
    },
    "softmax-over-sentence": {
      variant: {
        luongLocal: checked((target, source, p, halfWidth) => {
          const { center, distance, scores } = parts(target, source, p, halfWidth);
          const align = tf.softmax(scores).mul(within(distance, halfWidth).cast("float32")); // [B, S]
          return { center, weights: align.mul(fade(distance, halfWidth)) };
        }),
      },
      hint: {
        en: "This is what comes out when softmax runs over the whole source and the window is cut out afterwards: positions that are thrown away keep their share. Restrict the scores to the window first (−1e9 outside), then take softmax (Luong et al. 2015, §3.2).",
        es: "Esto es lo que sale cuando softmax recorre toda la fuente y la ventana se recorta después: las posiciones descartadas se quedan con su parte. Limita primero las puntuaciones a la ventana (−1e9 afuera) y aplica softmax después (Luong et al. 2015, §3.2).",
      },
    },
    "concat-order": {
      variant: {
        luongGlobal: (target, source, p) => {
          const { weights, context } = attend(target, source, p);
          return { weights, attentional: tf.tanh(linear(tf.concat([target, context], 1), p.wc)) };
        },
      },
      hint: {
        en: "This is what comes out with [h ; c]: the shapes fit, but the rows of wc meet the wrong vector. Put the context first: tanh([c ; h]·wc) (Luong et al. 2015, eq. 5).",
        es: "Esto es lo que sale con [h ; c]: las formas encajan, pero las filas de wc se encuentran con el vector equivocado. Pon primero el contexto: tanh([c ; h]·wc) (Luong et al. 2015, ec. 5).",
      },
    },
    "no-tanh": {
      variant: {
        luongGlobal: (target, source, p) => {
          const { weights, context } = attend(target, source, p);
          return { weights, attentional: linear(tf.concat([context, target], 1), p.wc) };
        },
      },
      hint: {
        en: "This is what comes out without tanh in the attentional state: its entries may leave ±1. Take tanh of the product: tanh([c ; h]·wc) (Luong et al. 2015, eq. 5).",
        es: "Esto es lo que sale sin tanh en el estado atencional: sus entradas pueden salirse de ±1. Aplica tanh al producto: tanh([c ; h]·wc) (Luong et al. 2015, ec. 5).",
      },
    },
  },

  routes: {
    "wa transposed to the source; wc in two halves; the window by a comparison": {
      luongGlobal: (target, source, p) => {
        const scores = linear(source, p.wa.transpose()).mul(target.expandDims(1)).sum(2); // [B, S]
        const weights = tf.softmax(scores);
        const context = tf.matMul(weights.expandDims(1), source).squeeze([1]); // [B, dh]
        const [upper, lower] = tf.split(p.wc, 2) as [tf.Tensor, tf.Tensor]; // [dh, dh] twice
        return { weights, attentional: tf.tanh(target.matMul(lower).add(context.matMul(upper))) };
      },
      luongLocal: checked((target, source, p, halfWidth) => {
        const { center, distance, align } = parts(target, source, p, halfWidth);
        const sigma = halfWidth / 2;
        const bell = tf.exp(
          distance
            .square()
            .neg()
            .div(2 * sigma * sigma),
        );
        return { center, weights: tf.where(within(distance, halfWidth), align.mul(bell), 0) };
      }),
    },
    "softmax over the source, times the window, divided by the new sum; tidied": {
      luongGlobal: (target, source, p) =>
        tf.tidy(() => {
          const { weights, context } = attend(target, source, p);
          return { weights, attentional: tf.tanh(tf.concat([context, target], 1).matMul(p.wc)) };
        }),
      luongLocal: checked((target, source, p, halfWidth) =>
        tf.tidy(() => {
          const { center, distance, scores } = parts(target, source, p, halfWidth);
          const kept = tf.softmax(scores).mul(within(distance, halfWidth).cast("float32")); // [B, S]
          return { center, weights: kept.div(kept.sum(1, true)).mul(fade(distance, halfWidth)) };
        }),
      ),
    },
    "the Gaussian subtracted inside the exponential; −1e9 added outside the window": {
      luongGlobal: (target, source, p) => {
        const scores = tf.matMul(source, target.matMul(p.wa).expandDims(2)).squeeze([2]); // [B, S]
        const weights = tf.exp(scores.sub(tf.logSumExp(scores, 1, true)));
        const context = tf.matMul(source, weights.expandDims(2), true).squeeze([2]); // [B, dh]
        const sigma = tf.sigmoid(tf.concat([context, target], 1).matMul(p.wc).mul(2));
        return { weights, attentional: sigma.mul(2).sub(1) };
      },
      luongLocal: checked((target, source, p, halfWidth) => {
        const { center, distance, scores } = parts(target, source, p, halfWidth);
        const away = tf.sub(1, within(distance, halfWidth).cast("float32")).mul(-1e9); // [B, S]
        const allowed = scores.add(away);
        const bell = distance.div(halfWidth).square().mul(2); // [B, S], since 2σ² = D²/2
        return { center, weights: tf.exp(allowed.sub(tf.logSumExp(allowed, 1, true)).sub(bell)) };
      }),
    },
    "example by example, position by position": {
      luongGlobal: (target, source, p) => {
        const rows = Array.from({ length: target.shape[0] ?? 0 }, (_, i) =>
          luongGlobal(target.slice(i, 1), source.slice(i, 1), p),
        );
        return {
          weights: tf.concat(rows.map(({ weights }) => weights)),
          attentional: tf.concat(rows.map(({ attentional }) => attentional)),
        };
      },
      luongLocal: checked((target, source, p, halfWidth) => {
        const { center, scores } = parts(target, source, p, halfWidth);
        const centers = [...center.dataSync()];
        const numbers = scores.arraySync() as number[][]; // [B, S]
        const rows = centers.map((place, i) => windowInNumbers(numbers[i] ?? [], place, halfWidth));
        return { center: tf.tensor1d(centers), weights: tf.tensor2d(rows) };
      }),
    },
  },
}));

interface Sizes {
  readonly B: number;
  readonly S: number;
  readonly dh: number;
  readonly da: number;
}

const SIZES: Sizes = { B: 3, S: 9, dh: 4, da: 6 };

type Inputs<P> = [target: tf.Tensor, source: tf.Tensor, p: P];

/** Arguments of luongGlobal, the weights of the size that keeps softmax and tanh away from their limits. */
function globalInputs(random: Random, B: number, S: number, dh: number): Inputs<LuongParams> {
  const p = { wa: random.normal([dh, dh], 0.4), wc: random.normal([2 * dh, dh], 0.4) };
  return [random.normal([B, dh]), random.normal([B, S, dh]), p];
}

interface Wishes {
  /** The centers lie from..to; 0..S unless said. */
  readonly from?: number;
  readonly to?: number;
  readonly change?: (inputs: Inputs<LuongLocalParams>) => Inputs<LuongLocalParams>;
}

/**
 * Arguments of luongLocal: more examples are drawn than are needed, and those taken that have no position at the edge
 * of a window, where rounding would decide. That holds for half-widths D and 1.
 */
function localInputs(
  random: Random,
  { B, S, dh, da }: Sizes,
  halfWidth: number,
  { from = 0, to = S, change = (inputs) => inputs }: Wishes = {},
): [...Inputs<LuongLocalParams>, halfWidth: number] {
  for (;;) {
    const weights = { wa: random.normal([dh, dh], 0.4), wp: random.normal([dh, da], 0.4), vp: random.normal([da]) };
    const many = 30 * B;
    const [target, source, p] = change([random.normal([many, dh]), random.normal([many, S, dh]), weights]);
    const centers = [...luongLocal(target, source, p, 1).center.dataSync()];
    const fits = (center: number) =>
      center > from + GAP && center < to - GAP && [halfWidth, 1].every((D) => isClear(center, D));
    // Example i is one of the candidates i, i + B, i + 2·B, …
    const chosen = Array.from({ length: B }, (_, i) => centers.findIndex((c, k) => k % B === i && fits(c)));
    if (chosen.includes(-1)) continue;
    const rows = tf.tensor1d(chosen, "int32");
    return [tf.gather(target, rows), tf.gather(source, rows), p, halfWidth];
  }
}

const GAP = 0.02;

/** Whether no position is near an end of the window. */
function isClear(center: number, halfWidth: number): boolean {
  return [center - halfWidth, center + halfWidth].every((end) => Math.abs(end - Math.round(end)) > GAP);
}

/**
 * The same with scores near +1000 in the even examples and near −1000 in the odd ones: the first entry of each source
 * state is 1, that of the current state is 1 or −1, and wa multiplies the two by 1000.
 */
function shifted<P extends { readonly wa: tf.Tensor }>([target, source, p]: Inputs<P>): Inputs<P> {
  const [batch = 0, length = 0, dh = 0] = source.shape;
  const signs = tf.tensor2d(Array.from({ length: batch }, (_, i) => [i % 2 === 0 ? 1 : -1])); // [B, 1]
  const corner = tf.matMul(tf.eye(dh, 1), tf.eye(1, dh)).mul(1000); // [dh, dh]
  return [
    tf.concat([signs, target.slice([0, 1])], 1),
    tf.concat([tf.ones([batch, length, 1]), source.slice([0, 0, 1])], 2),
    { ...p, wa: p.wa.add(corner) },
  ];
}

/** Where the window is of a center in the middle of eight positions, with D = 1. */
const INSIDE = tf.tensor2d([[0, 0, 0, 1, 1, 1, 0, 0]]).cast("bool"); // [1, S]

/** A case with scores of −2·10⁶ inside that window and +2·10⁶ outside of it. */
function outshone(random: Random): Parameters<typeof luongLocal> {
  const [target, source, p, D] = centred(localInputs(random, { ...SIZES, S: 8 }, 1));
  const [batch = 0, length = 0, dh = 0] = source.shape;
  const sides = tf.where(INSIDE, -1, 1).tile([batch, 1]).reshape([batch, length, 1]);
  const corner = tf.matMul(tf.eye(dh, 1), tf.eye(1, dh)).mul(2e6); // [dh, dh]
  return [
    tf.concat([tf.ones([batch, 1]), target.slice([0, 1])], 1),
    tf.concat([sides, source.slice([0, 0, 1])], 2),
    { ...p, wa: p.wa.add(corner) },
    D,
  ];
}

/** The weights and the context of global attention. */
function attend(target: tf.Tensor, source: tf.Tensor, p: LuongParams) {
  return contextVector(alignmentScores(target, source, { kind: "general", wa: p.wa }), source);
}

/** luongLocal that refuses a halfWidth as the reference does. */
function checked(f: typeof luongLocal): typeof luongLocal {
  return (target, source, p, halfWidth) => {
    if (halfWidth < 1) throw new RangeError(`luongLocal: halfWidth is ${halfWidth}, expected at least 1`);
    return f(target, source, p, halfWidth);
  };
}

/** What local attention is made of: center [B], and distance s − center, scores and align, each [B, S]. */
function parts(target: tf.Tensor, source: tf.Tensor, p: LuongLocalParams, halfWidth: number) {
  const length = source.shape[1] ?? 0;
  const center = tf.sigmoid(linear(tf.tanh(target.matMul(p.wp)), p.vp.expandDims(1)).squeeze([1])).mul(length); // [B]
  const distance = tf.range(0, length).sub(center.expandDims(1)); // [B, S]
  const scores = alignmentScores(target, source, { kind: "general", wa: p.wa }); // [B, S]
  const align = tf.softmax(tf.where(within(distance, halfWidth), scores, -1e9)); // [B, S]
  return { center, distance, scores, align };
}

function within(distance: tf.Tensor, halfWidth: number): tf.Tensor {
  return tf.lessEqual(distance.abs(), halfWidth);
}

/** exp(−(s − center)²/(2σ²)) with σ = D/2 */
function fade(distance: tf.Tensor, halfWidth: number): tf.Tensor {
  return tf.exp(distance.square().div(-(halfWidth ** 2) / 2));
}

/** The local weights of one example, in plain numbers. */
function windowInNumbers(scores: readonly number[], center: number, halfWidth: number): number[] {
  const inside = (s: number) => Math.abs(s - center) <= halfWidth;
  const greatest = Math.max(...scores.filter((_, s) => inside(s)));
  const e = scores.map((score, s) => (inside(s) ? Math.exp(score - greatest) : 0));
  const sum = e.reduce((total, entry) => total + entry, 0);
  return e.map((entry, s) => (entry / sum) * Math.exp((-2 * (s - center) ** 2) / halfWidth ** 2));
}

/** The same with the center in the middle of the source, whatever the current state. */
function centred([target, source, p, halfWidth]: Parameters<typeof luongLocal>): Parameters<typeof luongLocal> {
  return [target, source, { ...p, wp: tf.zerosLike(p.wp) }, halfWidth];
}
