import * as tf from "@tensorflow/tfjs";
import { close, op, type Random, suite, type Term } from "#grader/suite/index.js";
import { adamStep } from "#reference";
import type { AdamOptions, AdamState } from "../../../exercises/types.js";

export const adamSuite = suite("5.5", { adamStep })(({ agrees, law }) => ({
  cases: (random) => ({
    adamStep: {
      first: argumentsOf(random, [3, 5], 1),
      second: argumentsOf(random, [3, 5], 2),
      third: argumentsOf(random, [7], 3),
      tenth: argumentsOf(random, [2, 3, 4], 10),
      tenthSquare: argumentsOf(random, [4, 4], 10),
      // Only a large eps shows where it stands.
      firstLargeEps: argumentsOf(random, [3, 5], 1, LARGE),
      // 0 is a decay like any other: nothing of the old mean stays.
      thirdNoMomentum: argumentsOf(random, [3, 5], 3, { ...LARGE, beta1: 0 }),
      thirdNoMemory: argumentsOf(random, [3, 5], 3, { ...LARGE, beta2: 0 }),
      // Gradients so small that any eps would show.
      thirdNoEps: argumentsOf(random, [3, 5], 3, { ...PAPER, eps: 0 }, 1e-12),
      thirdNoRate: argumentsOf(random, [3, 5], 3, { ...PAPER, lr: 0 }),
      number: argumentsOf(random, [], 2),
      fiveAxes: argumentsOf(random, [1, 2, 1, 3, 2], 2),
      // A word that a batch lacks has a gradient of 0, and moves on all the same.
      somewhereZero: withZeros(argumentsOf(random, [4, 3], 3)),
      thirdLargeEps: argumentsOf(random, [4, 4], 3, LARGE),
      tenthLargeEps: argumentsOf(random, [7], 10, LARGE),
    },
  }),

  checks: [
    agrees(
      {
        en: "agrees with the reference at steps 1, 2, 3 and 10",
        es: "coincide con la referencia en los pasos 1, 2, 3 y 10",
      },
      3,
      "adamStep",
      ["first", "second", "third", "tenth", "tenthSquare", "number", "fiveAxes", "somewhereZero"],
    ),
    agrees(
      {
        en: "agrees with the reference with eps = 0.1, and with a rate, decays and eps of 0",
        es: "coincide con la referencia con eps = 0.1, y con tasa, decaimientos y eps de 0",
      },
      2,
      "adamStep",
      [
        ...["firstLargeEps", "thirdLargeEps", "tenthLargeEps"],
        ...["thirdNoMomentum", "thirdNoMemory", "thirdNoEps", "thirdNoRate"],
      ],
    ),
    law(
      {
        en: "the first step is −lr·sign(g), and a constant times all gradients changes no later one",
        es: "el primer paso es −lr·signo(g), y multiplicar todos los gradientes por una constante no cambia los siguientes",
      },
      2,
      "adamStep",
      "first",
      (ask, [theta, gradient, , options], random) => {
        const one = ask.adamStep(theta, gradient, fresh(theta), options);
        const gradients = [gradient, ...Array.from({ length: 2 }, () => gradientOf(random, theta.shape))];
        /** θ after each step, with all gradients times `factor`. */
        const path = (factor: number): Term[] => {
          let step: ReturnType<typeof ask.adamStep> | undefined;
          return gradients.map((g) => {
            step = ask.adamStep(step?.theta ?? theta, g.mul(factor), (step?.state as never) ?? fresh(theta), options);
            return step.theta;
          });
        };
        const [plain, large] = [path(1), path(10_000)];
        return [
          close(op.sub(one.theta, theta), tf.sign(gradient).mul(-options.lr), {
            en: "the first step, against −lr·sign(g)",
            es: "el primer paso, frente a −lr·signo(g)",
          }),
          ...large.map((got, i) =>
            close(got, plain[i], {
              en: `theta after step ${i + 1} with gradients 10 000 times as large`,
              es: `theta tras el paso ${i + 1} con gradientes 10 000 veces mayores`,
            }),
          ),
        ];
      },
    ),
    law(
      {
        en: "goes where tf.train.adam goes with the same eps, over 20 steps",
        es: "llega adonde llega tf.train.adam con el mismo eps, en 20 pasos",
      },
      3,
      "adamStep",
      "third",
      (ask, [theta], random) => {
        const { lr, beta1, beta2, eps } = LARGE;
        const optimizer = tf.train.adam(lr, beta1, beta2, eps);
        const variable = tf.variable(theta);
        try {
          let last: ReturnType<typeof ask.adamStep> | undefined;
          const thetas = Array.from({ length: 20 }, (_, i) => {
            const gradient = gradientOf(random, theta.shape);
            optimizer.applyGradients([{ name: variable.name, tensor: gradient }]);
            last = ask.adamStep(last?.theta ?? theta, gradient, (last?.state as never) ?? fresh(theta), LARGE);
            return close(last.theta, variable.clone(), {
              en: `theta after step ${i + 1}, against tf.train.adam`,
              es: `theta tras el paso ${i + 1}, frente a tf.train.adam`,
            });
          });
          const counted =
            last === undefined
              ? []
              : [
                  close(last.state.t, 20, {
                    en: "state.t after 20 steps",
                    es: "state.t tras 20 pasos",
                  }),
                ];
          return [...thetas, ...counted];
        } finally {
          optimizer.dispose();
          variable.dispose();
        }
      },
    ),
  ],

  mistakes: {
    "one-minus-beta": {
      variant: { adamStep: withStep(({ m, v }, { beta1, beta2 }) => [m.div(1 - beta1), v.div(1 - beta2)]) },
      hint: {
        en: "This is what comes out when the means are divided by 1 − β: that is right at the first step alone, and later ones get too long. Divide by 1 − β^t, which grows to 1 as t grows (Kingma & Ba 2015, §3).",
        es: "Esto es lo que sale al dividir las medias entre 1 − β: solo es correcto en el primer paso, y los siguientes quedan demasiado largos. Divide entre 1 − β^t, que se acerca a 1 al crecer t (Kingma y Ba 2015, §3).",
      },
    },
    "no-root": {
      variant: { adamStep: withStep(corrected, (m, v, eps) => m.div(v.add(eps))) },
      hint: {
        en: "This is what comes out when m̂ is divided by v̂ + ε without a root: small gradients then make huge steps. v̂ is a mean of squares, so take its root: m̂/(√v̂ + ε) (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale al dividir m̂ entre v̂ + ε sin raíz: los gradientes pequeños dan entonces pasos enormes. v̂ es una media de cuadrados, así que saca su raíz: m̂/(√v̂ + ε) (Kingma y Ba 2015, algoritmo 1).",
      },
    },
    "eps-inside-root": {
      variant: { adamStep: withStep(corrected, (m, v, eps) => m.div(v.add(eps).sqrt())) },
      hint: {
        en: "This is what comes out with ε under the root: √(v̂ + ε). Add it to the root, √v̂ + ε, where it is a length like the root itself (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale con ε dentro de la raíz: √(v̂ + ε). Súmalo a la raíz, √v̂ + ε, donde es una longitud como la propia raíz (Kingma y Ba 2015, algoritmo 1).",
      },
    },
    "time-from-zero": {
      variant: {
        adamStep: withStep(({ m, v, t }, { beta1, beta2 }) => [
          m.div(1 - beta1 ** (t - 1)),
          v.div(1 - beta2 ** (t - 1)),
        ]),
      },
      hint: {
        en: "This is what comes out when β^t takes the old t: at the first step that is 0, and 1 − β⁰ is 0. Count this step before the correction: t = state.t + 1 (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale cuando β^t usa la t anterior: en el primer paso vale 0, y 1 − β⁰ es 0. Cuenta este paso antes de corregir: t = state.t + 1 (Kingma y Ba 2015, algoritmo 1).",
      },
    },
    "gradient-not-squared": {
      variant: {
        adamStep: (theta, g, state, options) =>
          stepped(theta, moments(g, g, state, options), options, corrected, quotient),
      },
      hint: {
        en: "This is what comes out when v averages the gradient itself: it can be negative, and its root NaN. v is the mean of the squares, number by number: β2·v + (1 − β2)·g² (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale cuando v promedia el propio gradiente: puede ser negativo, y su raíz, NaN. v es la media de los cuadrados, número por número: β2·v + (1 − β2)·g² (Kingma y Ba 2015, algoritmo 1).",
      },
    },
    "no-correction": {
      variant: { adamStep: withStep(({ m, v }) => [m, v]) },
      hint: {
        en: "This is what comes out without the correction: both means start at zero, and so they are too small at first, v more than m. Divide m by 1 − β1^t and v by 1 − β2^t for the step (Kingma & Ba 2015, §3).",
        es: "Esto es lo que sale sin la corrección: las dos medias parten de cero, y por eso al principio son demasiado pequeñas, v más que m. Para el paso, divide m entre 1 − β1^t y v entre 1 − β2^t (Kingma y Ba 2015, §3).",
      },
    },
    "corrected-means-kept": {
      variant: {
        adamStep: (theta, g, state, options) => {
          const after = adamStep(theta, g, state, options);
          const [m, v] = corrected(after.state, options);
          return { ...after, state: { ...after.state, m, v } };
        },
      },
      hint: {
        en: "The parameter is right, but the state holds m̂ and v̂: the next step would correct them once more. Keep m and v as they are before the correction.",
        es: "El parámetro está bien, pero el estado guarda m̂ y v̂: el paso siguiente los corregiría otra vez. Guarda m y v como están antes de corregir.",
      },
    },
    "betas-exchanged": {
      variant: {
        adamStep: (theta, g, state, options) =>
          adamStep(theta, g, state, { ...options, beta1: options.beta2, beta2: options.beta1 }),
      },
      hint: {
        en: "This is what comes out when β1 and β2 change places. β1 belongs to m, the mean of the gradients, and β2, which is nearer to 1, to v, the mean of their squares (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale cuando β1 y β2 cambian de lugar. β1 va con m, la media de los gradientes, y β2, que está más cerca de 1, con v, la media de sus cuadrados (Kingma y Ba 2015, algoritmo 1).",
      },
    },
    ascent: {
      variant: {
        adamStep: (theta, g, state, options) => {
          const after = adamStep(theta, g, state, options);
          return { ...after, theta: theta.mul(2).sub(after.theta) };
        },
      },
      hint: {
        en: "This is the right step in the wrong direction: it climbs, and the loss grows. The gradient points uphill, so subtract: θ − lr·m̂/(√v̂ + ε).",
        es: "Este es el paso correcto en la dirección contraria: sube, y la pérdida crece. El gradiente apunta cuesta arriba, así que resta: θ − lr·m̂/(√v̂ + ε).",
      },
    },
    "weights-swapped": {
      variant: {
        adamStep: (theta, g, state, options) => {
          const { beta1, beta2 } = options;
          const m = g.mul(beta1).add(state.m.mul(1 - beta1));
          const v = g
            .square()
            .mul(beta2)
            .add(state.v.mul(1 - beta2));
          return stepped(theta, { m, v, t: state.t + 1 }, options, corrected, quotient);
        },
      },
      hint: {
        en: "This is what comes out when β weighs the new gradient and 1 − β the past: the means forget almost everything at each step. β belongs to the old mean: β1·m + (1 − β1)·g (Kingma & Ba 2015, algorithm 1).",
        es: "Esto es lo que sale cuando β pesa el gradiente nuevo y 1 − β, el pasado: las medias olvidan casi todo en cada paso. β va con la media anterior: β1·m + (1 − β1)·g (Kingma y Ba 2015, algoritmo 1).",
      },
    },
  },

  routes: {
    "step by step, as in algorithm 1": { adamStep: withStep(corrected) },
    "the rate corrected instead of the means, eps scaled to match; tidied": {
      adamStep: (theta, g, state, options) =>
        tf.tidy(() => {
          const { lr, beta1, beta2, eps } = options;
          const { m, v, t } = moments(g, g.square(), state, options);
          const root = Math.sqrt(1 - beta2 ** t);
          const rate = (lr * root) / (1 - beta1 ** t);
          return { theta: theta.sub(m.mul(rate).div(v.sqrt().add(eps * root))), state: { m, v, t } };
        }),
    },
    "in plain numbers": {
      adamStep: (theta, g, state, { lr, beta1, beta2, eps }) => {
        const t = state.t + 1;
        const old = [theta, g, state.m, state.v].map((x) => x.dataSync());
        const [thetas, ms, vs] = Array.from({ length: 3 }, () => new Float32Array(theta.size)) as [
          Float32Array,
          Float32Array,
          Float32Array,
        ];
        for (let i = 0; i < theta.size; i++) {
          const [x = 0, slope = 0, m0 = 0, v0 = 0] = old.map((numbers) => numbers[i]);
          const m = beta1 * m0 + (1 - beta1) * slope;
          const v = beta2 * v0 + (1 - beta2) * slope ** 2;
          ms[i] = m;
          vs[i] = v;
          thetas[i] = x - (lr * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + eps);
        }
        const [thetaNew, m, v] = [thetas, ms, vs].map((numbers) => tf.tensor(numbers, theta.shape)) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        return { theta: thetaNew, state: { m, v, t } };
      },
    },
    "means moved towards the gradient; powers of β by tf.pow": {
      adamStep: (theta, g, state, { lr, beta1, beta2, eps }) => {
        const t = state.t + 1;
        const m = state.m.add(g.sub(state.m).mul(1 - beta1));
        const v = state.v.add(
          g
            .square()
            .sub(state.v)
            .mul(1 - beta2),
        );
        const [mHat, vHat] = [m.div(tf.sub(1, tf.pow(beta1, t))), v.div(tf.sub(1, tf.pow(beta2, t)))];
        return { theta: tf.sub(theta, tf.div(mHat, tf.sqrt(vHat).add(eps)).mul(lr)), state: { m, v, t } };
      },
    },
    "flattened, and put back into shape": {
      adamStep: (theta, g, { m, v, t }, options) => {
        const flat = (x: tf.Tensor) => x.reshape([-1]);
        const after = adamStep(flat(theta), flat(g), { m: flat(m), v: flat(v), t }, options);
        const back = (x: tf.Tensor) => x.reshape(theta.shape);
        return { theta: back(after.theta), state: { m: back(after.state.m), v: back(after.state.v), t: t + 1 } };
      },
    },
  },
}));

