/** The karate club as the pictures show it: where its members stand, who is on which side, what they have heard. */
import * as tf from "@tensorflow/tfjs";
import { graphConvolution } from "#reference";
import { adjacency, EDGES, FACTIONS } from "../../../data/karate-club.js";
import { box, type Colour, circle, line, type Point, type Shapes, text } from "./picture.js";

export { EDGES };

/** Where each member stands, in a field of 430 × 320. */
const PLACES: readonly Point[] = [
  [125, 185],
  [148, 233],
  [223, 216],
  [138, 282],
  [12, 165],
  [96, 61],
  [40, 98],
  [170, 314],
  [236, 173],
  [293, 308],
  [66, 118],
  [77, 320],
  [45, 285],
  [219, 264],
  [392, 288],
  [430, 172],
  [0, 7],
  [42, 205],
  [416, 255],
  [203, 149],
  [429, 215],
  [44, 246],
  [360, 312],
  [356, 80],
  [214, 5],
  [283, 0],
  [410, 78],
  [275, 93],
  [296, 126],
  [408, 136],
  [267, 275],
  [227, 113],
  [334, 222],
  [318, 174],
];

export const MEMBERS: readonly number[] = PLACES.map((_, member) => member);

/** The hue of a member's faction. */
export const sideOf = (member: number): Colour => (FACTIONS[member] === FACTIONS[0] ? "accent" : "second");

/** Who knows whom. */
export const acquaintances = (): tf.Tensor2D => tf.tensor2d(adjacency());

/** What each member has heard of the instructor and of the president after some graph convolutions: [34, 2]. */
export function heardAfter(layers: number): tf.Tensor {
  const graph = acquaintances();
  let heard: tf.Tensor = tf.tensor2d(MEMBERS.map((member) => [Number(member === 0), Number(member === 33)]));
  for (let layer = 0; layer < layers; layer++) heard = graphConvolution(heard, graph, tf.eye(2));
  return heard;
}

/** From the president's side, −1, to the instructor's, +1: [34, 1]. */
export function leaning(): tf.Tensor {
  const [instructor, president] = tf.split(heardAfter(3), 2, 1) as [tf.Tensor, tf.Tensor];
  return instructor.sub(president).div(instructor.add(president));
}

export interface ClubStyle {
  readonly at: Point;
  readonly scale?: number;
  readonly radius?: (member: number) => number;
  readonly fill?: (member: number) => { readonly fill: Colour; readonly strength: number };
  /** How wide and how strong a line is. */
  readonly edge?: (u: number, v: number) => { readonly width: number; readonly strength: number };
  readonly label?: (member: number) => boolean;
  readonly outline?: (member: number) => Colour;
}

/** The club as circles and lines. */
export function drawClub(style: ClubStyle): Shapes {
  const { at, scale = 1 } = style;
  const radius = style.radius ?? (() => 11);
  const fill = style.fill ?? ((member) => ({ fill: sideOf(member), strength: 0.45 }));
  const edge = style.edge ?? (() => ({ width: 1, strength: 0.7 }));
  const place = (member: number): Point => {
    const [x, y] = PLACES[member] ?? [0, 0];
    return [at[0] + x * scale, at[1] + y * scale];
  };
  return [
    EDGES.map(([u, v]) => line([place(u), place(v)], { colour: "faint", ...edge(u, v) })),
    MEMBERS.map((member) => [
      circle(place(member), radius(member), { ...fill(member), outline: style.outline?.(member) ?? "ink" }),
      style.label?.(member) === false ? [] : [labelAt(place(member), member)],
    ]),
  ];
}

const labelAt = ([x, y]: Point, member: number) => text([x, y + 4], String(member), { anchor: "middle", size: 11 });

/** A matrix among the members with those of each faction together, and a line between the factions. */
export function clubMatrix(matrix: tf.Tensor, at: Point, cell: number): Shapes {
  const rows = matrix.arraySync() as number[][];
  const order = [...MEMBERS].sort((u, v) => Number(sideOf(u) !== sideOf(0)) - Number(sideOf(v) !== sideOf(0)) || u - v);
  const half = order.filter((member) => sideOf(member) === sideOf(0)).length * cell;
  const size = order.length * cell;
  const [x, y] = at;
  const full = Math.max(...rows.flat());
  return [
    order.map((u, i) =>
      order.map((v, j) => {
        const strength = (0.9 * (rows[u]?.[v] ?? 0)) / full;
        return strength < 0.01 ? [] : [box([x + j * cell, y + i * cell], [cell, cell], { strength })];
      }),
    ),
    box(at, [size, size], { outline: "faint" }),
    line(
      [
        [x + half, y],
        [x + half, y + size],
      ],
      { colour: "faint", width: 1 },
    ),
    line(
      [
        [x, y + half],
        [x + size, y + half],
      ],
      { colour: "faint", width: 1 },
    ),
  ];
}
