import * as tf from "@tensorflow/tfjs";
import { close, EXACT, holds, ORDINARY, op, type Random, suite, type Term } from "#grader/suite/index.js";
import { leaves, type Path, showPath } from "#grader/values/tree.js";
import {
  countParameters,
  decoderLayer,
  embed,
  encoderLayer,
  initTransformer,
  inputEncoding,
  layerNorm,
  sinusoidalPositions,
  transformer,
} from "#reference";
import { flatten, linear } from "../../../exercises/support.js";
import type { NormParams, TransformerConfig, TransformerParams } from "../../../exercises/types.js";
import {
  decoderOf,
  decoderParams,
  encoderOf,
  encoderParams,
  headByHead,
  normParams,
  pastMask,
  wordMask,
  writtenOut,
} from "../layers.js";

export const transformerSuite = suite("5.11", { initTransformer, transformer, countParameters })(
  ({ agrees, gradientsAgree, law }) => ({
    cases: (random) => ({
      initTransformer: { wide: [{ ...CONFIG, ...WIDE }, random.integer(2, 1000)] },
      transformer: {
        pre: inputs(random, {}),
        preTied: inputs(random, { tied: true }),
        preTiedBeside: withOutput(random, inputs(random, { tied: true })),
        preSquare: inputs(random, SQUARE),
        preOneWord: inputs(random, { layers: 3 }, { source: [1], target: [1], n: 1, m: 1 }),
        post: inputs(random, { mode: "post" }),
        postTied: inputs(random, { mode: "post", tied: true }),
        postTiedBeside: withOutput(random, inputs(random, { mode: "post", tied: true, layers: 0 })),
        postSquare: inputs(random, { ...SQUARE, mode: "post", tied: true }),
        postOneWord: inputs(random, { mode: "post", layers: 3 }, { source: [1], target: [1], n: 1, m: 1 }),
        preSlopes: inputs(random, SMALL, { source: [3, 2], target: [2, 2], n: 3, m: 2 }),
        postSlopes: inputs(
          random,
          { ...SMALL, mode: "post", tied: true },
          { source: [2, 2], target: [3, 2], n: 2, m: 3 },
        ),
      },
      countParameters: {
        encoderLayer: [encoderParams(random, 4, 5)],
        decoderLayer: [decoderParams(random, 5, 7)],
        withoutBiases: [decoderParams(random, 4, 5, false)],
        model: [modelParams(random, { ...CONFIG, ...SMALL })],
        nested: [[random.normal([3]), { a: [random.normal([2, 3]), { b: tf.scalar(2, "int32") }] }]],
        shared: [shared(random)],
        alike: [{ first: tf.zeros([3, 2]), second: tf.zeros([3, 2]), third: tf.ones([6]) }],
        nothing: [{ encoder: [], decoder: {} }],
      },
    }),

    checks: [
      agrees(
        {
          en: "the logits agree with the reference, normalised before",
          es: "los logits coinciden con la referencia, con la normalización antes",
        },
        3,
        "transformer",
        ["pre", "preTied", "preTiedBeside", "preSquare", "preOneWord"],
        ORDINARY,
        "logits",
      ),
      agrees(
        {
          en: "the logits agree with the reference, normalised after",
          es: "los logits coinciden con la referencia, con la normalización después",
        },
        2,
        "transformer",
        ["post", "postTied", "postTiedBeside", "postSquare", "postOneWord"],
        ORDINARY,
        "logits",
      ),
      agrees(
        {
          en: "the weights of every layer agree with the reference",
          es: "los pesos de cada capa coinciden con la referencia",
        },
        1,
        "transformer",
        ["pre", "preSquare", "preOneWord", "post", "postSquare", "postOneWord"],
        ORDINARY,
        "weights",
      ),
      law(
        {
          en: "transformer sees neither the words to come nor the padding",
          es: "transformer no ve ni las palabras que faltan ni el relleno",
        },
        2,
        "transformer",
        "pre",
        (ask, [p, config, source, targetIn, sourceMask]) => {
          const all = pastMask([5, 5], 5);
          const { logits } = ask.transformer(p, config, source, targetIn, sourceMask, all);
          const other = tf.sub(12, targetIn).toInt(); // other words everywhere, but where there is a 6
          const changed = tf.concat([targetIn.slice([0, 0], [-1, 3]), other.slice([0, 3], [-1, 2])], 1);
          const later = ask.transformer(p, config, source, changed, sourceMask, all);
          const fill = (ids: tf.Tensor) => tf.concat([ids, tf.fill([2, 2], 3, "int32")], 1);
          const masks = [wordMask(SOURCE, 9), pastMask([5, 5], 7)] as const;
          const padded = ask.transformer(p, config, fill(source), fill(targetIn), ...masks);
          return [
            close(op.slice(later.logits, [0, 0, 0], [-1, 3, -1]), op.slice(logits, [0, 0, 0], [-1, 3, -1]), {
              en: "the logits at 0, 1 and 2 after the words at 3 and 4 were changed",
              es: "los logits en 0, 1 y 2 después de cambiar las palabras en 3 y 4",
            }),
            close(op.slice(padded.logits, [0, 0, 0], [-1, 5, -1]), logits, {
              en: "the logits of the words after two places of padding were added to both sentences",
              es: "los logits de las palabras después de añadir dos lugares de relleno a ambas frases",
            }),
          ];
        },
      ),
      gradientsAgree(
        {
          en: "the gradient reaches every parameter of transformer, and is that of the reference",
          es: "el gradiente llega a cada parámetro de transformer y es el de la referencia",
        },
        3,
        "transformer",
        ["preSlopes", "postSlopes"],
      ),
      law(
        {
          en: "the model of initTransformer begins with a loss near ln V",
          es: "el modelo de initTransformer empieza con una pérdida cerca de ln V",
        },
        1,
        "transformer",
        "pre",
        (ask, _, random) => {
          const config = { ...CONFIG, ...WIDE };
          const ids = (size: number) =>
            tf.range(0, 32, 1, "int32").mul(7).mod(tf.scalar(size, "int32")).reshape([4, 8]).toInt();
          const masks = [wordMask([8, 8, 8, 8], 8), pastMask([8, 8, 8, 8], 8)] as const;
          const p = ask.initTransformer(config, random.integer(1, 1000));
          const { logits } = ask.transformer(p, config, ids(config.sourceSize), ids(config.targetSize), ...masks);
          const due = tf.oneHot(ids(config.targetSize).reverse(1).toInt(), config.targetSize).cast("float32"); // any words will do
          const right = op.sum(op.mul(op.log(op.softmax(logits)), due), -1); // [4, 8]
          return [
            close(
              op.neg(op.mean(right)),
              Math.log(config.targetSize),
              {
                en: `the loss of the first batch, against ln ${config.targetSize}`,
                es: `la pérdida del primer lote, frente a ln ${config.targetSize}`,
              },
              { absolute: 0, relative: 0.03 },
            ),
          ];
        },
      ),
      law(
        {
          en: "initTransformer makes the tensors of its form, one for each place: biases and beta 0, gamma 1",
          es: "initTransformer crea los tensores de su forma, uno para cada lugar: sesgos y beta 0, gamma 1",
        },
        2,
        "initTransformer",
        "wide",
        (ask, [, seed]) =>
          FORMS.flatMap(({ mode, tied, layers }) => {
            // Tied are target embedding and output: not the two languages, though they have as many words.
            const sourceSize = tied ? CONFIG.targetSize : CONFIG.sourceSize;
            const config = { ...CONFIG, sourceSize, mode, tied, layers };
            const p = ask.initTransformer(config, seed);
            const places = placesOf(config);
            const surplus = [...(mode === "post" ? ["encoderNorm", "decoderNorm"] : []), ...(tied ? ["output"] : [])];
            return [
              ...surplus.map((name) =>
                holds(op.absent(at(p, [name])), {
                  en: `there is ${name}, which a model with mode "${mode}"${tied ? " and tied" : ""} has no use for`,
                  es: `sobra ${name}, que un modelo con mode "${mode}"${tied ? " y tied" : ""} no usa`,
                }),
              ),
              ...places
                .filter(({ shape }) => shape.length === 1)
                .map(({ path, name, shape }) =>
                  close(
                    at(p, path),
                    path.at(-1) === "gamma" ? tf.ones(shape) : tf.zeros(shape),
                    { en: name, es: name },
                    EXACT,
                  ),
                ),
              holds(
                op.equal(op.distinct(op.tensors(p)), places.length),
                {
                  en: `there are {0} tensors for ${places.length} places: each place has one of its own, also where they are alike`,
                  es: `hay {0} tensores para ${places.length} lugares: cada lugar tiene el suyo, aunque sean iguales`,
                },
                { shows: [op.distinct(op.tensors(p))] },
              ),
            ];
          }),
      ),
      law(
        {
          en: "the same seed gives the same weights; another gives other matrices, and the same vectors",
          es: "la misma semilla da los mismos pesos; otra da otras matrices, y los mismos vectores",
        },
        1,
        "initTransformer",
        "wide",
        (ask, [config, seed]) => {
          const [p, again] = [ask.initTransformer({ ...config }, 1), ask.initTransformer({ ...config }, 1)];
          const other = ask.initTransformer(config, seed);
          return placesOf(config).flatMap(({ path, name, shape }) => [
            close(
              at(again, path),
              at(p, path),
              { en: `${name}, drawn again with the same seed`, es: `${name}, creado otra vez con la misma semilla` },
              EXACT,
            ),
            shape.length === 1
              ? close(
                  at(other, path),
                  at(p, path),
                  {
                    en: `${name} with seed ${seed}, against seed 1`,
                    es: `${name} con la semilla ${seed}, frente a la 1`,
                  },
                  EXACT,
                )
              : holds(op.any(op.greater(op.abs(op.sub(at(other, path), at(p, path))), 1e-4)), {
                  en: `${name} is the same for seed 1 and for seed ${seed}`,
                  es: `${name} es igual con la semilla 1 que con la semilla ${seed}`,
                }),
          ]);
        },
      ),
      law(
        {
          en: "no two matrices are drawn alike, and all layers have the same vectors",
          es: "no salen dos matrices iguales, y todas las capas tienen los mismos vectores",
        },
        1,
        "initTransformer",
        "wide",
        (ask, [config, seed]) => {
          const p = ask.initTransformer(config, seed);
          const places = placesOf(config);
          const matrices = places.filter(({ shape }) => shape.length === 2);
          const shared = Math.min(...matrices.map(({ shape: [rows = 0, columns = 0] }) => rows * columns));
          const starts = op.stack(matrices.map(({ path }) => op.slice(op.reshape(at(p, path), [-1]), [0], [shared]))); // [matrices, shared]
          const centered = op.sub(starts, op.mean(starts, -1, true));
          const lengths = op.sqrt(op.sum(op.square(centered), -1, true)); // [matrices, 1]
          const directions = op.div(centered, lengths);
          const twins = op.sub(op.abs(op.matMul(directions, directions, false, true)), tf.eye(matrices.length));
          const layers = places.filter(
            ({ path: [stack, layer], shape }) => shape.length === 1 && stack !== undefined && layer === 1,
          );
          return [
            holds(op.greater(lengths, 0), {
              en: "a matrix has one number everywhere",
              es: "una matriz tiene el mismo número en todas partes",
            }),
            holds(
              op.less(op.max(twins), 0.5), // by chance it is 0.2 at most
              {
                en: "two matrices begin with the same numbers, or with multiples of them",
                es: "dos matrices empiezan con los mismos números, o con múltiplos de ellos",
              },
              { suspect: "same-seed" },
            ),
            ...layers.map(({ path, name }) => {
              const [stack = "", , ...rest] = path;
              return close(
                at(p, path),
                at(p, [stack, 0, ...rest]),
                { en: `${name}, against the layer before`, es: `${name}, frente a la capa anterior` },
                EXACT,
              );
            }),
          ];
        },
      ),
      law(
        {
          en: "matrices fill Glorot's bounds, and no more",
          es: "las matrices llenan los límites de Glorot, y nada más",
        },
        1,
        "initTransformer",
        "wide",
        (ask, [config, seed]) => {
          const p = ask.initTransformer(config, seed);
          const inLayers = placesOf(config).filter(({ path, shape }) => shape.length === 2 && path.length > 1);
          return inLayers.flatMap(({ path, name, shape }) => glorot(name, at(p, path), shape));
        },
      ),
      law(
        {
          en: "embeddings and output are normal, with their deviations",
          es: "los embeddings y output son normales, con sus desviaciones",
        },
        1,
        "initTransformer",
        "wide",
        (ask, [config, seed]) => {
          const p = ask.initTransformer(config, seed);
          const { d } = config;
          return [
            ...(["sourceEmbedding", "targetEmbedding"] as const).flatMap((name) => [
              notNarrow(name, at(p, [name]), d),
              ...normal(name, at(p, [name]), 1 / Math.sqrt(d)),
            ]),
            ...normal("output", at(p, ["output"]), 0.02),
          ];
        },
      ),
      agrees(
        {
          en: "countParameters counts every tensor once, in nested objects and lists",
          es: "countParameters cuenta cada tensor una vez, en objetos y listas anidados",
        },
        2,
        "countParameters",
        ["encoderLayer", "decoderLayer", "withoutBiases", "model", "nested", "shared", "alike", "nothing"],
        EXACT,
      ),
    ],

    mistakes: {
      "memory-not-normalised": {
        variant: { transformer: modelOf({ leaveEncoder: (x) => x }) },
        hint: {
          en: "This is what comes out when, in pre, the encoder ends without encoderNorm. A pre-norm layer leaves its sum unnormalised: after the last layer of the encoder, apply encoderNorm, and give the result to the decoder as memory.",
          es: "Esto es lo que sale cuando, en pre, el codificador termina sin encoderNorm. Una capa pre-norm deja su suma sin normalizar: después de la última capa del codificador aplica encoderNorm y dale el resultado al decodificador como memory.",
        },
      },
      "decoder-not-normalised": {
        variant: { transformer: modelOf({ leaveDecoder: (y) => y }) },
        hint: {
          en: "This is what comes out when, in pre, the decoder ends without decoderNorm. After its last layer, apply decoderNorm; then come the logits.",
          es: "Esto es lo que sale cuando, en pre, el decodificador termina sin decoderNorm. Después de su última capa aplica decoderNorm; luego vienen los logits.",
        },
      },
      "embeddings-not-scaled": {
        variant: {
          transformer: modelOf({ enter: (ids, table) => inputEncoding(ids, table, positionsFor(ids, table), false) }),
        },
        hint: {
          en: "This is what comes out when the embeddings are not multiplied by √d: next to the positions the words are too quiet. Multiply them by √d before the positions are added (Vaswani et al. 2017, §3.4), for source and target.",
          es: "Esto es lo que sale cuando los embeddings no se multiplican por √d: junto a las posiciones, las palabras se oyen demasiado bajo. Multiplícalos por √d antes de sumar las posiciones (Vaswani et al. 2017, §3.4), en la fuente y en el destino.",
        },
      },
      "positions-missing": {
        variant: {
          transformer: modelOf({ enter: (ids, table) => embed(ids, table).mul(Math.sqrt(table.shape[1] ?? 1)) }),
        },
        hint: {
          en: "This is what comes out without positions: the model cannot tell the order of the words. Add those of 3.3 to the scaled embeddings of source and target (Vaswani et al. 2017, §3.5).",
          es: "Esto es lo que sale sin posiciones: el modelo no distingue el orden de las palabras. Suma las de 3.3 a los embeddings escalados, en la fuente y en el destino (Vaswani et al. 2017, §3.5).",
        },
      },
      "softmax-in-output": {
        variant: {
          transformer: (...args) => {
            const { logits, weights } = transformer(...args);
            return { logits: tf.softmax(logits), weights };
          },
        },
        hint: {
          en: "These are probabilities: the softmax of the logits. Return the logits themselves; the loss takes the softmax, and a second one could never say anything with certainty.",
          es: "Estas son probabilidades: el softmax de los logits. Devuelve los propios logits; el softmax lo aplica la pérdida, y con dos softmax nunca se podría afirmar nada con certeza.",
        },
      },
      "log-softmax-in-output": {
        variant: {
          transformer: (...args) => {
            const { logits, weights } = transformer(...args);
            return { logits: tf.logSoftmax(logits), weights };
          },
        },
        hint: {
          en: "These are log-probabilities: the logarithm of the softmax of the logits. Return y · output as it is; the loss does the rest.",
          es: "Estas son log-probabilidades: el logaritmo del softmax de los logits. Devuelve y · output tal cual; del resto se encarga la pérdida.",
        },
      },
      "layers-share-weights": {
        variant: {
          transformer: (p, ...rest) =>
            transformer({ ...p, encoder: p.encoder.map(first), decoder: p.decoder.map(first) }, ...rest),
        },
        hint: {
          en: "This is what comes out when layer 0 stands in the place of every layer. Each layer has weights of its own: go through p.encoder and p.decoder one by one.",
          es: "Esto es lo que sale cuando la capa 0 ocupa el lugar de todas. Cada capa tiene sus propios pesos: recorre p.encoder y p.decoder una por una.",
        },
      },
      "memory-layer-by-layer": {
        variant: { transformer: modelOf({ memory: "layer by layer" }) },
        hint: {
          en: "This is what comes out when layer i of the decoder looks at what layer i of the encoder returned. Every layer of the decoder looks at the same memory: the output of the whole encoder (Vaswani et al. 2017, figure 1).",
          es: "Esto es lo que sale cuando la capa i del decodificador mira lo que devolvió la capa i del codificador. Todas las capas del decodificador miran la misma memoria: la salida del codificador completo (Vaswani et al. 2017, figura 1).",
        },
      },
      "same-seed": {
        variant: { initTransformer: drawnBy(() => (_, seed) => seed) },
        shownByProperty: true,
        hint: {
          en: "This is what comes out when tensors are drawn with one and the same seed: wq and wk, say, begin as one matrix. Give every tensor a number of its own derived from the seed: count them, and add the count.",
          es: "Esto es lo que sale cuando varios tensores se crean con una misma semilla: wq y wk, por ejemplo, empiezan siendo una sola matriz. Dale a cada tensor un número propio derivado de la semilla: cuéntalos y suma la cuenta.",
        },
      },
      "deviation-one-over-d": {
        variant: {
          initTransformer: (config, seed) => {
            const drawn = initTransformer(config, seed);
            const narrow = (table: tf.Tensor) => table.div(Math.sqrt(config.d));
            const [sourceEmbedding, targetEmbedding] = [narrow(drawn.sourceEmbedding), narrow(drawn.targetEmbedding)];
            return { ...drawn, sourceEmbedding, targetEmbedding };
          },
        },
        shownByProperty: true,
        hint: {
          en: "The embeddings have deviation 1/d here. Their variance is 1/d, so their deviation, which is what tf.randomNormal takes, is 1/√d.",
          es: "Aquí los embeddings tienen desviación 1/d. Su varianza es 1/d, así que su desviación, que es lo que recibe tf.randomNormal, es 1/√d.",
        },
      },
      "shared-counted-twice": {
        variant: { countParameters: (p) => flatten(p).reduce((sum, { size }) => sum + size, 0) },
        hint: {
          en: "This is what comes out when a tensor that stands in two places is counted twice. It is learned once: keep the tensors that you have met, for instance in a Set, and count each once.",
          es: "Esto es lo que sale cuando un tensor que está en dos lugares se cuenta dos veces. Se aprende una sola vez: guarda los tensores que ya encontraste, por ejemplo en un Set, y cuenta cada uno una vez.",
        },
      },
    },

    routes: {
      "layers written out; words looked up, positions made of plain numbers": {
        transformer: modelOf({
          enter: (ids, table) => {
            const [[, T = 0], [, d = 0]] = [ids.shape, table.shape];
            const rows = Array.from({ length: T }, (_, p) =>
              Array.from({ length: d }, (_, j) => Math.sin(p / 10000 ** ((j - (j % 2)) / d) + (j % 2) * (Math.PI / 2))),
            );
            return tf.gather(table.mul(Math.sqrt(d)), ids.toInt()).add(tf.tensor2d(rows, [T, d]));
          },
          encode: encoderOf({ attend: (xq, xkv, ...rest) => headByHead(xq, xkv, xkv, ...rest), around: writtenOut }),
          decode: decoderOf({ attend: (xq, xkv, ...rest) => headByHead(xq, xkv, xkv, ...rest), around: writtenOut }),
        }),
        initTransformer: drawnBy(() => {
          let drawn = 0;
          return (_, seed) => seed + ++drawn;
        }),
        countParameters: (p) => {
          const met = new Set<object>();
          const count = (node: unknown): number => {
            if (typeof node !== "object" || node === null || met.has(node)) return 0;
            if (node instanceof tf.Tensor) {
              met.add(node);
              return node.shape.reduce((product: number, side: number) => product * side, 1);
            }
            return Object.values(node).reduce((sum: number, inner) => sum + count(inner), 0);
          };
          return count(p);
        },
      },
      "sentence by sentence, tidied; standard numbers, stretched; a list without repetitions": {
        transformer: (p, config, ...batch) =>
          tf.tidy(() => {
            const [B = 0] = batch[0].shape;
            const each = Array.from({ length: B }, (_, b) => {
              const own = batch.map((x) => x.slice([b], [1])) as typeof batch;
              return transformer(p, config, ...own);
            });
            const joined = (part: "encoder" | "decoder" | "cross") =>
              Array.from({ length: config.layers }, (_, i) =>
                tf.concat(each.map(({ weights }) => weights[part][i] ?? tf.zeros([0]))),
              );
            return {
              logits: tf.concat(each.map(({ logits }) => logits)),
              weights: { encoder: joined("encoder"), decoder: joined("decoder"), cross: joined("cross") },
            };
          }),
        initTransformer: fromStandardNumbers,
        countParameters: (p) => {
          const tensors = flatten(p);
          const once = tensors.filter((tensor, i) => tensors.indexOf(tensor) === i);
          return once.reduce((sum, { size }) => sum + size, 0);
        },
      },
      "logits as a broadcast sum; random numbers of one's own": {
        transformer: modelOf({
          toLogits: (y, output) => y.expandDims(3).mul(output).sum(2), // [B, m, d, 1] · [d, V]
        }),
        initTransformer: drawnBy(
          () => (name, seed) => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, seed),
          ownNumbers,
        ),
      },
      "positions for each sentence by itself": { transformer: modelOf({}) },
    },
  }),
);

