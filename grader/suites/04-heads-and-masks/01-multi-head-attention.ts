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
  type Term,
  together,
} from "#grader/suite/index.js";
import { mergeHeads, multiHeadAttention, scaledDotProductAttention, splitHeads, stableSoftmax } from "#reference";
import { linear } from "../../../exercises/support.js";
import type { Attention, MultiHeadParams } from "../../../exercises/types.js";

const HEADS = [1, 2, 3, 4, 6, 12]; // all that divide d = 12

export const multiHeadAttentionSuite = suite("4.1", { splitHeads, mergeHeads, multiHeadAttention })(
  ({ agrees, gradientsAgree, law, refuses, staysFinite }) => ({
    cases: (random) => ({
      splitHeads: {
        distinct: [random.normal([2, 5, 12]), 3],
        square: [random.normal([4, 4, 16]), 4],
        oneHead: [random.normal([2, 3, 4]), 1],
        oneColumn: [random.normal([2, 5, 3]), 3],
        oneToken: [random.normal([3, 1, 6]), 2],
        notDividing: [random.normal([2, 5, 12]), 5],
        multipleOfD: [random.normal([2, 4, 6]), 12],
        noHeads: [random.normal([2, 4, 6]), 0],
      },
      mergeHeads: {
        distinct: [random.normal([2, 3, 5, 4])],
        square: [random.normal([4, 4, 4, 4])],
        oneHead: [random.normal([2, 1, 3, 4])],
        oneColumn: [random.normal([2, 3, 5, 1])],
        oneToken: [random.normal([3, 2, 1, 3])],
      },
      multiHeadAttention: {
        plain: inputs(random),
        square: inputs(random, SQUARE),
        self: itself(inputs(random, { m: 5, d: 6, h: 2 })),
        oneColumn: inputs(random, { d: 3, h: 3 }),
        oneQuery: inputs(random, { n: 1 }),
        oneKey: inputs(random, { m: 1 }),
        oneExample: inputs(random, { B: 1 }),
        ...forEveryHead(inputs(random)),
        biased: inputs(random, { biases: ["bq", "bk", "bv", "bo"] }),
        inputBiases: inputs(random, { biases: ["bq", "bk"] }),
        outputBiases: inputs(random, { biases: ["bv", "bo"] }),
        maskRows: [...inputs(random), maskOf(HOLES)],
        maskRowsSquare: [...inputs(random, SQUARE), maskOf(SQUARE_HOLES)],
        padding: [...inputs(random), padding([4, 6])],
        paddingSquare: [...inputs(random, SQUARE), padding([2, 4, 1, 3], 4)],
        paddingAndHoles: [...inputs(random), padding([5, 7]).logicalAnd(maskOf(HOLES))],
        perHead: [...inputs(random), draw(random, [2, 3, 5, 7])],
        perHeadSquare: [...inputs(random, SQUARE), draw(random, [4, 4, 4, 4])],
        headsAlone: [...inputs(random), draw(random, [3, 5, 7])],
        keysAlone: [...inputs(random), maskOf(["1011010"]).reshape([7])],
        extreme: shifted(inputs(random)),
        extremeMasked: [...shifted(inputs(random)), maskOf(HOLES)],
        extremeWithin: shifted(inputs(random), [1, -1, 1, 1, -1, 1, 1]),
        emptyExample: [...inputs(random), padding([0, 5])],
        notDividing: inputs(random, { h: 5 }),
        multipleOfD: inputs(random, { n: 4, m: 4, d: 6, h: 12 }),
        noHeads: inputs(random, { h: 0 }),
        slopes: inputs(random, { n: 3, m: 4, d: 6 }),
        slopesMasked: [...inputs(random, { n: 2, m: 3, d: 4, h: 2, biases: ["bq", "bk", "bv", "bo"] }), SMALL_MASK()],
      },
    }),

    checks: [
      agrees(
        { en: "splitHeads agrees with the reference", es: "splitHeads coincide con la referencia" },
        1,
        "splitHeads",
        ["distinct", "square", "oneHead", "oneColumn", "oneToken"],
      ),
      agrees(
        { en: "mergeHeads agrees with the reference", es: "mergeHeads coincide con la referencia" },
        1,
        "mergeHeads",
        ["distinct", "square", "oneHead", "oneColumn", "oneToken"],
      ),
      law(
        {
          en: "each head holds neighbouring columns, and merging what was split gives x back",
          es: "cada cabeza tiene columnas contiguas, y unir lo que se repartió devuelve x",
        },
        1,
        "splitHeads",
        "distinct",
        (ask, [x, h]) => {
          const heads = ask.splitHeads(x, h);
          return [
            ...each(h, (i) =>
              close(headOf(heads, i), columnsOf(x, i, h), {
                en: `head ${i}, against columns ${i * 4} to ${i * 4 + 3} of the tokens`,
                es: `la cabeza ${i}, frente a las columnas ${i * 4} a ${i * 4 + 3} de los tokens`,
              }),
            ),
            close(ask.mergeHeads(heads), x, {
              en: "mergeHeads(splitHeads(x)), against x",
              es: "mergeHeads(splitHeads(x)), frente a x",
            }),
          ];
        },
      ),
      agrees(
        {
          en: "multiHeadAttention agrees with the reference in the weights of every head",
          es: "multiHeadAttention coincide con la referencia en los pesos de cada cabeza",
        },
        1,
        "multiHeadAttention",
        ["plain", "square", "self", "oneColumn", "oneQuery", "oneKey", "oneExample"],
        undefined,
        "weights",
      ),
      agrees(
        {
          en: "multiHeadAttention agrees with the reference in the output",
          es: "multiHeadAttention coincide con la referencia en la salida",
        },
        1,
        "multiHeadAttention",
        ["plain", "square", "self", "oneColumn", "oneQuery", "oneKey", "oneExample"],
        undefined,
        "output",
      ),
      agrees(
        {
          en: "agrees with the reference for every h that divides d: the same 4·d² weights serve them all",
          es: "coincide con la referencia para toda h que divide a d: los mismos 4·d² pesos sirven para todas",
        },
        1,
        "multiHeadAttention",
        HEADS.map((h) => `h${h}`),
      ),
      agrees(
        {
          en: "agrees with the reference with all biases, and with some of them",
          es: "coincide con la referencia con todos los sesgos, y con algunos",
        },
        1,
        "multiHeadAttention",
        ["biased", "inputBiases", "outputBiases"],
      ),
      together(
        agrees(
          {
            en: "agrees with masks [m], [n, m], [h, n, m], [B, 1, 1, m], [B, 1, n, m] and [B, h, n, m]; what is hidden gets exactly 0",
            es: "coincide con máscaras [m], [n, m], [h, n, m], [B, 1, 1, m], [B, 1, n, m] y [B, h, n, m]; lo oculto recibe exactamente 0",
          },
          2,
          "multiHeadAttention",
          [
            "maskRows",
            "maskRowsSquare",
            "padding",
            "paddingSquare",
            "paddingAndHoles",
            "perHead",
            "perHeadSquare",
            "headsAlone",
            "keysAlone",
          ],
        ),
        law(
          { en: "what is hidden gets exactly 0", es: "lo oculto recibe exactamente 0" },
          0,
          "multiHeadAttention",
          "perHead",
          (ask, [xq, xkv, p, h, mask], random) => {
            const above = hiddenAbove(inputs(random));
            const low = allLow(inputs(random));
            return [
              distribution(ask.multiHeadAttention(xq, xkv, p, h, mask).weights, mask),
              distribution(ask.multiHeadAttention(...above).weights, above[4]),
              distribution(ask.multiHeadAttention(...low).weights, low[4]),
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
          "multiHeadAttention",
          ["extreme", "extremeMasked", "extremeWithin"],
          EXTREME,
        ),
        staysFinite({ en: "finite", es: "finita" }, 0, "multiHeadAttention", ["emptyExample"]),
      ),
      law(
        {
          en: "the output is a sum over heads: each mixes its own values and meets its own rows of wo",
          es: "la salida es una suma sobre las cabezas: cada una mezcla sus valores y va por sus filas de wo",
        },
        1,
        "multiHeadAttention",
        "plain",
        (ask, [xq, xkv, p, h]) => {
          const { output, weights } = ask.multiHeadAttention(xq, xkv, p, h);
          const values = linear(xkv, p.wv); // [B, m, d]
          const parts = each(h, (i) =>
            op.matMul(headOf(weights, i), linear(columnsOf(values, i, h), rowsOf(p.wo, i, h))),
          );
          return [
            close(output, op.sum(op.stack(parts), 0), {
              en: "the output, against Σ_i weights_i·values_i·(rows of wo of head i)",
              es: "la salida, frente a Σ_i weights_i·valores_i·(filas de wo de la cabeza i)",
            }),
          ];
        },
      ),
      law(
        {
          en: "permuting the heads together with the rows of wo changes no output",
          es: "permutar las cabezas junto con las filas de wo no cambia ninguna salida",
        },
        1,
        "multiHeadAttention",
        "plain",
        (ask, [xq, xkv, p, h], random) => {
          const order = random.permutation(h);
          const plain = ask.multiHeadAttention(xq, xkv, p, h);
          const permuted = ask.multiHeadAttention(xq, xkv, reordered(p, order), h);
          return [
            close(permuted.output, plain.output, {
              en: "the output with the heads permuted",
              es: "la salida con las cabezas permutadas",
            }),
            close(permuted.weights, op.gather(plain.weights, order, 1), {
              en: "the weights with the heads permuted",
              es: "los pesos con las cabezas permutadas",
            }),
          ];
        },
      ),
      law(
        {
          en: "bk moves no weight, since it adds the same to a whole row of scores; bq does",
          es: "bk no mueve ningún peso, porque suma lo mismo a toda una fila de puntuaciones; bq sí",
        },
        1,
        "multiHeadAttention",
        "plain",
        (ask, [xq, xkv, p, h], random) => {
          const bias = random.normal([p.wq.shape[0] ?? 1]);
          const { weights } = ask.multiHeadAttention(xq, xkv, p, h);
          const moved = ask.multiHeadAttention(xq, xkv, { ...p, bq: bias }, h).weights;
          const farthest = op.max(op.abs(op.sub(moved, weights)));
          return [
            close(ask.multiHeadAttention(xq, xkv, { ...p, bk: bias }, h).weights, weights, {
              en: "the weights with bk, against those without",
              es: "los pesos con bk, frente a los que salen sin él",
            }),
            holds(
              op.greater(farthest, 1e-3),
              {
                en: "no weight is other with bq than without: the farthest are {0} apart",
                es: "ningún peso cambia con bq: los más distantes difieren en {0}",
              },
              { shows: [farthest] },
            ),
          ];
        },
      ),
      together(
        refuses(
          {
            en: "refuses a number of heads that does not divide d",
            es: "rechaza un número de cabezas que no divide a d",
          },
          1,
          "multiHeadAttention",
          ["notDividing", "multipleOfD", "noHeads"],
        ),
        refuses({ en: "splitHeads", es: "splitHeads" }, 0, "splitHeads", ["notDividing", "multipleOfD", "noHeads"]),
      ),
      gradientsAgree(
        {
          en: "has the gradient of the reference, with biases and a mask as well",
          es: "tiene el gradiente de la referencia, también con sesgos y máscara",
        },
        1,
        "multiHeadAttention",
        ["slopes", "slopesMasked"],
      ),
    ],

    mistakes: {
      "split-without-transpose": {
        variant: { splitHeads: straightSplit, multiHeadAttention: withHeads(straightSplit, mergeHeads) },
        hint: {
          en: "This is what comes out when [B, T, d] is reshaped straight to [B, h, T, dk]. A reshape keeps the order of the numbers, so head 0 gets whole tokens instead of columns of all of them. Reshape to [B, T, h, dk] first, then transpose([0, 2, 1, 3]) (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale cuando [B, T, d] pasa directo a [B, h, T, dk] con reshape. Un reshape conserva el orden de los números, así que la cabeza 0 recibe tokens enteros en vez de columnas de todos. Haz primero reshape a [B, T, h, dk] y luego transpose([0, 2, 1, 3]) (Vaswani et al. 2017, §3.2.2).",
        },
      },
      "merge-without-transpose": {
        variant: { mergeHeads: straightMerge, multiHeadAttention: withHeads(splitHeads, straightMerge) },
        hint: {
          en: "This is what comes out when [B, h, T, dk] is reshaped straight to [B, T, h·dk]: a row then holds several tokens of one head instead of all heads of one token. Transpose back first, transpose([0, 2, 1, 3]), then reshape (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale cuando [B, h, T, dk] pasa directo a [B, T, h·dk] con reshape: una fila tiene entonces varios tokens de una cabeza en lugar de todas las cabezas de un token. Deshaz primero la transposición, transpose([0, 2, 1, 3]), y después haz el reshape (Vaswani et al. 2017, §3.2.2).",
        },
      },
      // Of splitHeads and mergeHeads alone, the two above say what is wrong.
      "heads-without-transpose": {
        variant: { multiHeadAttention: withHeads(straightSplit, straightMerge) },
        hint: {
          en: "This is what comes out when reshape alone makes the heads and joins them again: each head gets some whole tokens and attends among those. A head owns columns of all tokens: reshape to [B, T, h, dk] and transpose([0, 2, 1, 3]), and at the end transpose back before the reshape (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale cuando un reshape solo hace las cabezas y otro las vuelve a unir: cada cabeza recibe algunos tokens enteros y atiende entre ellos. Una cabeza tiene columnas de todos los tokens: reshape a [B, T, h, dk] y transpose([0, 2, 1, 3]), y al final deshaz la transposición antes del reshape (Vaswani et al. 2017, §3.2.2).",
        },
      },
      "heads-interleaved": {
        variant: {
          splitHeads: interleavedSplit,
          mergeHeads: interleavedMerge,
          multiHeadAttention: withHeads(interleavedSplit, interleavedMerge),
        },
        hint: {
          en: "This is what comes out when head i owns columns i, i + h, i + 2h, … The columns of a head are neighbours, i·dk … (i + 1)·dk − 1: reshape to [B, T, h, dk], not to [B, T, dk, h] (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale cuando la cabeza i tiene las columnas i, i + h, i + 2h, … Las columnas de una cabeza son contiguas, i·dk … (i + 1)·dk − 1: haz reshape a [B, T, h, dk], no a [B, T, dk, h] (Vaswani et al. 2017, §3.2.2).",
        },
      },
      "scale-sqrt-d": {
        variant: {
          multiHeadAttention: (xq, xkv, p, h, mask) => {
            const by = h ** -0.5; // √(dk/d)
            const bq = p.bq?.mul(by) ?? tf.zeros([p.wq.shape[1] ?? 1]);
            return multiHeadAttention(xq, xkv, { ...p, wq: p.wq.mul(by), bq }, h, mask);
          },
        },
        hint: {
          en: "This is what comes out with √d, the width of all heads together. A score of one head is a sum of dk products: divide by √dk, dk = d/h, as scaledDotProductAttention does with the heads split already (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale con √d, el ancho de todas las cabezas juntas. Una puntuación de una cabeza es una suma de dk productos: divide entre √dk, dk = d/h, como hace scaledDotProductAttention si recibe las cabezas ya repartidas (Vaswani et al. 2017, §3.2.2).",
        },
      },
      "no-output-projection": {
        variant: {
          multiHeadAttention: (xq, xkv, p, h, mask) => {
            const { output, weights } = scaledDotProductAttention(...projected(xq, xkv, p, h), mask);
            return { output: mergeHeads(output), weights };
          },
        },
        hint: {
          en: "This is what comes out without wo: the heads stand side by side and none can use what another has found. Multiply the merged heads by wo, and add bo where there is one (Vaswani et al. 2017, §3.2.2).",
          es: "Esto es lo que sale sin wo: las cabezas están una junto a otra y ninguna puede usar lo que encontró otra. Multiplica las cabezas unidas por wo, y suma bo si lo hay (Vaswani et al. 2017, §3.2.2).",
        },
      },
      "softmax-over-heads": {
        variant: {
          multiHeadAttention: (xq, xkv, p, h, mask) => {
            const [q, k, v] = projected(xq, xkv, p, h);
            const back = [0, 2, 3, 1]; // [B, h, n, m] → [B, n, m, h]
            const weights = stableSoftmax(scoresOf(q, k, mask).transpose(back)).transpose([0, 3, 1, 2]);
            return { output: linear(mergeHeads(tf.matMul(weights, v)), p.wo, p.bo), weights };
          },
        },
        hint: {
          en: "This is what comes out when softmax runs over the heads (axis 1): the heads share each key out among themselves. The heads are independent of each other; every one of them normalises over the keys, the last axis of the scores.",
          es: "Esto es lo que sale cuando softmax recorre las cabezas (eje 1): las cabezas se reparten cada clave entre ellas. Las cabezas son independientes; cada una normaliza sobre las claves, el último eje de las puntuaciones.",
        },
      },
      "weights-transposed": {
        variant: {
          multiHeadAttention: (xq, xkv, p, h, mask) => {
            const [wq, wk, wv, wo] = [p.wq, p.wk, p.wv, p.wo].map((w) => w.transpose()) as Four;
            return multiHeadAttention(xq, xkv, { ...p, wq, wk, wv, wo }, h, mask);
          },
        },
        hint: {
          en: "This is what comes out of x·wᵀ, the way PyTorch stores its weights; these matrices are square, so nothing complains. Tokens are rows here, and the weights stand on their right as they are: x·wq, x·wk, x·wv, and at the end ·wo.",
          es: "Esto es lo que sale de x·wᵀ, que es como guarda PyTorch sus pesos; estas matrices son cuadradas, así que nada protesta. Aquí los tokens son filas y los pesos van a su derecha tal como están: x·wq, x·wk, x·wv, y al final ·wo.",
        },
      },
      "biases-ignored": {
        variant: {
          multiHeadAttention: (xq, xkv, { wq, wk, wv, wo }, h, mask) =>
            multiHeadAttention(xq, xkv, { wq, wk, wv, wo }, h, mask),
        },
        hint: {
          en: "This is what comes out without the biases. Each projection adds its own where there is one, linear(x, p.wq, p.bq), and the last one bo.",
          es: "Esto es lo que sale sin los sesgos. Cada proyección suma el suyo si lo hay, linear(x, p.wq, p.bq), y la última suma bo.",
        },
      },
      "mask-ignored": {
        variant: { multiHeadAttention: (xq, xkv, p, h) => multiHeadAttention(xq, xkv, p, h) },
        hint: {
          en: "This is what comes out without the mask: every query attends to every key. Hand it on to scaledDotProductAttention, which broadcasts it over the heads.",
          es: "Esto es lo que sale sin la máscara: cada consulta atiende a todas las claves. Pásasela a scaledDotProductAttention, que la extiende a todas las cabezas.",
        },
      },
    },

    routes: {
      "head by head, with columns of the weights, summed through the rows of wo": {
        splitHeads: (x, h) =>
          tf.stack(
            each(dividing(h, x), (i) => columnsOf(x, i, h)),
            1,
          ),
        mergeHeads: (x) => tf.concat(tf.unstack(x, 1), -1),
        multiHeadAttention: (xq, xkv, p, h, mask) => {
          const all = mask && broadcast(mask, [xq.shape[0] ?? 0, h, xq.shape[1] ?? 0, xkv.shape[1] ?? 0]);
          const heads = byHeads(xq, xkv, p, dividing(h, xq), all);
          const outputs = heads.map(({ output }, i) => linear(output, rowsOf(p.wo, i, h)));
          const weights = tf.stack(
            heads.map((head) => head.weights),
            1,
          );
          return { output: tf.addN(outputs).add(p.bo ?? 0), weights };
        },
      },
      "heads folded into the batch, −1e9 added, tidied": {
        splitHeads: (x, h) => tf.stack(tf.split(x, dividing(h, x), 2), 1),
        mergeHeads: (x) =>
          x
            .transpose([2, 0, 1, 3])
            .reshape([x.shape[2] ?? 0, x.shape[0] ?? 0, -1])
            .transpose([1, 0, 2]),
        multiHeadAttention: (xq, xkv, p, h, mask) =>
          tf.tidy(() => {
            const [q, k, v] = projected(xq, xkv, p, dividing(h, xq));
            const [B = 0, , n = 0, dk = 1] = q.shape;
            const m = k.shape[2] ?? 0;
            const [rows, keys, values] = [q, k, v].map((x) => x.reshape([B * h, x.shape[2] ?? 0, dk])) as Three;
            const scores = tf.matMul(rows, keys, false, true).div(Math.sqrt(dk)); // [B·h, n, m]
            const away = broadcast(mask ?? tf.scalar(true), [B, h, n, m])
              .logicalNot()
              .cast("float32")
              .mul(-1e9);
            const weights = tf.softmax(scores.add(away.reshape([B * h, n, m]))); // [B·h, n, m]
            const merged = mergeHeads(tf.matMul(weights, values).reshape([B, h, n, dk]));
            return { output: linear(merged, p.wo, p.bo), weights: weights.reshape([B, h, n, m]) };
          }),
      },
      "the weights tiled over the batch, keys and values in one product, q scaled first": {
        splitHeads: (x, h) => {
          const [B = 0, T = 0, d = 0] = x.shape;
          return tf
            .transpose(x.reshape([B * T, dividing(h, x), d / h]), [1, 0, 2])
            .reshape([h, B, T, d / h])
            .transpose([1, 0, 2, 3]);
        },
        mergeHeads: (x) => {
          const [B = 0, h = 0, T = 0, dk = 0] = x.shape;
          return tf.concat(
            each(h, (i) => x.slice([0, i, 0, 0], [B, 1, T, dk]).reshape([B, T, dk])),
            2,
          );
        },
        multiHeadAttention: (xq, xkv, p, h, mask) => {
          const [B = 0, , d = 0] = xq.shape;
          const tiled = (w: tf.Tensor) => w.expandDims(0).tile([B, 1, 1]);
          const none = tf.zeros([d]);
          const query = tf
            .matMul(xq, tiled(p.wq))
            .add(p.bq ?? none)
            .div(Math.sqrt(d / h));
          const both = tf.matMul(xkv, tiled(tf.concat([p.wk, p.wv], 1))).add(tf.concat([p.bk ?? none, p.bv ?? none]));
          const [key, value] = tf.split(both, 2, 2) as Two;
          const scores = tf.matMul(splitHeads(query, h), splitHeads(key, h), false, true);
          const weights = stableSoftmax(mask === undefined ? scores : tf.where(mask, scores, -1e9));
          const merged = mergeHeads(tf.matMul(weights, splitHeads(value, h)));
          return { output: tf.matMul(merged, tiled(p.wo)).add(p.bo ?? none), weights };
        },
      },
      "softmax, times mask, divided by the new sum of the row": {
        multiHeadAttention: (xq, xkv, p, h, mask) => {
          const [q, k, v] = projected(xq, xkv, p, h);
          const weights = stableSoftmax(scoresOf(q, k)).mul(mask?.cast("float32") ?? 1); // [B, h, n, m]
          const shares = weights.div(weights.sum(-1, true).maximum(1e-30));
          return { output: linear(mergeHeads(tf.matMul(shares, v)), p.wo, p.bo), weights: shares };
        },
      },
      "example by example": {
        multiHeadAttention: (xq, xkv, p, h, mask) => {
          const [B = 0, n = 0] = xq.shape;
          const all = mask && broadcast(mask, [B, h, n, xkv.shape[1] ?? 0]);
          const parts = each(B, (i) => multiHeadAttention(xq.slice(i, 1), xkv.slice(i, 1), p, h, all?.slice(i, 1)));
          return {
            output: tf.concat(parts.map(({ output }) => output)),
            weights: tf.concat(parts.map(({ weights }) => weights)),
          };
        },
      },
    },
  }),
);

interface Options {
  readonly B?: number;
  readonly n?: number;
  readonly m?: number;
  readonly d?: number;
  readonly h?: number;
  readonly biases?: readonly ("bq" | "bk" | "bv" | "bo")[];
}

/** Four of all, and four columns for each of four heads. */
const SQUARE: Options = { B: 4, n: 4, m: 4, d: 16, h: 4 };

const HOLES = ["1101011", "0111110", "1000000", "1111111", "0010101"];
const SQUARE_HOLES = ["1011", "0110", "1101", "0001"];
const SMALL_MASK = () => padding([2, 3], 3).logicalAnd(maskOf(["110", "011"]));

type Inputs = [xq: tf.Tensor, xkv: tf.Tensor, p: MultiHeadParams, h: number];
type Two = [tf.Tensor, tf.Tensor];
type Three = [tf.Tensor, tf.Tensor, tf.Tensor];
type Four = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

function inputs(random: Random, { B = 2, n = 5, m = 7, d = 12, h = 3, biases = [] }: Options = {}): Inputs {
  const matrix = () => random.normal([d, d], 0.4);
  const p = { wq: matrix(), wk: matrix(), wv: matrix(), wo: matrix() };
  const added = Object.fromEntries(biases.map((name) => [name, random.normal([d])]));
  return [random.normal([B, n, d]), random.normal([B, m, d]), { ...p, ...added }, h];
}

/** Tokens that look at themselves. */
const itself = ([x, , p, h]: Inputs): Inputs => [x, x, p, h];

/** The same inputs for each number of heads. */
const forEveryHead = ([xq, xkv, p]: Inputs): Record<string, Inputs> =>
  Object.fromEntries(HEADS.map((h) => [`h${h}`, [xq, xkv, p, h]]));

/**
 * The same with scores near +1000 in the even rows and near −1000 in the odd ones; where the sign of a key is −1, the
 * other way round.
 */
function shifted(given: Inputs, signs = each(given[1].shape[1] ?? 0, () => 1)): Inputs {
  return led(
    given,
    1000,
    each(given[0].shape[1] ?? 0, (i) => (i % 2 === 0 ? 1 : -1)),
    signs,
  );
}

/**
 * A mask, and scores of what it hides above those of the rest: −100 in place of −1e9 leaves a weight that is not 0, and
 * weights that are masked and then divided by their new sum do not vanish.
 */
function hiddenAbove([xq, xkv, p, h]: Inputs): [...Inputs, mask: tf.Tensor] {
  const row = "1011010";
  const keys = [...row].map((entry) => -Number(entry));
  const queries = each(xq.shape[1] ?? 0, () => 1);
  return [...led([xq.mul(0.2), xkv, p, h], 10, queries, keys), maskOf([row])];
}

/** A mask, and scores that are all near −10⁶: what is hidden must lie below these, too, which −10⁴ does not. */
function allLow(given: Inputs): [...Inputs, mask: tf.Tensor] {
  const ones = (x: tf.Tensor) => each(x.shape[1] ?? 0, () => 1);
  return [...led(given, -1e6, ones(given[0]), ones(given[1])), maskOf(["1011010"])];
}

/**
 * The same, with size·queries[i]·keys[j] added to the score of query i and key j, by way of the first column of each
 * head, which holds entry 0 of the tokens and nothing else.
 */
function led([xq, xkv, p, h]: Inputs, size: number, queries: readonly number[], keys: readonly number[]): Inputs {
  const d = xq.shape[2] ?? 0;
  const entry = tf.range(0, d).equal(0).cast("float32"); // [d], 1 at entry 0
  const first = tf
    .range(0, d)
    .mod(d / h)
    .equal(0)
    .cast("float32"); // [d], 1 at the first column of each head
  const led = (x: tf.Tensor, values: readonly number[]) =>
    x.mul(tf.sub(1, entry)).add(
      tf
        .tensor1d([...values])
        .expandDims(1)
        .mul(entry),
    );
  const column = (w: tf.Tensor, value: number) =>
    w.mul(tf.sub(1, first)).add(entry.mul(value).expandDims(1).mul(first));
  const weights = { wq: column(p.wq, size * Math.sqrt(d / h)), wk: column(p.wk, 1) };
  return [led(xq, queries), led(xkv, keys), { ...p, ...weights }, h];
}

/** A mask of any shape [..., m] that is another in each matrix, and allows at least the first key. */
function draw(random: Random, shape: readonly number[]): tf.Tensor {
  const first = tf.range(0, shape.at(-1) ?? 1).equal(0); // [m]
  return tf.logicalOr(random.uniform(shape, 0, 1).less(0.6), first);
}

/** A mask [B, 1, 1, m] that allows the first `lengths[i]` keys of example i. */
function padding(lengths: readonly number[], m = 7): tf.Tensor {
  return maskOf(lengths.map((length) => "1".repeat(length).padEnd(m, "0"))).reshape([-1, 1, 1, m]);
}

const each = <T>(length: number, of: (i: number) => T): T[] => Array.from({ length }, (_, i) => of(i));

/** h, when it divides the width of x. */
function dividing(h: number, x: tf.Tensor): number {
  if ((x.shape.at(-1) ?? 0) % h !== 0) throw new RangeError(`h is ${h}, expected a divisor of d`);
  return h;
}

/** What head i says, of [B, h, n, ·]: [B, n, ·] */
const headOf = (all: Term, i: number) => op.squeeze(op.slice(all, [0, i], [-1, 1]), [1]);

/** The columns of head i of x [..., d] → [..., d/h] */
function columnsOf(x: tf.Tensor, i: number, h: number): tf.Tensor {
  const width = (x.shape.at(-1) ?? 0) / h;
  return x.slice([...x.shape.slice(1).map(() => 0), i * width], [...x.shape.slice(0, -1), width]);
}

/** The rows of head i of w [d, d] → [d/h, d] */
const rowsOf = (w: tf.Tensor, i: number, h: number): tf.Tensor =>
  w.slice([(i * (w.shape[0] ?? 0)) / h], [(w.shape[0] ?? 0) / h]);

/** Queries, keys and values of all heads, each [B, h, T, dk]. */
function projected(xq: tf.Tensor, xkv: tf.Tensor, p: MultiHeadParams, h: number, split = splitHeads): Three {
  return [split(linear(xq, p.wq, p.bq), h), split(linear(xkv, p.wk, p.bk), h), split(linear(xkv, p.wv, p.bv), h)];
}

/** What each head does on its own: output [B, n, dk] and weights [B, n, m]; the mask is [B, h, n, m]. */
function byHeads(xq: tf.Tensor, xkv: tf.Tensor, p: MultiHeadParams, h: number, mask?: tf.Tensor): Attention[] {
  return each(h, (i) => {
    const part = (x: tf.Tensor, w: tf.Tensor, b?: tf.Tensor) => linear(x, columnsOf(w, i, h), b && columnsOf(b, i, h));
    const [q, k, v] = [part(xq, p.wq, p.bq), part(xkv, p.wk, p.bk), part(xkv, p.wv, p.bv)];
    return scaledDotProductAttention(q, k, v, mask?.slice([0, i], [-1, 1]).squeeze([1]));
  });
}

/** Scores [B, h, n, m] with −1e9 in place of the masked ones. */
function scoresOf(q: tf.Tensor, k: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const scores = tf.matMul(q, k, false, true).div(Math.sqrt(q.shape[3] ?? 1));
  return mask === undefined ? scores : tf.where(mask, scores, -1e9);
}

/** The weights with the heads in another order. */
function reordered(p: MultiHeadParams, order: readonly number[]): MultiHeadParams {
  const h = order.length;
  const columns = (w: tf.Tensor) =>
    tf.concat(
      order.map((i) => columnsOf(w, i, h)),
      -1,
    );
  const { wq, wk, wv, wo, bo } = p;
  const biases = Object.entries({ bq: p.bq, bk: p.bk, bv: p.bv }).flatMap(([name, b]) =>
    b ? [[name, columns(b)]] : [],
  );
  return {
    wq: columns(wq),
    wk: columns(wk),
    wv: columns(wv),
    wo: tf.concat(order.map((i) => rowsOf(wo, i, h))),
    ...Object.fromEntries(biases),
    ...(bo && { bo }),
  };
}

const broadcast = (mask: tf.Tensor, shape: number[]): tf.Tensor => mask.logicalAnd(tf.ones(shape, "bool"));

/** [B, T, d] → [B, h, T, dk] without bringing the columns of a head together. */
function straightSplit(x: tf.Tensor, h: number): tf.Tensor {
  const [B = 0, T = 0, d = 0] = x.shape;
  return x.reshape([B, h, T, d / h]);
}

/** [B, h, T, dk] → [B, T, h·dk] without bringing the heads of a token together. */
function straightMerge(x: tf.Tensor): tf.Tensor {
  const [B = 0, , T = 0] = x.shape;
  return x.reshape([B, T, -1]);
}

/** Head i owns columns i, i + h, i + 2h, … */
function interleavedSplit(x: tf.Tensor, h: number): tf.Tensor {
  const [B = 0, T = 0] = x.shape;
  return x.reshape([B, T, -1, h]).transpose([0, 3, 1, 2]);
}

function interleavedMerge(x: tf.Tensor): tf.Tensor {
  const [B = 0, , T = 0] = x.shape;
  return x.transpose([0, 2, 3, 1]).reshape([B, T, -1]);
}

/** Multi-head attention that splits and merges in its own way. */
function withHeads(split: typeof splitHeads, merge: typeof mergeHeads): typeof multiHeadAttention {
  return (xq, xkv, p, h, mask) => {
    const { output, weights } = scaledDotProductAttention(...projected(xq, xkv, p, h, split), mask);
    return { output: linear(merge(output), p.wo, p.bo), weights };
  };
}
