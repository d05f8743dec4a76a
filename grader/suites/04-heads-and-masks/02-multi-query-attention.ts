import * as tf from "@tensorflow/tfjs";
import {
  close,
  distribution,
  EXACT,
  EXTREME,
  holds,
  mask as maskOf,
  op,
  type Random,
  suite,
  type Term,
  together,
} from "#grader/suite/index.js";
import {
  kvCacheSize,
  mergeHeads,
  multiHeadAttention,
  multiQueryAttention,
  scaledDotProductAttention,
  splitHeads,
  stableSoftmax,
} from "#reference";
import { linear } from "../../../exercises/support.js";
import type { Attention, MultiHeadParams, MultiQueryParams } from "../../../exercises/types.js";

export const multiQueryAttentionSuite = suite("4.2", { multiQueryAttention, kvCacheSize })(
  ({ agrees, gradientsAgree, law, refuses, staysFinite }) => ({
    cases: (random) => ({
      multiQueryAttention: {
        plain: inputs(random),
        square: inputs(random, SQUARE),
        twoHeads: inputs(random, { B: 3, n: 4, d: 10, h: 2 }),
        oneHead: inputs(random, { d: 6, h: 1 }),
        oneColumn: inputs(random, { d: 3, h: 3 }),
        oneToken: inputs(random, { n: 1 }),
        maskRows: [...inputs(random), maskOf(HOLES)],
        maskRowsSquare: [...inputs(random, SQUARE), maskOf(SQUARE_HOLES)],
        padding: [...inputs(random), padding([3, 4])],
        paddingSquare: [...inputs(random, SQUARE), padding([2, 4, 1, 3], 4)],
        paddingAndPast: [...inputs(random), padding([5, 2]).logicalAnd(maskOf(PAST))],
        perHead: [...inputs(random), draw(random, [2, 3, 5, 5])],
        headsAlone: [...inputs(random), draw(random, [3, 5, 5])],
        keysAlone: [...inputs(random), maskOf(["10110"]).reshape([5])],
        perHeadSquare: [...inputs(random, SQUARE), draw(random, [4, 4, 4, 4])],
        extreme: shifted(inputs(random)),
        extremeMasked: [...shifted(inputs(random)), maskOf(HOLES)],
        extremeWithin: shifted(inputs(random), [1, -1, 1, 1, -1]),
        emptyExample: [...inputs(random), padding([0, 4])],
        notDividing: wrongHeads(inputs(random), 5),
        multipleOfD: wrongHeads(inputs(random), 24),
        slopes: inputs(random, { n: 3, d: 6 }),
        slopesMasked: [...inputs(random, { n: 3, d: 4, h: 2 }), padding([2, 3], 3).logicalAnd(maskOf(PAST_OF_THREE))],
      },
      kvCacheSize: {
        multiHead: [7, 3, 4, "multi-head"],
        multiQuery: [7, 3, 4, "multi-query"],
        longMultiHead: [2048, 16, 256, "multi-head"],
        longMultiQuery: [2048, 16, 256, "multi-query"],
        // More than fits into 32 bits, as an integer or as a float.
        hugeMultiHead: [100_003, 128, 127, "multi-head"],
        noTokens: [0, 3, 4, "multi-query"],
        oneMultiHead: [5, 1, 6, "multi-head"],
        oneMultiQuery: [5, 1, 6, "multi-query"],
      },
    }),

    checks: [
      agrees(
        {
          en: "multiQueryAttention agrees with the reference in the weights of every head",
          es: "multiQueryAttention coincide con la referencia en los pesos de cada cabeza",
        },
        2,
        "multiQueryAttention",
        ["plain", "square", "twoHeads", "oneHead", "oneColumn", "oneToken"],
        undefined,
        "weights",
      ),
      agrees(
        {
          en: "multiQueryAttention agrees with the reference in the output",
          es: "multiQueryAttention coincide con la referencia en la salida",
        },
        2,
        "multiQueryAttention",
        ["plain", "square", "twoHeads", "oneHead", "oneColumn", "oneToken"],
        undefined,
        "output",
      ),
      together(
        agrees(
          {
            en: "agrees with masks [n], [n, n], [h, n, n], [B, 1, 1, n], [B, 1, n, n] and [B, h, n, n]; what is hidden gets exactly 0",
            es: "coincide con máscaras [n], [n, n], [h, n, n], [B, 1, 1, n], [B, 1, n, n] y [B, h, n, n]; lo oculto recibe exactamente 0",
          },
          2,
          "multiQueryAttention",
          [
            "maskRows",
            "maskRowsSquare",
            "padding",
            "paddingSquare",
            "paddingAndPast",
            "perHead",
            "perHeadSquare",
            "headsAlone",
            "keysAlone",
          ],
        ),
        law(
          { en: "what is hidden gets exactly 0", es: "lo oculto recibe exactamente 0" },
          0,
          "multiQueryAttention",
          "perHead",
          (ask, [x, p, h, mask], random) => {
            const above = hiddenAbove(inputs(random));
            const low = allLow(inputs(random));
            return [
              distribution(ask.multiQueryAttention(x, p, h, mask).weights, mask),
              distribution(ask.multiQueryAttention(...above).weights, above[3]),
              distribution(ask.multiQueryAttention(...low).weights, low[3]),
            ];
          },
        ),
      ),
      together(
        agrees(
          {
            en: "stays right at scores near ±1000, and finite where there is nothing to attend to",
            es: "sigue correcta con puntuaciones cerca de ±1000, y finita si no hay a quién atender",
          },
          1,
          "multiQueryAttention",
          ["extreme", "extremeMasked", "extremeWithin"],
          EXTREME,
        ),
        staysFinite({ en: "finite", es: "finita" }, 0, "multiQueryAttention", ["emptyExample"]),
      ),
      law(
        {
          en: "all heads have the same keys: those that ask alike have equal weights, the others their own",
          es: "todas las cabezas tienen las mismas claves: las que preguntan igual tienen pesos iguales; las demás, los suyos",
        },
        1,
        "multiQueryAttention",
        "plain",
        (ask, [x, p, h]) => {
          const asking = [2, 1, 2]; // whose columns of wq heads 0, 1 and 2 have
          const own = ask.multiQueryAttention(x, p, h).weights;
          const alike = ask.multiQueryAttention(x, { ...p, wq: columnsBy(p.wq, asking, h) }, h).weights;
          const farthest = op.max(op.abs(op.sub(headOf(own, 1), headOf(own, 2))));
          return [
            close(alike, op.gather(own, asking, 1), {
              en: "the weights when head 0 asks as head 2 does",
              es: "los pesos cuando la cabeza 0 pregunta igual que la cabeza 2",
            }),
            holds(
              op.greater(farthest, 1e-3),
              {
                en: "heads 1 and 2 ask differently and have the same weights: the farthest are {0} apart",
                es: "las cabezas 1 y 2 preguntan distinto y tienen los mismos pesos: los más distantes difieren en {0}",
              },
              { shows: [farthest] },
            ),
          ];
        },
      ),
      law(
        {
          en: "the output is a sum over heads: each mixes the one x·wv and meets its own rows of wo",
          es: "la salida es una suma sobre las cabezas: cada una mezcla la única x·wv y va por sus filas de wo",
        },
        2,
        "multiQueryAttention",
        "paddingAndPast",
        (ask, [x, p, h, mask]) => {
          const { output, weights } = ask.multiQueryAttention(x, p, h, mask);
          const values = linear(x, p.wv); // [B, n, dk]
          const width = (p.wo.shape[0] ?? 0) / h;
          const parts = Array.from({ length: h }, (_, i) =>
            op.matMul(headOf(weights, i), linear(values, p.wo.slice(i * width, width))),
          );
          return [
            close(output, op.sum(op.stack(parts), 0), {
              en: "the output, against Σ_i weights_i·x·wv·(rows of wo of head i)",
              es: "la salida, frente a Σ_i weights_i·x·wv·(filas de wo de la cabeza i)",
            }),
          ];
        },
      ),
      refuses(
        {
          en: "refuses a number of heads that does not divide d",
          es: "rechaza un número de cabezas que no divide a d",
        },
        1,
        "multiQueryAttention",
        ["notDividing", "multipleOfD"],
      ),
      gradientsAgree(
        {
          en: "has the gradient of the reference, with a mask as well",
          es: "tiene el gradiente de la referencia, también con máscara",
        },
        2,
        "multiQueryAttention",
        ["slopes", "slopesMasked"],
      ),
      agrees(
        { en: "kvCacheSize agrees with the reference", es: "kvCacheSize coincide con la referencia" },
        1,
        "kvCacheSize",
        [
          "multiHead",
          "multiQuery",
          "longMultiHead",
          "longMultiQuery",
          "hugeMultiHead",
          "noTokens",
          "oneMultiHead",
          "oneMultiQuery",
        ],
        EXACT,
      ),
      law(
        {
          en: "sharing keys and values makes what is stored h times smaller",
          es: "compartir claves y valores hace h veces más chico lo que se guarda",
        },
        1,
        "kvCacheSize",
        "multiHead",
        (ask, _, random) => {
          const [tokens, h, dk] = [random.integer(20, 40), random.integer(5, 9), random.integer(11, 19)];
          const own = ask.kvCacheSize(tokens, h, dk, "multi-head");
          const shared = ask.kvCacheSize(tokens, h, dk, "multi-query");
          const call = `tokens = ${tokens}, h = ${h}, dk = ${dk}`;
          return [
            holds(
              op.logicalAnd(op.equal(own, op.mul(shared, h)), op.greater(shared, 0)),
              {
                en: `for ${call} it says {0} and {1}: the first should be h times the second, which is above 0`,
                es: `con ${call} dice {0} y {1}: el primero debería ser h veces el segundo, que es mayor que 0`,
              },
              { shows: [own, shared] },
            ),
          ];
        },
      ),
    ],

    mistakes: {
      "keys-broadcast": {
        variant: { multiQueryAttention: withBroadcastKeys },
        hint: {
          en: "This is what comes out when tf.matMul has to broadcast: of [B, h, n, dk] against [B, 1, n, dk] it takes the keys of another sentence. Repeat keys and values with tile, or fold the heads into the rows.",
          es: "Esto es lo que sale cuando tf.matMul tiene que extender un eje: con [B, h, n, dk] contra [B, 1, n, dk] toma las claves de otra oración. Repite claves y valores con tile, o dobla las cabezas dentro de las filas.",
        },
      },
      "scale-sqrt-d": {
        variant: {
          multiQueryAttention: (x, p, h, mask) => multiQueryAttention(x, { ...p, wq: p.wq.mul(h ** -0.5) }, h, mask),
        },
        hint: {
          en: "This is what comes out with √d, the width of all queries together. A score of one head is a sum of dk products: divide by √dk, dk = d/h, the width of the shared key (Shazeer 2019, §3).",
          es: "Esto es lo que sale con √d, el ancho de todas las consultas juntas. Una puntuación de una cabeza es una suma de dk productos: divide entre √dk, dk = d/h, el ancho de la clave compartida (Shazeer 2019, §3).",
        },
      },
      "shared-query": {
        variant: {
          multiQueryAttention: withQueries((query) => repeated(query.slice([0, 0], [-1, 1]).squeeze([1]), query)),
        },
        hint: {
          en: "This is what comes out when every head asks with the query of head 0, so that all heads find the same. Only keys and values are shared: head i asks with columns i·dk … (i + 1)·dk − 1 of x·wq (Shazeer 2019, §3).",
          es: "Esto es lo que sale cuando todas las cabezas preguntan con la consulta de la cabeza 0, y entonces todas encuentran lo mismo. Solo se comparten claves y valores: la cabeza i pregunta con las columnas i·dk … (i + 1)·dk − 1 de x·wq (Shazeer 2019, §3).",
        },
      },
      "weights-averaged": {
        variant: {
          multiQueryAttention: (x, p, h, mask) => {
            const { weights } = multiQueryAttention(x, p, h, mask);
            const head = tf.matMul(weights.mean(1), linear(x, p.wv)); // [B, n, dk]
            return { output: linear(head.tile([1, 1, h]), p.wo), weights };
          },
        },
        hint: {
          en: "This is what comes out when the weights are averaged over the heads before they meet the values: h attentions become one. Each head mixes the shared values with its own weights, and wo joins what they found (Shazeer 2019, §3).",
          es: "Esto es lo que sale cuando los pesos se promedian sobre las cabezas antes de encontrarse con los valores: h atenciones se vuelven una. Cada cabeza mezcla los valores compartidos con sus propios pesos, y wo junta lo que encontraron (Shazeer 2019, §3).",
        },
      },
      "heads-interleaved": {
        variant: {
          multiQueryAttention: withQueries(
            (heads, query) =>
              query.reshape([...query.shape.slice(0, 2), -1, heads.shape[1] ?? 1]).transpose([0, 3, 1, 2]),
            (heads) => heads.transpose([0, 2, 3, 1]).reshape([heads.shape[0] ?? 0, heads.shape[2] ?? 0, -1]),
          ),
        },
        hint: {
          en: "This is what comes out when head i asks with columns i, i + h, i + 2h, … of x·wq. The columns of a head are neighbours, i·dk … (i + 1)·dk − 1: splitHeads and mergeHeads of exercise 4.1 cut and join them so.",
          es: "Esto es lo que sale cuando la cabeza i pregunta con las columnas i, i + h, i + 2h, … de x·wq. Las columnas de una cabeza son contiguas, i·dk … (i + 1)·dk − 1: así las reparten y las unen splitHeads y mergeHeads, del ejercicio 4.1.",
        },
      },
      "split-without-transpose": {
        variant: {
          multiQueryAttention: withQueries(
            (heads, query) => query.reshape(heads.shape),
            (heads) => heads.reshape([heads.shape[0] ?? 0, heads.shape[2] ?? 0, -1]),
          ),
        },
        hint: {
          en: "This is what comes out when the queries are reshaped straight from [B, n, d] to [B, h, n, dk] or to [B, h·n, dk]: head 0 gets whole tokens instead of columns of all of them. Split them with splitHeads, and only then fold the heads into the rows; on the way back unfold first, then mergeHeads.",
          es: "Esto es lo que sale cuando las consultas pasan directo de [B, n, d] a [B, h, n, dk] o a [B, h·n, dk] con reshape: la cabeza 0 recibe tokens enteros en vez de columnas de todos. Repártelas con splitHeads, y solo entonces pliega las cabezas en las filas; de vuelta, despliega primero y después usa mergeHeads.",
        },
      },
      "no-output-projection": {
        variant: {
          multiQueryAttention: (x, p, h, mask) => {
            const [query, key, value] = projected(x, p, h);
            const { output, weights } = scaledDotProductAttention(query, key, value, mask);
            return { output: mergeHeads(output), weights };
          },
        },
        hint: {
          en: "This is what comes out without wo: the heads stand side by side and none can use what another has found. Multiply the merged heads by wo (Shazeer 2019, §3).",
          es: "Esto es lo que sale sin wo: las cabezas están una junto a otra y ninguna puede usar lo que encontró otra. Multiplica las cabezas unidas por wo (Shazeer 2019, §3).",
        },
      },
      "mask-ignored": {
        variant: { multiQueryAttention: (x, p, h) => multiQueryAttention(x, p, h) },
        hint: {
          en: "This is what comes out without the mask: every token attends to every token. It fits scores [B, h, n, n] as it is; where the heads are folded into the rows, broadcast it to [B, h, n, n] and fold it the same way.",
          es: "Esto es lo que sale sin la máscara: cada token atiende a todos. Tal como viene encaja con puntuaciones [B, h, n, n]; si plegaste las cabezas en las filas, extiéndela a [B, h, n, n] y pliégala igual.",
        },
      },
      "cache-times-h": {
        variant: { kvCacheSize: (tokens, h, dk) => kvCacheSize(tokens, h, dk, "multi-head") },
        hint: {
          en: "This is h times too much for multi-query attention: its heads share one key and one value, and that is what is stored. Multiply by h for multi-head alone (Shazeer 2019, §3).",
          es: "Esto es h veces demasiado para la atención con varias consultas: sus cabezas comparten una clave y un valor, y eso es lo que se guarda. Multiplica por h solo si el tipo es multi-head (Shazeer 2019, §3).",
        },
      },
      "cache-without-values": {
        variant: { kvCacheSize: (...args) => kvCacheSize(...args) / 2 },
        hint: {
          en: "This is half of what is stored: the keys alone. The weights of a new word meet the values of all words before it, so these are kept as well: 2·dk numbers for each token.",
          es: "Esto es la mitad de lo que se guarda: solo las claves. Los pesos de una palabra nueva se encuentran con los valores de todas las anteriores, así que también se guardan: 2·dk números por token.",
        },
      },
    },

    routes: {
      "keys and values repeated for every head": {
        multiQueryAttention: (x, p, h, mask) => {
          const [query, key, value] = projected(x, p, h);
          const { output, weights } = scaledDotProductAttention(query, key, value, mask);
          return { output: linear(mergeHeads(output), p.wo), weights };
        },
        kvCacheSize: (tokens, h, dk, kind) => (kind === "multi-head" ? 2 * tokens * h * dk : 2 * tokens * dk),
      },
      "multi-head attention with wk and wv tiled": {
        multiQueryAttention: (x, p, h, mask) => multiHeadAttention(x, x, tiled(p, h), h, mask),
        kvCacheSize: (tokens, h, dk, kind) => {
          let stored = 0;
          for (let head = 0; head < (kind === "multi-head" ? h : 1); head++) stored += tokens * dk + tokens * dk;
          return stored;
        },
      },
      "the heads of a token as neighbouring rows, −1e9 added, tidied": {
        multiQueryAttention: (x, p, h, mask) =>
          tf.tidy(() => {
            const [B = 0, n = 0, d = 0] = x.shape;
            const rows = linear(x, p.wq).reshape([B, n * splitInto(h, d), d / h]); // row t·h + i: token t, head i
            const scores = tf.matMul(rows, linear(x, p.wk), false, true).div(Math.sqrt(d / h)); // [B, n·h, n]
            const away = broadcast(mask ?? tf.scalar(true), [B, h, n, n])
              .logicalNot()
              .cast("float32")
              .mul(-1e9);
            const weights = tf.softmax(scores.add(away.transpose([0, 2, 1, 3]).reshape([B, n * h, n])));
            const merged = tf.matMul(weights, linear(x, p.wv)).reshape([B, n, d]);
            return { output: linear(merged, p.wo), weights: weights.reshape([B, n, h, n]).transpose([0, 2, 1, 3]) };
          }),
      },
      "softmax, times mask, divided by the new sum of the row": {
        multiQueryAttention: (x, p, h, mask) => {
          const [query, key, value] = projected(x, p, h);
          const scores = tf.matMul(query.div(Math.sqrt(query.shape[3] ?? 1)), key, false, true); // [B, h, n, n]
          const kept = stableSoftmax(scores).mul(mask?.cast("float32") ?? 1); // [B, h, n, n]
          const weights = kept.div(kept.sum(-1, true).maximum(1e-30));
          return { output: linear(mergeHeads(tf.matMul(weights, value)), p.wo), weights };
        },
      },
      "head by head, summed through the rows of wo": {
        multiQueryAttention: (x, p, h, mask) => {
          const [B = 0, n = 0, d = 0] = x.shape;
          const width = d / splitInto(h, d);
          const all = mask && broadcast(mask, [B, h, n, n]);
          const [key, value] = [linear(x, p.wk), linear(x, p.wv)];
          const heads = Array.from({ length: h }, (_, i) => {
            const query = linear(x, p.wq.slice([0, i * width], [-1, width]));
            const head = scaledDotProductAttention(query, key, value, all?.slice([0, i], [-1, 1]).squeeze([1]));
            return { ...head, output: linear(head.output, p.wo.slice(i * width, width)) };
          });
          return {
            output: tf.addN(heads.map(({ output }) => output)),
            weights: tf.stack(
              heads.map(({ weights }) => weights),
              1,
            ),
          };
        },
      },
      "the values through wo before they are mixed": {
        multiQueryAttention: (x, p, h, mask) => {
          const [query, key, value] = projected(x, p, h);
          const [B = 0, , n = 0, dk = 1] = query.shape;
          const scores = tf.matMul(query.div(Math.sqrt(dk)), key.transpose([0, 1, 3, 2])); // [B, h, n, n]
          const weights = stableSoftmax(mask === undefined ? scores : tf.where(mask, scores, -1e9));
          const rows = p.wo.reshape([1, h, dk, -1]).tile([B, 1, 1, 1]); // [B, h, dk, d]
          return { output: tf.matMul(weights.reshape([B, h, n, n]), tf.matMul(value, rows)).sum(1), weights };
        },
      },
    },
  }),
);

