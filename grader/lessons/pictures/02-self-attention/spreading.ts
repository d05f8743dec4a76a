import type * as tf from "@tensorflow/tfjs";
import { drawClub, heardAfter, sideOf } from "../club.js";
import { type Picture, text } from "../picture.js";

/** Two known labels spread over the club, by one, two and three graph convolutions. */
export const spreading: Picture = {
  title: {
    en: "After one layer three members have heard nothing; after three, 33 of 34 lean to the side that they took",
    es: "Después de una capa tres miembros no han oído nada; después de tres, 33 de 34 se inclinan al lado que eligieron",
  },
  draw: (language) => ({
    width: 830,
    height: 288,
    shapes: [1, 2, 3].map((layers, panel) => {
      const heard = (heardAfter(layers) as tf.Tensor2D).arraySync();
      const leans = heard.map(([instructor = 0, president = 0]) => instructor - president);
      const sums = heard.map(([instructor = 0, president = 0]) => instructor + president);
      const right = leans.filter((lean, member) => lean !== 0 && lean > 0 === (sideOf(member) === "accent")).length;
      const left = 28 + panel * 274;
      const count = { en: `${right} of 34`, es: `${right} de 34` }[language];
      const name =
        { en: ["1 layer", "2 layers", "3 layers"], es: ["1 capa", "2 capas", "3 capas"] }[language][panel] ?? "";
      return [
        text([left + 4, 34], name, { bold: true }),
        text([left + 230, 34], count, { anchor: "end", colour: "faint" }),
        drawClub({
          at: [left, 70],
          scale: 0.54,
          radius: (member) => (member === 0 || member === 33 || member === 8 ? 11 : 7),
          fill: (member) => ({
            fill: (leans[member] ?? 0) > 0 ? "accent" : "second",
            strength: sums[member] ? 0.15 + 0.7 * Math.abs((leans[member] ?? 0) / (sums[member] ?? 1)) : 0,
          }),
          label: (member) => member === 0 || member === 33 || member === 8,
        }),
      ];
    }),
  }),
};
