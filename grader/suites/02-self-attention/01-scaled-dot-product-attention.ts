import * as tf from "@tensorflow/tfjs";
import {
  close,
  distribution,
  EXTREME,
  holds,
  mask as maskOf,
  op,
  type Random,
  suite,
  together,
} from "#grader/suite/index.js";
import type { Relation } from "#grader/suite/laws/relation.js";
import type { Term } from "#grader/suite/laws/term.js";
import { scaledDotProductAttention, stableSoftmax } from "#reference";
import type { Attention } from "../../../exercises/types.js";

const EMPTY_ROWS = {
  en: "a query that may attend nowhere gets finite numbers, and the others their own",
  es: "una consulta que no atiende a nada recibe números finitos, y las otras los suyos",
};

export const scaledDotProductAttentionSuite = suite("2.1", { scaledDotProductAttention })(
  ({ agrees, gradientsAgree, staysFinite, law }) => ({
    cases: (random) => ({
      scaledDotProductAttention: {
        rankTwo: inputs(random, []),
        rankThree: inputs(random, [2]),
        rankFour: inputs(random, [2, 3]),
        square: inputs(random, [], SQUARE),
        squareBatch: inputs(random, [4], SQUARE),
        oneQuery: inputs(random, [2], { ...SIZES, n: 1 }),
        oneKey: inputs(random, [2], { ...SIZES, m: 1 }),
        widthOne: inputs(random, [2], { ...SIZES, dk: 1, dv: 1 }),
        rootNoInteger: inputs(random, [2], { ...SIZES, dk: 3 }),
        maskRankTwo: [...inputs(random, []), maskOf(HOLES)],
        maskRankThree: [...inputs(random, [2]), maskOf(HOLES)],
        paddingAndHoles: [...inputs(random, [2, 3]), padding([5, 7]).logicalAnd(maskOf(HOLES))],
        extreme: far(inputs(random, [2])),
        extremeSpread: far(inputs(random, [2]), [1, -1, 1, 1, -1, -1, 1]),
        extremeMasked: [...far(inputs(random, [])), maskOf(HOLES)],
        emptyRow: [...inputs(random, []), maskOf(["1101011", "0000000", "0111110", "0000001", "1000000"])],
        emptyExample: [...inputs(random, [2, 3]), padding([0, 5])],
      },
    }),

    checks: [
      agrees(
        {
          en: "agrees with the reference without a mask, ranks 2 to 4",
          es: "coincide con la referencia sin máscara, rangos 2 a 4",
        },
        2,
        "scaledDotProductAttention",
        [
          "rankTwo",
          "rankThree",
          "rankFour",
          "square",
          "squareBatch",
          "oneQuery",
          "oneKey",
          "widthOne",
          "rootNoInteger",
        ],
      ),
      law(
        {
          en: "with masks [n, m], [B, 1, 1, m], [B, 1, n, m] and [B, h, n, m] the allowed keys share what the others had",
          es: "con máscaras [n, m], [B, 1, 1, m], [B, 1, n, m] y [B, h, n, m] las claves permitidas se reparten lo que tenían las demás",
        },
        2,
        "scaledDotProductAttention",
        "maskRankTwo",
        (ask, [q, k, v, mask], random) =>
          [[[q, k, v] as const, mask ?? maskOf(HOLES)] as const, ...masked(random)].flatMap(([inner, allowed]) => {
            const { weights } = ask.scaledDotProductAttention(...inner);
            const kept = op.mul(weights, allowed.cast("float32")); // [..., n, m]
            const shares = op.div(kept, op.sum(kept, -1, true)); // [..., n, m]
            const got = ask.scaledDotProductAttention(...inner, allowed);
            const shape = `[${allowed.shape.join(", ")}]`;
            return [
              close(got.weights, shares, {
                en: `the weights with a mask ${shape}, against those without it, shared out anew among the allowed keys,`,
                es: `los pesos con una máscara ${shape}, frente a los que salen sin ella, repartidos de nuevo entre las claves permitidas,`,
              }),
              close(got.output, op.matMul(shares, inner[2]), {
                en: `the output with a mask ${shape}, against the values mixed by those weights,`,
                es: `la salida con una máscara ${shape}, frente a los valores mezclados con esos pesos,`,
              }),
            ];
          }),
      ),
      agrees(
        { en: "stays right at scores near ±1000", es: "sigue siendo correcta con puntuaciones cerca de ±1000" },
        1,
        "scaledDotProductAttention",
        ["extreme", "extremeSpread", "extremeMasked"],
        EXTREME,
      ),
      law(
        {
          en: "the weights are a distribution over the allowed keys, and the output is weights·v",
          es: "los pesos se reparten entre las claves permitidas, y la salida es weights·v",
        },
        1,
        "scaledDotProductAttention",
        "paddingAndHoles",
        (ask, [q, k, v, mask], random) => {
          const { output, weights } = ask.scaledDotProductAttention(q, k, v, mask);
          const above = maskedAbove(random);
          return [
            distribution(weights, mask),
            distribution(ask.scaledDotProductAttention(...above).weights, above[3]),
            ...excludes(ask.scaledDotProductAttention(...far(inputs(random, []), FAR_ABOVE, 2e6), ABOVE).weights),
            close(output, op.matMul(weights, v), {
              en: "the output, against weights·v",
              es: "la salida, frente a weights·v",
            }),
          ];
        },
      ),
      law(
        {
          en: "permuting keys and values together changes no output",
          es: "permutar juntos claves y valores no cambia ninguna salida",
        },
        1,
        "scaledDotProductAttention",
        "maskRankThree",
        (ask, [q, k, v, mask], random) => {
          const order = tf.tensor1d(random.permutation(SIZES.m), "int32");
          const [keys, values] = [tf.gather(k, order, 1), tf.gather(v, order, 1)];
          const plain = ask.scaledDotProductAttention(q, k, v, mask);
          const permuted = ask.scaledDotProductAttention(q, keys, values, mask && tf.gather(mask, order, 1));
          return [
            close(permuted.output, plain.output, {
              en: "the output for permuted keys and values",
              es: "la salida con claves y valores permutados",
            }),
            close(permuted.weights, op.gather(plain.weights, order, 2), {
              en: "the weights of the permuted keys",
              es: "los pesos de las claves permutadas",
            }),
          ];
        },
      ),
      law(
        {
          en: "only q·kᵀ counts: (c·Q, K/c) is (Q, K), and one vector added to all keys moves no weight",
          es: "solo cuenta q·kᵀ: (c·Q, K/c) es (Q, K), y sumar un vector a todas las claves no mueve ningún peso",
        },
        1,
        "scaledDotProductAttention",
        "rankThree",
        (ask, [q, k, v], random) => {
          const plain = ask.scaledDotProductAttention(q, k, v);
          const c = random.uniform([1], 2, 3);
          const stretched = ask.scaledDotProductAttention(q.mul(c), k.div(c), v);
          const moved = ask.scaledDotProductAttention(q, k.add(random.normal([SIZES.dk])), v);
          return [
            close(stretched.output, plain.output, {
              en: "the output for c·Q and K/c",
              es: "la salida con c·Q y K/c",
            }),
            close(moved.weights, plain.weights, {
              en: "the weights with one vector added to every key",
              es: "los pesos con un mismo vector sumado a cada clave",
            }),
          ];
        },
      ),
      together(
        staysFinite(EMPTY_ROWS, 1, "scaledDotProductAttention", ["emptyRow", "emptyExample"]),
        law(EMPTY_ROWS, 1, "scaledDotProductAttention", "emptyRow", (ask, [q, k, v, mask]) => {
          const others = tf.tensor1d([0, 2, 3, 4], "int32"); // without the one that may attend nowhere
          const all = ask.scaledDotProductAttention(q, k, v, mask);
          const without = ask.scaledDotProductAttention(tf.gather(q, others), k, v, mask && tf.gather(mask, others));
          return [
            close(op.gather(all.output, others), without.output, {
              en: "the output of the other queries, against theirs without that query,",
              es: "la salida de las otras consultas, frente a la suya sin esa consulta,",
            }),
          ];
        }),
      ),
      gradientsAgree(
        { en: "has the gradient of the reference", es: "tiene el gradiente de la referencia" },
        1,
        "scaledDotProductAttention",
        ["rankTwo", "maskRankThree", "paddingAndHoles"],
      ),
    ],

    mistakes: {
      "no-scale": {
        variant: { scaledDotProductAttention: dividedBy(() => 1) },
        hint: {
          en: "This is what comes out without the division by √dk. Scores grow with the width of the keys and softmax saturates: divide q·kᵀ by √dk before it (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale sin dividir entre √dk. Las puntuaciones crecen con el ancho de las claves y softmax se satura: divide q·kᵀ entre √dk antes de aplicarla (Vaswani et al. 2017, ec. 1).",
        },
      },
      "scale-sqrt-dv": {
        variant: { scaledDotProductAttention: dividedBy(({ dv }) => Math.sqrt(dv)) },
        hint: {
          en: "This is what comes out with √dv, the width of the values. A score is a sum of dk products, one for each entry of a query and a key: divide by √dk, the last axis of q (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale con √dv, el ancho de los valores. Una puntuación es una suma de dk productos, uno por cada entrada de consulta y clave: divide entre √dk, el último eje de q (Vaswani et al. 2017, ec. 1).",
        },
      },
      "scale-sqrt-m": {
        variant: { scaledDotProductAttention: dividedBy(({ m }) => Math.sqrt(m)) },
        hint: {
          en: "This is what comes out with √m, m being the number of keys. More keys do not make a score larger, wider ones do: divide by √dk, the last axis of q and k (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale con √m, donde m es el número de claves. Una puntuación no crece por haber más claves, sino por que sean más anchas: divide entre √dk, el último eje de q y de k (Vaswani et al. 2017, ec. 1).",
        },
      },
      "scale-dk": {
        variant: { scaledDotProductAttention: dividedBy(({ dk }) => dk) },
        hint: {
          en: "This is what comes out when the scores are divided by dk, without the root: they become too small, and the weights too even. Divide by √dk: Math.sqrt(dk) (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale al dividir las puntuaciones entre dk, sin la raíz: quedan demasiado chicas, y los pesos demasiado parejos. Divide entre √dk: Math.sqrt(dk) (Vaswani et al. 2017, ec. 1).",
        },
      },
      "scale-inverted": {
        variant: { scaledDotProductAttention: dividedBy(({ dk }) => 1 / Math.sqrt(dk)) },
        hint: {
          en: "This is what comes out when the scores are multiplied by √dk: softmax saturates even sooner than without a scale. Divide by √dk (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale al multiplicar las puntuaciones por √dk: softmax se satura aún más que sin escala. Divide entre √dk (Vaswani et al. 2017, ec. 1).",
        },
      },
      "softmax-over-queries": {
        variant: {
          scaledDotProductAttention: (q, k, v, mask) =>
            mixed(turned(stableSoftmax(turned(filled(scoresOf(q, k), mask)))), v),
        },
        hint: {
          en: "This is what comes out when softmax runs over the queries (axis −2): each key shares itself out, and the weights of a query need not sum to one. Normalise over the keys, the last axis of the scores (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale cuando softmax recorre las consultas (eje −2): cada clave se reparte y los pesos de una consulta ya no suman uno. Normaliza sobre las claves, el último eje de las puntuaciones (Vaswani et al. 2017, ec. 1).",
        },
      },
      "weights-transposed": {
        variant: {
          scaledDotProductAttention: (q, k, v, mask) => mixed(stableSoftmax(filled(scoresOf(k, q), mask)), v),
        },
        hint: {
          en: "This is what comes out of K·Qᵀ: the keys ask the queries, which fits only when there are as many of both. Row i belongs to query i: compute Q·Kᵀ, tf.matMul(q, k, false, true) (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale de K·Qᵀ: las claves les preguntan a las consultas, y eso solo encaja si hay tantas de unas como de otras. La fila i es de la consulta i: calcula Q·Kᵀ, tf.matMul(q, k, false, true) (Vaswani et al. 2017, ec. 1).",
        },
      },
      "softmax-of-product": {
        variant: {
          scaledDotProductAttention: (q, k, v, mask) => {
            const scores = filled(scoresOf(q, k), mask); // [..., n, m]
            return { output: stableSoftmax(tf.matMul(scores, v)), weights: stableSoftmax(scores) };
          },
        },
        hint: {
          en: "This is what comes out of softmax(Q·Kᵀ·V/√dk): a distribution over the dv entries of a value instead of an average of values. Softmax stands between the two products: softmax(Q·Kᵀ/√dk)·V (Vaswani et al. 2017, eq. 1).",
          es: "Esto es lo que sale de softmax(Q·Kᵀ·V/√dk): una distribución sobre las dv entradas de un valor en lugar de un promedio de valores. La softmax va entre los dos productos: softmax(Q·Kᵀ/√dk)·V (Vaswani et al. 2017, ec. 1).",
        },
      },
      "mask-ignored": {
        variant: { scaledDotProductAttention: (q, k, v) => scaledDotProductAttention(q, k, v) },
        hint: {
          en: "This is what comes out without the mask: every query attends to every key. Replace the scores by −1e9 where the mask is false, before softmax: tf.where(mask, scores, -1e9).",
          es: "Esto es lo que sale sin la máscara: cada consulta atiende a todas las claves. Reemplaza las puntuaciones por −1e9 donde la máscara es falsa, antes de softmax: tf.where(mask, scores, -1e9).",
        },
      },
      "mask-inverted": {
        variant: {
          scaledDotProductAttention: (q, k, v, mask) =>
            mixed(stableSoftmax(filled(scoresOf(q, k), mask?.logicalNot())), v),
        },
        hint: {
          en: "This is what comes out with the mask the other way round: the queries attend to what is forbidden. True means that a query may attend, so −1e9 goes where the mask is false: tf.where(mask, scores, -1e9).",
          es: "Esto es lo que sale con la máscara al revés: las consultas atienden a lo prohibido. Verdadero significa que una consulta puede atender, así que −1e9 va donde la máscara es falsa: tf.where(mask, scores, -1e9).",
        },
      },
      "mask-after-softmax": {
        variant: {
          scaledDotProductAttention: (q, k, v, mask) => {
            const weights = stableSoftmax(scoresOf(q, k));
            return mixed(mask === undefined ? weights : weights.mul(mask.cast("float32")), v);
          },
        },
        hint: {
          en: "This is what comes out when the mask multiplies the weights after softmax: those that are left no longer sum to one. Replace the masked scores by −1e9 before softmax, or divide the masked weights by their new sum.",
          es: "Esto es lo que sale cuando la máscara multiplica los pesos después de softmax: los que quedan ya no suman uno. Reemplaza las puntuaciones enmascaradas por −1e9 antes de softmax, o divide los pesos enmascarados entre su nueva suma.",
        },
      },
    },

    routes: {
      "q scaled before the product, the keys transposed by hand, −1e9 added": {
        scaledDotProductAttention: (q, k, v, mask) => {
          const scores = tf.matMul(q.div(Math.sqrt(widthOf(q))), turned(k)); // [..., n, m]
          const away = mask?.logicalNot().cast("float32").mul(-1e9) ?? tf.scalar(0);
          return mixed(stableSoftmax(scores.add(away)), v);
        },
      },
      "softmax, times mask, divided by the new sum of the row": {
        scaledDotProductAttention: (q, k, v, mask) => {
          const weights = stableSoftmax(scoresOf(q, k)); // [..., n, m]
          if (mask === undefined) return mixed(weights, v);
          const kept = weights.mul(mask.cast("float32")); // [..., n, m]
          return mixed(kept.div(kept.sum(-1, true).maximum(1e-20)), v);
        },
      },
      "exponentials, zeros where masked, divided by their sum; tidied": {
        scaledDotProductAttention: (q, k, v, mask) =>
          tf.tidy(() => {
            const scores = scoresOf(q, k);
            const e = tf.exp(scores.sub(scores.max(-1, true))); // [..., n, m]
            const kept = mask === undefined ? e : tf.where(mask, e, 0);
            const { output, weights } = mixed(kept.div(kept.sum(-1, true).add(1e-30)), v);
            return { output, weights };
          }),
      },
      "exp of the difference to logSumExp, the mask broadcast first": {
        scaledDotProductAttention: (q, k, v, mask) => {
          const scores = scoresOf(q, k);
          const allowed = filled(scores, mask === undefined ? mask : broadcast(mask, scores.shape));
          return mixed(tf.exp(allowed.sub(tf.logSumExp(allowed, -1, true))), v);
        },
      },
      "products and sums; Q and K each divided by the fourth root of dk": {
        scaledDotProductAttention: (q, k, v, mask) => {
          const root = widthOf(q) ** 0.25;
          const products = q.div(root).expandDims(-2).mul(k.div(root).expandDims(-3)); // [..., n, m, dk]
          const weights = stableSoftmax(filled(products.sum(-1), mask)); // [..., n, m]
          return { output: weights.expandDims(-1).mul(v.expandDims(-3)).sum(-2), weights };
        },
      },
      "example by example": {
        scaledDotProductAttention: (q, k, v, mask) => {
          if (q.rank === 2) return attend(q, k, v, mask);
          const all = broadcast(mask ?? tf.scalar(true), [...q.shape.slice(0, -1), k.shape.at(-2) ?? 1]); // [..., n, m]
          const one = (i: number) => attend(q.slice(i, 1), k.slice(i, 1), v.slice(i, 1), all.slice(i, 1));
          return joined(
            Array.from({ length: q.shape[0] ?? 0 }, (_, i) => one(i)),
            0,
          );
        },
      },
      "query by query": {
        scaledDotProductAttention: (q, k, v, mask) => {
          const all = broadcast(mask ?? tf.scalar(true), [...q.shape.slice(0, -1), k.shape.at(-2) ?? 1]); // [..., n, m]
          const one = (i: number) => attend(rowOf(q, i), k, v, rowOf(all, i));
          return joined(
            Array.from({ length: q.shape.at(-2) ?? 0 }, (_, i) => one(i)),
            q.rank - 2,
          );
        },
      },
    },
  }),
);

