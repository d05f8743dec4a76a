import { acquaintances, clubMatrix, drawClub } from "../club.js";
import { type Picture, text } from "../picture.js";

/** The running example: the graph with its two factions, and its adjacency matrix. */
export const karateClub: Picture = {
  title: {
    en: "The karate club: 34 members in two factions, and its adjacency matrix sorted by faction",
    es: "El club de karate: 34 miembros en dos bandos, y su matriz de adyacencia ordenada por bando",
  },
  draw: (language) => {
    const words = {
      en: { with0: "with the instructor (0)", with33: "with the president (33)", matrix: "adjacency matrix" },
      es: { with0: "con el instructor (0)", with33: "con el presidente (33)", matrix: "matriz de adyacencia" },
    }[language];
    return {
      width: 830,
      height: 400,
      shapes: [
        text([30, 30], words.with0, { colour: "accent", bold: true }),
        text([300, 30], words.with33, { colour: "second", bold: true }),
        drawClub({ at: [30, 56] }),
        text([665, 30], words.matrix, { anchor: "middle", bold: true }),
        clubMatrix(acquaintances(), [510, 66], 9),
        text([586, 58], "0 … 21", { anchor: "middle", size: 12, colour: "accent" }),
        text([739, 58], "9 … 33", { anchor: "middle", size: 12, colour: "second" }),
      ],
    };
  },
};
