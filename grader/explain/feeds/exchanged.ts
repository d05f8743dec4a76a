/** Two things of one kind among the arguments: exchanged, or one in the place of the other. */
import * as tf from "@tensorflow/tfjs";
import { type Found, findAt, nameOf, type Place, parentOf, placesOf, withValues } from "../places.js";
import { type Asked, claim, feed, type Probe, type Probing } from "../probe.js";
import { sameShape } from "../shapes.js";

export const exchanged: Probing = function* (asked) {
  const places = placesOf(asked);
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) if (isAlike(a, b)) yield* ofTwo(asked, a, b);
  }
};

const KINDS = new Set(["floats", "integers", "mask", "object", "function", "list"]);

/** Of one kind, neither inside the other; deep in parameters only what is called alike or stands together. */
function isAlike(a: Place, b: Place): boolean {
  if (a.kind !== b.kind || !KINDS.has(a.kind)) return false;
  if (b.pattern.startsWith(`${a.pattern}.`) || a.pattern.startsWith(`${b.pattern}.`)) return false;
  const isDeep = parentOf(a).includes(".") || parentOf(b).includes(".");
  return !isDeep || parentOf(a) === parentOf(b) || nameOf(a) === nameOf(b);
}

function* ofTwo(asked: Asked, a: Place, b: Place): Iterable<Probe> {
  const both = (change: (x: Found, y: Found) => readonly Found[]) => (args: readonly unknown[]) => {
    const pairs = pairUp(findAt(args, a), findAt(args, b));
    return pairs.length === 0
      ? undefined
      : withValues(
          args,
          pairs.flatMap(([x, y]) => change(x, y)),
        );
  };
  if (!asked.calls.some((args) => pairUp(findAt(args, a), findAt(args, b)).length > 0)) return;
  const swapped = claim(
    `when ${a.shown} and ${b.shown} change places`,
    `cuando ${a.shown} y ${b.shown} cambian de lugar`,
  );
  yield feed(
    asked,
    `exchanged: ${a.shown}, ${b.shown}`,
    swapped,
    both((x, y) => [
      { path: x.path, value: y.value },
      { path: y.path, value: x.value },
    ]),
  );
  for (const [to, from] of [
    [a, b],
    [b, a],
  ] as const) {
    const text = claim(
      `when ${from.shown} stands for ${to.shown}`,
      `cuando ${from.shown} está en el lugar de ${to.shown}`,
    );
    yield feed(
      asked,
      `instead: ${to.shown}, ${from.shown}`,
      text,
      both((x, y) => [to === a ? { path: x.path, value: y.value } : { path: y.path, value: x.value }]),
    );
  }
}

/** What belongs together and can take the other's place; nothing where that is not clear. */
function pairUp(xs: readonly Found[], ys: readonly Found[]): (readonly [Found, Found])[] {
  if (xs.length !== ys.length) return [];
  const pairs = xs.map((x, i) => [x, ys[i] as Found] as const);
  return pairs.every(([x, y]) => fits(x.value, y.value)) ? pairs : [];
}

function fits(x: unknown, y: unknown): boolean {
  if (x === y) return false;
  if (x instanceof tf.Tensor && y instanceof tf.Tensor) return sameShape(x, y) || (x.rank === y.rank && x.rank > 0);
  if (typeof x === "function" || Array.isArray(x)) return true;
  const keys = (value: unknown) =>
    Object.keys(value as object)
      .sort()
      .join();
  return keys(x) === keys(y);
}