const CONFIG: TransformerConfig = {
  sourceSize: 11,
  targetSize: 13,
  d: 8,
  h: 2,
  ff: 10,
  layers: 2,
  mode: "pre",
  tied: false,
};
const SQUARE = { sourceSize: 4, targetSize: 4, d: 4, ff: 4 };
const SMALL = { sourceSize: 4, targetSize: 5, d: 4, ff: 6, layers: 1 };
/** Large enough for statistics that hold on every seed. */
const WIDE = { sourceSize: 67, targetSize: 71, d: 24, ff: 40 };
/** No sentence is as long as the longest could be: the mask of the first one is not that of all, nor none at all. */
const SOURCE = [6, 4];
const TARGET = [4, 3];
/** In each form there is a model; the barest of them has no layers. */
const FORMS = (["pre", "post"] as const).flatMap((mode) =>
  [true, false].map((tied) => ({ mode, tied, layers: mode === "post" && tied ? 0 : CONFIG.layers })),
);

type Inputs = Parameters<typeof transformer>;

function inputs(
  random: Random,
  change: Partial<TransformerConfig>,
  { source = SOURCE, target = TARGET, n = 7, m = 5 } = {},
): Inputs {
  const config = { ...CONFIG, ...change };
  const ids = (lengths: readonly number[], length: number, size: number) =>
    tf.tensor2d(
      lengths.map(() => Array.from({ length }, () => random.integer(0, size - 1))),
      [lengths.length, length],
      "int32",
    );
  // A square batch: as many sentences as they have words.
  if (change.d === 4 && config.layers > 1) return square(random, config, ids);
  return [
    modelParams(random, config),
    config,
    ids(source, n, config.sourceSize),
    ids(target, m, config.targetSize),
    wordMask(source, n),
    pastMask(target, m),
  ];
}

