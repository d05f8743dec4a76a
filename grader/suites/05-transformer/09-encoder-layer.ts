import * as tf from "@tensorflow/tfjs";
import { close, ORDINARY, op, type Random, suite, together } from "#grader/suite/index.js";
import { encoderLayer, feedForward, layerNorm, multiHeadAttention, sublayer } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { EncoderLayerParams } from "../../../exercises/types.js";
import {
  encoderOf,
  encoderParams,
  HINTS,
  headByHead,
  normOfBranch,
  scaledBySqrtD,
  wordMask,
  writtenOut,
  zeroed,
} from "../layers.js";

/** The first sentence is padded as well: a mask of the first for all would show. */
const LENGTHS = [3, 5];

export const encoderLayerSuite = suite("5.9", { encoderLayer })(({ agrees, gradientsAgree, law, staysFinite }) => ({
  cases: (random) => ({
    encoderLayer: {
      pre: inputs(random, "pre"),
      post: inputs(random, "post"),
      preSquare: inputs(random, "pre", { ...SQUARE }),
      postSquare: inputs(random, "post", { ...SQUARE }),
      preBare: inputs(random, "pre", { biased: false, h: 1 }),
      postBare: inputs(random, "post", { biased: false, h: 1 }),
      preOneToken: inputs(random, "pre", { lengths: [1, 1], n: 1 }),
      postOneToken: inputs(random, "post", { lengths: [1, 1], n: 1 }),
      preSlopes: inputs(random, "pre", { lengths: [2, 3], n: 3, d: 4, h: 2, ff: 5 }),
      postSlopes: inputs(random, "post", { lengths: [2, 3], n: 3, d: 4, h: 2, ff: 5 }),
      preEmpty: inputs(random, "pre", { lengths: [0, 3], n: 4 }),
      postEmpty: inputs(random, "post", { lengths: [0, 3], n: 4 }),
    },
  }),

  checks: [
    ...(["pre", "post"] as const).flatMap((mode) => [
      agrees(
        {
          en: `the output agrees with the reference, normalised ${mode === "pre" ? "before" : "after"}`,
          es: `la salida coincide con la referencia, con la normalización ${mode === "pre" ? "antes" : "después"}`,
        },
        2,
        "encoderLayer",
        [mode, `${mode}Square`, `${mode}Bare`, `${mode}OneToken`],
        ORDINARY,
        "output",
      ),
      agrees(
        {
          en: `the weights agree with the reference, normalised ${mode === "pre" ? "before" : "after"}`,
          es: `los pesos coinciden con la referencia, con la normalización ${mode === "pre" ? "antes" : "después"}`,
        },
        1,
        "encoderLayer",
        [mode, `${mode}Square`, `${mode}Bare`, `${mode}OneToken`],
        ORDINARY,
        "weights",
      ),
    ]),
    law(
      {
        en: "permuting the tokens and their mask permutes the result",
        es: "permutar los tokens y su máscara permuta el resultado",
      },
      2,
      "encoderLayer",
      "pre",
      (ask, [x, p, h, sourceMask], random) => {
        const order = tf.tensor1d(random.permutation(5), "int32");
        return (["pre", "post"] as const).flatMap((mode) => {
          const plain = ask.encoderLayer(x, p, h, sourceMask, mode);
          const permuted = ask.encoderLayer(tf.gather(x, order, 1), p, h, tf.gather(sourceMask, order, 3), mode);
          return [
            close(permuted.output, op.gather(plain.output, order, 1), {
              en: `the output for permuted tokens (${mode})`,
              es: `la salida para los tokens permutados (${mode})`,
            }),
            close(permuted.weights, op.gather(op.gather(plain.weights, order, 2), order, 3), {
              en: `the weights for permuted tokens (${mode})`,
              es: `los pesos para los tokens permutados (${mode})`,
            }),
          ];
        });
      },
    ),
    law(
      {
        en: "more padding leaves the words as they are",
        es: "más relleno deja las palabras como están",
      },
      2,
      "encoderLayer",
      "post",
      (ask, [x, p, h, sourceMask, mode], random) => {
        const longer = tf.concat([x, random.normal([2, 2, 12], 3)], 1);
        const padded = ask.encoderLayer(longer, p, h, wordMask(LENGTHS, 7), mode);
        const plain = ask.encoderLayer(x, p, h, sourceMask, mode);
        return [
          close(op.slice(padded.output, [0, 0, 0], [-1, 5, -1]), plain.output, {
            en: "the output of the words after two places of padding were added",
            es: "la salida de las palabras después de añadir dos lugares de relleno",
          }),
          close(op.slice(padded.weights, [0, 0, 0, 0], [-1, -1, 5, 5]), plain.weights, {
            en: "the weights between the words after two places of padding were added",
            es: "los pesos entre las palabras después de añadir dos lugares de relleno",
          }),
        ];
      },
    ),
    law(
      {
        en: "with all weights 0, pre leaves the tokens as they are and post normalises them",
        es: "con todos los pesos a 0, pre deja los tokens como están y post los normaliza",
      },
      1,
      "encoderLayer",
      "pre",
      (ask, [x, p, h, sourceMask]) => {
        const silent = { ...p, attention: zeroed(p.attention), feedForward: zeroed(p.feedForward) };
        const post = ask.encoderLayer(x, silent, h, sourceMask, "post").output;
        const standard = op.div(op.sub(post, p.norm2.beta), p.norm2.gamma); // [2, 5, 12]
        const loose = { absolute: 2e-3, relative: 2e-3 }; // eps shows a little
        return [
          close(ask.encoderLayer(x, silent, h, sourceMask, "pre").output, x, {
            en: "pre without weights, against x",
            es: "pre sin pesos, frente a x",
          }),
          close(
            op.mean(standard, -1),
            tf.zeros([2, 5]),
            {
              en: "the means of post without weights, before the last scale and shift,",
              es: "las medias de post sin pesos, antes de la última escala y desplazamiento,",
            },
            loose,
          ),
          close(
            op.mean(op.square(standard), -1),
            tf.ones([2, 5]),
            {
              en: "the variances of post without weights, before the last scale and shift,",
              es: "las varianzas de post sin pesos, antes de la última escala y desplazamiento,",
            },
            loose,
          ),
        ];
      },
    ),
    gradientsAgree(
      {
        en: "the gradient reaches every parameter, and is that of the reference",
        es: "el gradiente llega a cada parámetro y es el de la referencia",
      },
      3,
      "encoderLayer",
      ["preSlopes", "postSlopes"],
    ),
    together(
      staysFinite(
        {
          en: "stays finite for a sentence of nothing but padding, which changes no other sentence",
          es: "da números finitos con una frase de puro relleno, que no cambia las demás",
        },
        1,
        "encoderLayer",
        ["preEmpty", "postEmpty"],
      ),
      law(
        { en: "the other sentence", es: "la otra frase" },
        1,
        "encoderLayer",
        "preEmpty",
        (ask, [x, p, h, sourceMask, mode]) => {
          const whole = ask.encoderLayer(x, p, h, sourceMask, mode);
          const alone = ask.encoderLayer(x.slice(1), p, h, sourceMask.slice(1), mode);
          return [
            close(op.slice(whole.output, 1), alone.output, {
              en: "the output of a sentence beside one of nothing but padding",
              es: "la salida de una frase junto a otra de puro relleno",
            }),
          ];
        },
      ),
    ),
  ],

  mistakes: {
    "mask-ignored": {
      variant: { encoderLayer: encoderOf({ attend: (xq, xkv, p, h) => multiHeadAttention(xq, xkv, p, h) }) },
      hint: {
        en: "This is what comes out without the mask: the words attend to the padding too. Pass sourceMask on to the attention; only words may be attended to.",
        es: "Esto es lo que sale sin la máscara: las palabras atienden también al relleno. Pásale sourceMask a la atención; solo se puede atender a palabras.",
      },
    },
    "shared-norm": {
      variant: { encoderLayer: (x, p, ...rest) => encoderLayer(x, { ...p, norm2: p.norm1 }, ...rest) },
      hint: {
        en: "This is what comes out when norm1 normalises both sublayers. The feed-forward network has a norm of its own: norm2, with its own gamma and beta.",
        es: "Esto es lo que sale cuando norm1 normaliza las dos subcapas. La red prealimentada tiene su propia norma: norm2, con su gamma y su beta.",
      },
    },
    "norm-of-branch-output": {
      variant: { encoderLayer: encoderOf({ around: normOfBranch }) },
      hint: HINTS.normOfBranch,
    },
    "residual-of-normalised": {
      variant: {
        encoderLayer: encoderOf({
          around: (x, f, norm, mode) => {
            if (mode === "post") return sublayer(x, f, norm, mode);
            const normalised = layerNorm(x, norm);
            return f(normalised).add(normalised);
          },
        }),
      },
      hint: {
        en: "This is what comes out when, in pre, the residual connection carries the normalised tokens. It carries x as it came: x + f(LN(x)). That is `sublayer` of 3.9.",
        es: "Esto es lo que sale cuando, en pre, la conexión residual lleva los tokens normalizados. Lleva x tal como llegó: x + f(LN(x)). Eso es `sublayer`, de 3.9.",
      },
    },
    "no-relu": {
      variant: { encoderLayer: encoderOf({ network: (x, p) => linear(linear(x, p.w1, p.b1), p.w2, p.b2) }) },
      hint: {
        en: "This is what comes out when the feed-forward network has no ReLU: two linear maps in a row are one. Its middle is max(0, x·w1 + b1) (Vaswani et al. 2017, §3.3, eq. 2); `feedForward` of 3.10 has it.",
        es: "Esto es lo que sale cuando la red prealimentada no tiene ReLU: dos mapas lineales seguidos son uno solo. En medio va max(0, x·w1 + b1) (Vaswani et al. 2017, §3.3, ec. 2); `feedForward`, de 3.10, la aplica.",
      },
    },
    "pre-post-swapped": {
      variant: {
        encoderLayer: (x, p, h, sourceMask, mode) => encoderLayer(x, p, h, sourceMask, mode === "pre" ? "post" : "pre"),
      },
      hint: HINTS.otherMode,
    },
    "scale-sqrt-d": {
      variant: { encoderLayer: encoderOf({ attend: scaledBySqrtD }) },
      hint: HINTS.scaleSqrtD,
    },
    "keys-not-normalised": {
      variant: {
        encoderLayer: (x, p, h, sourceMask, mode) =>
          encoderOf({ attend: (xq, _, own) => multiHeadAttention(xq, x, own, h, sourceMask) })(
            x,
            p,
            h,
            sourceMask,
            mode,
          ),
      },
      hint: {
        en: "This is what comes out when, in pre, the queries come from the normalised tokens and the keys and values from x itself. All three come from the same tokens: those that the sublayer hands to its layer.",
        es: "Esto es lo que sale cuando, en pre, las consultas salen de los tokens normalizados, y las claves y los valores, del propio x. Las tres salen de los mismos tokens: los que la subcapa le entrega a su capa.",
      },
    },
    "attention-dropped": {
      variant: {
        encoderLayer: (x, p, h, sourceMask, mode) => ({
          output: sublayer(x, (tokens) => feedForward(tokens, p.feedForward), p.norm2, mode),
          weights: encoderLayer(x, p, h, sourceMask, mode).weights,
        }),
      },
      hint: {
        en: "This is what comes out when the second sublayer starts from x again: what attention found is lost. The feed-forward network works on x', the result of the first sublayer, and its residual connection carries x' too.",
        es: "Esto es lo que sale cuando la segunda subcapa vuelve a partir de x: se pierde lo que encontró la atención. La red prealimentada trabaja sobre x', el resultado de la primera subcapa, y su conexión residual también lleva x'.",
      },
    },
  },

  routes: {
    "both modes written out, the normalisation too": {
      encoderLayer: (x, p, h, sourceMask, mode) => {
        const attend = (tokens: tf.Tensor) => multiHeadAttention(tokens, tokens, p.attention, h, sourceMask);
        const [norm1, norm2] = [p.norm1, p.norm2].map((norm) => (y: tf.Tensor) => {
          const { mean, variance } = tf.moments(y, -1, true);
          return y.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(norm.gamma).add(norm.beta);
        }) as [(y: tf.Tensor) => tf.Tensor, (y: tf.Tensor) => tf.Tensor];
        if (mode === "pre") {
          const { output, weights } = attend(norm1(x));
          const attended = tf.add(output, x);
          return { output: tf.add(feedForward(norm2(attended), p.feedForward), attended), weights };
        }
        const { output, weights } = attend(x);
        const attended = norm1(tf.add(output, x));
        return { output: norm2(tf.add(feedForward(attended, p.feedForward), attended)), weights };
      },
    },
    "head by head": {
      encoderLayer: encoderOf({
        attend: (xq, xkv, ...rest) => headByHead(xq, xkv, xkv, ...rest),
        around: writtenOut,
      }),
    },
    "sentence by sentence": {
      encoderLayer: (x, p, h, sourceMask, mode) => {
        const [B = 0] = x.shape;
        const each = Array.from({ length: B }, (_, b) =>
          encoderLayer(x.slice([b], [1]), p, h, sourceMask.slice([b], [1]), mode),
        );
        return {
          output: tf.concat(each.map(({ output }) => output)),
          weights: tf.concat(each.map(({ weights }) => weights)),
        };
      },
    },
    "attention called again for its weights; tidied": {
      encoderLayer: (x, p, h, sourceMask, mode) =>
        tf.tidy(() => {
          const before = mode === "pre" ? layerNorm(x, p.norm1) : x;
          const { weights } = multiHeadAttention(before, before, p.attention, h, sourceMask);
          return { output: encoderLayer(x, p, h, sourceMask, mode).output, weights };
        }),
    },
    "the feed-forward network as broadcast sums": {
      encoderLayer: encoderOf({
        network: (x, p) => {
          const hidden = x.expandDims(-1).mul(p.w1).sum(-2).add(p.b1); // [B, n, ff]
          return tf.relu(hidden).expandDims(-1).mul(p.w2).sum(-2).add(p.b2); // [B, n, d]
        },
      }),
    },
  },
}));

const SQUARE = { lengths: [4, 2, 1, 3], n: 4, d: 4, h: 2, ff: 4 };

function inputs(
  random: Random,
  mode: "pre" | "post",
  { lengths = LENGTHS, n = 5, d = 12, h = 3, ff = 20, biased = true } = {},
): [tf.Tensor, EncoderLayerParams, number, tf.Tensor, "pre" | "post"] {
  return [random.normal([lengths.length, n, d]), encoderParams(random, d, ff, biased), h, wordMask(lengths, n), mode];
}