interface Sizes {
  readonly B?: number;
  readonly n?: number;
  readonly d?: number;
  readonly h?: number;
}

/** Four of all, and four columns for each of four heads. */
const SQUARE: Sizes = { B: 4, n: 4, d: 16, h: 4 };

const HOLES = ["11010", "01111", "10000", "11111", "00101"];
const SQUARE_HOLES = ["1011", "0110", "1101", "0001"];
const PAST = ["10000", "11000", "11100", "11110", "11111"];
const PAST_OF_THREE = ["100", "110", "111"];

type Inputs = [x: tf.Tensor, p: MultiQueryParams, h: number];
type Three = [tf.Tensor, tf.Tensor, tf.Tensor];

function inputs(random: Random, { B = 2, n = 5, d = 12, h = 3 }: Sizes = {}): Inputs {
  const weights = (width: number) => random.normal([d, width], 0.4);
  return [random.normal([B, n, d]), { wq: weights(d), wk: weights(d / h), wv: weights(d / h), wo: weights(d) }, h];
}

/** The same weights, and a number of heads that cannot share out their queries. */
const wrongHeads = ([x, p]: Inputs, h: number): Inputs => [x, p, h];

/**
 * The same with scores near +1000 in the even rows and near −1000 in the odd ones; where the sign of a key is −1, the
 * other way round.
 */
