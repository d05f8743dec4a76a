import * as tf from "@tensorflow/tfjs";
import {
  callable,
  close,
  GRADIENTS,
  holds,
  op,
  type Random,
  suite,
  type Tolerance,
  together,
} from "#grader/suite/index.js";
import { centralDifference, softmaxJacobian, softmaxVjp } from "#reference";

/** Differences of numbers that nearly cancel keep about half of their digits. */
const DIFFERENCES: Tolerance = { absolute: 1e-5, relative: 1e-4 };

export const softmaxJacobianSuite = suite("5.1", { softmaxJacobian, softmaxVjp, centralDifference })(
  ({ agrees, callsAgree, law }) => ({
    cases: (random) => ({
      softmaxJacobian: {
        five: [tf.softmax(random.normal([5], 1.5))],
        two: [tf.softmax(random.normal([2]))],
        seven: [tf.softmax(random.normal([7], 2))],
        one: [tf.ones([1])],
        sharp: [tf.softmax(tf.tensor1d([20, 0, -20, 19]))],
      },
      softmaxVjp: {
        rows: [tf.softmax(random.normal([5, 7])), random.normal([5, 7], 2)],
        square: [tf.softmax(random.normal([4, 4])), random.normal([4, 4], 2)],
        heads: [tf.softmax(random.normal([2, 3, 4, 5])), random.normal([2, 3, 4, 5], 2)],
        oneRow: [tf.softmax(random.normal([6])), random.normal([6])],
      },
      centralDifference: {
        quadratic: [quadratic(random, 4), numbers(random, 4)],
        coarse: [quadratic(random, 3), numbers(random, 3), 0.5],
        cubic: [callable("cubic", { a: numbers(random, 5) }), numbers(random, 5), 0.1],
        cubicDefault: [callable("cubic", { a: [2, -1, 3] }), numbers(random, 3)],
        // At 0 the differences of a·x³ are a·ε²: nothing else than the step.
        defaultStep: [callable("cubic", { a: [1e10, -2e10, 3e10] }), [0, 0, 0]],
        noNumbers: [callable("cubic", { a: [] }), []],
        softmax: [callable("log-sum-exp"), numbers(random, 6)],
        softmaxCoarse: [callable("log-sum-exp"), numbers(random, 3), 0.25],
        oneNumber: [callable("cubic", { a: [2] }), numbers(random, 1), 0.2],
      },
    }),

    checks: [
      agrees(
        { en: "softmaxJacobian agrees with the reference", es: "softmaxJacobian coincide con la referencia" },
        3,
        "softmaxJacobian",
        ["five", "two", "seven", "one", "sharp"],
      ),
      law(
        {
          en: "J is symmetric, its rows sum to 0, and no direction has a negative slope",
          es: "J es simétrico, sus filas suman 0 y ninguna dirección tiene pendiente negativa",
        },
        2,
        "softmaxJacobian",
        "five",
        (ask, [p], random) => {
          const jacobian = ask.softmaxJacobian(p); // [5, 5]
          const directions = random.normal([5, 8]);
          const slopes = op.sum(op.mul(directions, op.matMul(jacobian, directions)), 0); // [8]
          return [
            close(jacobian, op.transpose(jacobian), { en: "J, against Jᵀ", es: "J, frente a Jᵀ" }),
            close(op.sum(jacobian, 1), tf.zeros([5]), {
              en: "the sums of the rows of J",
              es: "las sumas de las filas de J",
            }),
            holds(
              op.greaterEqual(slopes, -1e-6),
              {
                en: "xᵀ·J·x is {0} for some x: it is the variance of x under p, which is never negative",
                es: "xᵀ·J·x vale {0} para alguna x: es la varianza de x según p, que nunca es negativa",
              },
              { shows: [op.min(slopes)] },
            ),
          ];
        },
      ),
      agrees(
        { en: "softmaxVjp agrees with the reference", es: "softmaxVjp coincide con la referencia" },
        3,
        "softmaxVjp",
        ["rows", "square", "heads", "oneRow"],
      ),
      law(
        {
          en: "softmaxVjp is what tf.grad finds for softmax, and 0 for a constant g",
          es: "softmaxVjp es lo que tf.grad encuentra para softmax, y 0 si g es constante",
        },
        2,
        "softmaxVjp",
        "rows",
        (ask, [, g], random) => {
          const scores = random.normal([5, 7], 2);
          const p = tf.softmax(scores);
          const due = tf.grad((s: tf.Tensor) => tf.softmax(s).mul(g).sum())(scores);
          return [
            close(
              ask.softmaxVjp(p, g),
              due,
              { en: "softmaxVjp, against tf.grad of softmax", es: "softmaxVjp, frente a tf.grad de softmax" },
              GRADIENTS,
            ),
            close(ask.softmaxVjp(p, tf.fill([5, 7], 3)), tf.zeros([5, 7]), {
              en: "softmaxVjp of a constant g",
              es: "softmaxVjp con g constante",
            }),
          ];
        },
      ),
      agrees(
        { en: "centralDifference agrees with the reference", es: "centralDifference coincide con la referencia" },
        3,
        "centralDifference",
        [
          ...["quadratic", "coarse", "cubic", "cubicDefault", "defaultStep"],
          ...["softmax", "softmaxCoarse", "oneNumber", "noNumbers"],
        ],
        DIFFERENCES,
      ),
      together(
        callsAgree(
          {
            en: "centralDifference calls f twice for each number, and for nothing else",
            es: "centralDifference llama a f dos veces por número, y nada más",
          },
          1,
          "centralDifference",
          ["coarse", "cubic", "softmax"],
        ),
        agrees({ en: "a cubic", es: "una cúbica" }, 0, "centralDifference", ["cubic"], DIFFERENCES),
      ),
      law(
        {
          en: "centralDifference is exact for a quadratic function, however long the step",
          es: "centralDifference es exacta para una función cuadrática, por largo que sea el paso",
        },
        1,
        "centralDifference",
        "coarse",
        (ask, [, x], random) => {
          const n = x.length;
          const [a, b] = [Array.from({ length: n }, () => numbers(random, n)), numbers(random, n)];
          const slope = x.map((_, i) =>
            x.reduce((sum, xj, j) => sum + ((a[i]?.[j] ?? 0) + (a[j]?.[i] ?? 0)) * xj, b[i] ?? 0),
          );
          return [0.5, 2].map((eps) =>
            close(ask.centralDifference(callable("quadratic", { a, b, c: 1 }), x, eps), slope, {
              en: `the differences with eps = ${eps}, against (A + Aᵀ)·x + b`,
              es: `las diferencias con eps = ${eps}, frente a (A + Aᵀ)·x + b`,
            }),
          );
        },
      ),
    ],

    mistakes: {
      "diagonal-only": {
        variant: {
          softmaxJacobian: (p) => tf.eye(p.size).mul(p.mul(tf.sub(1, p))),
          softmaxVjp: (p, g) => p.mul(tf.sub(1, p)).mul(g),
        },
        hint: {
          en: "This is the diagonal p·(1 − p) alone, as if each output depended on its own input. Softmax ties them together: raising one score lowers all other outputs, by −p_i·p_j.",
          es: "Esta es solo la diagonal p·(1 − p), como si cada salida dependiera únicamente de su propia entrada. Softmax las ata: subir una puntuación baja todas las demás salidas, en −p_i·p_j.",
        },
      },
      "plus-outer-product": {
        variant: {
          softmaxJacobian: (p) => tf.eye(p.size).mul(p).add(tf.outerProduct(p.as1D(), p.as1D())),
          softmaxVjp: (p, g) => p.mul(g.add(g.mul(p).sum(-1, true))),
        },
        hint: {
          en: "This is diag(p) + p·pᵀ: the sign of the second term is wrong, and rows do not sum to 0. What one output gains, the others lose: diag(p) − p·pᵀ.",
          es: "Esto es diag(p) + p·pᵀ: el segundo término tiene el signo equivocado, y las filas no suman 0. Lo que gana una salida lo pierden las demás: diag(p) − p·pᵀ.",
        },
      },
      "sum-over-wrong-axis": {
        variant: { softmaxVjp: (p, g) => p.mul(g.sub(g.mul(p).sum(0, true))) },
        hint: {
          en: "The sum Σ g·p was taken over the first axis here. Each row is a softmax of its own: sum over the last axis, and keep it for broadcasting.",
          es: "Aquí la suma Σ g·p se tomó sobre el primer eje. Cada fila es un softmax aparte: suma sobre el último eje y consérvalo para el broadcasting.",
        },
      },
      "not-centred": {
        variant: { softmaxVjp: (p, g) => p.mul(g) },
        hint: {
          en: "This is p ⊙ g: the term that ties the outputs of a row together is missing. Subtract Σ_k g_k·p_k from g first.",
          es: "Esto es p ⊙ g: falta el término que ata las salidas de una fila. Resta antes Σ_k g_k·p_k a g.",
        },
      },
      "no-factor-two": {
        variant: { centralDifference: differences((f, at, eps) => (f(at(eps)) - f(at(-eps))) / eps) },
        hint: {
          en: "This is twice too large: from x − ε to x + ε it is a way of 2·ε. Divide by 2·ε.",
          es: "Esto es el doble de lo debido: de x − ε a x + ε hay un trecho de 2·ε. Divide entre 2·ε.",
        },
      },
      "forward-difference": {
        variant: { centralDifference: differences((f, at, eps) => (f(at(eps)) - f(at(0))) / eps) },
        hint: {
          en: "This is the forward difference (f(x + ε) − f(x))/ε, whose error shrinks with ε only. Step to both sides, and the error shrinks with ε².",
          es: "Esta es la diferencia hacia adelante (f(x + ε) − f(x))/ε, cuyo error solo disminuye con ε. Da un paso a cada lado y el error disminuirá con ε².",
        },
      },
      "other-default-eps": {
        variant: { centralDifference: (f, x, eps = 0.1) => centralDifference(f, x, eps) },
        hint: {
          en: "This is what comes out with a long step when none is given. The default of eps is 1e-5.",
          es: "Esto es lo que sale con un paso largo cuando no se da ninguno. El valor por defecto de eps es 1e-5.",
        },
      },
      "all-moved-together": {
        variant: {
          centralDifference: (f, x, eps = 1e-5) =>
            x.map(() => (f(x.map((entry) => entry + eps)) - f(x.map((entry) => entry - eps))) / (2 * eps)),
        },
        hint: {
          en: "All entries of x move at once here, so each result is the sum of the whole gradient. Move one entry at a time, and leave the others where they are.",
          es: "Aquí se mueven todas las entradas de x a la vez, así que cada resultado es la suma de todo el gradiente. Mueve una entrada cada vez y deja las demás donde están.",
        },
      },
    },

    routes: {
      "entry by entry": {
        softmaxJacobian: (p) => {
          const list = Array.from(p.dataSync());
          return tf.tensor2d(list.map((a, i) => list.map((b, j) => (i === j ? a : 0) - a * b)));
        },
        softmaxVjp: (p, g) => {
          const [n = 1] = p.shape.slice(-1);
          const [a, b] = [p.dataSync(), g.dataSync()];
          const out = new Float32Array(p.size);
          for (let row = 0; row < p.size; row += n) {
            let sum = 0;
            for (let k = row; k < row + n; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
            for (let k = row; k < row + n; k++) out[k] = (a[k] ?? 0) * ((b[k] ?? 0) - sum);
          }
          return tf.tensor(out, p.shape);
        },
      },
      "with a matrix for each row": {
        softmaxVjp: (p, g) => {
          const [n = 1] = p.shape.slice(-1);
          const [a, b] = [p.reshape([-1, n]), g.reshape([-1, n])].map((x) => tf.unstack(x)) as [
            tf.Tensor[],
            tf.Tensor[],
          ];
          return tf.stack(a.map((row, i) => tf.dot(softmaxJacobian(row), b[i] as tf.Tensor))).reshape(p.shape);
        },
      },
      "one copy, moved and put back": {
        centralDifference: (f, x, eps = 1e-5) => {
          const point = [...x];
          return x.map((entry, i) => {
            point[i] = entry - eps;
            const left = f(point);
            point[i] = entry + eps;
            const right = f(point);
            point[i] = entry;
            return (right - left) / eps / 2;
          });
        },
      },
      "x itself, moved and put back exactly": {
        centralDifference: (f, x, eps = 1e-5) =>
          Array.from({ length: x.length }, (_, i) => {
            const entry = x[i] ?? 0;
            x[i] = entry + eps;
            const right = f(x);
            x[i] = entry - eps;
            const left = f(x);
            x[i] = entry;
            return (right - left) / (2 * eps);
          }),
      },
    },
  }),
);

function numbers(random: Random, n: number): number[] {
  return Array.from(random.normal([n]).dataSync());
}

function quadratic(random: Random, n: number) {
  const a = Array.from({ length: n }, () => numbers(random, n));
  return callable("quadratic", { a, b: numbers(random, n), c: 2 });
}

type F = (x: number[]) => number;

/** Differences of another kind; `at` gives x with the entry in question moved. */
function differences(quotient: (f: F, at: (by: number) => number[], eps: number) => number): typeof centralDifference {
  return (f, x, eps = 1e-5) =>
    x.map((_, i) => quotient(f, (by) => x.map((entry, j) => (j === i ? entry + by : entry)), eps));
}
