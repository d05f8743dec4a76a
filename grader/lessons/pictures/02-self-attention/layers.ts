import { circle, line, type Picture, type Point, text } from "../picture.js";

const COUNT = 7;
/** Some edges of a graph. */
const EDGES: readonly Point[] = [
  [0, 2],
  [2, 3],
  [1, 4],
  [4, 6],
  [5, 6],
  [3, 4],
];

/** Which input reaches which output of one layer directly; a recurrent layer also hands its state on. */
export const layers: Picture = {
  title: {
    en: "How a recurrent, a convolutional, a graph and a self-attention layer are wired; how far the first token is from the last",
    es: "Cómo están conectadas una capa recurrente, una convolucional, una sobre grafos y una de autoatención; qué tan lejos queda el primer token del último",
  },
  draw: (language) => {
    const words = {
      en: ["recurrent", "convolution", "graph", "self-attention"],
      es: ["recurrente", "convolución", "grafo", "autoatención"],
    }[language];
    const all = Array.from({ length: COUNT }, (_, i) => i);
    const pairs = all.flatMap((from) => all.map((to): Point => [from, to]));
    const direct: readonly (readonly Point[])[] = [
      pairs.filter(([from, to]) => from === to),
      pairs.filter(([from, to]) => Math.abs(from - to) <= 1),
      pairs.filter(
        ([from, to]) => from === to || EDGES.some(([u, v]) => (u === from && v === to) || (v === from && u === to)),
      ),
      pairs,
    ];
    const notes = {
      en: ["6 steps in one layer", "6 layers", "4 layers", "1 layer"],
      es: ["6 pasos en una capa", "6 capas", "4 capas", "1 capa"],
    }[language];
    return {
      width: 830,
      height: 200,
      shapes: words.map((word, panel) => {
        const left = 26 + panel * 202;
        const x = (i: number) => left + 8 + i * 26;
        const [below, above] = [150, 74];
        return [
          text([left, 34], word, { bold: true }),
          (direct[panel] ?? []).map(([from, to]) =>
            line(
              [
                [x(from), below - 7],
                [x(to), above + 7],
              ],
              { colour: "faint", width: 1, strength: panel === 3 ? 0.55 : 1 },
            ),
          ),
          panel === 0
            ? all.slice(1).map((i) =>
                line(
                  [
                    [x(i - 1) + 7, above],
                    [x(i) - 8, above],
                  ],
                  { colour: "second", arrow: true, width: 2 },
                ),
              )
            : [],
          panel === 0
            ? [
                line(
                  [
                    [x(0), below - 7],
                    [x(0), above + 7],
                  ],
                  { colour: "second", width: 2 },
                ),
              ]
            : [],
          panel === 3
            ? [
                line(
                  [
                    [x(0), below - 7],
                    [x(COUNT - 1), above + 7],
                  ],
                  { colour: "second", width: 2 },
                ),
              ]
            : [],
          all.map((i) => [circle([x(i), below], 7, { strength: 0.1 }), circle([x(i), above], 7, { strength: 0.45 })]),
          text([left + 86, 184], notes[panel] ?? "", { anchor: "middle", size: 13, colour: "second" }),
        ];
      }),
    };
  },
};
