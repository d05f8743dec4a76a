import * as tf from "@tensorflow/tfjs";
import { feedForward, sublayer } from "#reference";
import type { Layer } from "../../../../exercises/types.js";
import { type Picture, type Point, text } from "../picture.js";
import { type Curve, plot } from "../plot.js";

const [TOKENS, D, LAYERS] = [32, 32, 24];

type Wiring = "plain" | "post" | "pre";

/** The layers halve the mean square of what they get: He's 2/d in the first matrix, half of 1/d in the second. */
const layers: () => Layer[] = () =>
  Array.from({ length: LAYERS }, (_, l) => {
    const w1 = tf.randomNormal([D, D], 0, Math.sqrt(2 / D), "float32", 100 + l);
    const w2 = tf.randomNormal([D, D], 0, Math.sqrt(0.5 / D), "float32", 200 + l);
    return (x) => feedForward(x, { w1, b1: tf.zeros([D]), w2, b2: tf.zeros([D]) });
  });

/** The gradient that arrives that many layers below the output, as a share of what enters there; the cosine with x. */
function measure(wiring: Wiring): { gradient: Point[]; likeness: Point[] } {
  const stack = layers();
  const norm = { gamma: tf.ones([D]), beta: tf.zeros([D]) };
  const through = (x: tf.Tensor, layer: Layer) => (wiring === "plain" ? layer(x) : sublayer(x, layer, norm, wiring));
  const x = tf.randomNormal([TOKENS, D], 0, 1, "float32", 1);
  const upstream = tf.randomNormal([TOKENS, D], 0, 1, "float32", 2);
  const states = [x];
  for (const layer of stack) states.push(through(states.at(-1) ?? x, layer));
  const size = (t: tf.Tensor) => t.norm().dataSync()[0] ?? 0;
  const gradients: number[] = [size(upstream)];
  let arriving: tf.Tensor = upstream;
  for (let l = LAYERS - 1; l >= 0; l -= 1) {
    const before = states[l] ?? x;
    arriving = tf.grad((input: tf.Tensor) => through(input, stack[l] ?? ((y) => y)))(before, arriving);
    gradients.unshift(size(arriving));
  }
  const top = gradients.at(-1) ?? 1;
  return {
    gradient: gradients.map((value, l) => [LAYERS - l, value / top] as const).reverse(),
    likeness: states
      .map((state, l) => [l, tf.sum(state.mul(x)).dataSync()[0] ?? 0, size(state)] as const)
      .map(([l, product, length]) => [l, product / (length * size(x))] as const),
  };
}

export const residualDepth: Picture = {
  title: {
    en: "Left: on its way back through 24 layers the gradient falls below a ten-thousandth in a plain stack and stays near 1 in both residual ones. Right: the likeness with the input fades at once in the plain stack, slowly with post-norm, and least with pre-norm",
    es: "Izquierda: de regreso por 24 capas, el gradiente cae por debajo de una diezmilésima en una pila común y se queda cerca de 1 en las dos residuales. Derecha: el parecido con la entrada se pierde de inmediato en la pila común, poco a poco con post-normalización y menos que en ninguna con pre-normalización",
  },
  draw: (language) => {
    const names: Record<Wiring, string> =
      language === "en" ? { plain: "plain", post: "post", pre: "pre" } : { plain: "común", post: "post", pre: "pre" };
    const measured = { plain: measure("plain"), post: measure("post"), pre: measure("pre") };
    const curves = (what: "gradient" | "likeness", shifts: Record<Wiring, number>): Curve[] =>
      (["plain", "post", "pre"] as const).map((wiring) => ({
        points: measured[wiring][what],
        colour: wiring === "plain" ? "faint" : wiring === "post" ? "second" : "accent",
        label: names[wiring],
        shift: shifts[wiring],
      }));
    const across = (label: string) => ({ label, from: 0, to: LAYERS, ticks: [0, 6, 12, 18, 24] });
    return {
      width: 860,
      height: 360,
      shapes: [
        text([56, 30], language === "en" ? "gradient on its way back" : "gradiente en su camino de regreso", {
          bold: true,
        }),
        plot(
          [70, 76],
          [290, 216],
          across(language === "en" ? "layers back from the output" : "capas hacia atrás desde la salida"),
          { label: "", from: 1e-5, to: 10, ticks: [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10], logarithmic: true },
          curves("gradient", { plain: 0, post: 7, pre: -5 }),
        ),
        text([486, 30], language === "en" ? "likeness with the input (cosine)" : "parecido con la entrada (coseno)", {
          bold: true,
        }),
        plot(
          [500, 76],
          [270, 216],
          across(language === "en" ? "layers from the input" : "capas desde la entrada"),
          { label: "", from: -0.2, to: 1, ticks: [0, 0.5, 1] },
          curves("likeness", { plain: -6, post: 10, pre: 0 }),
        ),
      ],
    };
  },
};
