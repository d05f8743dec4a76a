import * as tf from "@tensorflow/tfjs";
import { adamStep } from "#reference";
import { type Picture, type Point, text } from "../picture.js";
import { plot } from "../plot.js";

const BETA1 = 0.9;
const STEPS = 60;
const number = (t: tf.Tensor) => t.dataSync()[0] ?? 0;

/** The means after each step, from the gradients one by one. */
function means(gradients: readonly number[], beta2: number): { t: number; m: number; v: number }[] {
  const options = { lr: 1, beta1: BETA1, beta2, eps: 0 };
  let state = { m: tf.zeros([1]) as tf.Tensor, v: tf.zeros([1]) as tf.Tensor, t: 0 };
  return gradients.map((gradient) => {
    state = adamStep(tf.zeros([1]), tf.tensor1d([gradient]), state, options).state;
    return { t: state.t, m: number(state.m), v: number(state.v) };
  });
}

export const biasCorrection: Picture = {
  title: {
    en: "Left: gradients around 1; the corrected running mean is near 1 from the start, the plain one climbs from 0. Right: with equal gradients the corrected step has length 1; the plain one is up to 1.55 too long with β2 = 0.98 and up to 6.6 with 0.999",
    es: "Izquierda: gradientes alrededor de 1; el promedio móvil corregido está cerca de 1 desde el inicio, el otro sube desde 0. Derecha: con gradientes iguales el paso corregido mide 1; el otro sale hasta 1.55 veces más largo con β2 = 0.98 y hasta 6.6 con 0.999",
  },
  draw: (language) => {
    const noisy = Array.from(tf.randomNormal([STEPS], 1, 0.45, "float32", 11).dataSync());
    const left = means(noisy, 0.98);
    const plain = (beta2: number): Point[] =>
      means(Array<number>(STEPS).fill(1), beta2).map(({ t, m, v }) => [t, m / Math.sqrt(v)]);
    const axis = { label: language === "en" ? "step t" : "paso t", from: 1, to: STEPS, ticks: [1, 20, 40, 60] };
    return {
      width: 860,
      height: 350,
      shapes: [
        text([60, 32], language === "en" ? "running mean of the gradient" : "promedio móvil del gradiente", {
          bold: true,
        }),
        plot([70, 66], [290, 218], axis, { label: "", from: -0.4, to: 2.4, ticks: [0, 1, 2] }, [
          { points: noisy.map((gradient, i) => [i + 1, gradient]), colour: "faint", label: "g", shift: 10 },
          { points: left.map(({ t, m }) => [t, m]), colour: "second", dashed: true, label: "m", shift: 8 },
          { points: left.map(({ t, m }) => [t, m / (1 - BETA1 ** t)]), label: "m̂", shift: -10 },
        ]),
        text(
          [486, 32],
          language === "en" ? "length of the step, equal gradients" : "longitud del paso, gradientes iguales",
          {
            bold: true,
          },
        ),
        plot([496, 66], [250, 218], axis, { label: "", from: 0, to: 7, ticks: [0, 1, 2, 4, 6] }, [
          { points: plain(0.999), colour: "second", dashed: true, label: "β₂ = 0.999" },
          { points: plain(0.98), colour: "second", label: "β₂ = 0.98", shift: -8 },
          {
            points: [
              [1, 1],
              [STEPS, 1],
            ],
            label: language === "en" ? "corrected" : "corregido",
            shift: 12,
          },
        ]),
      ],
    };
  },
};
