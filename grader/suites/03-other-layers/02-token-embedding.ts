import * as tf from "@tensorflow/tfjs";
import { close, op, type Random, suite } from "#grader/suite/index.js";
import { embed, inputEncoding } from "#reference";
import { linear } from "../../../exercises/support.js";

export const tokenEmbeddingSuite = suite("3.2", { embed, inputEncoding })(
  ({ agrees, gradientsAgree, law, refuses }) => ({
    cases: (random) => ({
      embed: {
        plain: [idsOf(random, 2, 5, 11), random.normal([11, 6])],
        square: [idsOf(random, 4, 4, 4), random.normal([4, 4])],
        repeated: [repeated(random, 7), random.normal([7, 3])],
        oneExample: [idsOf(random, 1, 5, 7), random.normal([7, 3])],
        oneWord: [idsOf(random, 3, 1, 5), random.normal([5, 4])],
        oneEntry: [idsOf(random, 2, 5, 7), random.normal([7, 1])],
      },
      inputEncoding: {
        // More positions than words and examples, so that the id of either could be taken for a position.
        plain: [idsOf(random, 2, 5, 11), random.normal([11, 6]), random.normal([13, 6])],
        square: [idsOf(random, 4, 4, 4), random.normal([4, 4]), random.normal([4, 4])],
        repeated: [repeated(random, 7), random.normal([7, 3]), random.normal([9, 3]), true],
        notScaled: [idsOf(random, 2, 5, 11), random.normal([11, 6]), random.normal([13, 6]), false],
        notScaledSquare: [idsOf(random, 4, 4, 4), random.normal([4, 4]), random.normal([4, 4]), false],
        noMorePositions: [idsOf(random, 2, 5, 4), random.normal([4, 3]), random.normal([5, 3])],
        oneExample: [idsOf(random, 1, 5, 7), random.normal([7, 3]), random.normal([8, 3])],
        oneWord: [idsOf(random, 3, 1, 5), random.normal([5, 4]), random.normal([6, 4])],
        tooLong: [idsOf(random, 2, 5, 7), random.normal([7, 3]), random.normal([4, 3])],
        // A single row of positions would broadcast to any length.
        onePosition: [idsOf(random, 2, 5, 7), random.normal([7, 3]), random.normal([1, 3]), false],
      },
    }),

    checks: [
      agrees(
        {
          en: "embed takes the row of the table that each id says",
          es: "embed toma la fila de la tabla que dice cada id",
        },
        2,
        "embed",
        ["plain", "square", "repeated", "oneExample", "oneWord", "oneEntry"],
      ),
      agrees(
        {
          en: "inputEncoding adds the first positions to the words, scaled or not",
          es: "inputEncoding suma las primeras posiciones a las palabras, escaladas o no",
        },
        2,
        "inputEncoding",
        ["plain", "square", "repeated", "notScaled", "notScaledSquare", "noMorePositions", "oneExample", "oneWord"],
      ),
      gradientsAgree(
        {
          en: "a word that is repeated adds up the gradients of all its places",
          es: "una palabra repetida suma los gradientes de todos sus lugares",
        },
        2,
        "embed",
        ["plain", "square", "repeated"],
      ),
      gradientsAgree(
        {
          en: "inputEncoding has its gradient, with respect to the table and to the positions",
          es: "inputEncoding tiene su gradiente, respecto de la tabla y de las posiciones",
        },
        1,
        "inputEncoding",
        ["plain", "square", "repeated", "notScaled"],
      ),
      law(
        {
          en: "one word at two places differs by the difference of their positions",
          es: "una misma palabra en dos lugares difiere en lo que difieren sus posiciones",
        },
        1,
        "inputEncoding",
        "notScaled",
        (ask, [, table, positions], random) => {
          const words = random.permutation(11).slice(0, 2); // one for each example
          const same = tf.tensor2d(words, [2, 1], "int32").tile([1, 5]); // [B, T]
          const got = ask.inputEncoding(same, table, positions, false); // [B, T, d]
          const steps = positions.slice(1, 4).sub(positions.slice(0, 1)); // [T − 1, d]
          return [
            close(op.sub(op.slice(got, [0, 1], [2, 4]), op.slice(got, [0, 0], [2, 1])), tf.stack([steps, steps]), {
              en: "the same word at places 1 to 4, minus that at place 0,",
              es: "la misma palabra en los lugares 1 a 4, menos la del lugar 0,",
            }),
          ];
        },
      ),
      law(
        {
          en: "the examples of a batch do not depend on each other",
          es: "los ejemplos de un lote no dependen unos de otros",
        },
        1,
        "inputEncoding",
        "notScaled",
        (ask, [ids, table, positions], random) => {
          const whole = ask.inputEncoding(ids, table, positions, false); // [2, T, d]
          const [a, b] = tf.split(ids, 2) as [tf.Tensor, tf.Tensor]; // [1, T]
          const company = tf.concat([idsOf(random, 1, 5, 11), b, a]); // [3, T]
          return [
            close(ask.inputEncoding(b, table, positions, false), op.slice(whole, 1, 1), {
              en: "the second example on its own",
              es: "el segundo ejemplo por sí solo",
            }),
            close(op.slice(ask.inputEncoding(company, table, positions, false), 1, 2), op.reverse(whole, 0), {
              en: "the two examples, the other way round and behind a third,",
              es: "los dos ejemplos, en el orden inverso y detrás de un tercero,",
            }),
          ];
        },
      ),
      refuses(
        {
          en: "refuses sentences that are longer than there are positions",
          es: "rechaza frases más largas que las posiciones que hay",
        },
        1,
        "inputEncoding",
        ["tooLong", "onePosition"],
      ),
    ],

    mistakes: {
      "no-scale": {
        variant: { inputEncoding: (ids, table, positions) => inputEncoding(ids, table, positions, false) },
        hint: {
          en: "This is what comes out without the factor √d. The entries of the table are about 1/√d in size: unscaled, the positions would drown the words. Multiply the embeddings by √d when scale is true (Vaswani et al. 2017, §3.4).",
          es: "Esto es lo que sale sin el factor √d. Los números de la tabla son del orden de 1/√d: sin escalar, las posiciones taparían a las palabras. Multiplica los vectores de las palabras por √d cuando scale es verdadero (Vaswani et al. 2017, §3.4).",
        },
      },
      "scale-divides": {
        variant: {
          inputEncoding: (ids, table, positions, scale = true) =>
            inputEncoding(ids, scale ? table.div(table.shape[1] ?? 1) : table, positions, scale),
        },
        hint: {
          en: "This is what comes out when the embeddings are divided by √d, as the scores of attention are. Here the factor makes them larger: multiply by √d (Vaswani et al. 2017, §3.4).",
          es: "Esto es lo que sale al dividir los vectores de las palabras entre √d, como se hace con las puntuaciones de la atención. Aquí el factor los agranda: multiplica por √d (Vaswani et al. 2017, §3.4).",
        },
      },
      "position-from-batch-axis": {
        variant: {
          inputEncoding: (ids, table, positions, scale) =>
            wordsOf(ids, table, scale).add(positions.slice(0, ids.shape[0]).expandDims(1)),
        },
        hint: {
          en: "This is what comes out when example b gets row b of the positions in all of its places: the order of the words is lost. Row t belongs to place t, the second axis of the ids; take positions[0:T] for every example (Vaswani et al. 2017, §3.5).",
          es: "Esto es lo que sale cuando el ejemplo b recibe la fila b de las posiciones en todos sus lugares: se pierde el orden de las palabras. La fila t es del lugar t, el segundo eje de los ids; toma positions[0:T] para cada ejemplo (Vaswani et al. 2017, §3.5).",
        },
      },
      "position-from-token-id": {
        variant: {
          inputEncoding: (ids, table, positions, scale) =>
            wordsOf(ids, table, scale).add(linear(oneHot(ids, positions.shape[0] ?? 0), positions)),
        },
        hint: {
          en: "This is what comes out when the id of the word chooses the row of the positions: a word then has the same one wherever it stands. The place t chooses it: positions[0:T], whatever the words (Vaswani et al. 2017, §3.5).",
          es: "Esto es lo que sale cuando el id de la palabra elige la fila de las posiciones: una palabra tiene entonces la misma esté donde esté. La elige el lugar t: positions[0:T], sean cuales sean las palabras (Vaswani et al. 2017, §3.5).",
        },
      },
      "positions-scaled-too": {
        variant: {
          inputEncoding: (ids, table, positions, scale = true) =>
            inputEncoding(ids, table, scale ? positions.mul(Math.sqrt(table.shape[1] ?? 1)) : positions, scale),
        },
        hint: {
          en: "This is what comes out when the sum is multiplied by √d, positions included. Only the embeddings take the factor: scale first, then add (Vaswani et al. 2017, §3.4).",
          es: "Esto es lo que sale al multiplicar por √d la suma, con las posiciones incluidas. El factor es solo para los vectores de las palabras: primero escala y después suma (Vaswani et al. 2017, §3.4).",
        },
      },
      "table-transposed": {
        variant: {
          embed: (ids, table) => embedByColumns(ids, table),
          inputEncoding: (ids, table, positions, scale = true) =>
            embedByColumns(ids, table)
              .mul(scale ? Math.sqrt(table.shape[1] ?? 1) : 1)
              .add(positions.slice(0, ids.shape[1])),
        },
        hint: {
          en: "This is what comes out with the table transposed: each id takes a column, which is only possible when V = d. The table is [V, d] with one row for each word: onehot(ids) · table (Vaswani et al. 2017, §3.4).",
          es: "Esto es lo que sale con la tabla transpuesta: cada id toma una columna, y eso solo es posible cuando V = d. La tabla es [V, d], con una fila por palabra: onehot(ids) · tabla (Vaswani et al. 2017, §3.4).",
        },
      },
    },

    routes: {
      "tf.gather for words and positions": {
        embed: (ids, table) => tf.gather(table, ids),
        inputEncoding: guarded((ids, table, positions, scale) => {
          const places = tf.gather(positions, tf.range(0, ids.shape[1] ?? 0, 1, "int32")); // [T, d]
          const words = tf.gather(table, ids.flatten()).reshape([...ids.shape, table.shape[1] ?? 0]); // [B, T, d]
          return places.add(scale ? words.mul(Math.sqrt(table.shape[1] ?? 1)) : words);
        }),
      },
      "one-hot rows by comparison, in one matrix, tidied": {
        embed: (ids, table) =>
          tf.tidy(() => {
            const [words = 0, d = 0] = table.shape;
            const chosen = tf.equal(ids.reshape([-1, 1]), tf.range(0, words, 1, "int32")).cast("float32"); // [B·T, V]
            return tf.matMul(chosen, table).reshape([...ids.shape, d]);
          }),
        inputEncoding: guarded((ids, table, positions, scale) =>
          tf.tidy(() => {
            const [batch = 0, length = 0] = ids.shape;
            const places = positions.slice(0, length).expandDims(0).tile([batch, 1, 1]); // [B, T, d]
            return wordsOf(ids, table, scale).add(places);
          }),
        ),
      },
      "one-hot · table in a product of stacks": {
        embed: (ids, table) => {
          const copies = table.expandDims(0).tile([ids.shape[0] ?? 0, 1, 1]); // [B, V, d]
          return tf.matMul(oneHot(ids, table.shape[0] ?? 0), copies);
        },
      },
      "word by word": {
        embed: (ids, table) => {
          const rows = ids.arraySync() as number[][];
          return tf.stack(rows.map((row) => tf.concat(row.map((id) => table.slice(id, 1)))));
        },
        inputEncoding: guarded((ids, table, positions, scale) => {
          const factor = scale ? Math.sqrt(table.shape[1] ?? 1) : 1;
          const rows = ids.arraySync() as number[][];
          const sum = (id: number, t: number) => table.slice(id, 1).mul(factor).add(positions.slice(t, 1)); // [1, d]
          return tf.stack(rows.map((row) => tf.concat(row.map(sum))));
        }),
      },
      "the table scaled first; words and positions in one product": {
        inputEncoding: guarded((ids, table, positions, scale) => {
          const [batch = 0, length = 0] = ids.shape;
          const both = tf.concat([scale ? table.mul(tf.sqrt(table.shape[1] ?? 1)) : table, positions]); // [V + L, d]
          const places = tf.eye(length, positions.shape[0]).expandDims(0).tile([batch, 1, 1]); // [B, T, L]
          return linear(tf.concat([oneHot(ids, table.shape[0] ?? 0), places], 2), both);
        }),
      },
    },
  }),
);

