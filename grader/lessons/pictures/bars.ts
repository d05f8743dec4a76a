/** Bars side by side, in the style of the pictures. */
import { box, type Colour, line, type Point, type Shapes, text } from "./picture.js";

export interface Bars {
  readonly values: readonly number[];
  /** Under the bars. */
  readonly labels?: readonly string[];
  /** The value of a bar as high as the field; the greatest absolute value without. */
  readonly full?: number;
  readonly digits?: number;
  readonly colour?: Colour;
}

/** Bars that stand on the lower edge of the field, or hang from it when they are negative; the amount is written at their ends. */
export function bars([left, top]: Point, [width, height]: Point, style: Bars): Shapes {
  const { values, labels = [], digits = 3, colour = "accent" } = style;
  const full = style.full ?? Math.max(...values.map(Math.abs));
  const step = width / values.length;
  const ground = top + height;
  return [
    values.map((value, i) => {
      const tall = (Math.abs(value) / full) * height;
      const x = left + (i + 0.15) * step;
      const up = value >= 0;
      return [
        box([x, up ? ground - tall : ground], [step * 0.7, tall], {
          fill: up ? colour : "second",
          strength: 0.55,
          outline: "faint",
        }),
        text([x + step * 0.35, up ? ground - tall - 7 : ground + tall + 17], value.toFixed(digits).replace("-", "−"), {
          anchor: "middle",
          size: 12,
        }),
      ];
    }),
    line(
      [
        [left, ground],
        [left + width, ground],
      ],
      { colour: "faint" },
    ),
    labels.map((label, i) => text([left + (i + 0.5) * step, ground + 18], label, { anchor: "middle", size: 12 })),
  ];
}
