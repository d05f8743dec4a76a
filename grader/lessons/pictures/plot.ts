/** Curves over axes, in the style of the pictures. */
import { type Colour, line, type Point, round, type Shapes, text } from "./picture.js";

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Equal ratios take equal lengths. */
  readonly logarithmic?: boolean;
  /** How a tick is written; as it is without. */
  readonly show?: (value: number) => string;
}

export interface Curve {
  readonly points: readonly Point[];
  readonly colour?: Colour;
  readonly dashed?: boolean;
  /** Written at the end of the curve. */
  readonly label?: string;
  /** Moves the label up (negative) or down, where labels would meet. */
  readonly shift?: number;
}

/** Curves, and axes at the left and below; `at` is the left upper corner of the field that the axes span. */
export function plot(at: Point, [width, height]: Point, x: Axis, y: Axis, curves: readonly Curve[]): Shapes {
  const [left, top] = at;
  const across = (value: number) => left + share(x, value) * width;
  const up = (value: number) => top + height - share(y, value) * height;
  const show = (axis: Axis, value: number) => (axis.show ?? ((number) => String(round(number, 6))))(value);
  return [
    line([at, [left, top + height], [left + width, top + height]], { colour: "faint" }),
    x.ticks.map((tick) => [
      line(
        [
          [across(tick), top + height],
          [across(tick), top + height + 4],
        ],
        { colour: "faint" },
      ),
      text([across(tick), top + height + 18], show(x, tick), { anchor: "middle", size: 12, colour: "faint" }),
    ]),
    y.ticks.map((tick) => [
      line(
        [
          [left - 4, up(tick)],
          [left, up(tick)],
        ],
        { colour: "faint" },
      ),
      text([left - 8, up(tick) + 4], show(y, tick), { anchor: "end", size: 12, colour: "faint" }),
    ]),
    text([left + width / 2, top + height + 38], x.label, { anchor: "middle", size: 13 }),
    text([left, top - 12], y.label, { anchor: "middle", size: 13 }),
    curves.map(({ points, colour = "accent", dashed = false, label, shift = 0 }) => {
      const [endX = 0, endY = 0] = points.at(-1) ?? [];
      return [
        line(
          points.map(([a, b]) => [across(a), up(b)] as const),
          { colour, dashed, width: 2 },
        ),
        label === undefined ? [] : [text([across(endX) + 8, up(endY) + 4 + shift], label, { size: 13, colour })],
      ];
    }),
  ];
}

/** Where a value lies between the ends of an axis, from 0 to 1. */
function share({ from, to, logarithmic = false }: Axis, value: number): number {
  return logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}
