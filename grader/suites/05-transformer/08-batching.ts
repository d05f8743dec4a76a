import * as tf from "@tensorflow/tfjs";
import { close, EXACT, holds, op, type Random, suite, together } from "#grader/suite/index.js";
import { causalMask, combineMasks, makeBatch, paddingMask } from "#reference";
import type { Batch, FrameIds, Pair } from "../../../exercises/types.js";

export const batchingSuite = suite("5.8", { makeBatch })(({ agrees, law, refuses }) => {
  const few = {
    en: "takes empty sentences and a single pair, and refuses to do without pairs",
    es: "acepta frases vacías y un solo par, y rechaza que no haya pares",
  };

  return {
    cases: (random) => ({
      makeBatch: {
        plain: [pairsOf(random, [4, 2], [1, 5], [3, 3]), USUAL],
        evenLengths: [pairsOf(random, [3, 4], [3, 4]), USUAL],
        square: [pairsOf(random, [2, 3], [3, 1], [1, 2], [3, 3]), USUAL],
        otherIds: [pairsOf(random, [5, 2], [2, 6], [1, 1]), OTHER],
        zeroIsEos: [pairsOf(random, [2, 1], [1, 4], [3, 2]), { pad: 12, bos: 11, eos: 0 }],
        longestAmid: [pairsOf(random, [2, 2], [6, 5], [1, 1], [3, 2], [2, 3]), USUAL],
        emptySource: [pairsOf(random, [0, 4], [3, 2]), USUAL],
        emptyTarget: [pairsOf(random, [2, 0], [4, 3], [1, 2]), OTHER],
        allEmpty: [pairsOf(random, [0, 0], [0, 0]), OTHER],
        onePair: [pairsOf(random, [2, 4]), USUAL],
        noPairs: [[], USUAL],
      },
    }),

    checks: [
      agrees(
        {
          en: "agrees with the reference, whatever the lengths and the ids",
          es: "coincide con la referencia, sean cuales sean las longitudes y los ids",
        },
        4,
        "makeBatch",
        ["plain", "evenLengths", "square", "otherIds", "zeroIsEos", "longestAmid"],
        EXACT,
      ),
      law(
        {
          en: "targetOut is targetIn one word ahead, in the order of the pairs",
          es: "targetOut va una palabra por delante de targetIn, en el orden de los pares",
        },
        2,
        "makeBatch",
        "plain",
        (ask, [pairs, ids], random) => {
          const order = random.permutation(pairs.length);
          const plain = ask.makeBatch(pairs, ids);
          const permuted = ask.makeBatch(
            order.map((from) => pairs[from] as Pair),
            ids,
          );
          const m = Math.max(...pairs.map(({ target }) => target.length)) + 1;
          // True where targetIn has a word after the one at t: [B, m − 1]
          const words = tf.tensor2d(
            pairs.map(({ target }) => Array.from({ length: m - 1 }, (_, t) => t < target.length)),
            [pairs.length, m - 1],
            "bool",
          );
          const next = op.equal(op.slice(plain.targetIn, [0, 1]), op.slice(plain.targetOut, [0, 0], [-1, m - 1]));
          return [
            close(op.slice(plain.targetIn, [0, 0], [-1, 1]), tf.fill([pairs.length, 1], ids.bos, "int32"), {
              en: "the first column of targetIn, against bos",
              es: "la primera columna de targetIn, frente a bos",
            }),
            holds(op.logicalOr(tf.logicalNot(words), next), {
              en: "a word of targetIn is not the one that stands in targetOut one place before: expected targetIn[t + 1] = targetOut[t] up to the padding",
              es: "una palabra de targetIn no es la que está en targetOut un lugar antes: se esperaba targetIn[t + 1] = targetOut[t] hasta el relleno",
            }),
            ...(["targetIn", "targetOut", "source"] as const).map((name) =>
              close(permuted[name], op.gather(plain[name], tf.tensor1d(order, "int32")), {
                en: `${name} for the pairs in another order`,
                es: `${name} con los pares en otro orden`,
              }),
            ),
          ];
        },
      ),
      law(
        {
          en: "each query may look at position 0 and at the words up to its own, and at no padding",
          es: "cada consulta puede mirar la posición 0 y las palabras hasta la suya, y ningún relleno",
        },
        2,
        "makeBatch",
        "otherIds",
        (ask, [pairs, ids]) => {
          const { sourceMask, targetMask } = ask.makeBatch(pairs, ids);
          const m = Math.max(...pairs.map(({ target }) => target.length)) + 1;
          const lengths = tf.tensor2d(
            pairs.map(({ target }) => Array.from({ length: m }, (_, t) => Math.min(t, target.length) + 1)),
            [pairs.length, m],
            "int32",
          );
          const words = tf.tensor1d(
            pairs.map(({ source }) => source.length + 1),
            "int32",
          );
          const count = (mask: typeof targetMask, axes: number[], axis: number) =>
            op.sum(op.cast(op.squeeze(mask, axes), "int32"), axis);
          return [
            close(count(targetMask, [1], 2), lengths, {
              en: "how many positions each query of targetMask may look at",
              es: "a cuántas posiciones puede mirar cada consulta de targetMask",
            }),
            holds(op.slice(targetMask, [0, 0, 0, 0], [-1, -1, -1, 1]), {
              en: "column 0 of targetMask, which every query may look at, is not all true",
              es: "la columna 0 de targetMask, que toda consulta puede mirar, no es toda verdadera",
            }),
            close(count(sourceMask, [1, 2], 1), words, {
              en: "how many positions of each source may be looked at",
              es: "cuántas posiciones de cada frase de origen se pueden mirar",
            }),
          ];
        },
      ),
      together(
        agrees(few, 2, "makeBatch", ["emptySource", "emptyTarget", "allEmpty", "onePair"], EXACT),
        refuses(few, 2, "makeBatch", ["noPairs"]),
      ),
    ],

    mistakes: {
      "no-shift": {
        variant: { makeBatch: withRows({ input: (y, { eos }) => [...y, eos] }) },
        hint: {
          en: "targetIn is targetOut here: the decoder reads the very word that it has to say, and learns to copy it. Put bos in front of targetIn, so that it is one word late: bos y_1 … y_T (Vaswani et al. 2017, §3.1).",
          es: "Aquí targetIn es igual a targetOut: el decodificador lee justo la palabra que debe decir y aprende a copiarla. Pon bos al principio de targetIn, para que vaya una palabra por detrás: bos y_1 … y_T (Vaswani et al. 2017, §3.1).",
        },
      },
      "shift-reversed": {
        variant: {
          makeBatch: withRows({ input: (y, { eos }) => [...y, eos], output: (y, { bos }) => [bos, ...y] }),
        },
        hint: {
          en: "The two targets have changed places: the decoder reads what it has to say one word ahead. bos y_1 … y_T goes in, y_1 … y_T eos must come out (Vaswani et al. 2017, §3.1).",
          es: "Los dos objetivos están cambiados: el decodificador lee por adelantado lo que debe decir. Entra bos y_1 … y_T, y debe salir y_1 … y_T eos (Vaswani et al. 2017, §3.1).",
        },
      },
      "bos-in-target-out": {
        variant: { makeBatch: withRows({ output: (y, { bos, eos }) => [bos, ...y, eos] }) },
        hint: {
          en: "targetOut begins with bos here, which nobody has to say: it is what the decoder reads first. targetOut is y_1 … y_T eos, as long as targetIn.",
          es: "Aquí targetOut empieza por bos, que nadie tiene que decir: es lo primero que lee el decodificador. targetOut es y_1 … y_T eos, tan largo como targetIn.",
        },
      },
      "eos-in-target-in": {
        variant: {
          makeBatch: withRows({ input: (y, { bos, eos }, m) => [bos, ...y, eos].slice(0, m) }),
        },
        hint: {
          en: "This is what comes out when bos y eos is filled up first and its last column cut off: only the longest row loses its eos, and the decoder reads on after the end. Leave eos out of targetIn before you pad.",
          es: "Esto es lo que sale al rellenar primero bos y eos y cortar después la última columna: solo la fila más larga pierde su eos, y el decodificador sigue leyendo tras el final. Quita eos de targetIn antes de rellenar.",
        },
      },
      "causal-only": {
        variant: {
          makeBatch: withTargetMask((targetIn) => {
            const [batch = 0, m = 0] = targetIn.shape;
            return causalMask(m).expandDims(0).expandDims(0).tile([batch, 1, 1, 1]);
          }),
        },
        hint: {
          en: "This is what comes out when targetMask is causal and nothing else: late positions of short sentences look at padding. Combine it with the padding mask of targetIn.",
          es: "Esto es lo que sale cuando targetMask solo es causal: las últimas posiciones de las frases cortas miran el relleno. Combínala con la máscara de relleno de targetIn.",
        },
      },
      "padding-only": {
        variant: {
          makeBatch: withTargetMask((targetIn, pad) => {
            const [, m = 0] = targetIn.shape;
            return paddingMask(targetIn, pad).tile([1, 1, m, 1]);
          }),
        },
        hint: {
          en: "This is what comes out when targetMask hides padding alone: each position sees the words that come later, the one that it has to say among them. Combine it with the causal mask (Vaswani et al. 2017, §3.2.3).",
          es: "Esto es lo que sale cuando targetMask solo oculta el relleno: cada posición ve las palabras que vienen después, también la que debe decir. Combínala con la máscara causal (Vaswani et al. 2017, §3.2.3).",
        },
      },
      "source-without-eos": {
        variant: { makeBatch: withRows({ source: (x) => x }) },
        hint: {
          en: "This is what comes out when source ends without eos: an empty sentence would leave nothing to attend to. A source row is x followed by eos.",
          es: "Esto es lo que sale cuando source termina sin eos: una frase vacía no dejaría nada a lo que atender. Una fila de source es x seguida de eos.",
        },
      },
      "bos-in-source": {
        variant: { makeBatch: withRows({ source: (x, { bos, eos }) => [bos, ...x, eos] }) },
        hint: {
          en: "This is what comes out when source begins with bos: here bos only starts what the decoder reads. A source row is x followed by eos.",
          es: "Esto es lo que sale cuando source empieza por bos: aquí bos solo inicia lo que lee el decodificador. Una fila de source es x seguida de eos.",
        },
      },
      "padded-left": {
        variant: { makeBatch: withRows({}, (row, fill) => [...fill, ...row]) },
        hint: {
          en: "These rows are filled up on the left: words of different rows then stand at shifted positions, and position 0 may be padding. Pad on the right.",
          es: "Estas filas se rellenaron por la izquierda: las palabras quedan corridas de una fila a otra, y la posición 0 puede ser relleno. Rellena por la derecha.",
        },
      },
      "tokens-with-padding": {
        variant: {
          makeBatch: (pairs, ids) => {
            const batch = makeBatch(pairs, ids);
            return { ...batch, tokens: batch.targetOut.size };
          },
        },
        hint: {
          en: "The tensors are right, but tokens counts the padding too. It is the number of words that the loss will average over: count the entries of targetOut that are not pad.",
          es: "Los tensores están bien, pero tokens cuenta también el relleno. Es el número de palabras que promediará la pérdida: cuenta las entradas de targetOut que no son pad.",
        },
      },
    },

    routes: {
      "bos y eos framed once, both targets cut from it": {
        makeBatch: withRows({
          input: (y, { bos, eos }) => [bos, ...y, eos].slice(0, -1),
          output: (y, { bos, eos }) => [bos, ...y, eos].slice(1),
        }),
      },
      "padded with tensors; masks by comparing positions": {
        makeBatch: (pairs, ids) =>
          tf.tidy(() => {
            refuseNone(pairs);
            const { pad, bos, eos } = ids;
            const padded = (rows: number[][]) => {
              const length = Math.max(...rows.map((row) => row.length));
              const filled = rows.map((row) => tf.pad1d(tf.tensor1d(row, "int32"), [0, length - row.length], pad));
              return tf.stack(filled); // [B, length]
            };
            const [source, targetIn, targetOut] = [
              padded(pairs.map((pair) => pair.source.concat(eos))),
              padded(pairs.map((pair) => [bos].concat(pair.target))),
              padded(pairs.map((pair) => pair.target.concat(eos))),
            ];
            const [batch = 0, m = 0] = targetIn.shape;
            const positions = tf.range(0, m, 1, "int32");
            const words = tf.tensor2d(pairs.map(({ target }) => [target.length + 1])); // [B, 1]
            const inside = positions.less(words).reshape([batch, 1, 1, m]);
            return {
              source,
              targetIn,
              targetOut,
              sourceMask: source.notEqual(pad).reshape([batch, 1, 1, -1]),
              targetMask: positions.expandDims(1).greaterEqual(positions).logicalAnd(inside),
              tokens: targetOut.notEqual(pad).sum().dataSync()[0] ?? 0,
            };
          }),
      },
      "entry by entry": {
        makeBatch: (pairs, { pad, bos, eos }) => {
          refuseNone(pairs);
          const lengths = (of: (pair: Pair) => number[]) => pairs.map((pair) => of(pair).length + 1);
          const [n, m] = [Math.max(...lengths(({ source }) => source)), Math.max(...lengths(({ target }) => target))];
          const table = (width: number, entry: (pair: Pair, t: number) => number) => {
            const ids = tf.buffer([pairs.length, width], "int32");
            for (const [b, pair] of pairs.entries()) for (let t = 0; t < width; t++) ids.set(entry(pair, t), b, t);
            return ids.toTensor();
          };
          const ended = (words: number[], t: number) => (t === words.length ? eos : (words[t] ?? pad));
          const look = pairs.map(({ target }) => [
            Array.from({ length: m }, (_, i) => Array.from({ length: m }, (_, j) => j <= i && j <= target.length)),
          ]);
          return {
            source: table(n, ({ source }, t) => ended(source, t)),
            targetIn: table(m, ({ target }, t) => (t === 0 ? bos : (target[t - 1] ?? pad))),
            targetOut: table(m, ({ target }, t) => ended(target, t)),
            sourceMask: tf.tensor4d(
              pairs.map(({ source }) => [[Array.from({ length: n }, (_, j) => j <= source.length)]]),
              [pairs.length, 1, 1, n],
              "bool",
            ),
            targetMask: tf.tensor4d(look, [pairs.length, 1, m, m], "bool"),
            tokens: lengths(({ target }) => target).reduce((sum, length) => sum + length),
          };
        },
      },
      "pair by pair, padded to the lengths of all": {
        makeBatch: (pairs, ids) => {
          refuseNone(pairs);
          const { source, targetIn } = makeBatch(pairs, ids);
          const [[, n = 0], [, m = 0]] = [source.shape, targetIn.shape];
          const grow = (x: tf.Tensor, length: number) =>
            x.pad(
              [
                [0, 0],
                [0, length - (x.shape[1] ?? 0)],
              ],
              ids.pad,
            );
          const rows = pairs.map((pair) => makeBatch([pair], ids));
          const all = {
            source: tf.concat(rows.map((row) => grow(row.source, n))),
            targetIn: tf.concat(rows.map((row) => grow(row.targetIn, m))),
            targetOut: tf.concat(rows.map((row) => grow(row.targetOut, m))),
          };
          return {
            ...all,
            sourceMask: paddingMask(all.source, ids.pad),
            targetMask: combineMasks(paddingMask(all.targetIn, ids.pad), causalMask(m)),
            tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
          };
        },
      },
    },
  };
});

