import * as tf from "@tensorflow/tfjs";
import { close, EXTREME, holds, op, suite } from "#grader/suite/index.js";
import { stableSoftmax } from "#reference";

export const stableSoftmaxSuite = suite("1.1", { stableSoftmax })(({ agrees, gradientsAgree, law }) => ({
  cases: (random) => ({
    stableSoftmax: {
      vector: [random.normal([7])],
      matrix: [random.normal([5, 7], 2)],
      square: [random.normal([5, 5], 2)],
      cube: [random.normal([2, 3, 4])],
      fourAxes: [random.normal([2, 3, 4, 5])],
      oneEntry: [random.normal([4, 1])],
      // Rows near +1000, 0 and −1000 in one tensor: one maximum for all does not save the others.
      extreme: [tf.add(random.normal([6, 5]), tf.tensor2d([[1000], [0], [-1000], [1000], [0], [-1000]]))],
      // And in one row: its minimum, what lies between the two, or an entry that happens to be first, leaves exponentials
      // that overflow.
      spread: [
        tf.add(
          random.normal([3, 6]),
          tf.tensor2d([
            [1000, -1000, 0, 999, -999, 1000],
            [-1000, 1000, 0, 999, -999, -1000],
            [0, -1000, -1000, 1000, 0, 0],
          ]),
        ),
      ],
      // In one matrix of several, too.
      extremeCube: [
        tf.add(
          random.normal([2, 3, 4]),
          tf.tensor3d([
            [[1000], [0], [-1000]],
            [[-1000], [-1000], [1000]],
          ]),
        ),
      ],
    },
  }),

  checks: [
    agrees(
      { en: "agrees with the reference, ranks 1 to 4", es: "coincide con la referencia, rangos 1 a 4" },
      1,
      "stableSoftmax",
      ["vector", "matrix", "square", "cube", "fourAxes", "oneEntry"],
    ),
    agrees(
      { en: "neither overflows nor underflows at ±1000", es: "no se desborda en ±1000" },
      1,
      "stableSoftmax",
      ["extreme", "spread", "extremeCube"],
      EXTREME,
    ),
    law(
      {
        en: "every row sums to one and keeps the order of its entries",
        es: "cada fila suma uno y conserva el orden de sus entradas",
      },
      1,
      "stableSoftmax",
      "matrix",
      (ask, [x], random) => {
        // The last row falls so far that its smallest weights are near 1e-26, and larger than one another all the same.
        const far = tf.tensor2d([[0, -10, -20, -30, -40, -50, -60]]).add(random.uniform([1, 7], 0, 5));
        const rows = tf.concat([x, far], 0); // [6, 7]
        const p = ask.stableSoftmax(rows);
        const order = tf.topk(rows, rows.shape.at(-1)).indices; // [6, 7], the largest entry of a row first
        const ordered = op.gather(p, order, 1, 1); // [6, 7]
        const steps = op.sub(op.slice(ordered, [0, 0], [-1, 6]), op.slice(ordered, [0, 1])); // [6, 6]
        return [
          close(op.sum(p, -1), tf.ones([6]), { en: "the sums of the rows", es: "las sumas de las filas" }),
          holds(op.greater(steps, 0), {
            en: "a larger score got a weight that is not larger: the order of a row's entries must stay",
            es: "una puntuación mayor recibió un peso que no es mayor: el orden de las entradas de una fila debe conservarse",
          }),
        ];
      },
    ),
    law(
      { en: "adding a number to a whole row changes nothing", es: "sumar un número a toda una fila no cambia nada" },
      1,
      "stableSoftmax",
      "matrix",
      (ask, [x], random) => {
        const shifted = ask.stableSoftmax(x.add(random.uniform([5, 1], -3, 3)));
        return [close(shifted, ask.stableSoftmax(x), { en: "the result for x + c", es: "el resultado para x + c" })];
      },
    ),
    gradientsAgree({ en: "has the gradient of softmax", es: "tiene el gradiente de softmax" }, 1, "stableSoftmax", [
      "matrix",
      "cube",
    ]),
  ],

  mistakes: {
    "no-max-shift": {
      variant: { stableSoftmax: (x) => tf.exp(x).div(tf.exp(x).sum(-1, true)) },
      hint: {
        en: "This is what comes out without subtracting the maximum: exp overflows above 88 and is 0 below −104. Subtract each row's maximum first; the result stays the same.",
        es: "Esto es lo que sale sin restar el máximo: exp se desborda por encima de 88 y vale 0 por debajo de −104. Resta primero el máximo de cada fila; el resultado no cambia.",
      },
    },
    "global-max": {
      variant: {
        stableSoftmax: (x) => {
          const e = tf.exp(x.sub(x.max()));
          return e.div(e.sum(-1, true));
        },
      },
      hint: {
        en: "This is what comes out with one maximum for the whole tensor: rows far below it become 0/0. Take the maximum of each row: max(-1, true).",
        es: "Esto es lo que sale con un solo máximo para todo el tensor: las filas muy por debajo se vuelven 0/0. Toma el máximo de cada fila: max(-1, true).",
      },
    },
    "minimum-shift": {
      variant: {
        stableSoftmax: (x) => {
          const e = tf.exp(x.sub(x.min(-1, true)));
          return e.div(e.sum(-1, true));
        },
      },
      hint: {
        en: "This is what comes out when the minimum of each row is subtracted: its other entries stay far above 0, and exp overflows above 88. Subtract the maximum: then no exponent is positive.",
        es: "Esto es lo que sale al restar el mínimo de cada fila: las demás entradas quedan muy por encima de 0, y exp se desborda por encima de 88. Resta el máximo: así ningún exponente es positivo.",
      },
    },
    "wrong-axis": {
      variant: {
        stableSoftmax: (x) => {
          const axis = x.rank > 1 ? -2 : -1;
          const e = tf.exp(x.sub(x.max(axis, true)));
          return e.div(e.sum(axis, true));
        },
      },
      hint: {
        en: "This is what comes out when the columns are normalised (axis −2). Weights are a distribution over the last axis: use axis −1 in max and sum.",
        es: "Esto es lo que sale al normalizar las columnas (eje −2). Los pesos son una distribución sobre el último eje: usa el eje −1 en max y en sum.",
      },
    },
    "sum-without-keepdims": {
      variant: {
        stableSoftmax: (x) => {
          const e = tf.exp(x.sub(x.max(-1, true)));
          return e.div(e.sum(-1));
        },
      },
      hint: {
        en: "This is what comes out when column j is divided by the sum of row j: the sum lost its axis. Keep it: sum(-1, true).",
        es: "Esto es lo que sale cuando la columna j se divide entre la suma de la fila j: la suma perdió su eje. Consérvalo: sum(-1, true).",
      },
    },
    sigmoid: {
      variant: { stableSoftmax: (x) => tf.sigmoid(x) },
      hint: {
        en: "This is the sigmoid of each entry by itself. Softmax makes the entries of a row share one unit: divide the exponentials by their sum.",
        es: "Esto es la sigmoide de cada entrada por separado. Softmax reparte una unidad entre las entradas de una fila: divide las exponenciales entre su suma.",
      },
    },
  },

  routes: {
    "exp of the difference to a log-sum-exp written by hand": {
      stableSoftmax: (x) => {
        const largest = x.max(-1, true); // [..., 1]
        const logSum = tf.log(tf.exp(x.sub(largest)).sum(-1, true)).add(largest); // [..., 1]
        return tf.exp(x.sub(logSum));
      },
    },
    "another constant per row: a little more than the maximum": {
      stableSoftmax: (x) => {
        const e = tf.exp(x.sub(x.max(-1, true).add(5)));
        return e.div(e.sum(-1, true));
      },
    },
    "row by row, in plain numbers": {
      stableSoftmax: (x) =>
        tf.tidy(() => {
          const n = x.shape.at(-1) ?? 1;
          const rows = tf.unstack(x.reshape([-1, n])).map((row) => {
            const e = tf.exp(row.sub(row.max()));
            return e.div(e.sum());
          });
          return tf.stack(rows).reshape(x.shape);
        }),
    },
  },
}));