interface Sizes {
  readonly n: number;
  readonly m: number;
  readonly dk: number;
  readonly dv: number;
}

const SIZES: Sizes = { n: 5, m: 7, dk: 4, dv: 6 };
const SQUARE: Sizes = { n: 4, m: 4, dk: 4, dv: 4 };

const HOLES = ["1101011", "0111110", "1000000", "1111111", "0010101"];
const SQUARE_HOLES = ["1011", "0110", "1101", "0001"];

type Inputs = [q: tf.Tensor, k: tf.Tensor, v: tf.Tensor];

function inputs(random: Random, leading: readonly number[], { n, m, dk, dv }: Sizes = SIZES): Inputs {
  return [random.normal([...leading, n, dk]), random.normal([...leading, m, dk]), random.normal([...leading, m, dv])];
}

/**
 * The same with scores near ±1000, by way of the first entries: +1000 for the even queries and −1000 for the odd ones
 * where `signs` of the keys is 1, as it is unless given, and the other way round where it is −1.
 */
function far([q, k, v]: Inputs, signs: readonly number[] = new Array(SIZES.m).fill(1), how = 1000): Inputs {
  const even = Array.from({ length: q.shape.at(-2) ?? 1 }, (_, i) => [i % 2 === 0 ? how : -how]);
  const ahead = tf.tensor2d(even).mul(Math.sqrt(widthOf(q))); // [n, 1]
  const first = tf.range(0, widthOf(q)).equal(0).cast("float32"); // [dk], 1 at the first entry
  const rest = tf.sub(1, first); // [dk]
  const column = tf.tensor2d(signs.map((sign) => [sign])); // [m, 1]
  return [q.mul(rest).add(ahead.mul(first)), k.mul(rest).add(column.mul(first)), v];
}

