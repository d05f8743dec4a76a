import * as tf from "@tensorflow/tfjs";
import {
  close,
  distribution,
  holds,
  ORDINARY,
  op,
  type Random,
  suite,
  type Term,
  together,
} from "#grader/suite/index.js";
import { decoderLayer, feedForward, layerNorm, multiHeadAttention, sublayer } from "#reference";
import type { DecoderLayerParams, MultiHeadParams } from "../../../exercises/types.js";
import {
  byNumbers,
  decoderOf,
  decoderParams,
  HINTS,
  headByHead,
  normOfBranch,
  pastMask,
  scaledBySqrtD,
  wordMask,
  writtenOut,
} from "../layers.js";

export const decoderLayerSuite = suite("5.10", { decoderLayer })(({ agrees, law, staysFinite }) => {
  const pre = ["pre", "preSquare", "preEqual", "preBare", "preOneWord", "preOneSource"];
  const post = pre.map((name) => name.replace("pre", "post"));
  const finite = {
    en: "stays finite for sentences of nothing but padding, which leave the others as they are",
    es: "da números finitos con frases de puro relleno, que dejan las demás como están",
  };

  return {
    cases: (random) => ({
      decoderLayer: {
        pre: inputs(random, "pre"),
        post: inputs(random, "post"),
        preSquare: inputs(random, "pre", SQUARE),
        postSquare: inputs(random, "post", SQUARE),
        // As long as the source, and wide: here mistakes show that need n = m, and weights that change places fit.
        preEqual: inputs(random, "pre", EQUAL),
        postEqual: inputs(random, "post", EQUAL),
        preBare: inputs(random, "pre", { biased: false, h: 1 }),
        postBare: inputs(random, "post", { biased: false, h: 1 }),
        preOneWord: inputs(random, "pre", { m: 1, target: [1, 1] }),
        postOneWord: inputs(random, "post", { m: 1, target: [1, 1] }),
        preOneSource: inputs(random, "pre", { n: 1, source: [1, 1] }),
        postOneSource: inputs(random, "post", { n: 1, source: [1, 1] }),
        preEmpty: inputs(random, "pre", { n: 5, source: [0, 4, 3], target: [5, 0, 3] }),
        postEmpty: inputs(random, "post", { n: 5, source: [0, 4, 3], target: [5, 0, 3] }),
      },
    }),

    checks: [
      agrees(
        {
          en: "the output agrees with the reference, normalised before",
          es: "la salida coincide con la referencia, con la normalización antes",
        },
        3,
        "decoderLayer",
        pre,
        ORDINARY,
        "output",
      ),
      agrees(
        {
          en: "the output agrees with the reference, normalised after",
          es: "la salida coincide con la referencia, con la normalización después",
        },
        3,
        "decoderLayer",
        post,
        ORDINARY,
        "output",
      ),
      agrees(
        { en: "selfWeights agree with the reference", es: "selfWeights coincide con la referencia" },
        1,
        "decoderLayer",
        [...pre, ...post],
        ORDINARY,
        "selfWeights",
      ),
      agrees(
        { en: "crossWeights agree with the reference", es: "crossWeights coincide con la referencia" },
        1,
        "decoderLayer",
        [...pre, ...post],
        ORDINARY,
        "crossWeights",
      ),
      law(
        {
          en: "what a word becomes does not depend on the words after it",
          es: "lo que resulta de una palabra no depende de las que vienen después",
        },
        2,
        "decoderLayer",
        "preEqual",
        (ask, [y, memory, p, h, sourceMask, , mode], random) => {
          const all = pastMask([5, 5], 5);
          const changed = tf.concat([y.slice([0, 0, 0], [-1, 3, -1]), random.normal([2, 2, 12], 3)], 1);
          const [got, plain] = [changed, y].map(
            (words) => ask.decoderLayer(words, memory, p, h, sourceMask, all, mode).output,
          ) as [Term, Term];
          return [
            close(op.slice(got, [0, 0, 0], [-1, 3, -1]), op.slice(plain, [0, 0, 0], [-1, 3, -1]), {
              en: "the output at 0, 1 and 2 after y was changed at 3 and 4",
              es: "la salida en 0, 1 y 2 después de cambiar y en 3 y 4",
            }),
          ];
        },
      ),
      law(
        {
          en: "every row of memory that may be attended to matters, and no other",
          es: "importa cada fila de memory a la que se puede atender, y ninguna otra",
        },
        2,
        "decoderLayer",
        "postEqual",
        (ask, [y, memory, p, h, , , mode], random) => {
          // One sentence, once for each row of memory: in copy j, row j is another one. Rows 3 and 4 are masked.
          const [n, allowed] = [5, 3];
          const copies = (x: tf.Tensor) => x.slice([0], [1]).tile([n, 1, 1]);
          const own = tf.eye(n).expandDims(2); // [n, n, 1]
          const other = copies(memory)
            .mul(tf.sub(1, own))
            .add(own.mul(random.normal([n, 1, 12], 2)));
          const masks = [wordMask(Array(n).fill(allowed), n), pastMask(Array(n).fill(5), 5)] as const;
          const got = ask.decoderLayer(copies(y), other, p, h, ...masks, mode).output;
          const plain = ask.decoderLayer(copies(y), copies(memory), p, h, ...masks, mode).output;
          return Array.from({ length: n }, (_, j) => {
            const [after, before] = [got, plain].map((output) => op.slice(output, [j], [1])) as [Term, Term];
            if (j >= allowed)
              return close(after, before, {
                en: `the output after row ${j} of memory was changed, which is masked`,
                es: `la salida después de cambiar la fila ${j} de memory, que está enmascarada`,
              });
            return holds(op.greater(op.max(op.abs(op.sub(after, before))), 1e-4), {
              en: `row ${j} of memory may be attended to, and the output does not change with it`,
              es: `se puede atender a la fila ${j} de memory, y la salida no cambia con ella`,
            });
          });
        },
      ),
      law(
        {
          en: "the weights of each attention sum to one, over what its mask allows",
          es: "los pesos de cada atención suman uno, sobre lo que permite su máscara",
        },
        2,
        "decoderLayer",
        "preEqual",
        (ask, [y, memory, p, h, sourceMask, targetMask]) =>
          (["pre", "post"] as const).flatMap((mode) => {
            const { crossWeights, selfWeights } = ask.decoderLayer(y, memory, p, h, sourceMask, targetMask, mode);
            return [distribution(crossWeights, sourceMask), distribution(selfWeights, targetMask)];
          }),
      ),
      law(
        {
          en: "permuting the memory and its mask leaves the output as it is",
          es: "permutar la memoria y su máscara deja la salida como está",
        },
        2,
        "decoderLayer",
        "preEqual",
        (ask, [y, memory, p, h, sourceMask, targetMask, mode], random) => {
          const order = tf.tensor1d(random.permutation(5), "int32");
          const [shuffled, shuffledMask] = [tf.gather(memory, order, 1), tf.gather(sourceMask, order, 3)];
          const got = ask.decoderLayer(y, shuffled, p, h, shuffledMask, targetMask, mode);
          const plain = ask.decoderLayer(y, memory, p, h, sourceMask, targetMask, mode);
          return [
            close(got.output, plain.output, {
              en: "the output for a permuted memory",
              es: "la salida para una memoria permutada",
            }),
          ];
        },
      ),
      law(
        {
          en: "more padding of either sentence leaves the words as they are",
          es: "más relleno en cualquiera de las frases deja las palabras como están",
        },
        3,
        "decoderLayer",
        "postEqual",
        (ask, [y, memory, p, h, sourceMask, targetMask, mode], random) => {
          const longer = [y, memory].map((x) => tf.concat([x, random.normal([2, 2, 12], 3)], 1)) as [
            tf.Tensor,
            tf.Tensor,
          ];
          const masks = [wordMask(EQUAL.source, 7), pastMask(TARGET, 7)] as const;
          const got = ask.decoderLayer(...longer, p, h, ...masks, mode);
          const { output } = ask.decoderLayer(y, memory, p, h, sourceMask, targetMask, mode);
          return [
            close(op.slice(got.output, [0, 0, 0], [-1, 5, -1]), output, {
              en: "the output of the words after two places of padding were added to both sentences",
              es: "la salida de las palabras después de añadir dos lugares de relleno a ambas frases",
            }),
          ];
        },
      ),
      together(
        staysFinite(finite, 1, "decoderLayer", ["preEmpty", "postEmpty"]),
        law(finite, 1, "decoderLayer", "postEmpty", (ask, [y, memory, p, h, sourceMask, targetMask, mode]) => {
          const last = (x: tf.Tensor) => x.slice([2], [1]);
          const alone = ask.decoderLayer(last(y), last(memory), p, h, last(sourceMask), last(targetMask), mode);
          const beside = ask.decoderLayer(y, memory, p, h, sourceMask, targetMask, mode);
          return [
            close(op.slice(beside.output, [2], [1]), alone.output, {
              en: "the output of a sentence beside two that are nothing but padding",
              es: "la salida de una frase junto a dos que son puro relleno",
            }),
          ];
        }),
      ),
    ],

    mistakes: {
      "keys-and-values-from-target": {
        variant: {
          decoderLayer: decoderOf({
            crossAttend: (tokens, _, p, h, mask) => multiHeadAttention(tokens, tokens, p, h, mask),
          }),
        },
        hint: {
          en: "This is what comes out when the second attention looks at the target once more: the source is never read. Its queries come from the tokens of y, its keys and values from memory (Vaswani et al. 2017, §3.2.3).",
          es: "Esto es lo que sale cuando la segunda atención vuelve a mirar el destino: la fuente no se lee nunca. Sus consultas salen de los tokens de y; sus claves y valores, de memory (Vaswani et al. 2017, §3.2.3).",
        },
      },
      "target-mask-in-cross": {
        variant: {
          decoderLayer: decoderOf({
            crossAttend: (tokens, memory, p, h, _, targetMask) => multiHeadAttention(tokens, memory, p, h, targetMask),
          }),
        },
        hint: {
          en: "This is what comes out when targetMask stands in the cross-attention. Every word of the target may look at all words of the source: there the mask is sourceMask.",
          es: "Esto es lo que sale cuando en la atención cruzada está targetMask. Cada palabra del destino puede mirar todas las palabras de la fuente: ahí la máscara es sourceMask.",
        },
      },
      "causal-mask-missing": {
        variant: {
          decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) => {
            const open = tf.onesLike(targetMask); // bool
            return decoderLayer(y, memory, p, h, sourceMask, open, mode);
          },
        },
        hint: {
          en: "This is what comes out when self-attention has no mask: each word sees the ones that it should predict. Pass targetMask on to the first attention (Vaswani et al. 2017, §3.2.3).",
          es: "Esto es lo que sale cuando la autoatención no lleva máscara: cada palabra ve las que debería predecir. Pásale targetMask a la primera atención (Vaswani et al. 2017, §3.2.3).",
        },
      },
      "source-mask-missing": {
        variant: {
          decoderLayer: decoderOf({ crossAttend: (tokens, memory, p, h) => multiHeadAttention(tokens, memory, p, h) }),
        },
        hint: {
          en: "This is what comes out when the cross-attention has no mask: it attends to the padding of the source too. Pass sourceMask on to it.",
          es: "Esto es lo que sale cuando la atención cruzada no lleva máscara: atiende también al relleno de la fuente. Pásale sourceMask.",
        },
      },
      "cross-residual-dropped": {
        variant: {
          decoderLayer: decoderOf({
            aroundCross: (x, f, norm, mode) => (mode === "post" ? layerNorm(f(x), norm) : f(layerNorm(x, norm))),
          }),
        },
        hint: {
          en: "This is what comes out without the residual connection around the cross-attention: what the target said so far is lost, only what it found in the source goes on. Add the tokens to it, as in the other two sublayers (Vaswani et al. 2017, §3.1).",
          es: "Esto es lo que sale sin la conexión residual alrededor de la atención cruzada: se pierde lo que dice el destino hasta ahí y solo sigue lo que encontró en la fuente. Súmale los tokens, como en las otras dos subcapas (Vaswani et al. 2017, §3.1).",
        },
      },
      "feed-forward-before-cross": {
        variant: { decoderLayer: decoderOf({ order: "feed-forward before cross-attention" }) },
        hint: {
          en: "This is what comes out when the feed-forward network stands before the cross-attention. The order is self-attention, cross-attention, feed-forward network (Vaswani et al. 2017, §3.1 and figure 1).",
          es: "Esto es lo que sale cuando la red prealimentada está antes de la atención cruzada. El orden es autoatención, atención cruzada y red prealimentada (Vaswani et al. 2017, §3.1 y figura 1).",
        },
      },
      "values-from-memory-only": {
        variant: {
          decoderLayer: decoderOf({
            crossAttend: (tokens, memory, p, h, mask) => headByHead(tokens, tokens, memory, p, h, mask),
          }),
        },
        hint: {
          en: "This is what comes out when the cross-attention takes its values from memory but its keys from the target: the queries are then compared with the wrong words. Keys and values both come from memory (Vaswani et al. 2017, §3.2.3).",
          es: "Esto es lo que sale cuando la atención cruzada toma sus valores de memory, pero sus claves del destino: las consultas se comparan entonces con las palabras equivocadas. Claves y valores salen ambos de memory (Vaswani et al. 2017, §3.2.3).",
        },
      },
      "memory-normalised": {
        variant: {
          decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) => {
            const normalised = mode === "pre" ? layerNorm(memory, p.norm2) : memory;
            return decoderLayer(y, normalised, p, h, sourceMask, targetMask, mode);
          },
        },
        hint: {
          en: "This is what comes out when, in pre, norm2 normalises memory as well. It is for the tokens of y alone; in pre the encoder normalises its own output, once, at its end.",
          es: "Esto es lo que sale cuando, en pre, norm2 normaliza también memory. Es solo para los tokens de y; en pre el codificador normaliza su propia salida, una vez, al final.",
        },
      },
      "shared-norm": {
        variant: {
          decoderLayer: (y, memory, p, ...rest) =>
            decoderLayer(y, memory, { ...p, norm2: p.norm1, norm3: p.norm1 }, ...rest),
        },
        hint: {
          en: "This is what comes out when norm1 normalises all three sublayers. Each has a norm of its own: norm1 for self-attention, norm2 for cross-attention, norm3 for the feed-forward network.",
          es: "Esto es lo que sale cuando norm1 normaliza las tres subcapas. Cada una tiene su propia norma: norm1 para la autoatención, norm2 para la atención cruzada y norm3 para la red prealimentada.",
        },
      },
      "norms-exchanged": {
        variant: {
          decoderLayer: (y, memory, p, ...rest) =>
            decoderLayer(y, memory, { ...p, norm2: p.norm3, norm3: p.norm2 }, ...rest),
        },
        hint: {
          en: "This is what comes out when norm2 and norm3 change places. norm2 belongs to the cross-attention, norm3 to the feed-forward network.",
          es: "Esto es lo que sale cuando norm2 y norm3 cambian de lugar. norm2 es de la atención cruzada; norm3, de la red prealimentada.",
        },
      },
      "weights-exchanged": {
        variant: {
          decoderLayer: (...args) => {
            const { output, selfWeights, crossWeights } = decoderLayer(...args);
            return { output, selfWeights: crossWeights, crossWeights: selfWeights };
          },
        },
        hint: {
          en: "The output is right, but the two kinds of weights have changed places. selfWeights are those of the first attention, over the target; crossWeights those of the second, over memory.",
          es: "La salida está bien, pero los dos tipos de pesos cambiaron de lugar. selfWeights son los de la primera atención, sobre el destino; crossWeights, los de la segunda, sobre memory.",
        },
      },
      "norm-of-branch-output": {
        variant: { decoderLayer: decoderOf({ around: normOfBranch }) },
        hint: HINTS.normOfBranch,
      },
      "pre-post-swapped": {
        variant: {
          decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) =>
            decoderLayer(y, memory, p, h, sourceMask, targetMask, mode === "pre" ? "post" : "pre"),
        },
        hint: HINTS.otherMode,
      },
      "scale-sqrt-d": {
        variant: { decoderLayer: decoderOf({ attend: scaledBySqrtD }) },
        hint: HINTS.scaleSqrtD,
      },
    },

    routes: {
      "both modes written out, without sublayers": {
        decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) => {
          const before = (x: tf.Tensor, norm: typeof p.norm1) => (mode === "pre" ? layerNorm(x, norm) : x);
          const after = (x: tf.Tensor, norm: typeof p.norm1) => (mode === "post" ? layerNorm(x, norm) : x);
          const asking = before(y, p.norm1);
          const self = multiHeadAttention(asking, asking, p.selfAttention, h, targetMask);
          const said = after(self.output.add(y), p.norm1);
          const cross = multiHeadAttention(before(said, p.norm2), memory, p.crossAttention, h, sourceMask);
          const informed = after(cross.output.add(said), p.norm2);
          const output = after(feedForward(before(informed, p.norm3), p.feedForward).add(informed), p.norm3);
          return { output, selfWeights: self.weights, crossWeights: cross.weights };
        },
      },
      "head by head, the normalisation written out": {
        decoderLayer: decoderOf({
          attend: (xq, xkv, ...rest) => headByHead(xq, xkv, xkv, ...rest),
          around: writtenOut,
        }),
      },
      "in plain numbers": {
        decoderLayer: decoderOf({ attend: byNumbers }),
      },
      "sentence by sentence, tidied": {
        decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) =>
          tf.tidy(() => {
            const [B = 0] = y.shape;
            const each = Array.from({ length: B }, (_, b) => {
              const [ownY, ownMemory, ownSource, ownTarget] = [y, memory, sourceMask, targetMask].map((x) =>
                x.slice([b], [1]),
              ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
              return decoderLayer(ownY, ownMemory, p, h, ownSource, ownTarget, mode);
            });
            return {
              output: tf.concat(each.map(({ output }) => output)),
              selfWeights: tf.concat(each.map(({ selfWeights }) => selfWeights)),
              crossWeights: tf.concat(each.map(({ crossWeights }) => crossWeights)),
            };
          }),
      },
      "word by word, each with the words before it": {
        decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) => {
          const [, m = 0] = y.shape;
          const { selfWeights } = decoderLayer(y, memory, p, h, sourceMask, targetMask, mode);
          const steps = Array.from({ length: m }, (_, t) => {
            const past = y.slice([0, 0, 0], [-1, t + 1, -1]);
            const mask = targetMask.slice([0, 0, 0, 0], [-1, -1, t + 1, t + 1]);
            return decoderLayer(past, memory, p, h, sourceMask, mask, mode);
          });
          return {
            output: tf.concat(
              steps.map(({ output }, t) => output.slice([0, t, 0], [-1, 1, -1])),
              1,
            ),
            selfWeights,
            crossWeights: tf.concat(
              steps.map(({ crossWeights }, t) => crossWeights.slice([0, 0, t, 0], [-1, -1, 1, -1])),
              2,
            ),
          };
        },
      },
      "two sublayers around closures that return early": {
        decoderLayer: (y, memory, p, h, sourceMask, targetMask, mode) => {
          const found: tf.Tensor[] = [];
          const attend = (own: MultiHeadParams, mask: tf.Tensor, to?: tf.Tensor) => (x: tf.Tensor) => {
            const { output, weights } = multiHeadAttention(x, to ?? x, own, h, mask);
            found.push(weights);
            return output;
          };
          const said = sublayer(y, attend(p.selfAttention, targetMask), p.norm1, mode);
          const informed = sublayer(said, attend(p.crossAttention, sourceMask, memory), p.norm2, mode);
          const output = sublayer(informed, (x) => feedForward(x, p.feedForward), p.norm3, mode);
          const [selfWeights = y, crossWeights = y] = found;
          return { output, selfWeights, crossWeights };
        },
      },
    },
  };
});

/** No sentence is as long as the longest could be: the mask of the first one is not that of all, nor none at all. */
const SOURCE = [5, 3];
const TARGET = [4, 3];
const EQUAL = { n: 5, source: [4, 3] };
const SQUARE = { source: [3, 2, 1, 4], target: [2, 4, 3, 1], n: 4, m: 4, d: 4, h: 2, ff: 4 };

type Inputs = [tf.Tensor, tf.Tensor, DecoderLayerParams, number, tf.Tensor, tf.Tensor, "pre" | "post"];

function inputs(
  random: Random,
  mode: "pre" | "post",
  { source = SOURCE, target = TARGET, n = 7, m = 5, d = 12, h = 3, ff = 20, biased = true } = {},
): Inputs {
  const [y, memory] = [random.normal([target.length, m, d]), random.normal([source.length, n, d])];
  return [y, memory, decoderParams(random, d, ff, biased), h, wordMask(source, n), pastMask(target, m), mode];
}
