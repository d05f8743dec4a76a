import * as tf from "@tensorflow/tfjs";
import { close, distribution, holds, op, type Random, suite } from "#grader/suite/index.js";
import type { Relation } from "#grader/suite/laws/relation.js";
import type { Term } from "#grader/suite/laws/term.js";
import { convolutionMatrix1d, convolutionMatrix2d } from "#reference";

export const convolutionAsAttentionSuite = suite("2.6", { convolutionMatrix1d, convolutionMatrix2d })(
  ({ agrees, law, refuses }) => ({
    cases: (random) => ({
      convolutionMatrix1d: {
        fiveTaps: [signed(random, 5), 8],
        threeTaps: [signed(random, 3), 5],
        asManyTaps: [signed(random, 5), 5],
        moreTaps: [signed(random, 7), 4],
        oneTap: [signed(random, 1), 3],
        onePosition: [signed(random, 3), 1],
        // Here a row divided by its sum is the same whether all rows are divided or the cut ones alone.
        average: [average(random, 3), 6],
        evenKernel: [signed(random, 4), 6],
        twoTaps: [signed(random, 2), 6],
        emptyKernel: [[], 6],
        noPosition: [signed(random, 3), 0],
        negative: [signed(random, 3), -2],
        fraction: [signed(random, 3), 2.5],
        fractionBelowOne: [signed(random, 3), 0.5],
        notANumber: [signed(random, 3), Number.NaN],
      },
      convolutionMatrix2d: {
        wide: [rows(signed(random, 9)), 3, 5],
        tall: [rows(signed(random, 9)), 5, 3],
        square: [rows(signed(random, 9)), 4, 4],
        twoByTwo: [rows(signed(random, 9)), 2, 2],
        oneRow: [rows(signed(random, 9)), 1, 4],
        oneColumn: [rows(signed(random, 9)), 4, 1],
        average: [rows(average(random, 9)), 4, 5],
        twoRows: [kernelOf(random, [3, 3]), 4, 5],
        fourRows: [kernelOf(random, [3, 3, 3, 3]), 4, 5],
        twoColumns: [kernelOf(random, [2, 2, 2]), 4, 5],
        fourColumns: [kernelOf(random, [4, 4, 4]), 4, 5],
        twoTimesTwo: [kernelOf(random, [2, 2]), 4, 5],
        ragged: [kernelOf(random, [3, 3, 2]), 4, 5],
        raggedAtFirst: [kernelOf(random, [2, 3, 3]), 4, 5],
        raggedButNine: [kernelOf(random, [3, 2, 4]), 4, 5],
        fiveByFive: [kernelOf(random, [5, 5, 5, 5, 5]), 5, 6],
        emptyKernel: [[], 4, 5],
        noHeight: [rows(signed(random, 9)), 0, 5],
        noWidth: [rows(signed(random, 9)), 4, 0],
        negativeHeight: [rows(signed(random, 9)), -1, 5],
        negativeWidth: [rows(signed(random, 9)), 4, -1],
        fractionOfHeight: [rows(signed(random, 9)), 3.5, 5],
        fractionOfWidth: [rows(signed(random, 9)), 4, 2.5],
        heightBelowOne: [rows(signed(random, 9)), 0.5, 5],
        noNumberOfHeight: [rows(signed(random, 9)), Number.NaN, 5],
        noNumberOfWidth: [rows(signed(random, 9)), 4, Number.NaN],
      },
    }),

    checks: [
      agrees({ en: "1-D agrees with the reference", es: "1-D coincide con la referencia" }, 4, "convolutionMatrix1d", [
        "fiveTaps",
        "threeTaps",
        "asManyTaps",
        "moreTaps",
        "oneTap",
        "onePosition",
        "average",
      ]),
      agrees(
        {
          en: "2-D agrees with the reference, on wide, tall and small grids",
          es: "2-D coincide con la referencia, en cuadrículas anchas, altas y pequeñas",
        },
        5,
        "convolutionMatrix2d",
        ["wide", "tall", "square", "twoByTwo", "oneRow", "oneColumn", "average"],
      ),
      law(
        {
          en: "1-D: where x moves by one position, M·x moves along, away from the ends",
          es: "1-D: si x se recorre una posición, M·x se recorre igual, lejos de los extremos",
        },
        1,
        "convolutionMatrix1d",
        "fiveTaps",
        (ask, [kernel, n], random) => {
          const matrix = ask.convolutionMatrix1d(kernel, n);
          const other = ask.convolutionMatrix1d(signed(random, kernel.length), n);
          const x = random.normal([n, 3]);
          const later = tf.concat([random.normal([1, 3]), x.slice(0, n - 1)]); // one position later
          const [r, inside] = [(kernel.length - 1) / 2, n - kernel.length]; // positions with all neighbours in both
          return [
            dependsOnKernel(matrix, other),
            close(op.slice(op.matMul(matrix, later), r + 1, inside), op.slice(op.matMul(matrix, x), r, inside), {
              en: "M times the shifted x, away from the ends, against M·x one position before,",
              es: "M por la x recorrida, lejos de los extremos, frente a M·x una posición antes,",
            }),
          ];
        },
      ),
      law(
        {
          en: "2-D: where the image moves by a row and a column, M·x does too, inside the border",
          es: "2-D: si la imagen se recorre una fila y una columna, M·x también, lejos del borde",
        },
        1,
        "convolutionMatrix2d",
        "wide",
        (ask, [kernel], random) => {
          const [height, width] = [4, 6];
          const matrix = ask.convolutionMatrix2d(kernel, height, width);
          const other = ask.convolutionMatrix2d(rows(signed(random, 9)), height, width);
          const image = random.normal([height, width, 2]);
          // One row down and one column to the right, with other pixels at the top and at the left.
          const shifted = tf.concat([
            random.normal([1, width, 2]),
            tf.concat([random.normal([height - 1, 1, 2]), image.slice([0, 0, 0], [height - 1, width - 1, 2])], 1),
          ]);
          const times = (x: tf.Tensor) =>
            op.reshape(op.matMul(matrix, x.reshape([height * width, 2])), [height, width, 2]);
          const inside = [height - 3, width - 3, 2]; // pixels with all neighbours in both
          return [
            dependsOnKernel(matrix, other),
            close(op.slice(times(shifted), [2, 2, 0], inside), op.slice(times(image), [1, 1, 0], inside), {
              en: "M times the shifted image, away from the border, against M·x a row and a column before,",
              es: "M por la imagen recorrida, lejos del borde, frente a M·x una fila y una columna antes,",
            }),
          ];
        },
      ),
      law(
        {
          en: "1-D: rows are attention weights only where kernel ≥ 0, and sum to one only if whole",
          es: "1-D: las filas son pesos de atención solo si kernel ≥ 0, y suman uno solo si están enteras",
        },
        1,
        "convolutionMatrix1d",
        "average",
        (ask, [kernel, n]) => {
          const matrix = ask.convolutionMatrix1d(kernel, n);
          return [
            distribution(op.slice(matrix, 1, n - 2)),
            ...[0, n - 1].map((row) => sumsToLess(op.slice(matrix, row, 1), row)),
            hasNegative(ask.convolutionMatrix1d([-1, 1.5, 0.5], n)),
          ];
        },
      ),
      law(
        {
          en: "2-D: rows are attention weights only where kernel ≥ 0, and sum to one only if whole",
          es: "2-D: las filas son pesos de atención solo si kernel ≥ 0, y suman uno solo si están enteras",
        },
        1,
        "convolutionMatrix2d",
        "average",
        (ask, [kernel, height, width]) => {
          const matrix = ask.convolutionMatrix2d(kernel, height, width);
          const size = height * width;
          const border = Array.from({ length: size }, (_, i) => i).filter(
            (i) => i < width || i >= size - width || i % width === 0 || i % width === width - 1,
          );
          const inside = op.slice(op.reshape(matrix, [height, width, size]), [1, 1, 0], [height - 2, width - 2, size]);
          return [
            distribution(inside),
            ...border.map((row) => sumsToLess(op.slice(matrix, row, 1), row)),
            hasNegative(ask.convolutionMatrix2d(rows([0, -1, 0, -1, 5, -0.5, 0, -1.5, 0]), height, width)),
          ];
        },
      ),
      refuses(
        {
          en: "1-D refuses a kernel of even length, and an n that is no integer from 1 on",
          es: "1-D rechaza un kernel de longitud par, y un n que no es un entero desde 1",
        },
        1,
        "convolutionMatrix1d",
        [
          "evenKernel",
          "twoTaps",
          "emptyKernel",
          "noPosition",
          "negative",
          "fraction",
          "fractionBelowOne",
          "notANumber",
        ],
      ),
      refuses(
        {
          en: "2-D refuses a kernel that is not 3 × 3, and sides that are no integers from 1 on",
          es: "2-D rechaza un kernel que no es de 3 × 3, y lados que no son enteros desde 1",
        },
        1,
        "convolutionMatrix2d",
        [
          "twoRows",
          "fourRows",
          "twoColumns",
          "fourColumns",
          "twoTimesTwo",
          "ragged",
          "raggedAtFirst",
          "raggedButNine",
          "fiveByFive",
          "emptyKernel",
          "noHeight",
          "noWidth",
          "negativeHeight",
          "negativeWidth",
          "fractionOfHeight",
          "fractionOfWidth",
          "heightBelowOne",
          "noNumberOfHeight",
          "noNumberOfWidth",
        ],
      ),
    ],

    mistakes: {
      "kernel-flipped": {
        variant: {
          convolutionMatrix1d: (kernel, n) => convolutionMatrix1d(kernel.toReversed(), n),
          convolutionMatrix2d: (kernel, height, width) =>
            convolutionMatrix2d(
              kernel.toReversed().map((row) => row.toReversed()),
              height,
              width,
            ),
        },
        hint: {
          en: "This is what comes out with the kernel flipped, the convolution of signal processing (and also the transpose of M). Networks do not flip: kernel[0] meets the position before i, so the entry at [i, j] is kernel[j − i + r].",
          es: "Esto es lo que sale con el kernel volteado, la convolución del procesamiento de señales (y también la transpuesta de M). Las redes no lo voltean: kernel[0] va con lo que está antes de i, así que la entrada [i, j] es kernel[j − i + r].",
        },
      },
      circular: {
        variant: {
          convolutionMatrix1d: (kernel, n) => onLine(kernel, n, (i) => (i + n * kernel.length) % n),
          convolutionMatrix2d: (kernel, height, width) =>
            onGrid(kernel, height, width, (i, j) => ((i + height) % height) * width + ((j + width) % width)),
        },
        hint: {
          en: "This is what comes out when the signal closes to a ring, as for the circulant matrices of Bronstein et al. 2021, §4.2: after the last position comes the first again. Here nothing but zeros lies outside: leave those entries out.",
          es: "Esto es lo que sale cuando la señal se cierra en un anillo, como con las matrices circulantes de Bronstein et al. 2021, §4.2: después de la última posición vuelve la primera. Aquí afuera solo hay ceros: omite esas entradas.",
        },
      },
      "row-wrap": {
        variant: {
          convolutionMatrix2d: (kernel, height, width) => onGrid(kernel, height, width, (i, j) => i * width + j),
        },
        hint: {
          en: "This is what comes out when neighbours are found by their number alone: the last pixel of a row of the grid is then linked to the first of the next. Keep row and column apart, and check that j + b stays within 0, …, width − 1.",
          es: "Esto es lo que sale al buscar vecinos solo por su número: el último píxel de una fila de la cuadrícula queda unido al primero de la siguiente. Maneja fila y columna por separado y comprueba que j + b no salga de 0, …, width − 1.",
        },
      },
      "border-renormalised": {
        variant: {
          convolutionMatrix1d: (kernel, n) => {
            const ones = kernel.map(() => 1);
            return renormalised(convolutionMatrix1d(kernel, n), convolutionMatrix1d(ones, n), ones.length);
          },
          convolutionMatrix2d: (kernel, height, width) => {
            const ones = kernel.map((row) => row.map(() => 1));
            return renormalised(
              convolutionMatrix2d(kernel, height, width),
              convolutionMatrix2d(ones, height, width),
              9,
            );
          },
        },
        hint: {
          en: "This is what comes out when the rows cut at the border are divided by their sum, as softmax would do over the neighbours that are left. A convolution keeps the kernel's numbers as they are: those outside are left out, the others do not grow.",
          es: "Esto es lo que sale cuando las filas cortadas en el borde se dividen entre su suma, como haría softmax con los vecinos que quedan. Una convolución deja los números del kernel como están: los de fuera se omiten y los demás no crecen.",
        },
      },
      "grid-transposed": {
        variant: {
          convolutionMatrix2d: (kernel, height, width) => {
            const order = Array.from(
              { length: height * width },
              (_, p) => (p % height) * width + Math.floor(p / height),
            );
            return tf.gather(tf.gather(convolutionMatrix2d(kernel, height, width), order), order, 1);
          },
        },
        hint: {
          en: "This is what comes out when the pixels are numbered column by column, j·height + i. Number them row by row: pixel (i, j) is row i·width + j, which is also how reshape lays out an image.",
          es: "Esto es lo que sale al numerar los píxeles columna por columna, j·height + i. Numéralos fila por fila: el píxel (i, j) es la fila i·width + j, que es también como reshape acomoda una imagen.",
        },
      },
      "kernel-transposed": {
        variant: {
          convolutionMatrix2d: (kernel, height, width) =>
            convolutionMatrix2d(
              [0, 1, 2].map((column) => kernel.map((row) => row[column] ?? 0)),
              height,
              width,
            ),
        },
        hint: {
          en: "This is what comes out with kernel[b + 1][a + 1], rows and columns of the kernel exchanged. The first index goes with the step a from row to row of the grid, the second with the step b along it: kernel[a + 1][b + 1].",
          es: "Esto es lo que sale con kernel[b + 1][a + 1], las filas y columnas del kernel intercambiadas. El primer índice va con el paso a de una fila de la cuadrícula a otra, y el segundo con el paso b a lo largo de ella: kernel[a + 1][b + 1].",
        },
      },
      "not-centred": {
        variant: {
          convolutionMatrix1d: (kernel, n) => onLine(kernel, n, (position) => position + (kernel.length - 1) / 2),
          convolutionMatrix2d: (kernel, height, width) =>
            onGrid(kernel, height, width, (i, j) => (j + 1 < width ? (i + 1) * width + j + 1 : -1)),
        },
        hint: {
          en: "This is what comes out when the kernel begins at the position instead of having its middle there: every output comes from what lies ahead. Shift the index by r: the weight for the step t is kernel[t + r].",
          es: "Esto es lo que sale cuando el kernel empieza en la posición en lugar de tener ahí su centro: cada salida viene de lo que está adelante. Corre el índice r lugares: el peso del paso t es kernel[t + r].",
        },
      },
      "edge-repeated": {
        variant: {
          convolutionMatrix1d: (kernel, n) => onLine(kernel, n, (i) => clamp(i, n)),
          convolutionMatrix2d: (kernel, height, width) =>
            onGrid(kernel, height, width, (i, j) => clamp(i, height) * width + clamp(j, width)),
        },
        hint: {
          en: "This is what comes out when the signal goes on with its last value beyond the end, so that the entries at the border collect what would fall outside. Zero padding drops it: leave those entries out.",
          es: "Esto es lo que sale cuando la señal sigue con su último valor más allá del extremo, y las entradas del borde juntan lo que caería fuera. El relleno con ceros lo descarta: omite esas entradas.",
        },
      },
    },

    routes: {
      "loops over positions and steps, into a buffer": {
        convolutionMatrix1d: onLines((kernel, n) => {
          const matrix = tf.buffer([n, n], "float32");
          const r = Math.floor(kernel.length / 2);
          for (let i = 0; i < n; i++) {
            for (let t = -r; t <= r; t++) {
              if (i + t >= 0 && i + t < n) matrix.set(kernel[t + r] ?? 0, i, i + t);
            }
          }
          return matrix.toTensor();
        }),
        convolutionMatrix2d: onGrids((kernel, height, width) => {
          const matrix = tf.buffer([height * width, height * width], "float32");
          for (let i = 0; i < height; i++) {
            for (let j = 0; j < width; j++) {
              for (let row = Math.max(i - 1, 0); row <= Math.min(i + 1, height - 1); row++) {
                for (let column = Math.max(j - 1, 0); column <= Math.min(j + 1, width - 1); column++) {
                  const weight = kernel[row - i + 1]?.[column - j + 1] ?? 0;
                  matrix.set(weight, i * width + j, row * width + column);
                }
              }
            }
          }
          return matrix.toTensor();
        }),
      },
      "the convolution of each unit vector": {
        convolutionMatrix1d: onLines((kernel, n) => conv1d(tf.eye(n), kernel)),
        convolutionMatrix2d: onGrids((kernel, height, width) => {
          const size = height * width;
          return conv2d(tf.eye(size).reshape([height, width, size]), kernel).reshape([size, size]);
        }),
      },
      "a sum of shifts, each times its number of the kernel, tidied": {
        convolutionMatrix1d: onLines((kernel, n) =>
          tf.tidy(() => tf.addN(kernel.map((weight, s) => shift(n, s - (kernel.length - 1) / 2).mul(weight)))),
        ),
        // A shift on the grid is one between its rows times one along them.
        convolutionMatrix2d: onGrids((kernel, height, width) => {
          const between = (a: number) => shift(height, a).reshape([height, 1, height, 1]);
          const along = (b: number) => shift(width, b).reshape([1, width, 1, width]);
          const terms = kernel.flatMap((row, a) =>
            row.map((weight, b) =>
              between(a - 1)
                .mul(along(b - 1))
                .mul(weight),
            ),
          );
          return tf.addN(terms).reshape([height * width, height * width]);
        }),
      },
      "distances as tensors, and the kernel looked up where they are small": {
        convolutionMatrix1d: onLines((kernel, n) => {
          const r = (kernel.length - 1) / 2;
          const steps = stepsOf(tf.range(0, n)); // [n, n]
          const found = tf.gather(
            tf.tensor1d(kernel),
            steps
              .add(r)
              .clipByValue(0, 2 * r)
              .toInt(),
          );
          return tf.where(steps.abs().lessEqual(r), found, 0);
        }),
        convolutionMatrix2d: onGrids((kernel, height, width) => {
          const down = stepsOf(tf.range(0, height).expandDims(1).tile([1, width]).flatten());
          const right = stepsOf(tf.range(0, width).tile([height]));
          const found = tf.gather(tf.tensor1d(kernel.flat()), down.mul(3).add(right).add(4).clipByValue(0, 8).toInt());
          return tf.where(down.abs().maximum(right.abs()).lessEqual(1), found, 0);
        }),
      },
    },
  }),
);