/** A tied model beside whose tables lies an output matrix, of no use to it. */
function withOutput(random: Random, [p, config, ...batch]: Inputs): Inputs {
  return [{ ...p, output: random.normal([config.d, config.targetSize], 0.6) }, config, ...batch];
}

/** As many sentences as each has words, as wide as they are many. */
function square(
  random: Random,
  config: TransformerConfig,
  ids: (lengths: readonly number[], length: number, size: number) => tf.Tensor,
): Inputs {
  const [source, target] = [
    [4, 2, 3, 1],
    [2, 4, 1, 3],
  ];
  return [
    modelParams(random, config),
    config,
    ids(source, 4, config.sourceSize),
    ids(target, 4, config.targetSize),
    wordMask(source, 4),
    pastMask(target, 4),
  ];
}

/** Weights that look like those of a trained model: nothing is 0 or 1. */
function modelParams(random: Random, config: TransformerConfig): TransformerParams {
  const { sourceSize, targetSize, d, ff, layers, mode, tied } = config;
  const repeat = <T>(make: () => T): T[] => Array.from({ length: layers }, make);
  return {
    sourceEmbedding: random.normal([sourceSize, d], 0.6),
    targetEmbedding: random.normal([targetSize, d], 0.6),
    encoder: repeat(() => encoderParams(random, d, ff)),
    decoder: repeat(() => decoderParams(random, d, ff)),
    ...(mode === "pre" && { encoderNorm: normParams(random, d), decoderNorm: normParams(random, d) }),
    ...(!tied && { output: random.normal([d, targetSize], 0.6) }),
  };
}

