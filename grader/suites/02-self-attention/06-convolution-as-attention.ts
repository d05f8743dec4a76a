import * as tf from "@tensorflow/tfjs";
import { expectClose, expectDistribution, type Random, suite } from "#grader/suite/index.js";
import { convolutionMatrix1d, convolutionMatrix2d } from "#reference";

export const convolutionAsAttentionSuite = suite("2.6", { convolutionMatrix1d, convolutionMatrix2d })(
  ({ agrees, property, refuses }) => ({
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
        emptyKernel: [[], 6],
        noPosition: [signed(random, 3), 0],
        negative: [signed(random, 3), -2],
      },
      convolutionMatrix2d: {
        wide: [rows(signed(random, 9)), 3, 5],
        tall: [rows(signed(random, 9)), 5, 3],
        square: [rows(signed(random, 9)), 4, 4],
        twoByTwo: [rows(signed(random, 9)), 2, 2],
        oneRow: [rows(signed(random, 9)), 1, 4],
        oneColumn: [rows(signed(random, 9)), 4, 1],
        average: [rows(average(random, 9)), 4, 5],
        twoRows: [rows(signed(random, 6)), 4, 5],
        twoColumns: [[signed(random, 2), signed(random, 2), signed(random, 2)], 4, 5],
        ragged: [[signed(random, 3), signed(random, 3), signed(random, 2)], 4, 5],
        fiveByFive: [Array.from({ length: 5 }, () => signed(random, 5)), 5, 6],
        noHeight: [rows(signed(random, 9)), 0, 5],
        noWidth: [rows(signed(random, 9)), 4, 0],
        negative: [rows(signed(random, 9)), 4, -1],
      },
    }),

    checks: [
      agrees({ en: "1-D agrees with the reference", es: "1-D coincide con la referencia" }, 3, "convolutionMatrix1d", [
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
        4,
        "convolutionMatrix2d",
        ["wide", "tall", "square", "twoByTwo", "oneRow", "oneColumn", "average"],
      ),
      property(
        {
          en: "1-D: M·x is tf.conv1d of x, and shifts when x is shifted",
          es: "1-D: M·x es tf.conv1d de x, y se recorre cuando x se recorre",
        },
        2,
        "convolutionMatrix1d",
        "fiveTaps",
        async (student, [kernel, n], random) => {
          const matrix = await student.convolutionMatrix1d(kernel, n);
          const x = random.normal([n, 3]);
          const expected = conv1d(x, kernel); // [n, 3]
          expectClose(tf.matMul(matrix, x), expected, {
            en: "M·x, against tf.conv1d with 'same'",
            es: "M·x, frente a tf.conv1d con 'same'",
          });
          const shifted = tf.concat([random.normal([1, 3]), x.slice(0, n - 1)]); // one position later
          const [r, inside] = [(kernel.length - 1) / 2, n - kernel.length]; // positions with all neighbours in both
          expectClose(tf.matMul(matrix, shifted).slice(r + 1, inside), expected.slice(r, inside), {
            en: "M times the shifted x, away from the ends,",
            es: "M por la x recorrida, lejos de los extremos,",
          });
        },
      ),
      property(
        {
          en: "2-D: M·x is tf.conv2d of x, and shifts when x is shifted",
          es: "2-D: M·x es tf.conv2d de x, y se recorre cuando x se recorre",
        },
        2,
        "convolutionMatrix2d",
        "wide",
        async (student, [kernel], random) => {
          const [height, width] = [4, 6];
          const matrix = await student.convolutionMatrix2d(kernel, height, width);
          const times = (image: tf.Tensor) => tf.matMul(matrix, image.reshape([height * width, 2])); // [height·width, 2]
          const image = random.normal([height, width, 2]);
          const expected = conv2d(image, kernel); // [height, width, 2]
          expectClose(times(image), expected.reshape([height * width, 2]), {
            en: "M·x, against tf.conv2d with 'same'",
            es: "M·x, frente a tf.conv2d con 'same'",
          });
          // One row down and one column to the right, with other pixels at the top and at the left.
          const shifted = tf.concat([
            random.normal([1, width, 2]),
            tf.concat([random.normal([height - 1, 1, 2]), image.slice([0, 0, 0], [height - 1, width - 1, 2])], 1),
          ]);
          const inside: [number, number, number] = [height - 3, width - 3, 2]; // pixels with all neighbours in both
          expectClose(
            times(shifted).reshape([height, width, 2]).slice([2, 2, 0], inside),
            expected.slice([1, 1, 0], inside),
            {
              en: "M times the shifted x, away from the border,",
              es: "M por la x recorrida, lejos del borde,",
            },
          );
        },
      ),
      property(
        {
          en: "1-D: rows are attention weights only where kernel ≥ 0 and they sum to one",
          es: "1-D: las filas son pesos de atención solo donde kernel ≥ 0 y suman uno",
        },
        1,
        "convolutionMatrix1d",
        "average",
        async (student, [even, n], random) => {
          const ahead = [0, 0, ...average(random, 3)]; // looks at nothing before: only the last rows are cut
          const slope = [-1, 1.5, 0.5];
          for (const [kernel, whole] of [[even, 1], [ahead, 0], [slope]] as const) {
            const matrix = await student.convolutionMatrix1d(kernel, n);
            if (whole !== undefined) expectDistribution(matrix.slice(whole, n - 2)); // from the first row that is not cut
            expectSumsAndLeast(matrix, conv1d(tf.ones([n, 1]), kernel), kernel);
          }
        },
      ),
      property(
        {
          en: "2-D: rows are attention weights only where kernel ≥ 0 and they sum to one",
          es: "2-D: las filas son pesos de atención solo donde kernel ≥ 0 y suman uno",
        },
        1,
        "convolutionMatrix2d",
        "average",
        async (student, [even, height, width]) => {
          const sharp = rows([0, -1, 0, -1, 5, -0.5, 0, -1.5, 0]);
          for (const kernel of [even, sharp]) {
            const matrix = await student.convolutionMatrix2d(kernel, height, width);
            const inside = matrix.reshape([height, width, -1]).slice([1, 1, 0], [height - 2, width - 2, -1]);
            if (kernel === even) expectDistribution(inside);
            expectSumsAndLeast(matrix, conv2d(tf.ones([height, width, 1]), kernel), kernel.flat());
          }
        },
      ),
      refuses(
        {
          en: "1-D refuses a kernel of even length and an n below 1",
          es: "1-D rechaza un kernel de longitud par y n menor que 1",
        },
        1,
        "convolutionMatrix1d",
        ["evenKernel", "emptyKernel", "noPosition", "negative"],
      ),
      refuses(
        {
          en: "2-D refuses a kernel that is not 3 × 3 and sides below 1",
          es: "2-D rechaza un kernel que no es de 3 × 3 y lados menores que 1",
        },
        1,
        "convolutionMatrix2d",
        ["twoRows", "twoColumns", "ragged", "fiveByFive", "noHeight", "noWidth", "negative"],
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

/** Fails unless the rows of M sum to `sums`, what the convolution makes of ones, and no entry but the kernel's is negative. */
function expectSumsAndLeast(matrix: tf.Tensor, sums: tf.Tensor, kernel: readonly number[]): void {
  expectClose(matrix.sum(1), sums.flatten(), {
    en: "the sums of the rows of M",
    es: "las sumas de las filas de M",
  });
  expectClose(matrix.min().dataSync()[0] ?? Number.NaN, Math.min(0, ...kernel), {
    en: "the least entry of M",
    es: "la menor entrada de M",
  });
}

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

/** `f`, with the refusals of the reference. */
function onLines(f: typeof convolutionMatrix1d): typeof convolutionMatrix1d {
  return (kernel, n) => (kernel.length % 2 === 0 || n < 1 ? convolutionMatrix1d(kernel, n) : f(kernel, n));
}

/** The same on a grid. */
function onGrids(f: typeof convolutionMatrix2d): typeof convolutionMatrix2d {
  return (kernel, height, width) => {
    const fine = kernel.length === 3 && kernel.every((row) => row.length === 3) && height >= 1 && width >= 1;
    return fine ? f(kernel, height, width) : convolutionMatrix2d(kernel, height, width);
  };
}
