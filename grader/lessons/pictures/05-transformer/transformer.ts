import { box, circle, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const [HALF, TALL] = [74, 34];
const [LEFT, RIGHT] = [210, 600];

/** A box whose middle is at the point; norms are of the second hue. */
const stage = ([x, y]: Point, label: string, kind: "layer" | "norm" | "end" = "layer"): Shapes => [
  box([x - HALF, y - TALL / 2], [2 * HALF, TALL], {
    fill: kind === "norm" ? "second" : "accent",
    strength: kind === "end" ? 0.08 : kind === "norm" ? 0.18 : 0.28,
    outline: "faint",
    round: 5,
  }),
  text([x, y + 5], label, { anchor: "middle", size: 13 }),
];

const plus = ([x, y]: Point): Shapes => [circle([x, y], 10), text([x, y + 5], "+", { anchor: "middle" })];
const way = (...points: Point[]): string => line(points, { arrow: true });

/** A norm, a layer and a sum above `bottom`, with the residual way at the left: 140 high. */
function branch(x: number, bottom: number, layer: string): Shapes {
  return [
    way([x, bottom], [x, bottom - 24]),
    stage([x, bottom - 41], "LN", "norm"),
    way([x, bottom - 58], [x, bottom - 70]),
    stage([x, bottom - 87], layer),
    way([x, bottom - 104], [x, bottom - 118]),
    plus([x, bottom - 129]),
    line(
      [
        [x, bottom - 8],
        [x - 98, bottom - 8],
        [x - 98, bottom - 129],
        [x - 10, bottom - 129],
      ],
      { arrow: true, width: 2.2 },
    ),
    line([
      [x, bottom - 139],
      [x, bottom - 144],
    ]),
  ];
}

/** From ids to what enters the first layer; `y` is the middle of the lowest box. */
const entrance = (
  x: number,
  y: number,
  ids: string,
  words: { readonly embedding: string; readonly positions: string },
): Shapes => [
  text([x, y + 42], ids, { anchor: "middle", bold: true, size: 13 }),
  way([x, y + 28], [x, y + 18]),
  stage([x, y], words.embedding, "end"),
  way([x, y - 17], [x, y - 31]),
  plus([x, y - 42]),
  way([x - 66, y - 42], [x - 11, y - 42]),
  text([x - 72, y - 38], words.positions, { anchor: "end", size: 13 }),
  line([
    [x, y - 52],
    [x, y - 62],
  ]),
];

/** The frame around what is repeated. */
const frame = (x: number, top: number, bottom: number): Shapes => [
  box([x - 116, top], [232, bottom - top], { fill: "accent", strength: 0.05, outline: "faint", round: 8 }),
];

export const transformerPicture: Picture = {
  title: {
    en: "The transformer. Left, the encoder: embedding plus positions, then L layers of self-attention and feed-forward network, each with a norm before and a sum after it, and a last norm: the memory. Right, the decoder: the same with causal self-attention, and between the two a cross-attention whose keys and values are the memory; at the top a matrix gives the logits",
    es: "El transformer. A la izquierda, el codificador: vectores de palabras más posiciones, luego L capas de autoatención y red prealimentada, cada una con una normalización antes y una suma después, y una última normalización: la memoria. A la derecha, el decodificador: lo mismo con autoatención causal, y entre las dos una atención cruzada cuyas claves y valores son la memoria; arriba, una matriz da los logits",
  },
  draw: (language) => {
    const words = {
      en: {
        encoder: "encoder",
        decoder: "decoder",
        embedding: "√d · embedding",
        positions: "positions",
        self: "self-attention",
        causal: "causal self-attention",
        cross: "cross-attention",
        network: "feed-forward",
        matrix: "output matrix",
        memory: "memory",
        both: "keys and values",
      },
      es: {
        encoder: "codificador",
        decoder: "decodificador",
        embedding: "√d · vectores",
        positions: "posiciones",
        self: "autoatención",
        causal: "autoatención causal",
        cross: "atención cruzada",
        network: "prealimentada",
        matrix: "matriz de salida",
        memory: "memoria",
        both: "claves y valores",
      },
    }[language];
    const ground = 664; // middle of the embeddings
    const first = ground - 62; // where the first branch begins
    const encoderTop = first - 288;
    const decoderTop = first - 432;
    const crossing = first - 144 - 87; // middle of the cross-attention
    return {
      width: 860,
      height: 728,
      shapes: [
        frame(LEFT, encoderTop + 2, first - 2),
        frame(RIGHT, decoderTop + 2, first - 2),
        text([LEFT - 126, encoderTop + 30], "× L", { anchor: "end", bold: true, size: 16 }),
        text([RIGHT + 126, decoderTop + 30], "× L", { bold: true, size: 16 }),
        text([LEFT, encoderTop - 110], words.encoder, { anchor: "middle", bold: true, size: 16 }),
        text([RIGHT + 126, decoderTop - 40], words.decoder, { bold: true, size: 16 }),
        entrance(LEFT, ground, "source", words),
        branch(LEFT, first, words.self),
        branch(LEFT, first - 144, words.network),
        way([LEFT, encoderTop], [LEFT, encoderTop - 20]),
        stage([LEFT, encoderTop - 37], "LN", "norm"),
        line(
          [
            [LEFT, encoderTop - 54],
            [LEFT, encoderTop - 80],
            [368, encoderTop - 80],
            [368, crossing],
            [RIGHT - HALF - 2, crossing],
          ],
          { arrow: true, colour: "accent", width: 2.5 },
        ),
        text([LEFT + 24, encoderTop - 88], `${words.memory}  [B, n, d]`, { size: 13, colour: "accent" }),
        text([376, crossing - 9], words.both, { size: 12.5, colour: "accent" }),
        entrance(RIGHT, ground, "targetIn", words),
        branch(RIGHT, first, words.causal),
        branch(RIGHT, first - 144, words.cross),
        branch(RIGHT, first - 288, words.network),
        way([RIGHT, decoderTop], [RIGHT, decoderTop - 20]),
        stage([RIGHT, decoderTop - 37], "LN", "norm"),
        way([RIGHT, decoderTop - 54], [RIGHT, decoderTop - 70]),
        stage([RIGHT, decoderTop - 87], words.matrix, "end"),
        way([RIGHT, decoderTop - 104], [RIGHT, decoderTop - 124]),
        text([RIGHT, decoderTop - 132], "logits  [B, m, V]", { anchor: "middle", bold: true, size: 13 }),
      ],
    };
  },
};