/** A tree in which some tensors stand in two places. */
function shared(random: Random): object {
  const [table, matrix] = [random.normal([5, 3]), random.normal([2, 2])];
  return { source: table, target: table, layers: [{ w: matrix }, { w: matrix, b: random.normal([2]) }], output: table };
}

interface Place {
  readonly path: Path;
  /** `encoder[0].attention.wq` */
  readonly name: string;
  readonly shape: number[];
}

/** Where the tensors of a model stand, and of which shape they are. */
function placesOf(config: TransformerConfig): Place[] {
  const isTensor = (node: unknown): node is tf.Tensor => node instanceof tf.Tensor;
  return leaves(initTransformer(config, 1), isTensor).map(({ path, leaf: { shape } }) => ({
    path,
    name: showPath(path),
    shape,
  }));
}

/** The part of an answer that stands at this place. */
const at = (answer: Term, path: Path): Term =>
  path.reduce((part, key) => (part as unknown as Readonly<Record<string | number, Term>>)[key] as Term, answer);

/** Numbers look uniform within Glorot's bound: none beyond, some near it, a spread of bound/√3. */
function glorot(name: string, tensor: Term, [fanIn = 1, fanOut = 1]: readonly number[]) {
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  const due = `√(6/(${fanIn} + ${fanOut})) = ${bound.toFixed(4)}`;
  const largest = op.max(op.abs(tensor));
  return [
    holds(
      op.logicalAnd(op.less(largest, bound * 1.0001), op.greater(largest, 0.96 * bound)),
      {
        en: `the largest number of ${name} is ±{0}, expected just below ${due}`,
        es: `el número más grande de ${name} es ±{0}; se esperaba apenas por debajo de ${due}`,
      },
      { shows: [largest] },
    ),
    spread(name, tensor, bound / Math.sqrt(3)),
  ];
}

