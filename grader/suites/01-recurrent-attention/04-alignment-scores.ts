import * as tf from "@tensorflow/tfjs";
import { close, holds, op, type Random, suite } from "#grader/suite/index.js";
import { alignmentScores } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { AlignmentScorer } from "../../../exercises/types.js";

/** A row of scores, once they are known. */
type Row = ReturnType<typeof op.slice>;

const KINDS = ["dot", "general", "additive", "concat"] as const;

export const alignmentScoresSuite = suite("1.4", { alignmentScores })(({ agrees, law, refuses }) => ({
  cases: (random) => ({
    alignmentScores: {
      ...casesOf(random, "dot"),
      ...casesOf(random, "general"),
      ...casesOf(random, "additive"),
      ...casesOf(random, "concat"),
      unequalWidths: [random.normal([2, 3]), random.normal([2, 5, 4]), { kind: "dot" }],
      // tfjs would stretch the query to the width of the states.
      widthOne: [random.normal([2, 1]), random.normal([2, 5, 4]), { kind: "dot" }],
      widerQuery: [random.normal([2, 4]), random.normal([2, 5, 3]), { kind: "dot" }],
      statesOfWidthOne: [random.normal([2, 4]), random.normal([2, 5, 1]), { kind: "dot" }],
      widthOfBatch: [random.normal([4, 2]), random.normal([4, 5, 4]), { kind: "dot" }],
    },
  }),

  checks: [
    ...KINDS.map((kind) =>
      agrees(
        { en: `${kind} agrees with the reference`, es: `${kind} coincide con la referencia` },
        kind === "additive" ? 2 : 1, // the score of the paper, which 1.6 builds on
        "alignmentScores",
        namesOf(kind),
      ),
    ),
    refuses(
      {
        en: "dot refuses a query whose width is not that of the states",
        es: "dot rechaza una consulta cuyo ancho no es el de los estados",
      },
      1,
      "alignmentScores",
      ["unequalWidths", "widthOne", "widerQuery", "statesOfWidthOne", "widthOfBatch"],
    ),
    law(
      {
        en: "dot and general are linear in the query; additive and concat stay within Σ|va|",
        es: "dot y general son lineales en la consulta; additive y concat no pasan de Σ|va|",
      },
      1,
      "alignmentScores",
      "dot",
      (ask, [query, states], random) => {
        const by = scorers(random, 4, 4, 6);
        const [s, t] = [query.slice(0, 1), query.slice(1, 1)];
        const queries = tf.concat([s, t, s.mul(1.5).sub(t.mul(0.5))], 0); // [3, ds]
        const same = states.slice(0, 1).tile([3, 1, 1]); // [3, T, dh]
        const linear = (["dot", "general"] as const).map((kind) => {
          const scores = ask.alignmentScores(queries, same, by[kind]); // [3, T]
          const [first, second, mixed] = [0, 1, 2].map((row) => op.slice(scores, row, 1)) as [Row, Row, Row];
          return close(mixed, op.sub(op.mul(first, 1.5), op.mul(second, 0.5)), {
            en: `the ${kind} scores of 1.5·s − 0.5·t`,
            es: `las puntuaciones ${kind} de 1.5·s − 0.5·t`,
          });
        });
        const bounded = (["additive", "concat"] as const).map((kind) => {
          const bound = by[kind].va.abs().sum();
          const largest = op.max(op.abs(ask.alignmentScores(query.mul(10), states, by[kind])));
          return holds(
            op.lessEqual(largest, bound.mul(1 + 1e-4)),
            {
              en: `a score of ${kind} is {0} in size, but Σ|va| is {1}: tanh keeps each entry within ±1`,
              es: `una puntuación de ${kind} tiene tamaño {0}, pero Σ|va| es {1}: tanh deja cada entrada entre −1 y 1`,
            },
            { shows: [largest, op.abs(bound)] },
          );
        });
        return [...linear, ...bounded];
      },
    ),
    law(
      {
        en: "concat with the rows of wa above those of ua is additive",
        es: "concat con las filas de wa sobre las de ua es additive",
      },
      1,
      "alignmentScores",
      "additive",
      (ask, [query, states], random) => {
        const { additive } = scorers(random, 3, 4, 6);
        const stacked = { kind: "concat", wa: tf.concat([additive.wa, additive.ua], 0), va: additive.va } as const;
        return [
          close(ask.alignmentScores(query, states, stacked), ask.alignmentScores(query, states, additive), {
            en: "concat with [wa ; ua], against additive",
            es: "concat con [wa ; ua], frente a additive",
          }),
        ];
      },
    ),
    law(
      { en: "general with the identity is dot", es: "general con la identidad es dot" },
      1,
      "alignmentScores",
      "dot",
      (ask, [query, states, dot]) => [
        close(
          ask.alignmentScores(query, states, { kind: "general", wa: tf.eye(4) }),
          ask.alignmentScores(query, states, dot),
          { en: "general with the identity, against dot", es: "general con la identidad, frente a dot" },
        ),
      ],
    ),
    law(
      { en: "permuting the states permutes the scores", es: "permutar los estados permuta las puntuaciones" },
      1,
      "alignmentScores",
      "dot",
      (ask, [query, states], random) => {
        const order = tf.tensor1d(random.permutation(5), "int32");
        const queries = tf.concat([query, query], 0); // [2·B, ds]
        const orders = tf.concat([states, tf.gather(states, order, 1)], 0); // [2·B, T, dh]
        const by = scorers(random, 4, 4, 6);
        return KINDS.map((kind) => {
          const scores = ask.alignmentScores(queries, orders, by[kind]); // [2·B, T]
          return close(op.slice(scores, 2, 2), op.gather(op.slice(scores, 0, 2), order, 1), {
            en: `the ${kind} scores of the permuted states`,
            es: `las puntuaciones ${kind} de los estados permutados`,
          });
        });
      },
    ),
  ],

  mistakes: {
    "general-transposed": {
      variant: {
        alignmentScores: (query, states, scorer) =>
          scorer.kind === "general" ? dots(query, linear(states, scorer.wa)) : alignmentScores(query, states, scorer),
      },
      hint: {
        en: "This is what comes out with (h_j·wa)·s: wa [ds, dh] takes the query to the width of the states. Compute (s·wa)·h_j; to start from the states, multiply them by wa transposed (Luong et al. 2015, §3.1).",
        es: "Esto es lo que sale con (h_j·wa)·s: wa [ds, dh] lleva la consulta al ancho de los estados. Calcula (s·wa)·h_j; si prefieres empezar por los estados, multiplícalos por wa transpuesta (Luong et al. 2015, §3.1).",
      },
    },
    "tanh-after-projection": {
      variant: { alignmentScores: withHidden((sums, va) => sums.mul(va).sum(2).tanh()) },
      hint: {
        en: "This is what comes out when tanh is taken after the product with va: every score ends up within ±1. Take tanh of the da sums first, then multiply by va (Bahdanau et al. 2014, appendix A.1.2).",
        es: "Esto es lo que sale al aplicar tanh después del producto con va: toda puntuación queda entre −1 y 1. Aplica tanh primero a las da sumas y multiplica después por va (Bahdanau et al. 2014, apéndice A.1.2).",
      },
    },
    "no-tanh": {
      variant: { alignmentScores: withHidden((sums, va) => sums.mul(va).sum(2)) },
      hint: {
        en: "This is what comes out without tanh: the query then adds the same number to the score of every state, and softmax would cancel it. Take tanh of the sums before the product with va.",
        es: "Esto es lo que sale sin tanh: la consulta suma entonces el mismo número a la puntuación de cada estado, y softmax lo cancelaría. Aplica tanh a las sumas antes del producto con va.",
      },
    },
    "dot-mean": {
      variant: {
        alignmentScores: (query, states, scorer) => {
          const scores = alignmentScores(query, states, scorer);
          return "va" in scorer ? scores : scores.div(states.shape[2] ?? 1);
        },
      },
      hint: {
        en: "This is what comes out with the mean over the width instead of the sum: every score is divided by dh. Add the products up: s·h_j = Σ_i s_i h_ji.",
        es: "Esto es lo que sale con el promedio sobre el ancho en lugar de la suma: cada puntuación queda dividida entre dh. Suma los productos: s·h_j = Σ_i s_i h_ji.",
      },
    },
    "matrices-swapped": {
      variant: {
        alignmentScores: (query, states, scorer) => {
          if (scorer.kind === "additive") {
            return alignmentScores(query, states, { ...scorer, wa: scorer.ua, ua: scorer.wa });
          }
          if (scorer.kind !== "concat") return alignmentScores(query, states, scorer);
          const { wa, va } = scorer;
          const width = states.shape[2] ?? 0;
          return alignmentScores(query, states, {
            kind: "additive",
            wa: wa.slice(width),
            ua: wa.slice(0, width),
            va,
          });
        },
      },
      hint: {
        en: "This is what comes out when the weights meet the wrong vector: wa belongs to the query s and ua to the states h_j. In concat the query comes first: [s ; h_j] (Bahdanau et al. 2014, appendix A.1.2).",
        es: "Esto es lo que sale cuando los pesos multiplican al vector equivocado: wa es de la consulta s y ua, de los estados h_j. En concat la consulta va primero: [s ; h_j] (Bahdanau et al. 2014, apéndice A.1.2).",
      },
    },
  },

  routes: {
    "the query tiled over T; additive as concat": {
      alignmentScores: (query, states, scorer) => {
        const queries = query.expandDims(1).tile([1, states.shape[1] ?? 0, 1]); // [B, T, ds]
        if (!("va" in scorer)) return alignmentScores(query, states, scorer);
        const wa = scorer.kind === "concat" ? scorer.wa : tf.concat([scorer.wa, scorer.ua], 0); // [ds + dh, da]
        const hidden = tf.tanh(linear(tf.concat([queries, states], 2), wa)); // [B, T, da]
        return linear(hidden, scorer.va.reshape([-1, 1])).squeeze([2]);
      },
    },
    "general from the states: wa transposed, then the product with s": {
      alignmentScores: (query, states, scorer) =>
        scorer.kind === "general"
          ? tf.matMul(linear(states, tf.transpose(scorer.wa)), query.expandDims(2)).squeeze([2])
          : alignmentScores(query, states, scorer),
    },
    "dot and general by products and sums, va as a column, tidied": {
      alignmentScores: (query, states, scorer) => {
        const additive = withHidden((sums, va) => linear(sums.tanh(), va.expandDims(1)).squeeze([2]));
        return tf.tidy(() => {
          if (scorer.kind === "general") return dots(linear(query, scorer.wa), states);
          if (scorer.kind !== "dot") return additive(query, states, scorer);
          return query.shape[1] === states.shape[2] ? dots(query, states) : alignmentScores(query, states, scorer);
        });
      },
    },
    "state by state": {
      alignmentScores: (query, states, scorer) => {
        const [batch = 0, length = 0, width = 0] = states.shape;
        const columns = Array.from({ length }, (_, j) => {
          const state = states.slice([0, j, 0], [batch, 1, width]).squeeze([1]); // [B, dh]
          if (scorer.kind === "general") return tf.sum(query.matMul(scorer.wa).mul(state), 1);
          if (scorer.kind === "dot") return alignmentScores(query, state.expandDims(1), scorer).squeeze([1]);
          const sums =
            scorer.kind === "concat"
              ? tf.concat([query, state], 1).matMul(scorer.wa)
              : query.matMul(scorer.wa).add(state.matMul(scorer.ua)); // [B, da]
          return sums.tanh().matMul(scorer.va.expandDims(1)).squeeze([1]); // [B]
        });
        return tf.stack(columns, 1);
      },
    },
    "example by example": {
      alignmentScores: (query, states, scorer) =>
        tf.concat(
          Array.from({ length: query.shape[0] ?? 0 }, (_, i) =>
            alignmentScores(query.slice(i, 1), states.slice(i, 1), scorer),
          ),
        ),
    },
  },
}));

