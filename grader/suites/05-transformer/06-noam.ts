import * as tf from "@tensorflow/tfjs";
import { close, op, suite, type Tolerance, together } from "#grader/suite/index.js";
import { noamRate } from "#reference";

/** Rates are small numbers: what counts is their share. */
const RATE: Tolerance = { absolute: 1e-12, relative: 1e-6 };

export const noamSuite = suite("5.6", { noamRate })(({ agrees, law, refuses }) => {
  const first = {
    en: "the first step is 1, and a step below it is refused",
    es: "el primer paso es el 1, y se rechaza un paso menor",
  };

  return {
    cases: (random) => {
      const [d, warmup, factor] = [random.integer(8, 64), random.integer(10, 40), (2 * random.integer(1, 14) + 1) / 8];
      return {
        noamRate: {
          before: [random.integer(2, 9), d, warmup, factor],
          highest: [warmup, d, warmup, factor],
          after: [warmup + random.integer(1, 90), d, warmup, factor],
          // 0 is a factor like any other.
          noFactor: [random.integer(5, 300), d, warmup, 0],
          largeFactor: [random.integer(2, 9), 4, 2, 100],
          between: [random.integer(2, 9) + 0.5, d, warmup, factor],
          smallFactor: [random.integer(5, 300), 12, 150, 1 / factor],
          defaultsBefore: [random.integer(5, 3900), 512],
          defaultsHighest: [4000, d],
          defaultsAfter: [random.integer(4100, 20_000), 512],
          defaultFactor: [random.integer(2, 50), d, warmup],
          first: [1, d, warmup, factor],
          firstDefaults: [1, 512],
          onlyOne: [1, d, 1, factor],
          zero: [0, d, warmup, factor],
          negative: [-3, 512],
          half: [0.5, d, warmup, factor],
          almostOne: [0.999, 512],
        },
      };
    },

    checks: [
      agrees(
        {
          en: "agrees with the reference before, at and after the end of the warm-up",
          es: "coincide con la referencia antes del final del calentamiento, en él y después",
        },
        2,
        "noamRate",
        ["before", "highest", "after", "between", "smallFactor", "largeFactor", "noFactor"],
        RATE,
      ),
      agrees(
        {
          en: "warmup is 4000 and factor 1 when they are not given",
          es: "si no se dan, warmup es 4000 y factor es 1",
        },
        1,
        "noamRate",
        ["defaultsBefore", "defaultsHighest", "defaultsAfter", "defaultFactor"],
        RATE,
      ),
      law(
        {
          en: "grows in a straight line up to the step warmup, and halves by four times the warm-up",
          es: "crece en línea recta hasta el paso warmup, y al cuádruple del calentamiento vale la mitad",
        },
        1,
        "noamRate",
        "before",
        (ask, [, d, warmup = 1, factor = 1], random) => {
          const rate = (step: number) => ask.noamRate(step, d, warmup, factor);
          const peak = rate(warmup);
          return [
            ...[1, random.integer(2, warmup - 1), warmup - 1].map((step) =>
              close(op.div(rate(step), peak), step / warmup, rateAt(step, warmup)),
            ),
            close(op.div(rate(4 * warmup), peak), 0.5, {
              en: "the rate at step = 4·warmup, as a share of that at step = warmup,",
              es: "la tasa en step = 4·warmup, como parte de la de step = warmup,",
            }),
          ];
        },
      ),
      together(
        agrees(first, 1, "noamRate", ["first", "firstDefaults", "onlyOne"], RATE),
        refuses(first, 1, "noamRate", ["zero", "negative", "half", "almostOne"]),
      ),
    ],

    mistakes: {
      "max-instead-of-min": {
        variant: {
          noamRate: by((step, d, warmup, factor) => factor * d ** -0.5 * Math.max(...branches(step, warmup))),
        },
        hint: {
          en: "This is the larger of the two rates: it is huge at the first step, falls until the warm-up ends, and then grows for ever. Take the smaller one: min(step^(−1/2), step·warmup^(−3/2)) (Vaswani et al. 2017, eq. 3).",
          es: "Esta es la mayor de las dos tasas: es enorme en el primer paso, baja hasta que acaba el calentamiento y después crece sin fin. Toma la menor: min(step^(−1/2), step·warmup^(−3/2)) (Vaswani et al. 2017, ec. 3).",
        },
      },
      "step-off-by-one": {
        variant: {
          noamRate: by((step, d, warmup, factor) => factor * d ** -0.5 * Math.min(...branches(step - 1, warmup))),
        },
        hint: {
          en: "This is the rate of the step before: at step 1 it is 0, and the first update changes nothing. Steps count from 1 already, so use step as it comes (Vaswani et al. 2017, eq. 3).",
          es: "Esta es la tasa del paso anterior: en el paso 1 vale 0, y la primera actualización no cambia nada. Los pasos ya se cuentan desde 1, así que usa step tal como llega (Vaswani et al. 2017, ec. 3).",
        },
      },
      "positive-width-exponent": {
        variant: { noamRate: by((step, d, warmup, factor) => factor * d ** 0.5 * Math.min(...branches(step, warmup))) },
        hint: {
          en: "This is what comes out with d^(1/2) in place of d^(−1/2): the rate is d times too large. A wider model learns with smaller steps: divide by √d (Vaswani et al. 2017, eq. 3).",
          es: "Esto es lo que sale con d^(1/2) en lugar de d^(−1/2): la tasa es d veces mayor de lo debido. Un modelo más ancho aprende con pasos más cortos: divide entre √d (Vaswani et al. 2017, ec. 3).",
        },
      },
      "warmup-40000": {
        variant: { noamRate: (step, d, warmup = 40_000, factor = 1) => noamRate(step, d, warmup, factor) },
        hint: {
          en: "This is what comes out with 40000 steps of warm-up when none are given: one zero too many. The default is 4000 (Vaswani et al. 2017, §5.3).",
          es: "Esto es lo que sale con 40000 pasos de calentamiento cuando no se indica ninguno: sobra un cero. El valor por defecto es 4000 (Vaswani et al. 2017, §5.3).",
        },
      },
      "factor-ignored": {
        variant: { noamRate: (step, d, warmup) => noamRate(step, d, warmup) },
        hint: {
          en: "This is the rate without the factor. Multiply by it: factor · d^(−1/2) · min(…).",
          es: "Esta es la tasa sin el factor. Multiplica por él: factor · d^(−1/2) · min(…).",
        },
      },
      "no-width": {
        variant: { noamRate: by((step, _, warmup, factor) => factor * Math.min(...branches(step, warmup))) },
        hint: {
          en: "This is the rate without the width of the model. Divide by √d: d^(−1/2) · min(…) (Vaswani et al. 2017, eq. 3).",
          es: "Esta es la tasa sin el ancho del modelo. Divide entre √d: d^(−1/2) · min(…) (Vaswani et al. 2017, ec. 3).",
        },
      },
      "root-of-warmup": {
        variant: {
          noamRate: by((step, d, warmup, factor) => factor * d ** -0.5 * Math.min(step ** -0.5, step * warmup ** -0.5)),
        },
        hint: {
          en: "This is what comes out with warmup^(−1/2): the straight line is too steep, and there is hardly any warm-up. The exponent is −3/2, so that both rates meet at step = warmup (Vaswani et al. 2017, eq. 3).",
          es: "Esto es lo que sale con warmup^(−1/2): la recta es demasiado empinada y casi no hay calentamiento. El exponente es −3/2, para que las dos tasas se encuentren en step = warmup (Vaswani et al. 2017, ec. 3).",
        },
      },
    },

    routes: {
      "as in the paper": {
        noamRate: by((step, d, warmup, factor) => factor * d ** -0.5 * Math.min(...branches(step, warmup))),
      },
      "by cases, from the highest rate": {
        noamRate: by((step, d, warmup, factor) => {
          const peak = factor / Math.sqrt(d * warmup);
          return step <= warmup ? (peak * step) / warmup : peak * Math.sqrt(warmup / step);
        }),
      },
      "a root of the whole": {
        noamRate: by(
          (step, d, warmup, factor) => factor * Math.sqrt(Math.min(1 / step, (step * step) / warmup ** 3) / d),
        ),
      },
      "by logarithms": {
        noamRate: by((step, d, warmup, factor) => {
          const [a, b] = [-0.5 * Math.log(step), Math.log(step) - 1.5 * Math.log(warmup)];
          return factor * Math.exp(Math.min(a, b) - 0.5 * Math.log(d));
        }),
      },
      "with tensors": {
        noamRate: by((step, d, warmup, factor) => {
          const smaller = tf.minimum(tf.rsqrt(step), tf.mul(step, tf.pow(warmup, -1.5)));
          return smaller.mul(factor).div(tf.sqrt(d)).dataSync()[0] ?? 0;
        }),
      },
    },
  };
});

const rateAt = (step: number, warmup: number) => ({
  en: `the rate at step ${step}, as a share of that at step ${warmup}, the warm-up,`,
  es: `la tasa en el paso ${step}, como parte de la del paso ${warmup}, el calentamiento,`,
});

/** The two rates that meet at step = warmup. */
const branches = (step: number, warmup: number): [number, number] => [step ** -0.5, step * warmup ** -1.5];

type Rate = (step: number, d: number, warmup: number, factor: number) => number;

/** A rate by a formula, with the right defaults; steps below 1 are refused. */
function by(formula: Rate): typeof noamRate {
  return (step, d, warmup = 4000, factor = 1) => {
    if (step < 1) throw new RangeError(`no step ${step}`);
    return formula(step, d, warmup, factor);
  };
}
