import * as tf from "@tensorflow/tfjs";
import { close, op, suite } from "#grader/suite/index.js";
import { sinusoidalPositions } from "#reference";

/*
 * Angles may be made of float32 tensors or of numbers. A float32 angle is off by up to 2e-7 of itself, and the first
 * pair is exact: with widths below 10 and at most 50 positions that stays under a tenth of a tolerance.
 */
export const sinusoidalPositionsSuite = suite("3.3", { sinusoidalPositions })(({ agrees, law, refuses }) => ({
  cases: (random) => ({
    sinusoidalPositions: {
      plain: [7, 6],
      square: [6, 6],
      wide: [3, 8],
      long: [50, 4],
      givenBase: [7, 6, random.integer(20, 200)],
      givenBaseSquare: [4, 4, random.integer(20, 200)],
      smallBase: [5, 6, 2],
      onePosition: [1, 6],
      onePair: [5, 2],
      odd: [7, 5],
      oddSquare: [5, 5],
      oddGivenBase: [6, 7, random.integer(20, 200)],
      oneColumn: [4, 1],
      noPosition: [0, 6],
      noColumn: [5, 0],
      negativePositions: [-3, 6],
      negativeColumns: [5, -2],
      halfPosition: [4.5, 6],
      halfColumn: [5, 5.5],
      noNumberOfPositions: [Number.NaN, 6],
      noNumberOfColumns: [5, Number.NaN],
    },
  }),

  checks: [
    agrees(
      {
        en: "agrees with the reference for even widths",
        es: "coincide con la referencia en anchos pares",
      },
      3,
      "sinusoidalPositions",
      ["plain", "square", "wide", "long", "givenBase", "givenBaseSquare", "smallBase", "onePosition", "onePair"],
    ),
    agrees(
      {
        en: "the last column of an odd width is a sine",
        es: "la última columna de un ancho impar es un seno",
      },
      1,
      "sinusoidalPositions",
      ["odd", "oddSquare", "oddGivenBase", "oneColumn"],
    ),
    law(
      {
        en: "position 0 is 0, 1, 0, 1, …, and position 1 holds the angle of each pair",
        es: "la posición 0 es 0, 1, 0, 1, …, y en la posición 1 se lee el ángulo de cada par",
      },
      1,
      "sinusoidalPositions",
      "givenBase",
      (ask, [, d], random) => {
        const base = random.integer(20, 200);
        const rows = ask.sinusoidalPositions(2, d, base);
        const pairs = op.reshape(op.slice(rows, 1, 1), [d / 2, 2]); // (sin θ, cos θ)
        const angles = op.atan2(op.slice(pairs, [0, 0], [-1, 1]), op.slice(pairs, [0, 1], [-1, 1])); // [d / 2, 1]
        return [
          close(op.slice(rows, 0, 1), tf.tensor2d([[0, 1, 0, 1, 0, 1]]), {
            en: "the row of position 0",
            es: "la fila de la posición 0",
          }),
          close(angles, tf.tensor2d(ratesOf(d, base), [d / 2, 1]), {
            en: "the angles at position 1, by the sine and the cosine of each pair, against 1 / base^(2i/d),",
            es: "los ángulos de la posición 1, según el seno y el coseno de cada par, frente a 1 / base^(2i/d),",
          }),
        ];
      },
    ),
    law(
      {
        en: "the product of two positions depends on their distance only, and each has the norm √(d/2)",
        es: "el producto de dos posiciones depende solo de su distancia, y cada una tiene norma √(d/2)",
      },
      2,
      "sinusoidalPositions",
      "givenBase",
      (ask, [n, d], random) => {
        const rows = ask.sinusoidalPositions(n, d, random.integer(20, 200));
        const products = op.matMul(rows, rows, false, true); // [n, n]
        return [
          close(
            op.sum(op.square(rows), 1),
            tf.fill([n], d / 2),
            { en: "the squared norms of the rows, against d/2,", es: "las normas al cuadrado, frente a d/2," },
            ROTATED,
          ),
          close(
            op.slice(products, [1, 1]),
            op.slice(products, [0, 0], [n - 1, n - 1]),
            {
              en: "the products of positions p + 1 and q + 1, against those of p and q,",
              es: "los productos de las posiciones p + 1 y q + 1, frente a los de p y q,",
            },
            ROTATED,
          ),
        ];
      },
    ),
    law(
      {
        en: "one rotation takes every position to the one k places on",
        es: "una misma rotación lleva cada posición a la que está k lugares más allá",
      },
      2,
      "sinusoidalPositions",
      "givenBase",
      (ask, [n, d], random) => {
        const [k, base] = [random.integer(2, 5), random.integer(20, 200)];
        const rows = ask.sinusoidalPositions(n + k, d, base);
        const every = (first: number) => Array.from({ length: d / 2 }, (_, i) => 2 * i + first);
        const [sines, cosines] = [op.gather(rows, every(0), 1), op.gather(rows, every(1), 1)]; // [n + k, d / 2]
        const [sin, cos] = [op.slice(sines, 0, n), op.slice(cosines, 0, n)]; // [n, d / 2]
        // Row k holds the sine and the cosine of the angles to turn by: that of p + k follows from those of p and k.
        const [sinK, cosK] = [op.slice(sines, k, 1), op.slice(cosines, k, 1)]; // [1, d / 2]
        const what = {
          en: `positions ${k} to ${n + k - 1}, against positions 0 to ${n - 1} turned by the angles of position ${k},`,
          es: `las posiciones ${k} a ${n + k - 1}, frente a las 0 a ${n - 1} giradas los ángulos de la posición ${k},`,
        };
        return [
          close(
            op.add(op.square(sinK), op.square(cosK)),
            tf.ones([1, d / 2]),
            {
              en: `the sine and the cosine of each pair of position ${k}, squared and added,`,
              es: `el seno y el coseno de cada par de la posición ${k}, al cuadrado y sumados,`,
            },
            ROTATED,
          ),
          close(op.slice(sines, k), op.add(op.mul(sin, cosK), op.mul(cos, sinK)), what, ROTATED),
          close(op.slice(cosines, k), op.sub(op.mul(cos, cosK), op.mul(sin, sinK)), what, ROTATED),
        ];
      },
    ),
    refuses(
      {
        en: "refuses what is not a positive number of positions and columns",
        es: "rechaza lo que no es una cantidad positiva de posiciones y de columnas",
      },
      1,
      "sinusoidalPositions",
      [
        "noPosition",
        "noColumn",
        "negativePositions",
        "negativeColumns",
        "halfPosition",
        "halfColumn",
        "noNumberOfPositions",
        "noNumberOfColumns",
      ],
    ),
  ],

  mistakes: {
    halves: {
      variant: {
        sinusoidalPositions: filled((p, j, d, base) => {
          const pairs = Math.ceil(d / 2);
          return j < pairs ? Math.sin(p * rateOf(j, d, base)) : Math.cos(p * rateOf(j - pairs, d, base));
        }),
      },
      hint: {
        en: "This is what comes out with all the sines first and all the cosines after them. Other programs do so and it serves as well, but here they alternate: column 2i is a sine, and 2i + 1 the cosine of the same angle. Stack sine and cosine on a last axis, then reshape (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale con todos los senos primero y todos los cosenos después. Otros programas lo hacen así y también sirve, pero aquí se alternan: la columna 2i es un seno y la 2i + 1, el coseno del mismo ángulo. Apila seno y coseno en un último eje y usa reshape (Vaswani et al. 2017, §3.5).",
      },
    },
    "doubled-exponent": {
      variant: { sinusoidalPositions: filled((p, j, d, base) => wave(p * rateOf(2 * pairOf(j), d, base), j)) },
      hint: {
        en: "This is what comes out of base^(4i/d): the exponent was doubled twice, which happens when i already counts columns, 0, 2, 4, …. With columns the exponent is column/d; with pairs i = 0, 1, 2, … it is 2i/d (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale de base^(4i/d): el exponente se duplicó dos veces, y eso pasa cuando i ya cuenta columnas, 0, 2, 4, …. Con columnas el exponente es columna/d; con pares i = 0, 1, 2, … es 2i/d (Vaswani et al. 2017, §3.5).",
      },
    },
    "half-exponent": {
      variant: { sinusoidalPositions: filled((p, j, d, base) => wave(p * rateOf(pairOf(j) / 2, d, base), j)) },
      hint: {
        en: "This is what comes out of base^(i/d) for the pairs i = 0, 1, 2, …: the waves grow at half the pace and stop at the root of the base. The exponent of pair i is 2i/d (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale de base^(i/d) para los pares i = 0, 1, 2, …: las ondas crecen a la mitad del ritmo y se quedan en la raíz de la base. El exponente del par i es 2i/d (Vaswani et al. 2017, §3.5).",
      },
    },
    "exponent-of-the-column": {
      variant: { sinusoidalPositions: filled((p, j, d, base) => wave(p * rateOf(j / 2, d, base), j)) },
      hint: {
        en: "This is what comes out when each column takes its own exponent, j/d: a cosine is then slower than the sine beside it, and the two no longer turn together. Columns 2i and 2i + 1 share the exponent 2i/d (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale cuando cada columna toma su propio exponente, j/d: un coseno va entonces más lento que el seno de al lado, y ya no giran juntos. Las columnas 2i y 2i + 1 comparten el exponente 2i/d (Vaswani et al. 2017, §3.5).",
      },
    },
    "sin-cos-swapped": {
      variant: { sinusoidalPositions: filled((p, j, d, base) => wave(p * rateOf(pairOf(j), d, base), j + 1)) },
      hint: {
        en: "This is what comes out with the cosines in the even columns: position 0 becomes 1, 0, 1, 0, …. Columns count from 0: the sine goes in column 2i and the cosine in 2i + 1 (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale con los cosenos en las columnas pares: la posición 0 queda en 1, 0, 1, 0, …. Las columnas se cuentan desde 0: el seno va en la columna 2i y el coseno en la 2i + 1 (Vaswani et al. 2017, §3.5).",
      },
    },
    "positions-from-one": {
      variant: { sinusoidalPositions: guarded((n, d, base) => sinusoidalPositions(n + 1, d, base).slice(1)) },
      hint: {
        en: "This is what comes out when positions count from 1: every row is that of the next position. The first is p = 0, whose row is 0, 1, 0, 1, ….",
        es: "Esto es lo que sale al contar las posiciones desde 1: cada fila es la de la posición siguiente. La primera es p = 0, y su fila es 0, 1, 0, 1, ….",
      },
    },
    "base-1000": {
      variant: { sinusoidalPositions: (n, d, base = 1000) => sinusoidalPositions(n, d, base) },
      hint: {
        en: "This is what comes out with 1000 when no base is given. The default is 10000, with four zeros (Vaswani et al. 2017, §3.5).",
        es: "Esto es lo que sale con 1000 cuando no se da la base. Por defecto es 10000, con cuatro ceros (Vaswani et al. 2017, §3.5).",
      },
    },
  },

  routes: {
    "float32 throughout, base to a power": {
      sinusoidalPositions: guarded((n, d, base) => {
        const column = tf.range(0, d); // [d]
        const exponents = column.sub(column.mod(2)).div(d);
        const angles = tf.range(0, n).expandDims(1).div(tf.pow(base, exponents)); // [n, d]
        return tf.where(column.mod(2).equal(0), tf.sin(angles), tf.cos(angles));
      }),
    },
    "float32 throughout, exp of a multiple of the logarithm": {
      sinusoidalPositions: guarded((n, d, base) => {
        const rates = tf.exp(tf.range(0, d, 2).mul(-Math.log(base) / d)); // [⌈d/2⌉]
        const angles = tf.matMul(tf.range(0, n).reshape([n, 1]), rates.reshape([1, -1])); // [n, ⌈d/2⌉]
        return interleaved(angles, d);
      }),
    },
    "float32 throughout, logarithm by tf.log, the cosine as a shifted sine, tidied": {
      sinusoidalPositions: guarded((n, d, base) =>
        tf.tidy(() => {
          const pair = tf.floor(tf.range(0, d).div(2)); // [d]
          const rates = tf.exp(tf.log(tf.scalar(base)).mul(pair.mul(2).div(d)).neg());
          const shift = tf
            .range(0, d)
            .mod(2)
            .mul(Math.PI / 2);
          return tf.sin(tf.range(0, n).expandDims(1).mul(rates).add(shift));
        }),
      ),
    },
    "numbers into a buffer": {
      sinusoidalPositions: guarded((n, d, base) => {
        const table = tf.buffer([n, d]);
        for (let p = 0; p < n; p++) {
          for (let j = 0; j < d; j += 2) {
            const angle = p / base ** (j / d);
            table.set(Math.sin(angle), p, j);
            if (j + 1 < d) table.set(Math.cos(angle), p, j + 1);
          }
        }
        return table.toTensor();
      }),
    },
    "column by column": {
      sinusoidalPositions: guarded((n, d, base) => {
        const columns = Array.from({ length: d }, (_, j) => {
          const angles = tf.range(0, n).div(base ** ((j - (j % 2)) / d)); // [n]
          return j % 2 === 0 ? angles.sin() : angles.cos();
        });
        return tf.stack(columns, 1);
      }),
    },
    "each position as the one before, rotated by one": {
      sinusoidalPositions: guarded((n, d, base) => {
        const even = d + (d % 2);
        // Of an odd d, the rotation has one column more, with the rates of the same d.
        const turn = rotation(1, even, base ** (even / d));
        let row: tf.Tensor = tf.tensor2d([Array.from({ length: even }, (_, j) => j % 2)]); // [1, even]
        const rows = [row];
        for (let p = 1; p < n; p++) {
          row = tf.matMul(row, turn);
          rows.push(row);
        }
        return tf.concat(rows).slice([0, 0], [n, d]);
      }),
    },
  },
}));

