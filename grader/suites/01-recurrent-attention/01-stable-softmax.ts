import * as tf from "@tensorflow/tfjs";
import { EXTREME, expectClose, expectThat, suite } from "#grader/suite/index.js";
import { stableSoftmax } from "#reference";

export const stableSoftmaxSuite = suite("1.1", { stableSoftmax })(({ agrees, gradientsAgree, property }) => ({
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
      ["extreme"],
      EXTREME,
    ),
    property(
      {
        en: "every row sums to one and keeps the order of its entries",
        es: "cada fila suma uno y conserva el orden de sus entradas",
      },
      1,
      "stableSoftmax",
      "matrix",
      async (student, [x]) => {
        const p = await student.stableSoftmax(x);
        expectClose(p.sum(-1), tf.ones([5]), { en: "the sums of the rows", es: "las sumas de las filas" });
        const order = (rows: tf.Tensor) => tf.topk(rows, 7).indices.dataSync().join();
        expectThat(order(p) === order(x), {
          en: "a larger score got a smaller weight: the order of a row's entries must stay",
          es: "una puntuación mayor recibió un peso menor: el orden de las entradas de una fila debe conservarse",
        });
      },
    ),
    property(
      { en: "adding a number to a whole row changes nothing", es: "sumar un número a toda una fila no cambia nada" },
      1,
      "stableSoftmax",
      "matrix",
      async (student, [x], random) => {
        const shift = random.uniform([5, 1], -3, 3);
        const shifted = await student.stableSoftmax(x.add(shift));
        expectClose(shifted, stableSoftmax(x), { en: "the result for x + c", es: "el resultado para x + c" });
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
    "exp of the difference to logSumExp": { stableSoftmax: (x) => tf.exp(x.sub(tf.logSumExp(x, -1, true))) },
    "another constant per row: the mean of minimum and maximum": {
      stableSoftmax: (x) => {
        const e = tf.exp(x.sub(x.max(-1, true).add(x.min(-1, true)).div(2)));
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
