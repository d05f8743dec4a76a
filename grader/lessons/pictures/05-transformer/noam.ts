import { noamRate } from "#reference";
import { type Picture, type Point, text } from "../picture.js";
import { type Curve, plot } from "../plot.js";

const SETTINGS = [
  { d: 256, warmup: 4000, colour: "faint", dashed: false, shift: -4 },
  { d: 512, warmup: 4000, colour: "accent", dashed: false, shift: -3 },
  { d: 512, warmup: 8000, colour: "accent", dashed: true, shift: 12 },
] as const;

export const noam: Picture = {
  title: {
    en: "Noam's learning rate over 20000 steps: it climbs in a straight line during the warm-up and then falls like one over the root of the step",
    es: "La tasa de aprendizaje de Noam en 20000 pasos: sube en línea recta durante el calentamiento y luego baja como uno entre la raíz del paso",
  },
  draw: (language) => ({
    width: 860,
    height: 360,
    shapes: [
      text([80, 32], language === "en" ? "learning rate" : "tasa de aprendizaje", { bold: true }),
      plot(
        [80, 62],
        [560, 232],
        {
          label: language === "en" ? "step" : "paso",
          from: 0,
          to: 20000,
          ticks: [0, 4000, 8000, 12000, 16000, 20000],
        },
        { label: "", from: 0, to: 0.001, ticks: [0, 0.00025, 0.0005, 0.00075, 0.001] },
        SETTINGS.map(
          ({ d, warmup, colour, dashed, shift }): Curve => ({
            points: Array.from({ length: 201 }, (_, i): Point => {
              const step = Math.max(1, i * 100);
              return [step, noamRate(step, d, warmup)];
            }),
            colour,
            dashed,
            label: `d = ${d}, w = ${warmup}`,
            shift,
          }),
        ),
      ),
    ],
  }),
};