function shifted(given: Inputs, signs?: readonly number[]): Inputs {
  const n = given[0].shape[1] ?? 0;
  const queries = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
  return led(given, 1000, queries, signs ?? queries.map(() => 1));
}

/**
 * A mask, and scores of what it hides above those of the rest: −100 in place of −1e9 leaves a weight that is not 0, and
 * weights that are masked and then divided by their new sum do not vanish.
 */
function hiddenAbove([x, p, h]: Inputs): [...Inputs, mask: tf.Tensor] {
  const row = "10110";
  const keys = [...row].map((entry) => -Number(entry));
  const queries = keys.map(() => 1);
  return [...led([x.mul(0.2), p, h], 10, queries, keys), maskOf([row])];
}

/** A mask, and scores that are all near −10⁶: what is hidden must lie below these, too, which −10⁴ does not. */
function allLow(given: Inputs): [...Inputs, mask: tf.Tensor] {
  const ones = Array<number>(given[0].shape[1] ?? 0).fill(1);
  return [...led(given, -1e6, ones, ones), maskOf(["10110"])];
}

/**
 * The same, with size·queries[i]·keys[j] added to the score of query i and key j: entry 0 of a token says how it asks
 * and entry 1 how it answers; the first column of each query and that of the key hold nothing else.
 */
