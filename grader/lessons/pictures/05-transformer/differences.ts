import { centralDifference } from "#reference";
import { type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const STEPS = Array.from({ length: 67 }, (_, i) => 10 ** (-11 + i / 6));
const power = (value: number) => `1e${Math.round(Math.log10(value))}`;

/** Relative errors of the derivative of exp at 1, whose true value is e; never below what float64 can tell. */
const errors = (derivative: (eps: number) => number): Point[] =>
  STEPS.map((eps) => [eps, Math.max(1e-13, Math.abs(derivative(eps) / Math.E - 1))]);

export const differences: Picture = {
  title: {
    en: "Error of two difference quotients against the step: to one side it falls in proportion to the step, to both sides with its square, until rounding takes over; the best step to both sides is near 1e-5",
    es: "Error de dos cocientes de diferencias según el paso: hacia un lado baja en proporción al paso, hacia los dos lados con su cuadrado, hasta que manda el redondeo; el mejor paso hacia los dos lados está cerca de 1e-5",
  },
  draw: (language) => ({
    width: 720,
    height: 360,
    shapes: [
      text([80, 32], language === "en" ? "error of the derivative of exp at 1" : "error de la derivada de exp en 1", {
        bold: true,
      }),
      plot(
        [80, 64],
        [480, 230],
        {
          label: "ε",
          from: 1e-11,
          to: 1,
          ticks: [1e-11, 1e-9, 1e-7, 1e-5, 1e-3, 1e-1],
          logarithmic: true,
          show: power,
        },
        { label: "", from: 1e-13, to: 1, ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1], logarithmic: true, show: power },
        [
          {
            points: errors((eps) => (Math.exp(1 + eps) - Math.exp(1)) / eps),
            colour: "second",
            label: language === "en" ? "to one side" : "hacia un lado",
            shift: -4,
          },
          {
            points: errors((eps) => centralDifference(([x = 0]) => Math.exp(x), [1], eps)[0] ?? 0),
            label: language === "en" ? "to both sides" : "hacia los dos lados",
            shift: 8,
          },
        ],
      ),
    ],
  }),
};
