import * as tf from "@tensorflow/tfjs";
import { scaledDotProductAttention } from "#reference";
import { acquaintances, clubMatrix, drawClub, leaning, MEMBERS } from "../club.js";
import { type Picture, text } from "../picture.js";

/** Dot-product attention on the edges of the club, as lines and as a matrix. */
export const clubAttention: Picture = {
  title: {
    en: "Attention on the edges of the karate club: lines within a faction are wide, lines between the factions thin",
    es: "Atención en las aristas del club de karate: las líneas dentro de un bando son anchas y entre los bandos, delgadas",
  },
  draw: (language) => {
    const z = leaning();
    const mask = acquaintances().add(tf.eye(MEMBERS.length)).greater(0);
    const { weights } = scaledDotProductAttention(z.mul(4), z, z, mask);
    const rows = weights.arraySync() as number[][];
    const mutual = (u: number, v: number) => ((rows[u]?.[v] ?? 0) + (rows[v]?.[u] ?? 0)) / 2;
    return {
      width: 830,
      height: 400,
      shapes: [
        text([30, 32], language === "en" ? "(αᵤᵥ + αᵥᵤ) / 2 as width" : "(αᵤᵥ + αᵥᵤ) / 2 como ancho", { bold: true }),
        drawClub({
          at: [30, 56],
          edge: (u, v) => ({ width: 0.6 + 14 * mutual(u, v), strength: 0.35 + 1.5 * mutual(u, v) }),
        }),
        text([663, 32], "α", { anchor: "middle", bold: true }),
        clubMatrix(weights, [510, 66], 9),
      ],
    };
  },
};
