/** What the suites of the transformer's layers share: weights, masks, and layers put together from parts of one's choice. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "#grader/suite/index.js";
import { type decoderLayer, type encoderLayer, feedForward, layerNorm, multiHeadAttention, sublayer } from "#reference";
import { flatten, linear, unflatten } from "../../exercises/support.js";
import type {
  Attention,
  DecoderLayerParams,
  EncoderLayerParams,
  FeedForwardParams,
  MultiHeadParams,
  NormParams,
} from "../../exercises/types.js";

/** Weights of one attention; its biases are optional. */
function attentionParams(random: Random, d: number, biased: boolean): MultiHeadParams {
  const matrix = () => random.normal([d, d], 1.2 / Math.sqrt(d));
  const bias = () => random.normal([d], 0.5);
  const matrices = { wq: matrix(), wk: matrix(), wv: matrix(), wo: matrix() };
  return biased ? { ...matrices, bq: bias(), bk: bias(), bv: bias(), bo: bias() } : matrices;
}

const networkParams = (random: Random, d: number, ff: number): FeedForwardParams => ({
  w1: random.normal([d, ff], 1.2 / Math.sqrt(d)),
  b1: random.normal([ff], 0.5),
  w2: random.normal([ff, d], 1.2 / Math.sqrt(ff)),
  b2: random.normal([d], 0.5),
});

export const normParams = (random: Random, d: number): NormParams => ({
  gamma: random.uniform([d], 0.5, 2),
  beta: random.normal([d]),
});

export const encoderParams = (random: Random, d: number, ff: number, biased = true): EncoderLayerParams => ({
  attention: attentionParams(random, d, biased),
  feedForward: networkParams(random, d, ff),
  norm1: normParams(random, d),
  norm2: normParams(random, d),
});

export const decoderParams = (random: Random, d: number, ff: number, biased = true): DecoderLayerParams => ({
  selfAttention: attentionParams(random, d, biased),
  crossAttention: attentionParams(random, d, biased),
  feedForward: networkParams(random, d, ff),
  norm1: normParams(random, d),
  norm2: normParams(random, d),
  norm3: normParams(random, d),
});

/** The same weights, all of them 0. */
export const zeroed = <P extends object>(p: P): P => unflatten(flatten(p).map(tf.zerosLike), p);

/** [B, 1, 1, n], true where there is a word: so many in each row. */
export function wordMask(lengths: readonly number[], n: number): tf.Tensor {
  return tf.tidy(() =>
    tf
      .range(0, n)
      .less(tf.tensor2d(lengths.map((length) => [length])))
      .expandDims(1)
      .expandDims(1),
  );
}

/** [B, 1, m, m], causal, and true for words only. */
export function pastMask(lengths: readonly number[], m: number): tf.Tensor {
  const positions = tf.range(0, m);
  return positions.expandDims(1).greaterEqual(positions).logicalAnd(wordMask(lengths, m));
}

/** What a layer of the encoder or of the decoder is made of. */
export interface Parts {
  readonly attend: typeof multiHeadAttention;
  readonly around: typeof sublayer;
  readonly network: typeof feedForward;
}

/** The reference's parts. */
const PARTS: Parts = { attend: multiHeadAttention, around: sublayer, network: feedForward };

/** A layer of the encoder with some of its parts exchanged. */
export function encoderOf(parts: Partial<Parts>): typeof encoderLayer {
  const { attend, around, network } = { ...PARTS, ...parts };
  return (x, p, h, sourceMask, mode) => {
    let weights = x;
    const attended = around(
      x,
      (tokens) => {
        const attention = attend(tokens, tokens, p.attention, h, sourceMask);
        weights = attention.weights;
        return attention.output;
      },
      p.norm1,
      mode,
    );
    return { output: around(attended, (tokens) => network(tokens, p.feedForward), p.norm2, mode), weights };
  };
}

