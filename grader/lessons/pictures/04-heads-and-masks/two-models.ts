import { causalMask } from "#reference";
import type { Language } from "../../../language.js";
import { box, line, type Picture, type Shapes, text } from "../picture.js";

const SENTENCES: Record<Language, readonly string[]> = {
  en: ["the", "blue", "door", "is", "pretty"],
  es: ["la", "puerta", "azul", "es", "bonita"],
};
/** The words that the autoencoder does not see. */
const HIDDEN = [1, 3];

const [STEP, WIDE, TALL] = [76, 68, 28];
const [ASKED, READ] = [62, 184]; // their heights in the picture

/** What is read below, what is asked above, and who sees whom between. */
function model(
  left: number,
  read: readonly string[],
  asked: readonly string[],
  sees: readonly (readonly number[])[],
): Shapes {
  const at = (i: number) => left + (i + 0.5) * STEP;
  const cell = (i: number, y: number, word: string, fill: "accent" | "second", strength: number): Shapes => [
    box([at(i) - WIDE / 2, y], [WIDE, TALL], { fill, strength, outline: "faint", round: 4 }),
    text([at(i), y + 19], word, { anchor: "middle", size: 13 }),
  ];
  return [
    sees.map((row, i) =>
      row.map((seen, j) =>
        seen > 0
          ? line(
              [
                [at(j), READ],
                [at(i), ASKED + TALL],
              ],
              { colour: "accent", strength: 0.55 },
            )
          : [],
      ),
    ),
    read.map((word, i) => cell(i, READ, word, word === "[mask]" ? "second" : "accent", word === "[mask]" ? 0.3 : 0.15)),
    asked.map((word, i) => (word === "" ? cell(i, ASKED, "·", "accent", 0) : cell(i, ASKED, word, "second", 0.2))),
  ];
}

/** The two families: hidden words seen from both sides, and the next word seen from the left. */
export const twoModels: Picture = {
  title: {
    en: "Autoencoding: every place sees all places, two hidden words are asked. Autoregressive: every place sees those up to itself and is asked for the next word",
    es: "Autocodificador: cada lugar ve todos los lugares y se pregunta por dos palabras ocultas. Autorregresivo: cada lugar ve hasta sí mismo y se le pregunta la siguiente palabra",
  },
  draw: (language) => {
    const words = {
      en: { kinds: ["autoencoding (BERT)", "autoregressive (GPT)"], asked: "asked", read: "read" },
      es: { kinds: ["autocodificador (BERT)", "autorregresivo (GPT)"], asked: "objetivo", read: "entrada" },
    }[language];
    const sentence = SENTENCES[language];
    const everyone = sentence.map(() => sentence.map(() => 1));
    const past = causalMask(sentence.length).cast("float32").arraySync() as number[][];
    const masked = sentence.map((word, i) => (HIDDEN.includes(i) ? "[mask]" : word));
    const wanted = sentence.map((word, i) => (HIDDEN.includes(i) ? word : ""));
    const [left, right] = [80, 480];
    return {
      width: right + 5 * STEP + 20,
      height: READ + TALL + 24,
      shapes: [
        [left, right].map((x, k) => text([x + 2.5 * STEP, 34], words.kinds[k] ?? "", { anchor: "middle", bold: true })),
        text([18, ASKED + 19], words.asked, { size: 13, colour: "faint" }),
        text([18, READ + 19], words.read, { size: 13, colour: "faint" }),
        model(left, masked, wanted, everyone),
        model(right, ["[bos]", ...sentence.slice(0, -1)], sentence, past),
      ],
    };
  },
};
