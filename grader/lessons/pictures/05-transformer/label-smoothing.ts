import * as tf from "@tensorflow/tfjs";
import { smoothedCrossEntropy } from "#reference";
import { bars } from "../bars.js";
import { type Picture, type Point, text } from "../picture.js";
import { type Curve, plot } from "../plot.js";

const V = 4;
const LOGITS = Array.from({ length: 71 }, (_, i) => -1 + i / 10);

/** The target that the loss pulls towards: the gradient of the loss is softmax − q. */
function target(eps: number): number[] {
  const logits = tf.zeros([1, V]);
  const gradient = tf.grad((z: tf.Tensor) => smoothedCrossEntropy(z, tf.tensor1d([0], "int32"), eps).asScalar())(
    logits,
  );
  return Array.from(tf.softmax(logits).sub(gradient).dataSync());
}

const loss = (eps: number): Point[] =>
  LOGITS.map((z) => [
    z,
    smoothedCrossEntropy(tf.tensor2d([[z, 0, 0, 0]]), tf.tensor1d([0], "int32"), eps).dataSync()[0] ?? 0,
  ]);

export const labelSmoothing: Picture = {
  title: {
    en: "Left: the target 1, 0, 0, 0 becomes 0.7, 0.1, 0.1, 0.1 for ε = 0.4. Right: without smoothing the loss falls for ever as the right logit grows; with it there is a minimum, earlier for larger ε",
    es: "Izquierda: el objetivo 1, 0, 0, 0 se vuelve 0.7, 0.1, 0.1, 0.1 con ε = 0.4. Derecha: sin suavizado la pérdida baja para siempre cuando crece el logit correcto; con él hay un mínimo, antes mientras mayor es ε",
  },
  draw: (language) => {
    const curve = (eps: number, style: Partial<Curve>): Curve => ({ points: loss(eps), label: `ε = ${eps}`, ...style });
    const field = [150, 76] as const;
    return {
      width: 860,
      height: 366,
      shapes: [
        text([40, 32], language === "en" ? "target q" : "objetivo q", { bold: true }),
        text([200, 74], "ε = 0", { size: 13 }),
        bars([40, 74], field, { values: target(0), digits: 1, full: 1, colour: "second" }),
        text([200, 214], "ε = 0.4", { size: 13 }),
        bars([40, 214], field, { values: target(0.4), digits: 1, full: 1, labels: ["0", "1", "2", "3"] }),
        text([115, 330], language === "en" ? "word; 0 is right" : "palabra; la 0 es la correcta", {
          anchor: "middle",
          size: 13,
        }),
        text([330, 32], language === "en" ? "loss at the logits (z, 0, 0, 0)" : "pérdida con los logits (z, 0, 0, 0)", {
          bold: true,
        }),
        plot(
          [340, 62],
          [400, 236],
          { label: "z", from: -1, to: 6, ticks: [-1, 0, 1, 2, 3, 4, 5, 6] },
          { label: "", from: 0, to: 2.2, ticks: [0, 0.5, 1, 1.5, 2] },
          [curve(0.4, {}), curve(0.1, { dashed: true }), curve(0, { colour: "second" })],
        ),
      ],
    };
  },
};
