import { box, line, type Picture, type Point, type Shapes, text } from "../picture.js";

const PLACES = {
  Q: [70, 90],
  K: [70, 250],
  S: [300, 170],
  A: [550, 170],
  V: [550, 300],
  O: [780, 170],
} as const satisfies Record<string, Point>;
type Place = keyof typeof PLACES;

const [HALF, TALL] = [26, 21];

function node(name: Place): Shapes {
  const [x, y] = PLACES[name];
  return [
    box([x - HALF, y - TALL], [2 * HALF, 2 * TALL], { strength: 0.18, outline: "faint", round: 5 }),
    text([x, y + 6], name, { anchor: "middle", size: 17, italic: true }),
  ];
}

/** Forwards from one to the other, and backwards beside it. */
function both(from: Place, to: Place, shift: number): Shapes {
  const [[x1, y1], [x2, y2]] = [PLACES[from], PLACES[to]];
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const gap = Math.min(HALF / Math.max(Math.abs(ux), 1e-9), TALL / Math.max(Math.abs(uy), 1e-9)) + 5;
  const at = (along: number, beside: number): Point => [x1 + ux * along - uy * beside, y1 + uy * along + ux * beside];
  return [
    line([at(gap, -shift), at(length - gap, -shift)], { arrow: true }),
    line([at(length - gap, shift), at(gap, shift)], { arrow: true, colour: "second", width: 2 }),
  ];
}

const back = (point: Point, label: string, anchor: "start" | "middle" | "end" = "middle"): string =>
  text(point, label, { anchor, colour: "second", size: 14 });

export const attentionBackward: Picture = {
  title: {
    en: "Forwards: S from Q and K, A by softmax, O from A and V. Backwards: dV and dA from dO, dS from dA, dQ and dK from dS",
    es: "Hacia adelante: S a partir de Q y K, A con softmax, O a partir de A y V. Hacia atrás: dV y dA a partir de dO, dS a partir de dA, dQ y dK a partir de dS",
  },
  draw: (language) => ({
    width: 860,
    height: 348,
    shapes: [
      text([40, 34], language === "en" ? "forwards" : "hacia adelante", { bold: true }),
      text([820, 34], language === "en" ? "backwards" : "hacia atrás", { bold: true, colour: "second", anchor: "end" }),
      (Object.keys(PLACES) as Place[]).map(node),
      both("Q", "S", 6),
      both("K", "S", 6),
      both("S", "A", 9),
      both("A", "O", 9),
      both("V", "O", 6),
      text([226, 112], "Q Kᵀ / √dk", { anchor: "start", size: 14 }),
      text([425, 150], "softmax", { anchor: "middle", size: 14 }),
      text([665, 150], "A V", { anchor: "middle", size: 14 }),
      back([120, 166], "dQ = dS K / √dk", "middle"),
      back([196, 262], "dK = dSᵀ Q / √dk", "start"),
      back([425, 204], "dS = A ⊙ (dA − Σ)"),
      back([425, 224], "Σ = rowsum(dA ⊙ A)"),
      back([640, 204], "dA = dO Vᵀ"),
      back([690, 274], "dV = Aᵀ dO", "start"),
      back([780, 128], "dO"),
    ],
  }),
};
