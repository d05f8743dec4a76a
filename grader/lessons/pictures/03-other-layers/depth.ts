import * as tf from "@tensorflow/tfjs";
import { depthStatistics } from "#reference";
import type { Language } from "../../../language.js";
import { type Picture, text } from "../picture.js";
import { type Curve, plot } from "../plot.js";

const [EXAMPLES, D, LAYERS] = [32, 24, 12];

function statistics(g: number, norm: "none" | "batch" | "layer"): Curve["points"] {
  const x = tf.randomNormal([EXAMPLES, D], 0, 1, "float32", 7);
  const spread = g * Math.sqrt(2 / D);
  const weights = Array.from({ length: LAYERS }, (_, l) => tf.randomNormal([D, D], 0, spread, "float32", 300 + l));
  return depthStatistics(x, weights, norm).map((value, l) => [l + 1, value] as const);
}

const without = (language: Language, g: string) =>
  language === "en" ? `no norm, g = ${g}` : `sin normalizar, g = ${g}`;

export const depth: Picture = {
  title: {
    en: "Standard deviation of the activations over 12 layers: without a norm it grows to thousands for g = 2 and falls to thousandths for g = 1/2; with either norm it stays near 0.58",
    es: "Desviación estándar de las activaciones a lo largo de 12 capas: sin normalización crece a millares con g = 2 y cae a milésimas con g = 1/2; con cualquiera de las dos se queda cerca de 0.58",
  },
  draw: (language) => ({
    width: 740,
    height: 400,
    shapes: [
      text(
        [24, 30],
        language === "en" ? "standard deviation after each layer" : "desviación estándar después de cada capa",
        {
          bold: true,
        },
      ),
      plot(
        [76, 62],
        [440, 276],
        { label: language === "en" ? "layer" : "capa", from: 1, to: LAYERS, ticks: [1, 2, 4, 6, 8, 10, 12] },
        { label: "", from: 1e-4, to: 1e4, ticks: [1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000, 10000], logarithmic: true },
        [
          { points: statistics(2, "none"), colour: "second", label: without(language, "2") },
          { points: statistics(1, "none"), colour: "faint", label: without(language, "1"), shift: -12 },
          { points: statistics(0.5, "none"), colour: "second", dashed: true, label: without(language, "1/2") },
          { points: statistics(2, "layer"), label: language === "en" ? "layer, g = 2" : "por capa, g = 2", shift: 10 },
          {
            points: statistics(0.5, "batch"),
            dashed: true,
            label: language === "en" ? "batch, g = 1/2" : "por lote, g = 1/2",
            shift: 28,
          },
        ],
      ),
    ],
  }),
};