type Arguments = Parameters<typeof alignmentScores>;
type Kind = AlignmentScorer["kind"];

/** One scorer of each kind, its weights of the size that keeps tanh away from ±1. */
function scorers(
  random: Random,
  ds: number,
  dh: number,
  da: number,
): { readonly [K in Kind]: Extract<AlignmentScorer, { kind: K }> } {
  const weights = (...shape: number[]) => random.normal(shape, 0.5);
  return {
    dot: { kind: "dot" },
    general: { kind: "general", wa: weights(ds, dh) },
    additive: { kind: "additive", wa: weights(ds, da), ua: weights(dh, da), va: weights(da) },
    concat: { kind: "concat", wa: weights(ds + dh, da), va: weights(da) },
  };
}

/** The cases of one kind of scorer: all sizes distinct (but ds = dh for dot), all equal, one example, one state, width 1. */
function casesOf(random: Random, kind: Kind): Record<string, Arguments> {
  const ds = kind === "dot" ? 4 : 3;
  const make = (B: number, T: number, ds: number, dh: number, da: number): Arguments => [
    random.normal([B, ds]),
    random.normal([B, T, dh]),
    scorers(random, ds, dh, da)[kind],
  ];
  return {
    [kind]: make(2, 5, ds, 4, 6),
    [`${kind}Square`]: make(4, 4, 4, 4, 4),
    [`${kind}OneExample`]: make(1, 5, ds, 4, 6),
    [`${kind}OneState`]: make(2, 1, ds, 4, 6),
    [`${kind}WidthOne`]: make(2, 5, 1, 1, 1),
  };
}

function namesOf(kind: Kind): string[] {
  return [kind, `${kind}Square`, `${kind}OneExample`, `${kind}OneState`, `${kind}WidthOne`];
}

/** s·h_j for s [B, dh] and h [B, T, dh] → [B, T] */
function dots(query: tf.Tensor, states: tf.Tensor): tf.Tensor {
  return states.mul(query.expandDims(1)).sum(2);
}

/** Additive and concat scores by `score`, from the sums that tanh is due of [B, T, da] and va; the others are right. */
function withHidden(score: (sums: tf.Tensor, va: tf.Tensor) => tf.Tensor): typeof alignmentScores {
  return (query, states, scorer) => {
    if (!("va" in scorer)) return alignmentScores(query, states, scorer);
    const ds = query.shape[1] ?? 0;
    const [forQuery, forStates] =
      scorer.kind === "additive" ? [scorer.wa, scorer.ua] : [scorer.wa.slice(0, ds), scorer.wa.slice(ds)];
    return score(linear(states, forStates).add(linear(query, forQuery).expandDims(1)), scorer.va);
  };
}
