import * as tf from "@tensorflow/tfjs";
import { close, op, suite } from "#grader/suite/index.js";
import { rotary } from "#reference";

/*
 * Angles may be made of float32 tensors or of numbers. A float32 angle is off by up to 2e-7 of itself, and the first
 * pair is exact: with widths below 10 and positions below 100 that stays well inside the tolerances.
 */
export const rotaryPositionsSuite = suite("3.5", { rotary })(({ agrees, gradientsAgree, law, refuses }) => ({
  cases: (random) => ({
    rotary: {
      rankTwo: [random.normal([5, 6]), [0, 1, 2, 3, 4]],
      rankThree: [random.normal([2, 5, 4]), [3, 4, 5, 6, 7]],
      rankFour: [random.normal([2, 3, 5, 4]), [1, 2, 3, 4, 5]],
      square: [random.normal([4, 4]), [2, 3, 4, 5]],
      squareHeads: [random.normal([4, 4, 4, 4]), [0, 1, 2, 3]],
      unsorted: [random.normal([3, 5, 8]), [9, 2, 0, 2, 13]],
      givenBase: [random.normal([2, 5, 6]), [4, 1, 3, 0, 2], random.integer(20, 200)],
      smallBase: [random.normal([4, 6]), [5, 1, 7, 2], 2],
      negative: [random.normal([2, 4, 6]), [-3, 2, -1, 4]],
      onePair: [random.normal([5, 2]), [6, 1, 2, 8, 3]],
      oneVector: [random.normal([1, 6]), [11]],
      far: [random.normal([4, 8]), [99, random.integer(50, 80), 98, random.integer(81, 97)]],
      oddWidth: [random.normal([5, 3]), [0, 1, 2, 3, 4]],
      oneCoordinate: [random.normal([2, 5, 1]), [0, 1, 2, 3, 4]],
      tooFewPositions: [random.normal([2, 5, 4]), [0, 1, 2, 3]],
      tooManyPositions: [random.normal([2, 5, 4]), [0, 1, 2, 3, 4, 5]],
      // One position would broadcast to all vectors.
      onlyOnePosition: [random.normal([2, 5, 4]), [3]],
      noPositions: [random.normal([2, 5, 4]), []],
      positionsForOne: [random.normal([2, 1, 4]), [3, 5]],
      noPositionsForOne: [random.normal([1, 4]), []],
    },
  }),

  checks: [
    agrees(
      {
        en: "agrees with the reference, ranks 2 to 4",
        es: "coincide con la referencia, rangos 2 a 4",
      },
      4,
      "rotary",
      ["rankTwo", "rankThree", "rankFour", "square", "squareHeads", "onePair", "oneVector", "givenBase", "smallBase"],
    ),
    agrees(
      {
        en: "positions may come in any order, repeated, below 0, and up to 99",
        es: "las posiciones pueden venir en cualquier orden, repetidas, bajo 0 y hasta 99",
      },
      2,
      "rotary",
      ["unsorted", "far", "negative"],
    ),
    law(
      {
        en: "norms are kept, and inner products depend on the distance of the positions only",
        es: "se conservan las normas, y los productos internos dependen solo de la distancia entre posiciones",
      },
      3,
      "rotary",
      "rankTwo",
      (ask, [x, positions], random) => {
        const keys = random.normal([5, 6]);
        const later = positions.map((p) => p + 7);
        const [q, k] = [ask.rotary(x, positions), ask.rotary(keys, positions)];
        return [
          close(
            op.sum(op.square(q), 1),
            x.square().sum(1),
            {
              en: "the squared norms after the rotation, against those before,",
              es: "las normas al cuadrado después de rotar, frente a las de antes,",
            },
            PRODUCTS,
          ),
          close(
            op.matMul(ask.rotary(x, later), ask.rotary(keys, later), false, true),
            op.matMul(q, k, false, true),
            {
              en: "the inner products of queries and keys, 7 places on, against those before,",
              es: "los productos internos de consultas y claves, 7 lugares más allá, frente a los de antes,",
            },
            PRODUCTS,
          ),
        ];
      },
    ),
    law(
      {
        en: "position 0 changes nothing, and two rotations add up: first by a, then by b is by a + b",
        es: "la posición 0 no cambia nada, y dos rotaciones se suman: primero a y luego b es a + b",
      },
      2,
      "rotary",
      "rankThree",
      (ask, [x, a], random) => {
        const b = a.map(() => random.integer(1, 9));
        const sums = a.map((p, t) => p + (b[t] ?? 0));
        return [
          close(
            ask.rotary(
              x,
              a.map(() => 0),
            ),
            x,
            { en: "the vectors at position 0", es: "los vectores en la posición 0" },
          ),
          close(
            ask.rotary(ask.rotary(x, a), b),
            ask.rotary(x, sums),
            {
              en: "the vectors rotated by a and then by b, against one rotation by a + b,",
              es: "los vectores rotados primero a y luego b, frente a una sola rotación de a + b,",
            },
            PRODUCTS,
          ),
        ];
      },
    ),
    gradientsAgree(
      {
        en: "the gradient is turned back by the same angles",
        es: "el gradiente gira hacia atrás los mismos ángulos",
      },
      3,
      "rotary",
      ["rankTwo", "rankFour", "squareHeads", "unsorted", "givenBase"],
    ),
    refuses(
      {
        en: "refuses an odd width, and positions that are not one for each vector",
        es: "rechaza un ancho impar, y posiciones que no sean una por vector",
      },
      1,
      "rotary",
      [
        "oddWidth",
        "oneCoordinate",
        "tooFewPositions",
        "tooManyPositions",
        "onlyOnePosition",
        "noPositions",
        "positionsForOne",
        "noPositionsForOne",
      ],
    ),
  ],

  mistakes: {
    "half-split": {
      variant: {
        rotary: guarded((x, positions, base) => {
          const [leading, half] = [x.shape.slice(0, -1), (x.shape.at(-1) ?? 0) / 2];
          const pairs = swapped(x.reshape([...leading, 2, half])); // (x_i, x_{i+d/2}), [..., d/2, 2]
          const turned = rotary(pairs.reshape(x.shape), positions, base);
          return swapped(turned.reshape(pairs.shape)).reshape(x.shape);
        }),
      },
      hint: {
        en: "This is what comes out when x_i is paired with x_{i+d/2}. Many programs do so, and inner products depend on the distance alone there as well; but these vectors pair neighbours: x_{2i} with x_{2i+1} (Su et al. 2021, eq. 34). Reshape the last axis to [d/2, 2], not to [2, d/2].",
        es: "Esto es lo que sale al emparejar x_i con x_{i+d/2}. Muchos programas lo hacen así, y también ahí los productos internos dependen solo de la distancia; pero aquí se emparejan vecinas: x_{2i} con x_{2i+1} (Su et al. 2021, ec. 34). Lleva el último eje a [d/2, 2] con reshape, no a [2, d/2].",
      },
    },
    "last-block-sign": {
      variant: {
        rotary: turning((a, b, cos, sin) => {
          const signs = tf.tensor1d(Array.from({ length: a.shape.at(-1) ?? 0 }, () => 1).with(-1, -1));
          return [a.mul(cos).sub(b.mul(sin)), a.mul(sin).mul(signs).add(b.mul(cos))];
        }),
      },
      hint: {
        en: "This is what comes out when the last pair ends in −x_{d−2} sin θ + x_{d−1} cos θ, a sign that some texts print wrong. It is no rotation: norms change, and inner products no longer depend on the distance alone. All pairs turn alike: y_{2i+1} = x_{2i} sin θ + x_{2i+1} cos θ (Su et al. 2021, eq. 15 and 34).",
        es: "Esto es lo que sale cuando el último par acaba en −x_{d−2} sen θ + x_{d−1} cos θ, un signo que algunos textos traen mal. Eso no es una rotación: cambian las normas, y los productos internos ya no dependen solo de la distancia. Todos los pares giran igual: y_{2i+1} = x_{2i} sen θ + x_{2i+1} cos θ (Su et al. 2021, ec. 15 y 34).",
      },
    },
    clockwise: {
      variant: {
        rotary: (x, positions, base) =>
          rotary(
            x,
            positions.map((p) => -p),
            base,
          ),
      },
      hint: {
        en: "This is what comes out of −θ: the vectors turn the other way. The minus belongs to y_{2i} = x_{2i} cos θ − x_{2i+1} sin θ, and y_{2i+1} takes a plus (Su et al. 2021, eq. 34).",
        es: "Esto es lo que sale con −θ: los vectores giran en el otro sentido. El menos va en y_{2i} = x_{2i} cos θ − x_{2i+1} sen θ, y en y_{2i+1} va un más (Su et al. 2021, ec. 34).",
      },
    },
    "positions-from-one": {
      variant: {
        rotary: (x, positions, base) =>
          rotary(
            x,
            positions.map((p) => p + 1),
            base,
          ),
      },
      hint: {
        en: "This is what comes out with p + 1: every vector is one place too far. Inner products would not notice, but the vectors do: position 0 is no rotation at all. Take θ = p · base^(−2i/d) with p as it is given.",
        es: "Esto es lo que sale con p + 1: cada vector queda un lugar más allá. Los productos internos no lo notarían, pero los vectores sí: en la posición 0 no se rota nada. Usa θ = p · base^(−2i/d), con p tal como viene.",
      },
    },
    "positions-ignored": {
      variant: {
        rotary: guarded((x, positions, base) =>
          rotary(
            x,
            positions.map((_, t) => t),
            base,
          ),
        ),
      },
      hint: {
        en: "This is what comes out with the positions 0, 1, 2, … in place of the given ones. Vector t stands at positions[t], in whatever order they come: a decoder that adds one word at a time needs just that.",
        es: "Esto es lo que sale con las posiciones 0, 1, 2, … en lugar de las dadas. El vector t está en positions[t], vengan en el orden que vengan: es justo lo que necesita un decodificador que añade las palabras de una en una.",
      },
    },
    "half-exponent": {
      variant: { rotary: (x, positions, base = 10000) => rotary(x, positions, Math.sqrt(base)) },
      hint: {
        en: "This is what comes out of base^(−i/d) for the pairs i = 0, 1, 2, …: the slow pairs turn too fast. The exponent of pair i is −2i/d (Su et al. 2021, eq. 15).",
        es: "Esto es lo que sale de base^(−i/d) para los pares i = 0, 1, 2, …: los pares lentos giran demasiado rápido. El exponente del par i es −2i/d (Su et al. 2021, ec. 15).",
      },
    },
    "turned-twice": {
      variant: {
        rotary: turning((a, b, cos, sin) => {
          const first = a.mul(cos).sub(b.mul(sin));
          return [first, first.mul(sin).add(b.mul(cos))];
        }),
      },
      hint: {
        en: "This is what comes out when y_{2i+1} is made from y_{2i}, which is turned already, as happens when x_{2i} is overwritten. Both coordinates of a pair come from the old ones: y_{2i+1} = x_{2i} sin θ + x_{2i+1} cos θ.",
        es: "Esto es lo que sale cuando y_{2i+1} se calcula con y_{2i}, que ya está rotada; pasa cuando se sobrescribe x_{2i}. Las dos coordenadas de un par salen de las antiguas: y_{2i+1} = x_{2i} sen θ + x_{2i+1} cos θ.",
      },
    },
  },

  routes: {
    "a complex product: x_{2i} + i·x_{2i+1} times exp(iθ)": {
      rotary: guarded((x, positions, base) => {
        const d = x.shape.at(-1) ?? 0;
        const pairs = x.reshape([-1, positions.length, d / 2, 2]); // [N, T, d/2, 2]
        const [real, imaginary] = tf.split(pairs, 2, 3) as [tf.Tensor, tf.Tensor];
        const angles = anglesOf(positions, d, base).expandDims(2); // [T, d/2, 1]
        const [cos, sin] = [angles.cos(), angles.sin()];
        const product = [real.mul(cos).sub(imaginary.mul(sin)), real.mul(sin).add(imaginary.mul(cos))];
        return tf.concat(product, 3).reshape(x.shape);
      }),
    },
    "a matrix of blocks for each position": {
      rotary: guarded((x, positions, base) => {
        const d = x.shape.at(-1) ?? 0;
        const matrices = tf.stack(positions.map((p) => blocks(p, d, base))); // [T, d, d]
        const vectors = x.reshape([-1, positions.length, d]).transpose([1, 0, 2]); // [T, N, d]
        return tf.matMul(vectors, matrices).transpose([1, 0, 2]).reshape(x.shape);
      }),
    },
    "x·cos plus the pairs crossed·sin, in float32 throughout": {
      rotary: guarded((x, positions, base) => {
        const d = x.shape.at(-1) ?? 0;
        const exponents = tf.floor(tf.range(0, d).div(2)).mul(-2).div(d); // [d]
        const angles = tf.tensor1d(positions).expandDims(1).mul(tf.pow(base, exponents)); // [T, d]
        const [a, b] = halves(x);
        const crossed = tf.stack([b.neg(), a], -1).reshape(x.shape); // [..., T, d]
        return x.mul(angles.cos()).add(crossed.mul(angles.sin()));
      }),
    },
    "exp of a multiple of the logarithm in float32, pair by pair, tidied": {
      rotary: guarded((x, positions, base) =>
        tf.tidy(() => {
          const d = x.shape.at(-1) ?? 0;
          const rates = tf.exp(
            tf
              .range(0, d, 2)
              .div(d)
              .mul(tf.log(tf.scalar(base)).neg()),
          ); // [d/2]
          const flat = x.reshape([-1, positions.length, d]);
          const column = (j: number) => flat.slice([0, 0, j], [-1, -1, 1]).squeeze([2]); // [N, T]
          const columns = Array.from({ length: d / 2 }, (_, i) => {
            const angles = tf.tensor1d(positions).mul(rates.slice(i, 1)); // [T]
            const [a, b, cos, sin] = [column(2 * i), column(2 * i + 1), angles.cos(), angles.sin()];
            return [a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))];
          });
          return tf.stack(columns.flat(), 2).reshape(x.shape);
        }),
      ),
    },
    "the first of each pair, then the second, by matrices that select": {
      rotary: guarded((x, positions, base) => {
        const d = x.shape.at(-1) ?? 0;
        const select = (odd: number) =>
          tf.tensor2d(
            Array.from({ length: d }, (_, j) => Array.from({ length: d / 2 }, (_, i) => +(j === 2 * i + odd))),
          );
        const [first, second] = [select(0), select(1)]; // [d, d/2]
        const flat = x.reshape([-1, d]);
        const grid = [...x.shape.slice(0, -1), d / 2];
        const [a, b] = [flat.matMul(first).reshape(grid), flat.matMul(second).reshape(grid)];
        const angles = anglesOf(positions, d, base); // [T, d/2]
        const back = (y: tf.Tensor, columns: tf.Tensor) => y.reshape([-1, d / 2]).matMul(columns, false, true);
        const even = back(a.mul(angles.cos()).sub(b.mul(angles.sin())), first);
        return even.add(back(b.mul(angles.cos()).add(a.mul(angles.sin())), second)).reshape(x.shape);
      }),
    },
    "vector by vector": {
      rotary: guarded((x, positions, base) => {
        const d = x.shape.at(-1) ?? 0;
        const vectors = positions.map((p, t) => {
          const at = x.slice([...x.shape.slice(0, -2).map(() => 0), t, 0], [...x.shape.slice(0, -2), 1, d]);
          return tf.matMul(at.reshape([-1, d]), blocks(p, d, base)); // [N, d]
        });
        return tf.stack(vectors, 1).reshape(x.shape);
      }),
    },
  },
}));