/** A mask [B, 1, 1, m] that allows the first `lengths[i]` keys of example i. */
function padding(lengths: readonly number[], m = SIZES.m): tf.Tensor {
  return maskOf(lengths.map((length) => "1".repeat(length).padEnd(m, "0"))).reshape([-1, 1, 1, m]);
}

/** One input for each shape of a mask, and square ones, where a mask that is turned fits as well. */
function masked(random: Random): (readonly [inner: Inputs, mask: tf.Tensor])[] {
  return [
    [inputs(random, [2]), maskOf(HOLES)],
    [inputs(random, [2, 3]), maskOf(HOLES)],
    [inputs(random, [], SQUARE), maskOf(SQUARE_HOLES)],
    [inputs(random, [4], SQUARE), maskOf(SQUARE_HOLES)],
    [inputs(random, [2, 3]), padding([4, 6])],
    [inputs(random, [4, 4], SQUARE), padding([2, 4, 1, 3], 4)],
    [inputs(random, [2, 3]), padding([5, 7]).logicalAnd(maskOf(HOLES))],
    [inputs(random, [2, 3]), draw(random, [2, 3, SIZES.n, SIZES.m])],
    [inputs(random, [2, 3]), draw(random, [2, 3, 1, SIZES.m])],
    [inputs(random, [2]), draw(random, [2, SIZES.n, SIZES.m])],
  ];
}

