import * as tf from "@tensorflow/tfjs";
import {
  type Check,
  close,
  EXTREME,
  GRADIENTS,
  holds,
  mask as maskOf,
  ORDINARY,
  op,
  type Random,
  suite,
  together,
} from "#grader/suite/index.js";
import { attentionGradient, centralDifference, scaledDotProductAttention, softmaxVjp } from "#reference";

type Name = "dq" | "dk" | "dv";

/** A check for each of some gradients, with its points. */
const each = <N extends Name>(
  points: Readonly<Record<N, number>>,
  check: (name: N, points: number) => Check,
): Check[] => Object.entries<number>(points).map(([name, worth]) => check(name as N, worth));

const HOLES = ["1100110", "0101011", "1110000", "0000001", "1111111"];
const SQUARE_HOLES = ["1010", "1100", "0111", "0001"];

export const attentionGradientSuite = suite("5.2", { attentionGradient })(({ agrees, law, staysFinite }) => ({
  cases: (random) => ({
    attentionGradient: {
      distinct: inputs(random, [2], 5, 7, 4, 6),
      square: inputs(random, [], 4, 4, 4, 4),
      heads: inputs(random, [2, 3], 3, 5, 2, 4),
      oneKey: inputs(random, [], 3, 1, 2, 4),
      oneQuery: inputs(random, [2], 1, 5, 3, 2),
      masked: [...inputs(random, [2], 5, 7, 4, 6), maskOf(HOLES)],
      maskedSquare: [...inputs(random, [4], 4, 4, 4, 4), maskOf(SQUARE_HOLES)],
      perHead: [...inputs(random, [2, 3], 3, 5, 2, 4), drawn(random, [2, 3, 3, 5])],
      widthOne: inputs(random, [2], 3, 4, 1, 1),
      padding: [...inputs(random, [2, 3], 3, 5, 2, 4), maskOf(["11100", "11111"]).reshape([2, 1, 1, 5])],
      extreme: shifted(inputs(random, [], 5, 7, 4, 6)),
      emptyRow: [...inputs(random, [], 3, 4, 2, 5), maskOf(["1010", "0000", "0111"])],
    },
  }),

  checks: [
    ...each({ dq: 2, dk: 2, dv: 1 }, (name, points) =>
      agrees(
        {
          en: `${name} agrees with the reference without a mask`,
          es: `${name} coincide con la referencia sin máscara`,
        },
        points,
        "attentionGradient",
        ["distinct", "square", "heads", "oneKey", "oneQuery", "widthOne"],
        ORDINARY,
        name,
      ),
    ),
    ...each({ dq: 2, dk: 1 }, (name, points) =>
      agrees(
        {
          en: `${name} agrees with the reference with masks`,
          es: `${name} coincide con la referencia con máscaras`,
        },
        points,
        "attentionGradient",
        ["masked", "maskedSquare", "padding", "perHead"],
        ORDINARY,
        name,
      ),
    ),
    together(
      agrees(
        {
          en: "dv agrees with the reference with masks, and is exactly 0 for keys at which nobody may look",
          es: "dv coincide con la referencia con máscaras, y es exactamente 0 para las claves que nadie puede mirar",
        },
        1,
        "attentionGradient",
        ["masked", "maskedSquare", "padding", "perHead"],
        ORDINARY,
        "dv",
      ),
      law({ en: "hidden keys", es: "claves ocultas" }, 0, "attentionGradient", "masked", (ask, _, random) => {
        const row = "1011010";
        const hidden = tf.tensor1d([1, 4, 6], "int32");
        // Scores of what is hidden 60 above the rest, and then all scores low: −100 and −10⁴ are not as good as −1e9.
        return [[...row].map((entry) => -60 * Number(entry)), [...row].map(() => -1e6)].map((keys) => {
          const { dv } = ask.attentionGradient(
            ...led(inputs(random, [], 5, 7, 4, 6), keys),
            maskOf(Array(5).fill(row)),
          );
          return holds(op.equal(op.gather(dv, hidden), 0), {
            en: "dv is not 0 for a key that the mask hides from all queries",
            es: "dv no es 0 para una clave que la máscara oculta a todas las consultas",
          });
        });
      }),
    ),
    together(
      law(
        {
          en: "agrees with the reference near ±1000, and a query that may look nowhere sends nothing",
          es: "coincide con la referencia cerca de ±1000, y una consulta que no puede mirar a nadie no envía nada",
        },
        2,
        "attentionGradient",
        "extreme",
        (ask, [q, k, v, dOut]) => {
          const [got, due] = [ask.attentionGradient(q, k, v, dOut), attentionGradient(q, k, v, dOut)];
          return [
            close(got.dv, due.dv, { en: "dv", es: "dv" }, EXTREME),
            // Without the coordinate that is far away: it magnifies rounding.
            ...(["dq", "dk"] as const).map((name) =>
              close(
                op.slice(got[name], [0, 0], [-1, 4]),
                due[name].slice([0, 0], [-1, 4]),
                { en: `${name}, its first columns`, es: `${name}, sus primeras columnas` },
                EXTREME,
              ),
            ),
          ];
        },
      ),
      law(
        { en: "empty rows", es: "filas vacías" },
        0,
        "attentionGradient",
        "emptyRow",
        (ask, [q, k, v, dOut, allowed], random) => {
          const got = ask.attentionGradient(q, k, v, dOut, allowed);
          const padded = maskOf(["00000", "11100"]).reshape([2, 1, 1, 5]); // the first example has no words
          const heads = ask.attentionGradient(...inputs(random, [2, 3], 3, 5, 2, 4), padded);
          const kept = leftOpen(q, k, v, dOut, allowed);
          const off = (["dq", "dk"] as const).map((name) => op.max(op.abs(op.sub(got[name], kept[name]))));
          const others = tf.tensor1d([0, 2], "int32"); // query 1 may look nowhere
          const [otherQ, otherOut] = [tf.gather(q, others), tf.gather(dOut, others)];
          const without = ask.attentionGradient(otherQ, k, v, otherOut, allowed && tf.gather(allowed, others));
          return [
            holds(
              op.greater(op.stack(off), 1e-4),
              {
                en: "a query that may look nowhere still sends a gradient to itself and to the keys: its row of dS should be 0",
                es: "una consulta que no puede mirar a nadie aún envía gradiente a sí misma y a las claves: su fila de dS debería ser 0",
              },
              { suspect: "ds-not-masked" },
            ),
            // Not dv: what such a query takes of the values is nobody's concern, as long as it is finite.
            close(op.slice(got.dq, 1, 1), tf.zeros([1, 2]), {
              en: "dq of a query that may look nowhere",
              es: "dq de una consulta que no puede mirar a nadie",
            }),
            ...(["dq", "dk"] as const).map((name) =>
              close(op.sum(op.abs(op.slice(heads[name], [0], [1]))), 0, {
                en: `Σ |${name}| of an example without words, with heads`,
                es: `Σ |${name}| de un ejemplo sin palabras, con cabezas`,
              }),
            ),
            close(got.dk, without.dk, {
              en: "dk with a query that may look nowhere, against dk without it",
              es: "dk con una consulta que no puede mirar a nadie, frente a dk sin ella",
            }),
          ];
        },
      ),
      staysFinite({ en: "finite", es: "finito" }, 0, "attentionGradient", ["emptyRow"]),
    ),
    ...each({ dq: 2, dk: 1, dv: 1 }, (name, points) =>
      law(
        {
          en: `${name} is what tf.grads finds for attention, with a batch, heads and a mask`,
          es: `${name} es lo que tf.grads encuentra para la atención, con lote, cabezas y máscara`,
        },
        points,
        "attentionGradient",
        "padding",
        (ask, [q, k, v, dOut, allowed]) => {
          const loss = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
            scaledDotProductAttention(a, b, c, allowed).output.mul(dOut).sum();
          const [dq, dk, dv] = tf.grads(loss as never)([q, k, v]) as [tf.Tensor, tf.Tensor, tf.Tensor];
          return [
            close(
              ask.attentionGradient(q, k, v, dOut, allowed)[name],
              { dq, dk, dv }[name],
              { en: `${name}, against tf.grads of attention`, es: `${name}, frente a tf.grads de la atención` },
              GRADIENTS,
            ),
          ];
        },
      ),
    ),
    ...each({ dq: 1, dk: 1 }, (name, points) =>
      law(
        {
          en: `${name} agrees with central differences of the loss`,
          es: `${name} coincide con diferencias centrales de la pérdida`,
        },
        points,
        "attentionGradient",
        "oneQuery",
        (ask, _, random) => {
          const [q, k, v, dOut] = inputs(random, [], 2, 3, 2, 2);
          const slopes = (x: tf.Tensor, loss: (moved: tf.Tensor) => tf.Tensor) =>
            tf.tensor(
              centralDifference((list) => loss(tf.tensor(list, x.shape)).dataSync()[0] ?? 0, [...x.dataSync()], 1e-2),
              x.shape,
            );
          const lossOf = (a: tf.Tensor, b: tf.Tensor) => scaledDotProductAttention(a, b, v).output.mul(dOut).sum();
          const due = name === "dq" ? slopes(q, (moved) => lossOf(moved, k)) : slopes(k, (moved) => lossOf(q, moved));
          const coarse = { absolute: 2e-3, relative: 2e-2 }; // float32, a step of 0.01
          const got = ask.attentionGradient(q, k, v, dOut);
          return [close(name === "dq" ? got.dq : got.dk, due, against(name), coarse)];
        },
      ),
    ),
    law(
      {
        en: "equal values send nothing to queries and keys, equal keys send nothing to queries",
        es: "valores iguales no envían nada a consultas y claves; claves iguales no envían nada a consultas",
      },
      3,
      "attentionGradient",
      "distinct",
      (ask, [q, k, v, dOut]) => {
        const flat = ask.attentionGradient(q, k, v.slice([0, 0], [-1, 1]).tile([1, 7, 1]), dOut);
        const still = ask.attentionGradient(q, k.slice([0, 0], [-1, 1]).tile([1, 7, 1]), v, dOut);
        const plain = ask.attentionGradient(q, k, v, dOut);
        return [
          close(flat.dq, tf.zerosLike(q), { en: "dq with equal values", es: "dq con valores iguales" }),
          close(flat.dk, tf.zerosLike(k), { en: "dk with equal values", es: "dk con valores iguales" }),
          close(still.dq, tf.zerosLike(q), { en: "dq with equal keys", es: "dq con claves iguales" }),
          holds(op.greater(op.stack([op.max(op.abs(plain.dq)), op.max(op.abs(plain.dk))]), 1e-3), {
            en: "dq or dk is 0 for different values and keys as well",
            es: "dq o dk vale 0 también con valores y claves distintos",
          }),
        ];
      },
    ),
  ],

  mistakes: {
    "ds-not-transposed": {
      variant: by({ toKeys: (dScores, q) => tf.matMul(dScores, q) }),
      hint: {
        en: "dK is dS·Q/√dk here. Key s hears from every query t that looked at it, down column s of dS: dK = dSᵀ·Q/√dk.",
        es: "Aquí dK es dS·Q/√dk. A la clave s le llega de cada consulta t que la miró, por la columna s de dS: dK = dSᵀ·Q/√dk.",
      },
    },
    "weights-not-transposed": {
      variant: by({ toValues: (weights, dOut) => tf.matMul(weights, dOut) }),
      hint: {
        en: "dV is A·dO here. Value s was mixed into every output t with the weight A[t, s], and hears back with it: dV = Aᵀ·dO.",
        es: "Aquí dV es A·dO. El valor s se mezcló en cada salida t con el peso A[t, s], y con él le llega de vuelta: dV = Aᵀ·dO.",
      },
    },
    "diagonal-jacobian": {
      variant: by({ softmax: (weights, dWeights) => weights.mul(tf.sub(1, weights)).mul(dWeights) }),
      hint: {
        en: "Softmax was differentiated by its diagonal alone, A ⊙ (1 − A) ⊙ dA. The weights of a row depend on all of its scores: dS = A ⊙ (dA − rowsum(dA ⊙ A)).",
        es: "Softmax se derivó solo por su diagonal, A ⊙ (1 − A) ⊙ dA. Los pesos de una fila dependen de todas sus puntuaciones: dS = A ⊙ (dA − rowsum(dA ⊙ A)).",
      },
    },
    "centred-over-columns": {
      variant: by({ softmax: (weights, dWeights) => weights.mul(dWeights.sub(dWeights.mul(weights).sum(-2, true))) }),
      hint: {
        en: "The sum of dA ⊙ A was taken over the queries here. Each row of A is a softmax of its own: sum over the keys.",
        es: "Aquí la suma de dA ⊙ A se tomó sobre las consultas. Cada fila de A es un softmax aparte: suma sobre las claves.",
      },
    },
    "not-centred": {
      variant: by({ softmax: (weights, dWeights) => weights.mul(dWeights) }),
      hint: {
        en: "This is dS = A ⊙ dA: the row sum is missing. A larger score takes weight from the other keys: subtract rowsum(dA ⊙ A) from dA first.",
        es: "Esto es dS = A ⊙ dA: falta la suma de la fila. Una puntuación mayor les quita peso a las demás claves: resta antes rowsum(dA ⊙ A) a dA.",
      },
    },
    "mask-ignored": {
      variant: by({ weights: (q, k, v) => scaledDotProductAttention(q, k, v).weights }),
      hint: {
        en: "The weights were computed once more without the mask here, and dS was set to 0 where it forbids: the weights of the other keys are too small then. Hand the mask on to the attention of 2.1.",
        es: "Aquí los pesos se volvieron a calcular sin la máscara, y dS se puso en 0 donde esta lo prohíbe: los pesos de las demás claves quedan entonces demasiado pequeños. Pásale la máscara a la atención de 2.1.",
      },
    },
    "mask-unused": {
      variant: { attentionGradient: (q, k, v, dOut) => attentionGradient(q, k, v, dOut) },
      hint: {
        en: "This is what comes out without the mask. Hand it on to the attention of 2.1, and set dS to 0 where it forbids: keys that a query may not see get nothing back.",
        es: "Esto es lo que sale sin la máscara. Pásasela a la atención de 2.1 y pon dS en 0 donde lo prohíbe: a las claves que una consulta no puede ver no les llega nada.",
      },
    },
    "ds-not-masked": {
      variant: { attentionGradient: leftOpen },
      shownByProperty: true,
      hint: {
        en: "The weights of a forbidden key are 0, and dS with them, but for a query that may look nowhere: its scores are all −1e9, whatever q and k are, and its weights all equal. Those scores do not depend on q and k: set dS to 0 wherever the mask forbids.",
        es: "El peso de una clave prohibida es 0, y con él dS, salvo en una consulta que no puede mirar a nadie: todas sus puntuaciones son −1e9, sean cuales sean q y k, y sus pesos, iguales. Esas puntuaciones no dependen de q ni de k: pon dS en 0 donde la máscara prohíba.",
      },
    },
    "no-scale": {
      variant: by({ scale: () => 1 }),
      hint: {
        en: "The division by √dk is missing on the way back. The scores are q·kᵀ/√dk, so dQ and dK are divided by √dk as well.",
        es: "Falta la división entre √dk en el camino de vuelta. Las puntuaciones son q·kᵀ/√dk, así que dQ y dK también se dividen entre √dk.",
      },
    },
  },

  routes: {
    "row sums of dO ⊙ O": {
      attentionGradient: (q, k, v, dOut, allowed) => {
        const { output, weights } = scaledDotProductAttention(q, k, v, allowed);
        const centre = dOut.mul(output).sum(-1, true); // the same as the row sums of dA ⊙ A
        const slopes = weights.mul(tf.matMul(dOut, v, false, true).sub(centre));
        const dScores = allowed === undefined ? slopes : slopes.mul(allowed.cast("float32"));
        const root = Math.sqrt(q.shape.at(-1) ?? 1);
        return {
          dq: tf.matMul(dScores.div(root), k),
          dk: tf.matMul(dScores, q.div(root), true, false),
          dv: tf.matMul(weights, dOut, true, false),
        };
      },
    },
    "by the Jacobian of each row": by({
      softmax: (weights, dWeights) => {
        const diagonal = tf.eye(weights.shape.at(-1) ?? 0).mul(weights.expandDims(-2));
        const jacobian = diagonal.sub(weights.expandDims(-1).mul(weights.expandDims(-2))); // [..., n, m, m]
        return tf.matMul(jacobian, dWeights.expandDims(-1)).squeeze([-1]);
      },
    }),
    "with axes changed by hand; tidied": {
      attentionGradient: (q, k, v, dOut, allowed) =>
        tf.tidy(() => {
          const turn = (x: tf.Tensor) => {
            const axes = x.shape.map((_, axis) => axis);
            return x.transpose([...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
          };
          const root = Math.sqrt(q.shape.at(-1) ?? 1);
          const scores = q.matMul(turn(k)).div(root);
          const a = tf.softmax(allowed === undefined ? scores : tf.where(allowed, scores, -1e9));
          const dA = dOut.matMul(turn(v));
          const open = a
            .mul(dA)
            .sub(a.mul(a.mul(dA).sum(-1, true)))
            .div(root);
          const dS = allowed === undefined ? open : tf.where(allowed, open, tf.zerosLike(open));
          return { dq: dS.matMul(k), dk: turn(dS).matMul(q), dv: turn(a).matMul(dOut) };
        }) as never,
    },
    "number by number": {
      attentionGradient: (q, k, v, dOut, allowed) => {
        if (q.shape.length > 2) return attentionGradient(q, k, v, dOut, allowed);
        const [Q, K, V, G] = [q, k, v, dOut].map((x) => x.arraySync() as number[][]) as [R, R, R, R];
        const open = allowed?.arraySync() as number[][] | undefined;
        const root = Math.sqrt(Q[0]?.length ?? 1);
        const zeros = (like: R) => like.map((row) => row.map(() => 0));
        const [dQ, dK, dV] = [zeros(Q), zeros(K), zeros(V)];
        for (const [t, query] of Q.entries()) {
          const scores = K.map((key, s) => (open?.[t]?.[s] === 0 ? -1e9 : dot(query, key) / root));
          const top = Math.max(...scores);
          const powers = scores.map((score) => Math.exp(score - top));
          const total = powers.reduce((sum, power) => sum + power, 0);
          const a = powers.map((power) => power / total);
          const dA = V.map((value) => dot(G[t] ?? [], value));
          const centre = dot(a, dA);
          for (const [s, key] of K.entries()) {
            const dS = open?.[t]?.[s] === 0 ? 0 : ((a[s] ?? 0) * ((dA[s] ?? 0) - centre)) / root;
            addTo(dQ[t], key, dS);
            addTo(dK[s], query, dS);
            addTo(dV[s], G[t] ?? [], a[s] ?? 0);
          }
        }
        return { dq: tf.tensor2d(dQ), dk: tf.tensor2d(dK), dv: tf.tensor2d(dV) };
      },
    },
  },
}));

type R = number[][];

function against(name: string) {
  return { en: `${name}, against central differences`, es: `${name}, frente a diferencias centrales` };
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

function addTo(row: number[] | undefined, other: number[], times: number): void {
  for (const [i, x] of other.entries()) if (row !== undefined) row[i] = (row[i] ?? 0) + times * x;
}

function inputs(
  random: Random,
  batch: number[],
  n: number,
  m: number,
  dk: number,
  dv: number,
): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  return [
    random.normal([...batch, n, dk]),
    random.normal([...batch, m, dk]),
    random.normal([...batch, m, dv]),
    random.normal([...batch, n, dv]),
  ];
}

/** Queries and keys with one more coordinate, by which whole rows of scores lie near 1000 and −1000. */
function shifted([q, k, v, dOut]: [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]): [
  tf.Tensor,
  tf.Tensor,
  tf.Tensor,
  tf.Tensor,
] {
  const [[n = 0, dk = 0], [m = 0]] = [q.shape, k.shape];
  const far = Array.from({ length: n }, (_, i) => [([1000, -1000, 0][i % 3] as number) * Math.sqrt(dk + 1)]);
  return [tf.concat([q, tf.tensor2d(far)], 1), tf.concat([k, tf.ones([m, 1])], 1), v, dOut];
}

/** The same with keys[j] added to the score of every query and key j, by a column more. */
function led([q, k, v, dOut]: ReturnType<typeof inputs>, keys: readonly number[]): ReturnType<typeof inputs> {
  const [[n = 0, dk = 0]] = [q.shape];
  const column = tf.tensor1d([...keys]).expandDims(1);
  return [tf.concat([q, tf.fill([n, 1], Math.sqrt(dk + 1))], 1), tf.concat([k, column], 1), v, dOut];
}

interface Way {
  readonly weights: (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor) => tf.Tensor;
  readonly softmax: (weights: tf.Tensor, dWeights: tf.Tensor) => tf.Tensor;
  readonly toKeys: (dScores: tf.Tensor, q: tf.Tensor) => tf.Tensor;
  readonly toValues: (weights: tf.Tensor, dOut: tf.Tensor) => tf.Tensor;
  readonly masked: (slopes: tf.Tensor, mask: tf.Tensor) => tf.Tensor;
  readonly scale: (dk: number) => number;
}

/** The gradient, which goes another way at some places. */
function by(change: Partial<Way>): { attentionGradient: typeof attentionGradient } {
  const way: Way = {
    weights: (...args) => scaledDotProductAttention(...args).weights,
    softmax: softmaxVjp,
    toKeys: (dScores, q) => tf.matMul(dScores, q, true),
    toValues: (weights, dOut) => tf.matMul(weights, dOut, true),
    masked: (slopes, mask) => tf.where(mask, slopes, 0),
    scale: Math.sqrt,
    ...change,
  };
  return {
    attentionGradient: (q, k, v, dOut, allowed) => {
      const weights = way.weights(q, k, v, allowed);
      const slopes = way.softmax(weights, tf.matMul(dOut, v, false, true));
      const open = allowed === undefined ? slopes : way.masked(slopes, allowed);
      const dScores = open.div(way.scale(q.shape.at(-1) ?? 1));
      return { dq: tf.matMul(dScores, k), dk: way.toKeys(dScores, q), dv: way.toValues(weights, dOut) };
    },
  };
}

/** With dS as softmax gives it, also where the mask forbids. */
function leftOpen(...args: Parameters<typeof attentionGradient>): ReturnType<typeof attentionGradient> {
  return by({ masked: (slopes) => slopes }).attentionGradient(...args);
}

/** A mask of any shape [..., m] that is another in each matrix, and allows at least the first key. */
function drawn(random: Random, shape: readonly number[]): tf.Tensor {
  const first = tf.range(0, shape.at(-1) ?? 1).equal(0); // [m]
  return tf.logicalOr(random.uniform(shape, 0, 1).less(0.6), first);
}
