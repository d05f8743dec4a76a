import * as tf from "@tensorflow/tfjs";
import { close, holds, mask as maskOf, op, type Random, suite, type Term, together } from "#grader/suite/index.js";
import { causalMask, fixedMasks, reach, stridedMasks, windowMask } from "#reference";

export const sparsePatternsSuite = suite("4.8", { windowMask, stridedMasks, fixedMasks, reach })(
  ({ agrees, law, refuses }) => {
    const [n, l] = [36, 6]; // l = √n
    const few = {
      en: "where l is the root of n, each mask has about n·√n entries: a third of it to (n + √n)·√n",
      es: "cuando l es la raíz de n, cada máscara tiene unas n·√n entradas: de un tercio a (n + √n)·√n",
    };
    const growth = {
      en: "a window of k keys sees N(k − 1) + 1 tokens through N layers",
      es: "una ventana de k claves ve N(k − 1) + 1 tokens a través de N capas",
    };
    const refusals = {
      en: "refuses windows, strides, blocks and lists of masks that are empty or too long",
      es: "rechaza ventanas, pasos, bloques y listas de máscaras vacíos o demasiado largos",
    };

    return {
      cases: (random) => {
        const some = (n: number) => random.uniform([n, n], 0, 1).less(0.35); // [n, n] bool, not causal
        return {
          windowMask: {
            plain: [random.integer(8, 12), random.integer(2, 5)],
            square: [6, 6],
            oneKey: [5, 1],
            wider: [4, 9],
            onePosition: [1, 2],
            noKeys: [5, 0],
            lessThanOne: [5, 0.5],
            negative: [5, -2],
          },
          stridedMasks: {
            plain: [random.integer(9, 11), 4],
            multiple: [12, 4],
            squareRoot: [9, 3],
            strideOne: [6, 1],
            longer: [4, 6],
            noStride: [5, 0],
            lessThanOne: [5, 0.5],
            negative: [5, -3],
          },
          fixedMasks: {
            plain: [random.integer(13, 15), 4, 2],
            multiple: [12, 3, 1],
            // Where l is odd, halves decide how a quotient is rounded.
            odd: [random.integer(11, 14), 5, 2],
            wholeBlocks: [7, 3, 3],
            blocksOfOne: [5, 1, 1],
            longer: [5, 7, 4],
            noBlock: [6, 0, 0],
            noBlockSummed: [6, 0, 1],
            negativeBlock: [6, -3, 1],
            negativeBoth: [6, -3, -3],
            noSummary: [6, 3, 0],
            lessThanOne: [6, 3, 0.5],
            negativeSummary: [6, 3, -1],
            summaryTooLong: [6, 3, 4],
          },
          reach: {
            one: [[some(6)]],
            two: [[some(6), some(6)]],
            three: [[some(7), some(7), some(7)]],
            twoLayers: [layers(random, 2)],
            fourLayers: [layers(random, 4)],
            fiveLayers: [layers(random, 5)],
            sparse: [[maskOf(["100", "100", "010"]), maskOf(["010", "001", "001"])]],
            manyLayers: [Array.from({ length: 12 }, () => causalMask(10))], // the paths are millions
            fixed: [fixedMasks(10, 4, 1)],
            none: [[]],
          },
        };
      },

      checks: [
        agrees(
          { en: "windowMask agrees with the reference", es: "windowMask coincide con la referencia" },
          2,
          "windowMask",
          ["plain", "square", "oneKey", "wider", "onePosition"],
        ),
        agrees(
          {
            en: "stridedMasks agrees with the reference, whether l divides n or not",
            es: "stridedMasks coincide con la referencia, divida l a n o no",
          },
          2,
          "stridedMasks",
          ["plain", "multiple", "squareRoot", "strideOne", "longer"],
        ),
        agrees(
          {
            en: "fixedMasks agrees with the reference, whether l divides n or not",
            es: "fixedMasks coincide con la referencia, divida l a n o no",
          },
          3,
          "fixedMasks",
          ["plain", "multiple", "odd", "wholeBlocks", "blocksOfOne", "longer"],
        ),
        agrees(
          {
            en: "reach agrees with the reference, from one layer to twelve",
            es: "reach coincide con la referencia, de una capa a doce",
          },
          2,
          "reach",
          ["one", "two", "three", "twoLayers", "fourLayers", "fiveLayers", "sparse", "manyLayers", "fixed"],
        ),
        law(
          {
            en: "strided: A2·A1 sees all that came before; A1 has up to l + 1 keys",
            es: "con paso: A2·A1 ve todo lo anterior; A1 tiene hasta l + 1 claves",
          },
          1,
          "stridedMasks",
          "plain",
          (ask, [n, l]) => {
            const [near, far] = ask.stridedMasks(n, l);
            return [
              close(product(far, near), causalMask(n), {
                en: "A2·A1, which must be the causal mask",
                es: "A2·A1, que debe ser la máscara causal",
              }),
              counts("A1", near, n, (i) => Math.min(i, l) + 1),
            ];
          },
        ),
        law(
          {
            en: "fixed: A2·A1 and A1 together see all that came before; A1·A2 does not",
            es: "fijo: A2·A1 junto con A1 ve todo lo anterior; A1·A2 no",
          },
          2,
          "fixedMasks",
          "plain",
          (ask, [n, l, c]) => {
            const [inside, summaries] = ask.fixedMasks(n, l, c);
            return [
              close(op.logicalOr(product(summaries, inside), inside), causalMask(n), {
                en: "A2·A1 or A1, which must be the causal mask",
                es: "A2·A1 o A1, que debe ser la máscara causal",
              }),
              holds(op.less(op.sum(product(inside, summaries)), (n * (n + 1)) / 2), {
                en: "A1·A2 sees all that came before: the middle of a block is summed up by nobody, and should stay out of sight",
                es: "A1·A2 ve todo lo anterior: nadie resume el medio de un bloque, y no debería verse",
              }),
            ];
          },
        ),
        together(
          law(few, 1, "stridedMasks", "squareRoot", (ask) => {
            const [near, far] = ask.stridedMasks(n, l);
            return [about("A1", near, n, l), about("A2", far, n, l)];
          }),
          law(few, 1, "fixedMasks", "multiple", (ask) => {
            const [inside, summaries] = ask.fixedMasks(n, l, 1);
            return [about("A1", inside, n, l), about("A2", summaries, n, l)];
          }),
        ),
        together(
          law(growth, 1, "windowMask", "plain", (ask, _, random) => {
            const k = random.integer(2, 4);
            const window = ask.windowMask(14, k);
            return [seen(product(window, product(window, window)), 14, 3, k)];
          }),
          law(growth, 1, "reach", "three", (ask, _, random) => {
            const k = random.integer(2, 4);
            const window = windowMask(14, k);
            return [seen(ask.reach([window, window, window, window]), 14, 4, k)];
          }),
        ),
        together(
          refuses(refusals, 1, "windowMask", ["noKeys", "lessThanOne", "negative"]),
          refuses(refusals, 1, "stridedMasks", ["noStride", "lessThanOne", "negative"]),
          refuses(refusals, 1, "fixedMasks", ["noBlock", "noBlockSummed", "negativeBlock", "negativeBoth"]),
          refuses(refusals, 1, "fixedMasks", ["noSummary", "lessThanOne", "negativeSummary", "summaryTooLong"]),
          refuses(refusals, 1, "reach", ["none"]),
        ),
      ],

      mistakes: {
        "window-one-too-wide": {
          variant: { windowMask: (n, k) => where(n, (i, j) => j <= i && i - k <= j) },
          hint: {
            en: "This is what comes out with i − k ≤ j: each query looks at k keys before itself and at itself, k + 1 in all. A window of k keys is i − k + 1 … i, so i − k < j. (It is A1 of stridedMasks that has l + 1 keys.)",
            es: "Esto es lo que sale con i − k ≤ j: cada consulta mira k claves anteriores y además a sí misma, k + 1 en total. Una ventana de k claves es i − k + 1 … i, así que i − k < j. (La que tiene l + 1 claves es A1 de stridedMasks.)",
          },
        },
        "first-not-causal": {
          variant: {
            stridedMasks: (n, l) => [where(n, (i, j) => Math.abs(i - j) <= l), stridedMasks(n, l)[1]],
            fixedMasks: (n, l, c) => [
              where(n, (i, j) => Math.floor(i / l) === Math.floor(j / l)),
              fixedMasks(n, l, c)[1],
            ],
          },
          hint: {
            en: "The second mask is right, but in the first one queries look ahead: some j > i is allowed. Both need j ≤ i (Child et al. 2019, §4.2).",
            es: "La segunda máscara está bien, pero en la primera las consultas miran hacia adelante: se permite algún j > i. Las dos necesitan j ≤ i (Child et al. 2019, §4.2).",
          },
        },
        "second-not-causal": {
          variant: {
            stridedMasks: (n, l) => [stridedMasks(n, l)[0], where(n, (i, j) => (i - j) % l === 0)],
            fixedMasks: (n, l, c) => [fixedMasks(n, l, c)[0], where(n, (_, j) => j % l >= l - c)],
          },
          hint: {
            en: "The first mask is right, but in the second one queries look ahead: some j > i is allowed. Both need j ≤ i (Child et al. 2019, §4.2).",
            es: "La primera máscara está bien, pero en la segunda las consultas miran hacia adelante: se permite algún j > i. Las dos necesitan j ≤ i (Child et al. 2019, §4.2).",
          },
        },
        "not-causal": {
          variant: {
            windowMask: (n, k) => where(n, (i, j) => Math.abs(i - j) < k),
            stridedMasks: (n, l) => [where(n, (i, j) => Math.abs(i - j) <= l), where(n, (i, j) => (i - j) % l === 0)],
            fixedMasks: (n, l, c) => [
              where(n, (i, j) => Math.floor(i / l) === Math.floor(j / l)),
              where(n, (_, j) => j % l >= l - c),
            ],
          },
          hint: {
            en: "Here queries look ahead: some j > i is allowed, a word that is not there yet when the model writes. Add j ≤ i to every condition (Child et al. 2019, §4.2).",
            es: "Aquí las consultas miran hacia adelante: se permite algún j > i, una palabra que aún no existe cuando el modelo escribe. Añade j ≤ i a cada condición (Child et al. 2019, §4.2).",
          },
        },
        "block-start": {
          variant: {
            fixedMasks: (n, l, c) => [fixedMasks(n, l, c)[0], where(n, (i, j) => j <= i && j % l < c)],
          },
          hint: {
            en: "This is what comes out when the first c positions of a block sum it up. They come before the rest of it and know nothing of that: take the last c, j mod l ≥ l − c (Child et al. 2019, §4.3).",
            es: "Esto es lo que sale cuando resumen el bloque sus primeras c posiciones. Van antes que las demás y no saben nada de ellas: toma las c últimas, j mod l ≥ l − c (Child et al. 2019, §4.3).",
          },
        },
        "union-of-heads": {
          variant: {
            stridedMasks: (n, l) => both(stridedMasks(n, l)),
            fixedMasks: (n, l, c) => both(fixedMasks(n, l, c)),
          },
          hint: {
            en: "Both masks are the union A1 ∪ A2 here. That is one way to use the pattern, a merged head; these functions return the two heads one by one (Child et al. 2019, §4.3 and §5.2).",
            es: "Aquí las dos máscaras son la unión A1 ∪ A2. Es una manera de usar el patrón, una cabeza fusionada; estas funciones devuelven las dos cabezas por separado (Child et al. 2019, §4.3 y §5.2).",
          },
        },
        "round-instead-of-floor": {
          variant: {
            fixedMasks: (n, l, c) => [
              where(n, (i, j) => j <= i && Math.round(i / l) === Math.round(j / l)),
              fixedMasks(n, l, c)[1],
            ],
          },
          hint: {
            en: "This is what comes out when the number of a block is j/l rounded: blocks then begin half a block early. Round down: ⌊j/l⌋, tf.floorDiv or Math.floor.",
            es: "Esto es lo que sale cuando el número de bloque es j/l redondeado: los bloques empiezan entonces medio bloque antes. Redondea hacia abajo: ⌊j/l⌋, con tf.floorDiv o Math.floor.",
          },
        },
        "reach-reversed": {
          variant: { reach: (masks) => reach([...masks].reverse()) },
          hint: {
            en: "This is the product A1 · A2 · … · AN, the layers in the wrong order. Output i is made by the last layer, so its mask comes first: AN · … · A2 · A1.",
            es: "Este es el producto A1 · A2 · … · AN, con las capas en el orden equivocado. La salida i la produce la última capa, así que su máscara va primero: AN · … · A2 · A1.",
          },
        },
        "strided-one-too-narrow": {
          variant: {
            stridedMasks: (n, l) => [where(n, (i, j) => j <= i && j > i - l), stridedMasks(n, l)[1]],
          },
          hint: {
            en: "This is what comes out with j > i − l in A1: l keys. Child's first head begins at i − l itself and has up to l + 1 keys: j ≥ i − l (Child et al. 2019, §4.3).",
            es: "Esto es lo que sale con j > i − l en A1: l claves. La primera cabeza de Child empieza en i − l mismo y tiene hasta l + 1 claves: j ≥ i − l (Child et al. 2019, §4.3).",
          },
        },
        "stride-from-the-start": {
          variant: {
            stridedMasks: (n, l) => [stridedMasks(n, l)[0], where(n, (i, j) => j <= i && j % l === 0)],
          },
          hint: {
            en: "A2 has whole columns here, those of j mod l = 0, as if the stride were counted from the start of the sequence. It is counted back from each query: (i − j) mod l = 0 (Child et al. 2019, §4.3).",
            es: "Aquí A2 tiene columnas enteras, las de j mod l = 0, como si el paso se contara desde el inicio de la secuencia. Se cuenta hacia atrás desde cada consulta: (i − j) mod l = 0 (Child et al. 2019, §4.3).",
          },
        },
        "reach-as-union": {
          variant: {
            reach: (masks) => {
              const [first, ...others] = checked(masks);
              return others.reduce((union, mask) => union.logicalOr(mask), first);
            },
          },
          hint: {
            en: "This is the union of the masks: what some layer looks at in one step. Through several layers a path takes one step in each of them: multiply the masks as matrices.",
            es: "Esta es la unión de las máscaras: lo que alguna capa mira en un solo paso. A través de varias capas, un camino da un paso en cada una: multiplica las máscaras como matrices.",
          },
        },
      },

      routes: {
        "entry by entry": {
          windowMask: (n, k) => {
            if (k < 1) throw new RangeError("k");
            return filled(n, (set) => {
              for (let i = 0; i < n; i++) for (let j = Math.max(0, i - k + 1); j <= i; j++) set(i, j);
            });
          },
          stridedMasks: (n, l) => {
            if (l < 1) throw new RangeError("l");
            const near = filled(n, (set) => {
              for (let i = 0; i < n; i++) for (let j = Math.max(0, i - l); j <= i; j++) set(i, j);
            });
            const far = filled(n, (set) => {
              for (let i = 0; i < n; i++) for (let j = i; j >= 0; j -= l) set(i, j);
            });
            return [near, far];
          },
          fixedMasks: (n, l, c) => {
            if (l < 1 || c < 1 || c > l) throw new RangeError("l or c");
            const inside = filled(n, (set) => {
              for (let i = 0; i < n; i++) for (let j = i - (i % l); j <= i; j++) set(i, j);
            });
            const summaries = filled(n, (set) => {
              for (let j = 0; j < n; j++) if (j % l >= l - c) for (let i = j; i < n; i++) set(i, j);
            });
            return [inside, summaries];
          },
          reach: (masks) => {
            // From the last layer down, where each position has got to.
            const layers = checked(masks).map((mask) => mask.arraySync() as number[][]);
            const keysOf = (layer: number[][], i: number) =>
              (layer[i] ?? []).flatMap((allowed, j) => (allowed ? [j] : []));
            return filled(layers[0]?.length ?? 0, (set) => {
              for (const i of layers[0]?.keys() ?? []) {
                let at = [i];
                for (const layer of layers.toReversed()) at = [...new Set(at.flatMap((k) => keysOf(layer, k)))];
                for (const j of at) set(i, j);
              }
            });
          },
        },
        "bands and comparisons of floats, tidied": {
          windowMask: (n, k) => {
            if (k < 1) throw new RangeError("k");
            return tf.tidy(() => tf.linalg.bandPart(tf.ones([n, n]), Math.min(k - 1, n - 1), 0).cast("bool"));
          },
          stridedMasks: (n, l) => {
            if (l < 1) throw new RangeError("l");
            return tf.tidy(() => {
              const positions = tf.range(0, n);
              const past = positions.expandDims(1).sub(positions).relu(); // [n, n], 0 also for what comes later
              const causal = tf.linalg.bandPart(tf.ones([n, n]), -1, 0);
              const far = tf.equal(past.div(l).floor().mul(l), past).cast("float32");
              return [past.lessEqual(l).logicalAnd(causal.cast("bool")), far.mul(causal).cast("bool")];
            });
          },
          fixedMasks: (n, l, c) => {
            if (l < 1 || c < 1 || c > l) throw new RangeError("l or c");
            return tf.tidy(() => {
              const blocks = Math.ceil(n / l);
              // A block of ones for each block, and the columns at its end; cut to n.
              const ones = tf.ones([l, l]);
              const rows = Array.from({ length: blocks }, (_, b) =>
                ones.pad([
                  [0, 0],
                  [b * l, (blocks - 1 - b) * l],
                ]),
              );
              const ends = tf.tile(tf.concat([tf.zeros([l - c]), tf.ones([c])]), [blocks]); // [blocks·l]
              const causal = (x: tf.Tensor) => tf.linalg.bandPart(x.slice([0, 0], [n, n]), -1, 0).cast("bool");
              return [causal(tf.concat(rows)), causal(tf.tile(ends.expandDims(0), [blocks * l, 1]))];
            });
          },
          reach: (masks) =>
            tf.tidy(() =>
              checked(masks)
                .map((mask) => mask.cast("float32"))
                .reduceRight((product, mask) => tf.matMul(product, mask).minimum(1))
                .cast("bool"),
            ),
        },
        "reach by any key that is allowed and sees": {
          reach: (masks) =>
            checked(masks).reduce((seen, mask) => mask.expandDims(2).logicalAnd(seen.expandDims(0)).any(1)),
        },
        "strided and fixed from the others": {
          stridedMasks: (n, l) => [windowMask(n, l + 1), stridedMasks(n, l)[1]],
          fixedMasks: (n, l, c) => {
            const columns = tf.greaterEqual(
              tf.range(0, n, 1, "int32").mod(tf.scalar(l, "int32")),
              tf.scalar(l - c, "int32"),
            );
            return [fixedMasks(n, l, c)[0], causalMask(n).logicalAnd(columns)];
          },
        },
      },
    };
  },
);

