/** An argument or a field that is not looked at. */
import type { Path } from "../../values/tree.js";
import { findAt, type Place, placesOf } from "../places.js";
import { claim, feed, type Probing } from "../probe.js";

export const leftOut: Probing = function* (asked) {
  for (const place of placesOf(asked)) {
    if (place.pattern.endsWith("*")) continue;
    const text = claim(`when ${place.shown} is not looked at`, `cuando no se mira ${place.shown}`);
    yield feed(asked, `left out: ${place.shown}`, text, (args) => without(args, place));
  }
};

function without(args: readonly unknown[], place: Place): readonly unknown[] | undefined {
  const found = findAt(args, place);
  return found.length === 0 ? undefined : (found.reduce(dropAt, args) as readonly unknown[]);
}

const dropAt = (tree: unknown, { path }: { readonly path: Path }): unknown => {
  const [key, ...rest] = path;
  if (Array.isArray(tree)) return tree.map((item, i) => (i === key ? droppedFrom(item, rest) : item));
  if (rest.length === 0) return Object.fromEntries(Object.entries(tree as object).filter(([name]) => name !== key));
  return Object.fromEntries(
    Object.entries(tree as object).map(([name, inner]) => [name, name === key ? droppedFrom(inner, rest) : inner]),
  );
};

const droppedFrom = (inner: unknown, rest: Path): unknown =>
  rest.length === 0 ? undefined : dropAt(inner, { path: rest });
