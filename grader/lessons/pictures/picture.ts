/**
 * What the pictures of the lessons are drawn with: shapes in one style, on a card of their own that is light or dark
 * like the page. Positions and sizes are in pixels, from the left upper corner. Every shape is a piece of SVG.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Language, Text } from "../../language.js";

/** A picture of a lesson; its file has the name of its module. */
export interface Picture {
  /** What it shows, for those who cannot see it. */
  readonly title: Text;
  /** The pieces, and the size of the card around them. */
  readonly draw: (language: Language) => { readonly width: number; readonly height: number; readonly shapes: Shapes };
}

export type Shape = string;
export type Shapes = readonly (Shape | Shapes)[];
export type Point = readonly [x: number, y: number];

/** `accent` and `second` are the two hues: the second is for what is negative, masked or of the other kind. */
export type Colour = "ink" | "faint" | "accent" | "second";

const FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";
const STYLE = [
  ":root{--card:#fff;--edge:#d0d7de;--ink:#1f2328;--faint:#818b98;--accent:#0969da;--second:#bc4c00}",
  "@media(prefers-color-scheme:dark){:root{--card:#0d1117;--edge:#3d444d;--ink:#f0f6fc;--faint:#9198a1;--accent:#4493f8;--second:#db6d28}}",
].join("");

const paint = (colour: Colour): string => `var(--${colour})`;

/** The file of a picture. */
export function drawPicture({ title, draw }: Picture, language: Language): string {
  const { width, height, shapes } = draw(language);
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${FONT}" font-size="14">`,
    `<title>${escapeXml(title[language])}</title>`,
    `<style>${STYLE}</style>`,
    `<rect x="0.5" y="0.5" width="${round(width) - 1}" height="${round(height) - 1}" rx="8" fill="var(--card)" stroke="var(--edge)"/>`,
    ...flat(shapes),
    "</svg>",
    "",
  ].join("\n");
}

const flat = (shapes: Shapes): string[] =>
  shapes.flatMap((shape) => (typeof shape === "string" ? [shape] : flat(shape)));

export interface Lettering {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly colour?: Colour;
  readonly bold?: boolean;
  readonly italic?: boolean;
  /** Degrees, clockwise, around the point. */
  readonly turn?: number;
}

/** A line of text whose baseline begins, ends or has its middle at the point. */
export function text([x, y]: Point, content: string, style: Lettering = {}): Shape {
  const { anchor = "start", size, colour = "ink", bold = false, italic = false, turn } = style;
  const marks = [
    anchor !== "start" && `text-anchor="${anchor}"`,
    size !== undefined && `font-size="${size}"`,
    bold && 'font-weight="600"',
    italic && 'font-style="italic"',
    turn !== undefined && `transform="rotate(${turn} ${round(x)} ${round(y)})"`,
  ].filter(Boolean);
  return `<text x="${round(x)}" y="${round(y)}" fill="${paint(colour)}" ${marks.join(" ")}>${escapeXml(content)}</text>`;
}

/** A rectangle, filled with a strength from 0 to 1, with an outline or without. */
export function box(
  [x, y]: Point,
  [width, height]: Point,
  style: {
    readonly fill?: Colour;
    readonly strength?: number;
    readonly outline?: Colour;
    readonly round?: number;
  } = {},
): Shape {
  const { fill = "accent", strength = 0, outline, round: radius = 0 } = style;
  const inside = strength > 0 ? `fill="${paint(fill)}" fill-opacity="${round(strength, 3)}"` : 'fill="none"';
  const edge = outline === undefined ? "" : ` stroke="${paint(outline)}"`;
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" ${inside}${edge}/>`;
}

export interface Stroke {
  readonly colour?: Colour;
  readonly width?: number;
  readonly dashed?: boolean;
  /** From 0 to 1. */
  readonly strength?: number;
  /** An arrow head at the end. */
  readonly arrow?: boolean;
}

