import * as tf from "@tensorflow/tfjs";
import { smoothedCrossEntropy } from "#reference";
import { bars } from "../bars.js";
import { line, type Picture, text } from "../picture.js";

/** The step at the beginning of the unit: three logits, the third word is right, rate 1. */
export const oneStep: Picture = {
  title: {
    en: "Before the step three words have probability 0.333 each and the loss is 1.099; the gradient pushes the third one up; afterwards it has 0.576, and the loss is 0.551",
    es: "Antes del paso, tres palabras tienen probabilidad 0.333 cada una y la pérdida es 1.099; el gradiente empuja la tercera hacia arriba; después tiene 0.576, y la pérdida es 0.551",
  },
  draw: (language) => {
    const target = tf.tensor1d([2], "int32");
    const loss = (logits: tf.Tensor) => smoothedCrossEntropy(logits, target, 0).asScalar();
    const before = tf.zeros([1, 3]);
    const gradient = tf.grad(loss)(before);
    const after = before.sub(gradient);
    const list = (x: tf.Tensor) => Array.from(x.dataSync());
    const words = {
      en: {
        before: "before",
        gradient: "gradient",
        after: "after",
        loss: "loss",
        word: "word",
        step: "logits − gradient",
      },
      es: {
        before: "antes",
        gradient: "gradiente",
        after: "después",
        loss: "pérdida",
        word: "palabra",
        step: "logits − gradiente",
      },
    }[language];
    const labels = [0, 1, 2].map((i) => `${words.word} ${i}`);
    const caption = (x: number, name: string, logits?: tf.Tensor) => [
      text([x, 32], name, { anchor: "middle", bold: true }),
      logits === undefined
        ? []
        : text([x, 54], `${words.loss} ${(loss(logits).dataSync()[0] ?? 0).toFixed(3)}`, {
            anchor: "middle",
            size: 13,
          }),
    ];
    const field = [210, 130] as const;
    return {
      width: 860,
      height: 258,
      shapes: [
        caption(135, words.before, before),
        bars([30, 84], field, { values: list(tf.softmax(before)), labels, full: 0.6 }),
        caption(430, words.gradient),
        bars([325, 58], [210, 46], { values: list(gradient), full: 0.6 }),
        text([430, 204], words.step, { anchor: "middle", size: 13 }),
        line(
          [
            [268, 214],
            [592, 214],
          ],
          { arrow: true },
        ),
        caption(725, words.after, after),
        bars([620, 84], field, { values: list(tf.softmax(after)), labels, full: 0.6 }),
      ],
    };
  },
};