/** Numbers look normal: some lie far out. */
function normal(name: string, tensor: Term, deviation: number) {
  const largest = op.max(op.abs(tensor));
  const far = (2.2 * deviation).toFixed(4);
  return [
    spread(name, tensor, deviation),
    holds(
      op.greater(largest, 2.2 * deviation),
      {
        en: `the largest number of ${name} is {0}; of so many normal numbers, some lie beyond 2.2 deviations, ${far}`,
        es: `el número más grande de ${name} es {0}; entre tantos números normales, algunos pasan de 2.2 desviaciones, ${far}`,
      },
      { shows: [largest] },
    ),
  ];
}

const deviationOf = (tensor: Term): Term => op.sqrt(op.part(op.moments(tensor), "variance"));

/** The mean near 0 and the deviation near the right one: within 15 %, which chance does not leave. */
function spread(name: string, tensor: Term, deviation: number) {
  const [mean, got] = [op.mean(tensor), deviationOf(tensor)];
  return holds(
    op.logicalAnd(op.less(op.abs(mean), 0.3 * deviation), op.less(op.abs(op.sub(got, deviation)), 0.15 * deviation)),
    {
      en: `${name} has mean {0} and deviation {1}, expected near 0 and ${deviation.toFixed(4)}`,
      es: `${name} tiene media {0} y desviación {1}; se esperaban cerca de 0 y ${deviation.toFixed(4)}`,
    },
    { shows: [mean, got] },
  );
}