/** A mask of any shape [..., m] that is another in each matrix, and allows at least the first key. */
function draw(random: Random, shape: readonly number[]): tf.Tensor {
  const first = tf.range(0, shape.at(-1) ?? 1).equal(0); // [m]
  return tf.logicalOr(random.uniform(shape, 0, 1).less(0.6), first);
}

/**
 * Scores of the masked keys 10 above those of the allowed ones: so far that −100 in place of −1e9 leaves them a weight,
 * small as it is, and not so far that weights which are masked and then divided by their new sum, or by a guard where
 * that is 0, come out otherwise.
 */
function maskedAbove(random: Random): [...Inputs, mask: tf.Tensor] {
  const [q, k, v] = inputs(random, []);
  const allowed = maskOf(["1011010"]); // [1, m]
  const ahead = tf.concat([tf.fill([SIZES.n, 1], 10 * Math.sqrt(SIZES.dk)), q.slice([0, 1])], 1); // [n, dk]
  const above = tf.concat([tf.where(allowed, 0, 1).reshape([-1, 1]), k.slice([0, 1])], 1); // [m, dk]
  return [ahead, above, v, allowed];
}

/** The keys are at 2·10⁶ and −2·10⁶, those that are allowed below the others for even queries, above them for odd ones. */
const FAR_ABOVE = [-1, 1, -1, -1, 1, -1, 1];
const ABOVE = maskOf(["1011010"]); // [1, m]