function led([x, p, h]: Inputs, size: number, queries: readonly number[], keys: readonly number[]): Inputs {
  const d = x.shape[2] ?? 0;
  const dk = d / h;
  const entry = (i: number) => tf.range(0, d).equal(i).cast("float32"); // [d]
  const along = (values: readonly number[], i: number) =>
    tf
      .tensor1d([...values])
      .expandDims(1)
      .mul(entry(i)); // [n, d]
  const column = (w: tf.Tensor, i: number, value: number) => {
    const first = tf
      .range(0, w.shape[1] ?? 0)
      .mod(dk)
      .equal(0)
      .cast("float32"); // 1 at the first column of each head
    return w.mul(tf.sub(1, first)).add(entry(i).mul(value).expandDims(1).mul(first));
  };
  const others = tf.sub(1, entry(0)).sub(entry(1));
  const tokens = x.mul(others).add(along(queries, 0)).add(along(keys, 1));
  return [tokens, { ...p, wq: column(p.wq, 0, size * Math.sqrt(dk)), wk: column(p.wk, 1, 1) }, h];
}

/** A mask of any shape [..., m] that is another in each matrix, and allows at least the first key. */
function draw(random: Random, shape: readonly number[]): tf.Tensor {
  const first = tf.range(0, shape.at(-1) ?? 1).equal(0); // [m]
  return tf.logicalOr(random.uniform(shape, 0, 1).less(0.6), first);
}