/** A line through points. */
export function line(points: readonly Point[], style: Stroke = {}): Shape {
  const { colour = "ink", width = 1.5, dashed = false, strength = 1, arrow = false } = style;
  const marks = [
    `fill="none" stroke="${paint(colour)}" stroke-width="${width}" stroke-linejoin="round"`,
    dashed && 'stroke-dasharray="4 3"',
    strength < 1 && `stroke-opacity="${round(strength, 3)}"`,
  ].filter(Boolean);
  const path = `<polyline points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")}" ${marks.join(" ")}/>`;
  return arrow ? `${path}\n${head(points, colour, strength)}` : path;
}

/** The head of an arrow at the end of a line. */
function head(points: readonly Point[], colour: Colour, strength: number): Shape {
  const [x, y] = points.at(-1) ?? [0, 0];
  const [fromX, fromY] = points.at(-2) ?? [x - 1, y];
  const turn = (Math.atan2(y - fromY, x - fromX) * 180) / Math.PI;
  return `<path d="M0 0L-8 -4V4Z" transform="translate(${round(x)} ${round(y)}) rotate(${round(turn)})" fill="${paint(colour)}" fill-opacity="${round(strength, 3)}"/>`;
}

/** A circle, filled with a strength from 0 to 1 over the card, with an outline. */
export function circle(
  [x, y]: Point,
  radius: number,
  style: { readonly fill?: Colour; readonly strength?: number; readonly outline?: Colour } = {},
): Shape {
  const { fill = "accent", strength = 0, outline = "ink" } = style;
  const at = `cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"`;
  return `<circle ${at} fill="var(--card)" stroke="${paint(outline)}"/>\n<circle ${at} fill="${paint(fill)}" fill-opacity="${round(strength, 3)}"/>`;
}

export interface HeatMap {
  /** The left upper corner of the cells. */
  readonly at: Point;
  /** The side of a cell, or its width and height. */
  readonly cell: number | Point;
  /** Labels at the left of the rows and above the columns. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** Digits after the point of the numbers in the cells; none without. */
  readonly digits?: number;
  /** The number that gets the full colour; the greatest absolute value without. */
  readonly full?: number;
  readonly size?: number;
}

/** A matrix as cells: the accent for what is positive, the second hue for what is negative, stronger with the amount. */
export function heatMap(matrix: tf.Tensor | readonly (readonly number[])[], style: HeatMap): Shapes {
  const rows: readonly (readonly number[])[] = "arraySync" in matrix ? (matrix.arraySync() as number[][]) : matrix;
  const [x, y] = style.at;
  const [w, h] = typeof style.cell === "number" ? [style.cell, style.cell] : style.cell;
  const full = style.full ?? Math.max(1e-9, ...rows.flat().map(Math.abs));
  const size = style.size ?? 12;
  return [
    rows.map((row, i) =>
      row.map((value, j) => {
        const strength = Math.min(1, Math.abs(value) / full);
        const shown =
          style.digits === undefined ? undefined : value.toFixed(style.digits).replace(/^-(0(\.0*)?)$/, "$1");
        return [
          box([x + j * w, y + i * h], [w, h], {
            fill: value < 0 ? "second" : "accent",
            strength: strength < 0.004 ? 0 : strength * 0.85,
            outline: "faint",
          }),
          shown === undefined
            ? []
            : [text([x + (j + 0.5) * w, y + (i + 0.5) * h + size * 0.35], shown, { anchor: "middle", size })],
        ];
      }),
    ),
    (style.rows ?? []).map((label, i) =>
      text([x - 8, y + (i + 0.5) * h + size * 0.35], label, { anchor: "end", size }),
    ),
    (style.columns ?? []).map((label, j) => text([x + (j + 0.5) * w, y - 7], label, { anchor: "middle", size })),
  ];
}

function escapeXml(content: string): string {
  return content.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Short numbers, the same on every machine. */
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
