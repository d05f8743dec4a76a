import * as tf from "@tensorflow/tfjs";
import { gatHead, scaledDotProductAttention } from "#reference";
import { clubMatrix, leaning, MEMBERS } from "../club.js";
import { type Picture, text } from "../picture.js";

/** Everyone may listen to everyone: dot products make blocks, the additive scores of a graph attention network stripes. */
export const staticAttention: Picture = {
  title: {
    en: "Attention among all members: with dot products two blocks, with GAT the same columns in every row",
    es: "Atención entre todos los miembros: con productos punto, dos bloques; con GAT, las mismas columnas en todas las filas",
  },
  draw: (language) => {
    const words = {
      en: { dot: "dot product: 4·zᵢ·zⱼ", gat: "GAT: LeakyReLU(zᵢ + 4·zⱼ)", asks: "listens", heard: "is heard" },
      es: { dot: "producto punto: 4·zᵢ·zⱼ", gat: "GAT: LeakyReLU(zᵢ + 4·zⱼ)", asks: "escucha", heard: "es oído" },
    }[language];
    const z = leaning();
    const everyone = tf.ones([MEMBERS.length, MEMBERS.length]).sub(tf.eye(MEMBERS.length));
    const dot = scaledDotProductAttention(z.mul(4), z, z).weights;
    const gat = gatHead(z, everyone, { w: tf.ones([1, 1]), a1: tf.ones([1]), a2: tf.fill([1], 4) }).weights;
    const size = 9 * MEMBERS.length;
    return {
      width: 760,
      height: 420,
      shapes: [
        (
          [
            ["dot", 60, dot],
            ["gat", 420, gat],
          ] as const
        ).map(([name, left, weights]) => [
          text([left + size / 2, 32], words[name], { anchor: "middle", bold: true }),
          text([left + size / 2, 58], words.heard, { anchor: "middle", size: 13, colour: "faint" }),
          text([left - 14, 70 + size / 2], words.asks, { anchor: "middle", size: 13, colour: "faint", turn: -90 }),
          clubMatrix(weights, [left, 70], 9),
        ]),
        text([60, 402], language === "en" ? "first 17: with the instructor" : "primeros 17: con el instructor", {
          size: 13,
          colour: "accent",
        }),
        text([420 + size, 402], language === "en" ? "last 17: with the president" : "últimos 17: con el presidente", {
          anchor: "end",
          size: 13,
          colour: "second",
        }),
      ],
    };
  },
};