/** A layer of the decoder with some of its parts exchanged; `crossAttend` and `aroundCross` for the cross-attention alone. */
export function decoderOf(
  parts: Partial<Parts> & {
    readonly crossAttend?: (...args: [...Parameters<Parts["attend"]>, targetMask: tf.Tensor]) => Attention;
    readonly aroundCross?: Parts["around"];
    readonly order?: "feed-forward before cross-attention";
  },
): typeof decoderLayer {
  const { attend, around, network, order, crossAttend = attend, aroundCross = around } = { ...PARTS, ...parts };
  return (y, memory, p, h, sourceMask, targetMask, mode) => {
    let [selfWeights, crossWeights] = [y, y];
    const self = (x: tf.Tensor) =>
      around(
        x,
        (tokens) => {
          const attention = attend(tokens, tokens, p.selfAttention, h, targetMask);
          selfWeights = attention.weights;
          return attention.output;
        },
        p.norm1,
        mode,
      );
    const cross = (x: tf.Tensor) =>
      aroundCross(
        x,
        (tokens) => {
          const attention = crossAttend(tokens, memory, p.crossAttention, h, sourceMask, targetMask);
          crossWeights = attention.weights;
          return attention.output;
        },
        p.norm2,
        mode,
      );
    const think = (x: tf.Tensor) => around(x, (tokens) => network(tokens, p.feedForward), p.norm3, mode);
    const output = order === undefined ? think(cross(self(y))) : cross(think(self(y)));
    return { output, selfWeights, crossWeights };
  };
}

/** Attention head by head, its columns sliced out; keys and values may come from different tokens, scores may be scaled otherwise. */
export function headByHead(
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  p: MultiHeadParams,
  h: number,
  mask?: tf.Tensor,
): Attention {
  const [B = 0, n = 0, d = 0] = queries.shape;
  const dk = d / h;
  const [q, k, v] = [linear(queries, p.wq, p.bq), linear(keys, p.wk, p.bk), linear(values, p.wv, p.bv)];
  const heads = Array.from({ length: h }, (_, i) => {
    const [query, key, value] = [q, k, v].map((x) => x.slice([0, 0, i * dk], [-1, -1, dk])) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const scores = tf.matMul(query, key.transpose([0, 2, 1])).mul(1 / Math.sqrt(dk)); // [B, n, m]
    const allowed = mask === undefined ? undefined : mask.reshape([B, -1, mask.shape[3] ?? 0]); // [B, 1 or n, m]
    const weights = tf.softmax(allowed === undefined ? scores : tf.where(allowed, scores, -1e9));
    return { weights, output: tf.matMul(weights, value) };
  });
  const found = tf.concat(
    heads.map(({ output }) => output),
    2,
  );
  const output = linear(found.reshape([B, n, d]), p.wo, p.bo);
  return {
    output,
    weights:
      h === 1
        ? (heads[0]?.weights.expandDims(1) ?? output)
        : tf.stack(
            heads.map((head) => head.weights),
            1,
          ),
  };
}

/** A sublayer with its normalisation written out. */
export const writtenOut: typeof sublayer = (x, f, norm, mode) => {
  const normalised = (y: tf.Tensor) => {
    const centered = y.sub(y.mean(-1, true)); // [..., d]
    const spread = centered.square().mean(-1, true).add(1e-5).sqrt(); // [..., 1]
    return centered.div(spread).mul(norm.gamma).add(norm.beta);
  };
  return mode === "pre" ? f(normalised(x)).add(x) : normalised(f(x).add(x));
};

/** x + LN(f(x)), in either mode. */
export const normOfBranch: typeof sublayer = (x, f, norm) => x.add(layerNorm(f(x), norm));

/** Scores divided by √d: queries that are smaller by √h. */
export const scaledBySqrtD: typeof multiHeadAttention = (xq, xkv, p, h, mask) => {
  const factor = Math.sqrt(h);
  const smaller = { ...p, wq: p.wq.div(factor), ...(p.bq && { bq: p.bq.div(factor) }) };
  return multiHeadAttention(xq, xkv, smaller, h, mask);
};