/**
 * Masks of 7 positions whose product tells what became of each of them: without any of them, with two neighbours
 * exchanged, or with all that was seen on the way, it would be another.
 */
function layers(random: Random, count: number): tf.Tensor[] {
  for (;;) {
    const masks = Array.from({ length: count }, () => random.uniform([7, 7], 0, 1).less(0.25));
    const rows = masks.map((mask) => mask.arraySync() as number[][]);
    const places = [...rows.keys()];
    const others = [
      ...places.map((left) => rows.filter((_, at) => at !== left)),
      ...places.slice(1).map((at) => rows.with(at, rows[at - 1] ?? []).with(at - 1, rows[at] ?? [])),
      [...rows].reverse(),
    ].map(paths);
    const all = paths(rows);
    const along = places.map((at) => paths(rows.slice(0, at + 1)));
    const told = [...others, ...along.slice(0, -1)].every((other) =>
      other.some((x, at) => x > 0 !== (all[at] ?? 0) > 0),
    );
    const open = all.filter((x) => x === 0).length;
    if (
      told &&
      open > 10 &&
      open < 40 &&
      along.slice(0, -1).some((seen) => seen.some((x, at) => x > 0 && all[at] === 0))
    )
      return masks;
  }
}

/** How many paths lead from each output to each input, entry by entry. */
function paths(masks: readonly (readonly (readonly number[])[])[]): number[] {
  const product = masks.reduce((before, mask) =>
    mask.map((row) => (before[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (before[k]?.[j] ?? 0), 0))),
  );
  return product.flat();
}