/** A mask [B, 1, 1, n] that allows the first `lengths[i]` tokens of example i. */
function padding(lengths: readonly number[], n = 5): tf.Tensor {
  return maskOf(lengths.map((length) => "1".repeat(length).padEnd(n, "0"))).reshape([-1, 1, 1, n]);
}

/** What head i says, of [B, h, n, ·]: [B, n, ·] */
const headOf = (all: Term, i: number) => op.squeeze(op.slice(all, [0, i], [-1, 1]), [1]);

/** The columns of the heads, each those of another one. */
const columnsBy = (w: tf.Tensor, heads: readonly number[], h: number): tf.Tensor => {
  const blocks = tf.split(w, h, 1);
  return tf.concat(
    heads.flatMap((i) => blocks[i] ?? []),
    1,
  );
};

/** The same as weights of multi-head attention. */
function tiled(p: MultiQueryParams, h: number): MultiHeadParams {
  return { ...p, wk: p.wk.tile([1, h]), wv: p.wv.tile([1, h]) };
}

/** What all heads share [B, n, dk], as often as there are heads in `like` [B, h, n, dk]. */
function repeated(shared: tf.Tensor, like: tf.Tensor): tf.Tensor {
  return shared.expandDims(1).tile([1, like.shape[1] ?? 1, 1, 1]);
}