/** Numbers of either sign. */
function signed(random: Random, count: number): number[] {
  return Array.from(random.normal([count]).dataSync());
}

/** A kernel with rows of these lengths. */
function kernelOf(random: Random, lengths: readonly number[]): number[][] {
  return lengths.map((length) => signed(random, length));
}

/** Positive numbers that sum to one. */
function average(random: Random, count: number): number[] {
  return Array.from(tf.softmax(random.normal([count])).dataSync());
}

/** A list in rows of three. */
function rows(numbers: readonly number[]): number[][] {
  return Array.from({ length: numbers.length / 3 }, (_, i) => numbers.slice(3 * i, 3 * i + 3));
}

/** The columns of x [n, d], each convolved with the kernel → [n, d] */
function conv1d(x: tf.Tensor, kernel: readonly number[]): tf.Tensor {
  const signals = x.transpose().expandDims<tf.Tensor3D>(2); // [d, n, 1]
  const filter = tf.tensor3d([...kernel], [kernel.length, 1, 1]);
  return tf.conv1d(signals, filter, 1, "same").squeeze([2]).transpose();
}

/** The channels of an image [height, width, d], each convolved with the kernel → [height, width, d] */
function conv2d(image: tf.Tensor, kernel: readonly (readonly number[])[]): tf.Tensor {
  const images = image.transpose([2, 0, 1]).expandDims<tf.Tensor4D>(3); // [d, height, width, 1]
  const filter = tf.tensor4d(kernel.flat(), [3, 3, 1, 1]);
  return tf.conv2d(images, filter, 1, "same").squeeze([3]).transpose([1, 2, 0]);
}