/** Sums over d products, each of them rounded, and rotated more than once. */
const PRODUCTS = { absolute: 1e-4, relative: 1e-4 };

/** base^(−2i/d) for each pair i. */
const ratesOf = (d: number, base = 10000): number[] => Array.from({ length: d / 2 }, (_, i) => base ** ((-2 * i) / d));

/** θ for each position and pair, [T, d/2] */
function anglesOf(positions: readonly number[], d: number, base: number): tf.Tensor {
  return tf.tensor2d(
    positions.map((p) => ratesOf(d, base).map((rate) => p * rate)),
    [positions.length, d / 2],
  );
}

/** x_{2i} and x_{2i+1} of each pair, [..., d/2] each */
function halves(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const pairs = x.reshape([...x.shape.slice(0, -1), (x.shape.at(-1) ?? 0) / 2, 2]);
  return tf.unstack(pairs, -1) as [tf.Tensor, tf.Tensor];
}

/** The last two axes exchanged. */
function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/** The matrix that rotates a row of d coordinates by position p, [d, d]. */
function blocks(p: number, d: number, base: number): tf.Tensor {
  const matrix = tf.buffer([d, d]);
  for (const [i, rate] of ratesOf(d, base).entries()) {
    const [cos, sin] = [Math.cos(p * rate), Math.sin(p * rate)];
    matrix.set(cos, 2 * i, 2 * i);
    matrix.set(sin, 2 * i, 2 * i + 1);
    matrix.set(-sin, 2 * i + 1, 2 * i);
    matrix.set(cos, 2 * i + 1, 2 * i + 1);
  }
  return matrix.toTensor();
}

/** Pairs (a, b) [..., T, d/2] turned by `turn`, with the cosines and sines of the angles [T, d/2]. */
function turning(
  turn: (a: tf.Tensor, b: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor) => [tf.Tensor, tf.Tensor],
): typeof rotary {
  return guarded((x, positions, base) => {
    const angles = anglesOf(positions, x.shape.at(-1) ?? 0, base);
    return tf.stack(turn(...halves(x), angles.cos(), angles.sin()), -1).reshape(x.shape);
  });
}

/** `rotation`, which may rely on an even width and a position for each vector. */
function guarded(rotation: (x: tf.Tensor, positions: number[], base: number) => tf.Tensor): typeof rotary {
  return (x, positions, base = 10000) => {
    const [length, d = 0] = x.shape.slice(-2);
    if (d % 2 !== 0 || positions.length !== length) throw new RangeError("no pairs, or not a position for each vector");
    return rotation(x, positions, base);
  };
}