type Arguments = Parameters<typeof adamStep>;

const PAPER: AdamOptions = { lr: 0.1, beta1: 0.9, beta2: 0.98, eps: 1e-9 };
const LARGE: AdamOptions = { lr: 0.2, beta1: 0.8, beta2: 0.95, eps: 0.1 };

/** A parameter just before step `t`, with the means that some gradients left behind. */
function argumentsOf(random: Random, shape: number[], t: number, options = PAPER, size = 1): Arguments {
  const theta = random.normal(shape);
  let state = fresh(theta);
  while (state.t < t - 1) state = moments(...squared(gradientOf(random, shape).mul(size)), state, options);
  return [theta, gradientOf(random, shape).mul(size), state, options];
}

/** The same, with no gradient in the first row. */
const withZeros = ([theta, gradient, ...rest]: Arguments): Arguments => [
  theta,
  gradient.mul(
    tf
      .range(0, theta.shape[0] ?? 0)
      .greater(0)
      .cast("float32")
      .expandDims(1),
  ),
  ...rest,
];

/** Gradients of both signs, none near 0: there the first step has no direction. */
function gradientOf(random: Random, shape: number[]): tf.Tensor {
  const signs = tf.sign(random.normal(shape));
  return signs.mul(random.uniform(shape, 0.3, 2));
}