const USUAL: FrameIds = { pad: 0, bos: 1, eos: 2 };
const OTHER: FrameIds = { pad: 12, bos: 0, eos: 11 };

/** Pairs of sentences of these lengths, of words from 3 to 10. */
function pairsOf(random: Random, ...lengths: [source: number, target: number][]): Pair[] {
  const sentence = (length: number) => Array.from({ length }, () => random.integer(3, 10));
  return lengths.map(([source, target]) => ({ source: sentence(source), target: sentence(target) }));
}

function refuseNone(pairs: readonly Pair[]): void {
  if (pairs.length === 0) throw new RangeError("no pairs");
}

type Frame = (sentence: number[], ids: FrameIds, m: number) => number[];

const RIGHT = {
  source: (x: number[], { eos }: FrameIds) => [...x, eos],
  input: (y: number[], { bos }: FrameIds) => [bos, ...y],
  output: (y: number[], { eos }: FrameIds) => [...y, eos],
};

/** A batch whose rows are framed or filled up otherwise; masks and tokens follow from them. */
function withRows(
  change: Partial<Record<keyof typeof RIGHT, Frame>>,
  put: (row: number[], fill: number[]) => number[] = (row, fill) => [...row, ...fill],
): typeof makeBatch {
  return (pairs, ids) => {
    const frames: Record<keyof typeof RIGHT, Frame> = { ...RIGHT, ...change };
    refuseNone(pairs);
    const m = Math.max(...pairs.map(({ target }) => target.length)) + 1;
    const table = (rows: number[][]) => {
      const length = Math.max(...rows.map((row) => row.length));
      const filled = rows.map((row) => put(row, Array<number>(length - row.length).fill(ids.pad)));
      return tf.tensor2d(filled, [rows.length, length], "int32");
    };
    const source = table(pairs.map((pair) => frames.source(pair.source, ids, m)));
    const targetIn = table(pairs.map((pair) => frames.input(pair.target, ids, m)));
    const targetOut = table(pairs.map((pair) => frames.output(pair.target, ids, m)));
    return {
      source,
      targetIn,
      targetOut,
      sourceMask: paddingMask(source, ids.pad),
      targetMask: combineMasks(causalMask(m), paddingMask(targetIn, ids.pad)),
      tokens: targetOut.notEqual(ids.pad).sum().dataSync()[0] ?? 0,
    };
  };
}

/** A batch with another targetMask. */
function withTargetMask(mask: (targetIn: tf.Tensor, pad: number) => tf.Tensor): typeof makeBatch {
  return (pairs, ids): Batch => {
    const batch = makeBatch(pairs, ids);
    return { ...batch, targetMask: mask(batch.targetIn, ids.pad) };
  };
}