/** A table whose deviation is not 1/d. */
function notNarrow(name: string, tensor: Term, d: number) {
  const [narrow, due] = [(1 / d).toFixed(4), (1 / Math.sqrt(d)).toFixed(4)];
  return holds(
    op.greater(op.abs(op.sub(deviationOf(tensor), 1 / d)), 0.15 / d),
    {
      en: `${name} has deviation 1/d, near ${narrow}, expected 1/√d = ${due}`,
      es: `${name} tiene desviación 1/d, cerca de ${narrow}; se esperaba 1/√d = ${due}`,
    },
    { suspect: "deviation-one-over-d" },
  );
}

const positionsFor = (ids: tf.Tensor, table: tf.Tensor): tf.Tensor =>
  sinusoidalPositions(ids.shape[1] ?? 1, table.shape[1] ?? 1);

/** The first of a list, in the place of each. */
function first<T>(_: T, __: number, all: readonly T[]): T {
  return all[0] as T;
}

interface ModelParts {
  /** Words of ids [B, T] by a table [V, d]: [B, T, d]. */
  readonly enter: (ids: tf.Tensor, table: tf.Tensor) => tf.Tensor;
  readonly encode: typeof encoderLayer;
  readonly decode: typeof decoderLayer;
  /** What stands after the last layer in mode "pre". */
  readonly leaveEncoder: (x: tf.Tensor, norm: NormParams) => tf.Tensor;
  readonly leaveDecoder: (y: tf.Tensor, norm: NormParams) => tf.Tensor;
  /** Which memory a layer of the decoder looks at: that of the whole encoder unless said. */
  readonly memory: "whole" | "layer by layer";
  /** y [B, m, d] times output [d, V]. */
  readonly toLogits: (y: tf.Tensor, output: tf.Tensor) => tf.Tensor;
}