const squared = (g: tf.Tensor): [tf.Tensor, tf.Tensor] => [g, g.square()];

const fresh = (theta: tf.Tensor): AdamState => ({ m: tf.zerosLike(theta), v: tf.zerosLike(theta), t: 0 });

/** The state after a gradient, whose square comes separately. */
function moments(g: tf.Tensor, square: tf.Tensor, state: AdamState, { beta1, beta2 }: AdamOptions): AdamState {
  const m = state.m.mul(beta1).add(g.mul(1 - beta1));
  const v = state.v.mul(beta2).add(square.mul(1 - beta2));
  return { m, v, t: state.t + 1 };
}

type Correction = (state: AdamState, options: AdamOptions) => [mHat: tf.Tensor, vHat: tf.Tensor];
type Quotient = (mHat: tf.Tensor, vHat: tf.Tensor, eps: number) => tf.Tensor;

function corrected({ m, v, t }: AdamState, { beta1, beta2 }: AdamOptions): [tf.Tensor, tf.Tensor] {
  return [m.div(1 - beta1 ** t), v.div(1 - beta2 ** t)];
}

function quotient(mHat: tf.Tensor, vHat: tf.Tensor, eps: number): tf.Tensor {
  return mHat.div(vHat.sqrt().add(eps));
}

/** θ after a step from the new state, by way of a correction and a quotient. */
function stepped(theta: tf.Tensor, state: AdamState, options: AdamOptions, correct: Correction, divide: Quotient) {
  const [mHat, vHat] = correct(state, options);
  return { theta: theta.sub(divide(mHat, vHat, options.eps).mul(options.lr)), state };
}

/** Adam with another correction or another quotient. */
function withStep(correct: Correction, divide: Quotient = quotient): typeof adamStep {
  return (theta, g, state, options) => stepped(theta, moments(g, g.square(), state, options), options, correct, divide);
}
