import { bleu } from "#reference";
import { box, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const PAIRS = [
  { hypothesis: "the cat sat on the mat", reference: "the cat is on the mat" },
  { hypothesis: "a dog", reference: "a dog barks" },
].map(({ hypothesis, reference }) => ({ hypothesis: hypothesis.split(" "), reference: reference.split(" ") }));

const [WIDE, TALL] = [64, 32];

/** Which k-grams of the hypothesis its reference has too, each at most as often as there. */
function found(hypothesis: readonly string[], reference: readonly string[], k: number): boolean[] {
  const grams = (words: readonly string[]) =>
    Array.from({ length: Math.max(0, words.length - k + 1) }, (_, i) => words.slice(i, i + k).join(" "));
  const left = grams(reference);
  return grams(hypothesis).map((gram) => {
    const at = left.indexOf(gram);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

const words = ([x, y]: Point, list: readonly string[], hits: readonly boolean[]): Shapes =>
  list.map((word, i) => [
    box([x + i * WIDE, y], [WIDE - 4, TALL], {
      fill: hits[i] === false ? "second" : "accent",
      strength: hits.length === 0 ? 0 : 0.25,
      outline: "faint",
      round: 4,
    }),
    text([x + i * WIDE + (WIDE - 4) / 2, y + 21], word, { anchor: "middle", size: 14 }),
  ]);

/** Brackets under pairs of neighbours, in two rows so that they do not touch. */
const brackets = ([x, y]: Point, hits: readonly boolean[]): Shapes =>
  hits.map((hit, i) => {
    const [from, to] = [x + i * WIDE + 14, x + (i + 1) * WIDE + WIDE - 18];
    const base = y + (i % 2) * 18;
    return line(
      [
        [from, base],
        [from, base + 8],
        [to, base + 8],
        [to, base],
      ],
      { colour: hit ? "accent" : "second", width: 2.5, dashed: !hit },
    );
  });

export const bleuPicture: Picture = {
  title: {
    en: "Seven of eight words and four of six pairs of neighbours are found in the references; BLEU with N = 2 is 0.674",
    es: "Siete de ocho palabras y cuatro de seis pares de vecinas están en las referencias; BLEU con N = 2 es 0.674",
  },
  draw: (language) => {
    const score = bleu(
      PAIRS.map(({ hypothesis }) => hypothesis),
      PAIRS.map(({ reference }) => reference),
      2,
    );
    const notes = {
      en: ["hypothesis", "reference", "found", "not found"],
      es: ["hipótesis", "referencia", "está", "no está"],
    }[language];
    return {
      width: 860,
      height: 236,
      shapes: [
        text([110, 80], notes[0] ?? "", { anchor: "end", size: 13 }),
        text([110, 166], notes[1] ?? "", { anchor: "end", size: 13 }),
        PAIRS.map(({ hypothesis, reference }, i) => {
          const x = [124, 580][i] ?? 0;
          return [
            words([x, 58], hypothesis, found(hypothesis, reference, 1)),
            brackets([x, 96], found(hypothesis, reference, 2)),
            words([x, 145], reference, []),
          ];
        }),
        line(
          [
            [124, 212],
            [156, 212],
          ],
          { width: 2.5, colour: "accent" },
        ),
        text([164, 216], notes[2] ?? "", { size: 13 }),
        line(
          [
            [250, 212],
            [282, 212],
          ],
          { width: 2.5, colour: "second", dashed: true },
        ),
        text([290, 216], notes[3] ?? "", { size: 13 }),
        text([124, 36], `N = 2: BLEU = ${score.toFixed(3)}`, { bold: true }),
      ],
    };
  },
};