/** A transformer with some of its parts exchanged. */
function modelOf(change: Partial<ModelParts>): typeof transformer {
  const parts: ModelParts = {
    enter: (ids, table) => inputEncoding(ids, table, positionsFor(ids, table)),
    encode: encoderLayer,
    decode: decoderLayer,
    leaveEncoder: (x, norm) => layerNorm(x, norm),
    leaveDecoder: (y, norm) => layerNorm(y, norm),
    memory: "whole",
    toLogits: (y, output) => linear(y, output),
    ...change,
  };
  return (p, { h, mode, tied }, source, targetIn, sourceMask, targetMask) => {
    const weights: ReturnType<typeof transformer>["weights"] = { encoder: [], decoder: [], cross: [] };
    const memories: tf.Tensor[] = [];
    let x = parts.enter(source, p.sourceEmbedding);
    for (const layer of p.encoder) {
      const { output, weights: own } = parts.encode(x, layer, h, sourceMask, mode);
      x = output;
      weights.encoder.push(own);
      memories.push(x);
    }
    const memory = mode === "pre" && p.encoderNorm ? parts.leaveEncoder(x, p.encoderNorm) : x;
    let y = parts.enter(targetIn, p.targetEmbedding);
    for (const [i, layer] of p.decoder.entries()) {
      const seen = parts.memory === "whole" ? memory : (memories[i] ?? memory);
      const { output, selfWeights, crossWeights } = parts.decode(y, seen, layer, h, sourceMask, targetMask, mode);
      y = output;
      weights.decoder.push(selfWeights);
      weights.cross.push(crossWeights);
    }
    if (mode === "pre" && p.decoderNorm) y = parts.leaveDecoder(y, p.decoderNorm);
    const output = tied || p.output === undefined ? p.targetEmbedding.transpose() : p.output;
    return { logits: parts.toLogits(y, output), weights };
  };
}

