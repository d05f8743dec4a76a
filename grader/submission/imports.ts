/** What an import of an exercise's file means. */
import type { Placed, Rules } from "./rules.js";

export const TFJS = "@tensorflow/tfjs";

export type Meaning =
  | { readonly is: "tfjs" }
  | { readonly is: "shared"; readonly name: "types" | "support" }
  | { readonly is: "exercise"; readonly id: string };

/** What a name means in the file of an exercise, or that it may not be imported there. */
export function resolveImport({ place, needs }: Pick<Rules, "place" | "needs">, name: string): Meaning | "refused" {
  if (name === TFJS) return { is: "tfjs" };
  if (!name.startsWith(".")) return "refused";
  const parts = place.split("/").slice(0, -1);
  for (const part of name.replace(/\.(js|ts)$/, "").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  const target = parts.join("/");
  if (target === "types" || target === "support") return { is: "shared", name: target };
  const exercise = needs.find((needed) => needed.place === target);
  return exercise === undefined ? "refused" : { is: "exercise", id: exercise.id };
}

/** The names that a file may import, as it would write them. */
export function allowedImports({ place, needs }: Rules): string[] {
  return [TFJS, "../types.js", "../support.js", ...needs.map((needed) => importPath(place, needed))];
}

function importPath(from: string, to: Placed): string {
  const [unit, name] = to.place.split("/");
  return from.startsWith(`${unit}/`) ? `./${name}.js` : `../${unit}/${name}.js`;
}