const dependsOnKernel = (matrix: Term, other: Term): Relation =>
  holds(op.any(op.notEqual(matrix, other)), {
    en: "M is the same for two kernels",
    es: "M es la misma con dos kernels distintos",
  });

/** Of a kernel that sums to one, a row [1, n] that is cut off sums to less. */
const sumsToLess = (row: Term, at: number): Relation =>
  holds(
    op.less(op.sum(row), 0.9999),
    {
      en: `row ${at} of M, which is cut at the border, sums to {0}; expected less than 1`,
      es: `la fila ${at} de M, cortada en el borde, suma {0}; se esperaba menos de 1`,
    },
    { shows: [op.sum(row)] },
  );

/** A negative number of the kernel is in M, which no softmax gives. */
const hasNegative = (matrix: Term): Relation =>
  holds(
    op.less(op.min(matrix), 0),
    {
      en: "the least entry of M is {0} for a kernel with a negative number, expected that number",
      es: "la menor entrada de M es {0} con un kernel que tiene un número negativo; se esperaba ese número",
    },
    { shows: [op.min(matrix)] },
  );

/** The matrix whose row i has, for each step, the kernel's number at `find(i + step)`, if that is a position. */
function onLine(kernel: readonly number[], n: number, find: (position: number) => number): tf.Tensor {
  const r = (kernel.length - 1) / 2;
  return linked(n, (i) => kernel.map((weight, s) => [find(i + s - r), weight]));
}