/** Draws numbers: uniform within ±spread, or normal with this deviation. */
type Draw = (kind: "uniform" | "normal", shape: number[], spread: number, seed: number) => tf.Tensor;

function drawByTfjs(kind: "uniform" | "normal", shape: number[], spread: number, seed: number): tf.Tensor {
  return kind === "uniform"
    ? tf.randomUniform(shape, -spread, spread, "float32", seed)
    : tf.randomNormal(shape, 0, spread, "float32", seed);
}

/** Initial weights, each tensor of which is drawn with the seed that its name and the seed of the call give. */
function drawnBy(
  numbering: () => (name: string, seed: number) => number,
  draw: Draw = drawByTfjs,
): typeof initTransformer {
  return (config, seed) => {
    const seedOf = numbering();
    return initialWeights(config, (name, kind, shape, spread) => draw(kind, shape, spread, seedOf(name, seed)));
  };
}

/** The form of initial weights, with tensors from `make`. */
function initialWeights(
  { sourceSize, targetSize, d, ff, layers, mode, tied }: TransformerConfig,
  make: (name: string, kind: "uniform" | "normal", shape: number[], spread: number) => tf.Tensor,
): TransformerParams {
  const matrix = (name: string, rows: number, columns: number) =>
    make(name, "uniform", [rows, columns], Math.sqrt(6 / (rows + columns)));
  const attention = (place: string) => ({
    wq: matrix(`${place}.wq`, d, d),
    wk: matrix(`${place}.wk`, d, d),
    wv: matrix(`${place}.wv`, d, d),
    wo: matrix(`${place}.wo`, d, d),
    bq: tf.zeros([d]),
    bk: tf.zeros([d]),
    bv: tf.zeros([d]),
    bo: tf.zeros([d]),
  });
  const network = (place: string) => ({
    w1: matrix(`${place}.w1`, d, ff),
    b1: tf.zeros([ff]),
    w2: matrix(`${place}.w2`, ff, d),
    b2: tf.zeros([d]),
  });
  const norm = () => ({ gamma: tf.ones([d]), beta: tf.zeros([d]) });
  const places = Array.from({ length: layers }, (_, i) => i);
  return {
    sourceEmbedding: make("source", "normal", [sourceSize, d], 1 / Math.sqrt(d)),
    targetEmbedding: make("target", "normal", [targetSize, d], 1 / Math.sqrt(d)),
    encoder: places.map((i) => ({
      attention: attention(`encoder ${i}`),
      feedForward: network(`encoder ${i}`),
      norm1: norm(),
      norm2: norm(),
    })),
    decoder: places.map((i) => ({
      selfAttention: attention(`decoder ${i}`),
      crossAttention: attention(`cross ${i}`),
      feedForward: network(`decoder ${i}`),
      norm1: norm(),
      norm2: norm(),
      norm3: norm(),
    })),
    ...(mode === "pre" && { encoderNorm: norm(), decoderNorm: norm() }),
    ...(!tied && { output: make("output", "normal", [d, targetSize], 0.02) }),
  };
}

/** Initial weights from standard numbers, moved and stretched. */
function fromStandardNumbers(config: TransformerConfig, seed: number): TransformerParams {
  let drawn = 0;
  return initialWeights(config, (_, kind, shape, spread) => {
    const own = 1000 * seed + ++drawn;
    return kind === "uniform"
      ? tf
          .randomUniform(shape, 0, 1, "float32", own)
          .sub(0.5)
          .mul(2 * spread)
      : tf.randomStandardNormal(shape, "float32", own).mul(spread);
  });
}

/** Numbers of a generator of one's own, a linear congruence. */
function ownNumbers(kind: "uniform" | "normal", shape: number[], spread: number, seed: number): tf.Tensor {
  let state = (seed * 48_271) % 2_147_483_647 || 1;
  const uniform = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = 0; i < 10; i++) uniform(); // neighbouring seeds begin alike
  const number = () =>
    kind === "uniform"
      ? spread * (2 * uniform() - 1)
      : spread * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(Array.from({ length: size }, number), shape);
}