/** Ids of V words for B examples of length T. */
function idsOf(random: Random, B: number, T: number, V: number): tf.Tensor {
  const ids = Array.from({ length: B * T }, () => random.integer(0, V - 1));
  return tf.tensor2d(ids, [B, T], "int32");
}

/** Three of V words in two examples of length 4: one twice in an example, one in both, one alone. */
function repeated(random: Random, V: number): tf.Tensor {
  const [a = 0, b = 0, c = 0] = random.permutation(V);
  return tf.tensor2d([a, b, a, a, b, b, c, a], [2, 4], "int32");
}

function oneHot(ids: tf.Tensor, depth: number): tf.Tensor {
  return tf.oneHot(ids, depth).cast("float32"); // [B, T, depth]
}

/** One-hot · tableᵀ, for V = d. */
function embedByColumns(ids: tf.Tensor, table: tf.Tensor): tf.Tensor {
  return linear(oneHot(ids, table.shape[0] ?? 0), table.transpose()); // [B, T, V]
}

/** The words, scaled, before their positions are added. */
function wordsOf(ids: tf.Tensor, table: tf.Tensor, scale = true): tf.Tensor {
  return embed(ids, table).mul(scale ? Math.sqrt(table.shape[1] ?? 1) : 1); // [B, T, d]
}

/** `encoding`, which may rely on there being enough positions. */
function guarded(
  encoding: (ids: tf.Tensor, table: tf.Tensor, positions: tf.Tensor, scale: boolean) => tf.Tensor,
): typeof inputEncoding {
  return (ids, table, positions, scale = true) => {
    if ((ids.shape[1] ?? 0) > (positions.shape[0] ?? 0)) throw new RangeError("too few positions");
    return encoding(ids, table, positions, scale);
  };
}