/** A mask [n, n] that is true where the condition holds. */
function where(n: number, holds: (i: number, j: number) => boolean): tf.Tensor {
  return filled(n, (set) => {
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (holds(i, j)) set(i, j);
  });
}

/** A mask [n, n] that is true at the places that `fill` sets. */
function filled(n: number, fill: (set: (i: number, j: number) => void) => void): tf.Tensor {
  const entries = new Uint8Array(n * n);
  fill((i, j) => {
    entries[i * n + j] = 1;
  });
  return tf.tensor2d(entries, [n, n], "bool");
}

/** The union of two heads, twice. */
function both([a, b]: [tf.Tensor, tf.Tensor]): [tf.Tensor, tf.Tensor] {
  const union = a.logicalOr(b);
  return [union, union];
}

function checked(masks: tf.Tensor[]): [tf.Tensor, ...tf.Tensor[]] {
  const [first, ...others] = masks;
  if (first === undefined) throw new RangeError("no masks");
  return [first, ...others];
}

/** The Boolean product of two masks [n, n]. */
const product = (a: Term, b: Term) => op.greater(op.matMul(op.cast(a, "float32"), op.cast(b, "float32")), 0);

/** Query i of a mask has `due(i)` keys. */
const counts = (name: string, mask: Term, n: number, due: (i: number) => number) =>
  close(
    op.sum(mask, 1),
    tf.tensor1d(
      Array.from({ length: n }, (_, i) => due(i)),
      "int32",
    ),
    {
      en: `how many keys each query of ${name} sees`,
      es: `cuántas claves ve cada consulta de ${name}`,
    },
  );

/** A mask has about n·l entries that are true. */
function about(name: string, mask: Term, n: number, l: number) {
  const [entries, least, most] = [op.sum(mask), (n * l) / 3, (n + l) * l];
  return holds(
    op.logicalAnd(op.greaterEqual(entries, least), op.lessEqual(entries, most)),
    {
      en: `with n = ${n}, ${name} has {0} true entries; it should have between ${least} and ${most}`,
      es: `con n = ${n}, ${name} tiene {0} entradas verdaderas; debería tener entre ${least} y ${most}`,
    },
    { shows: [entries] },
  );
}

/** Each position sees the tokens that windows of k keys let it see through so many layers. */
const seen = (mask: Term, n: number, layers: number, k: number) =>
  counts(`${layers} × windowMask(${n}, ${k})`, mask, n, (i) => Math.min(i, layers * (k - 1)) + 1);
