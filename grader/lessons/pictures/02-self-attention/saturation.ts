import * as tf from "@tensorflow/tfjs";
import { scoreStatistics } from "#reference";
import type { Picture } from "../picture.js";
import { plot } from "../plot.js";

const WIDTHS = [4, 8, 16, 32, 64, 128, 256, 512, 1024];
const COUNT = 256;

/** What 2.2 measures: entropy and Jacobian norm against the width, with and without the scale. */
export const saturation: Picture = {
  title: {
    en: "Without the scale the entropy of the weights falls towards 0 as d grows; with it both curves are flat",
    es: "Sin la escala la entropía de los pesos cae hacia 0 cuando crece d; con ella las dos curvas son planas",
  },
  draw: (language) => {
    const words = {
      en: { entropy: "entropy", norm: "Jacobian norm", scaled: "with 1/√d", plain: "without" },
      es: { entropy: "entropía", norm: "norma del jacobiano", scaled: "con 1/√d", plain: "sin" },
    }[language];
    const measured = WIDTHS.map((d, seed) => {
      const q = tf.randomNormal([COUNT, d], 0, 1, "float32", 2 * seed + 1);
      const k = tf.randomNormal([COUNT, d], 0, 1, "float32", 2 * seed + 2);
      return { d, scaled: scoreStatistics(q, k, true), plain: scoreStatistics(q, k, false) };
    });
    const x = { label: "d", from: 4, to: 1024, ticks: [4, 16, 64, 256, 1024], logarithmic: true };
    const curves = (name: "entropy" | "jacobianNorm") => [
      { points: measured.map(({ d, scaled }) => [d, scaled[name]] as const), label: words.scaled },
      {
        points: measured.map(({ d, plain }) => [d, plain[name]] as const),
        label: words.plain,
        colour: "second" as const,
      },
    ];
    const lower = curves("jacobianNorm").map((curve, i) => ({ ...curve, shift: i === 0 ? -8 : 8 }));
    return {
      width: 820,
      height: 320,
      shapes: [
        plot([66, 50], [250, 210], x, { label: words.entropy, from: 0, to: 6, ticks: [0, 2, 4, 6] }, curves("entropy")),
        plot([470, 50], [250, 210], x, { label: words.norm, from: 0, to: 0.3, ticks: [0, 0.1, 0.2, 0.3] }, lower),
      ],
    };
  },
};