/** Queries, keys and values of all heads, each [B, h, n, dk]. */
function projected(x: tf.Tensor, p: MultiQueryParams, h: number): Three {
  const query = splitHeads(linear(x, p.wq), h);
  return [query, repeated(linear(x, p.wk), query), repeated(linear(x, p.wv), query)];
}

/** Multi-query attention with other queries, made from those of the heads [B, h, n, dk] or from x·wq [B, n, d]. */
function withQueries(of: (heads: tf.Tensor, query: tf.Tensor) => tf.Tensor, merge = mergeHeads) {
  return (x: tf.Tensor, p: MultiQueryParams, h: number, mask?: tf.Tensor): Attention => {
    const [heads, key, value] = projected(x, p, h);
    const { output, weights } = scaledDotProductAttention(of(heads, linear(x, p.wq)), key, value, mask);
    return { output: linear(merge(output), p.wo), weights };
  };
}

/** h, when it divides d. */
function splitInto(h: number, d: number): number {
  if (d % h !== 0) throw new RangeError(`h is ${h}, expected a divisor of ${d}`);
  return h;
}

function broadcast(mask: tf.Tensor, shape: number[]): tf.Tensor {
  return mask.logicalAnd(tf.ones(shape, "bool"));
}

/** With the one key and value of each sentence left to the broadcasting of tfjs. */
function withBroadcastKeys(x: tf.Tensor, p: MultiQueryParams, h: number, mask?: tf.Tensor): Attention {
  const shared = (w: tf.Tensor) => linear(x, w).expandDims(1); // [B, 1, n, dk]
  const { output, weights } = scaledDotProductAttention(
    splitHeads(linear(x, p.wq), h),
    shared(p.wk),
    shared(p.wv),
    mask,
  );
  return { output: linear(mergeHeads(output), p.wo), weights };
}