/** Products add up the rounding of d/2 pairs, and a rotation in float32 adds its own. */
const ROTATED = { absolute: 1e-4, relative: 1e-4 };

const pairOf = (column: number): number => Math.floor(column / 2);
const rateOf = (pair: number, d: number, base: number): number => base ** ((-2 * pair) / d);
const ratesOf = (d: number, base: number): number[] => Array.from({ length: d / 2 }, (_, i) => rateOf(i, d, base));

/** The sine in even columns, the cosine in odd ones. */
const wave = (angle: number, column: number): number => (column % 2 === 0 ? Math.sin(angle) : Math.cos(angle));

/** A table of `entry(p, column, d, base)`. */
function filled(entry: (p: number, column: number, d: number, base: number) => number): typeof sinusoidalPositions {
  return guarded((n, d, base) => {
    const rows = Array.from({ length: n }, (_, p) => Array.from({ length: d }, (_, j) => entry(p, j, d, base)));
    return tf.tensor2d(rows, [n, d]);
  });
}

/** Sines and cosines of angles [n, ⌈d/2⌉], side by side → [n, d] */
function interleaved(angles: tf.Tensor, d: number): tf.Tensor {
  const [n = 0, pairs = 0] = angles.shape;
  return tf
    .stack([angles.sin(), angles.cos()], 2)
    .reshape([n, 2 * pairs])
    .slice([0, 0], [n, d]);
}

/** The matrix R [d, d] with PE_{p+k} = PE_p·R: blocks (cos θ, −sin θ; sin θ, cos θ) with θ = k / base^(2i/d). */
function rotation(k: number, d: number, base: number): tf.Tensor {
  const matrix = tf.buffer([d, d]);
  for (const [i, rate] of ratesOf(d, base).entries()) {
    const [cos, sin] = [Math.cos(k * rate), Math.sin(k * rate)];
    matrix.set(cos, 2 * i, 2 * i);
    matrix.set(-sin, 2 * i, 2 * i + 1);
    matrix.set(sin, 2 * i + 1, 2 * i);
    matrix.set(cos, 2 * i + 1, 2 * i + 1);
  }
  return matrix.toTensor();
}

/** `table`, which may rely on positive integers. */
function guarded(table: (n: number, d: number, base: number) => tf.Tensor): typeof sinusoidalPositions {
  return (n, d, base = 10000) => {
    if (![n, d].every((size) => Number.isInteger(size) && size > 0)) throw new RangeError("not a positive integer");
    return table(n, d, base);
  };
}
