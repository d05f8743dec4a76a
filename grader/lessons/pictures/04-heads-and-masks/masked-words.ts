import { maskTokens } from "#reference";
import { box, type Picture, type Shapes, text } from "../picture.js";

const SPECIALS = ["[pad]", "[cls]", "[sep]", "[mask]"];
const WORDS = ["la", "puerta", "azul", "es", "bonita", "casa"];
const IDS = [1, 4, 5, 6, 7, 8, 2];
const DRAWS: [number, number, number][] = [
  [0.01, 0.3, 0.2],
  [0.5, 0.1, 0.3],
  [0.1, 0.3, 0.7],
  [0.6, 0.2, 0.1],
  [0.05, 0.85, 0.25],
  [0.14, 0.95, 0.2],
  [0.9, 0.4, 0.5],
];

const [STEP, WIDE, TALL] = [98, 88, 30];

/** The example of 4.7: the sentence, what the model reads of it, and what it is asked. */
export const maskedWords: Picture = {
  title: {
    en: "Of a sentence of five words one is hidden, one replaced and one kept; the model is asked for these three",
    es: "De una oración de cinco palabras se oculta una, se reemplaza otra y se deja otra; al modelo se le pregunta por esas tres",
  },
  draw: (language) => {
    const words = {
      en: { rows: ["sentence", "input", "target"], fates: ["hidden", "replaced", "kept"] },
      es: { rows: ["oración", "entrada", "objetivo"], fates: ["oculta", "reemplazada", "se queda"] },
    }[language];
    const tokens = [...SPECIALS, ...WORDS];
    const { input, target } = maskTokens(IDS, DRAWS, {
      mask: 3,
      vocabularySize: tokens.length,
      specials: [0, 1, 2, 3],
    });
    const at = (i: number) => 96 + (i + 0.5) * STEP;
    const cell = (i: number, y: number, content: string, strength: number): Shapes => [
      box([at(i) - WIDE / 2, y], [WIDE, TALL], { fill: "second", strength, outline: "faint", round: 4 }),
      text([at(i), y + 20], content, { anchor: "middle", size: 13.5 }),
    ];
    const asked = target.map((id) => id >= 0);
    const fate = (i: number) => (input[i] === 3 ? 0 : input[i] === IDS[i] ? 2 : 1);
    const rows = [IDS, input, target].map((row) => row.map((id) => tokens[id] ?? "−100"));
    return {
      width: 96 + IDS.length * STEP + 12,
      height: 206,
      shapes: [
        words.rows.map((row, k) => text([20, 72 + k * 54], row, { size: 13, colour: "faint" })),
        rows.map((row, k) =>
          row.map((content, i) => cell(i, 52 + k * 54, content, k > 0 && asked[i] ? (k === 1 ? 0.3 : 0.15) : 0)),
        ),
        asked.map((is, i) =>
          is ? text([at(i), 32], words.fates[fate(i)] ?? "", { anchor: "middle", size: 13, colour: "second" }) : [],
        ),
      ],
    };
  },
};