/** The same on a grid: `find` gives the number of the pixel at a row and a column that may lie outside of it. */
function onGrid(
  kernel: readonly (readonly number[])[],
  height: number,
  width: number,
  find: (row: number, column: number) => number,
): tf.Tensor {
  return linked(height * width, (pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return kernel.flatMap((line, a) => line.map((weight, b) => [find(row + a - 1, column + b - 1), weight] as const));
  });
}

/** A matrix [n, n] from the columns and weights of each row; weights of one column add up, other columns are left out. */
function linked(n: number, links: (row: number) => readonly (readonly [column: number, weight: number])[]): tf.Tensor {
  const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (const [i, row] of matrix.entries()) {
    for (const [column, weight] of links(i)) {
      const before = row[column];
      if (before !== undefined) row[column] = before + weight;
    }
  }
  return tf.tensor2d(matrix, [n, n]);
}

/** Rows cut at the border divided by their sums; `kept` is the same matrix for a kernel of ones. */
function renormalised(matrix: tf.Tensor, kept: tf.Tensor, size: number): tf.Tensor {
  const cut = kept.sum(1, true).less(size); // [n, 1]
  return matrix.div(tf.where(cut, matrix.sum(1, true), 1));
}

/** The position nearest to i. */
function clamp(i: number, n: number): number {
  return Math.min(Math.max(i, 0), n - 1);
}

/** The matrix [n, n] with ones at [i, i + t]. */
function shift(n: number, t: number): tf.Tensor {
  return stepsOf(tf.range(0, n)).equal(t).cast("float32");
}

/** How far it is from the place of each row to that of each column: places [n] → [n, n] */
function stepsOf(places: tf.Tensor): tf.Tensor {
  return places.sub(places.expandDims(1));
}

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1;

/** `f`, with the refusals of the reference. */
function onLines(f: typeof convolutionMatrix1d): typeof convolutionMatrix1d {
  return (kernel, n) => (kernel.length % 2 === 1 && isCount(n) ? f(kernel, n) : convolutionMatrix1d(kernel, n));
}

/** The same on a grid. */
function onGrids(f: typeof convolutionMatrix2d): typeof convolutionMatrix2d {
  return (kernel, height, width) => {
    const fine = kernel.length === 3 && kernel.every((row) => row.length === 3) && isCount(height) && isCount(width);
    return fine ? f(kernel, height, width) : convolutionMatrix2d(kernel, height, width);
  };
}