/** Attention in float64, with loops. */
export function byNumbers(xq: tf.Tensor, xkv: tf.Tensor, p: MultiHeadParams, h: number, mask?: tf.Tensor): Attention {
  const rows = (x: tf.Tensor) => x.arraySync() as number[][];
  const times = (x: number[][], w: tf.Tensor, b?: tf.Tensor) => {
    const [matrix, bias] = [rows(w), b?.dataSync()];
    const columns = Array.from({ length: w.shape[1] ?? 0 }, (_, j) => j);
    return x.map((row) =>
      columns.map((j) => row.reduce((sum, entry, i) => sum + entry * (matrix[i]?.[j] ?? 0), bias?.[j] ?? 0)),
    );
  };
  const [B = 0, n = 0, d = 0] = xq.shape;
  const [, m = 0] = xkv.shape;
  const dk = d / h;
  const allowed = mask?.broadcastTo([B, mask.shape[1] ?? 1, n, m]).arraySync() as number[][][][] | undefined;
  const sentences = Array.from({ length: B }, (_, b) => {
    const [from, to] = [xq, xkv].map((x) => rows(x.slice([b], [1]).squeeze([0]))) as [number[][], number[][]];
    const [q, k, v] = [times(from, p.wq, p.bq), times(to, p.wk, p.bk), times(to, p.wv, p.bv)];
    const heads = Array.from({ length: h }, (_, head) =>
      q.map((query, i) => {
        const columns = Array.from({ length: dk }, (_, c) => head * dk + c);
        const scores = k.map((key, j) =>
          allowed && !allowed[b]?.[0]?.[i]?.[j]
            ? -1e9
            : columns.reduce((sum, c) => sum + (query[c] ?? 0) * (key[c] ?? 0), 0) / Math.sqrt(dk),
        );
        const top = Math.max(...scores);
        const exps = scores.map((score) => Math.exp(score - top));
        const total = exps.reduce((sum, value) => sum + value, 0);
        return exps.map((value) => value / total);
      }),
    );
    const found = q.map((_, i) =>
      Array.from({ length: d }, (_, c) =>
        v.reduce((sum, value, j) => sum + (heads[Math.floor(c / dk)]?.[i]?.[j] ?? 0) * (value[c] ?? 0), 0),
      ),
    );
    return { output: times(found, p.wo, p.bo), weights: heads };
  });
  return {
    output: tf.tensor3d(sentences.map(({ output }) => output)),
    weights: tf.tensor4d(sentences.map(({ weights }) => weights)),
  };
}

/** What to say of mistakes that either layer can have. */
export const HINTS = {
  normOfBranch: {
    en: "This is what comes out of x + LN(f(x)): only the branch is normalised. In post the sum is, LN(x + f(x)); in pre the input of the branch, x + f(LN(x)) (Vaswani et al. 2017, §3.1). That is `sublayer` of 3.9.",
    es: "Esto es lo que sale de x + LN(f(x)): solo se normaliza la rama. En post se normaliza la suma, LN(x + f(x)); en pre, la entrada de la rama, x + f(LN(x)) (Vaswani et al. 2017, §3.1). Eso es `sublayer`, de 3.9.",
  },
  otherMode: {
    en: "This is what the other mode gives. Pass mode on to every sublayer as it comes: post normalises the sum, pre what enters the layer.",
    es: "Esto es lo que da el otro modo. Pásale mode tal cual a cada subcapa: post normaliza la suma; pre, lo que entra en la capa.",
  },
  scaleSqrtD: {
    en: "This is what comes out when the scores are divided by √d. A head compares vectors of width dk = d/h: divide by √dk (Vaswani et al. 2017, §3.2.2). `multiHeadAttention` of 4.1 does.",
    es: "Esto es lo que sale al dividir las puntuaciones entre √d. Una cabeza compara vectores de ancho dk = d/h: divide entre √dk (Vaswani et al. 2017, §3.2.2). Así lo hace `multiHeadAttention`, de 4.1.",
  },
} as const;