/**
 * No masked key has a weight, however far above the allowed ones or above the fill it scores. Of the allowed ones nothing
 * is said: where they are so far below, weights that are masked and then divided by their new sum are 0, or 0/0.
 */
function excludes(weights: Term): Relation[] {
  return [
    holds(op.logicalNot(op.greater(op.where(ABOVE, 0, weights), 0)), {
      en: "a key that is masked gets a weight where the scores are as large as 2·10⁶: a masked score is −1e9",
      es: "una clave enmascarada recibe peso donde las puntuaciones llegan a 2·10⁶: una puntuación enmascarada es −1e9",
    }),
  ];
}

const widthOf = (x: tf.Tensor): number => x.shape.at(-1) ?? 1;

/** q·kᵀ/√dk → [..., n, m] */
function scoresOf(q: tf.Tensor, k: tf.Tensor): tf.Tensor {
  return tf.matMul(q, k, false, true).div(Math.sqrt(widthOf(q)));
}

/** Scores [..., n, m] with −1e9 in place of the masked ones. */
function filled(scores: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  return mask === undefined ? scores : tf.where(mask, scores, -1e9);
}

/** What attention with these weights returns. */
function mixed(weights: tf.Tensor, v: tf.Tensor): Attention {
  return { output: tf.matMul(weights, v), weights };
}

function attend(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): Attention {
  return mixed(stableSoftmax(filled(scoresOf(q, k), mask)), v);
}

/** Attention whose products are divided by something else. */
function dividedBy(divisor: (sizes: Omit<Sizes, "n">) => number): typeof scaledDotProductAttention {
  return (q, k, v, mask) => {
    const by = divisor({ m: k.shape.at(-2) ?? 1, dk: widthOf(q), dv: widthOf(v) });
    return mixed(stableSoftmax(filled(tf.matMul(q, k, false, true).div(by), mask)), v);
  };
}

/** With the last two axes exchanged. */
function turned(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function broadcast(mask: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.broadcastTo(mask.cast("float32"), [...shape]).cast("bool");
}

/** Row i of x [..., n, a] → [..., 1, a] */
function rowOf(x: tf.Tensor, i: number): tf.Tensor {
  const leading = x.shape.slice(0, -2);
  return x.slice([...leading.map(() => 0), i, 0], [...leading, 1, widthOf(x)]);
}

function joined(parts: readonly Attention[], axis: number): Attention {
  const [outputs, weights] = [parts.map(({ output }) => output), parts.map(({ weights }) => weights)];
  return { output: tf.concat(outputs, axis), weights: tf.concat(weights, axis) };
}
