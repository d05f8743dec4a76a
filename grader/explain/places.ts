/** Where things lie among the arguments of a function, over all that it is asked. */
import * as tf from "@tensorflow/tfjs";
import { isPlain, type Path, replaceAt } from "../values/tree.js";
import type { Asked } from "./probe.js";

export type Kind = "floats" | "integers" | "mask" | "number" | "flag" | "word" | "object" | "list" | "function";

/** The same place in every call; what stands in lists of objects has one place for all of them. */
export interface Place {
  readonly pattern: string;
  readonly kind: Kind;
  /** As one writes it: `p.wq`, `heads[i].w`. */
  readonly shown: string;
}

export interface Found {
  readonly path: Path;
  readonly value: unknown;
}

/** Longer lists hold data, not things that have a name. */
const LONGEST_LIST = 64;

/** What has a value somewhere, in the order of the arguments. */
export function placesOf({ calls, parameters }: Asked): Place[] {
  const places = new Map<string, Place>();
  for (const args of calls) {
    for (const { path, value } of walk(args)) {
      const kind = kindOf(value);
      const pattern = patternOf(path);
      if (kind === undefined || places.has(`${pattern} ${kind}`)) continue;
      places.set(`${pattern} ${kind}`, { pattern, kind, shown: shownAt(path, parameters) });
    }
  }
  return [...places.values()];
}

/** What stands there in one call. */
export const findAt = (args: readonly unknown[], { pattern, kind }: Place): Found[] =>
  [...walk(args)].filter(({ path, value }) => patternOf(path) === pattern && kindOf(value) === kind);

/** The arguments with what stands there changed; nothing when nothing stands there. */
export function changeAt(
  args: readonly unknown[],
  place: Place,
  change: (value: never, path: Path) => unknown,
): readonly unknown[] | undefined {
  const found = findAt(args, place);
  if (found.length === 0) return undefined;
  return withValues(
    args,
    found.map(({ path, value }) => ({ path, value: change(value as never, path) })),
  );
}

export const withValues = (args: readonly unknown[], values: readonly Found[]): readonly unknown[] =>
  replaceAt(args, values) as readonly unknown[];

/** Every value but the list of arguments itself, parents first. */
function* walk(args: readonly unknown[]): Generator<Found> {
  for (const [index, value] of args.entries()) yield* below([index], value);
}

function* below(path: Path, value: unknown): Generator<Found> {
  yield { path, value };
  if (Array.isArray(value)) {
    if (value.length > LONGEST_LIST || value.every((item) => typeof item !== "object")) return;
    for (const [index, item] of value.entries()) yield* below([...path, index], item);
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) yield* below([...path, key], inner);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof tf.Tensor) && isPlain(value);

function kindOf(value: unknown): Kind | undefined {
  if (value instanceof tf.Tensor) {
    if (value.dtype === "bool") return "mask";
    return value.dtype === "int32" ? "integers" : "floats";
  }
  if (Array.isArray(value)) return "list";
  if (isObject(value)) return "object";
  switch (typeof value) {
    case "number":
      return "number";
    case "boolean":
      return "flag";
    case "string":
      return "word";
    case "function":
      return "function";
    default:
      return undefined;
  }
}

const patternOf = (path: Path): string =>
  path.map((key, depth) => (typeof key === "number" && depth > 0 ? "*" : key)).join(".");

/** A path as one writes it: `p.wq`, `heads[i].w`, in code quotes. */
export function shownAt(path: Path, parameters: readonly string[]): string {
  const [argument, ...inside] = path;
  const rest = inside.map((key) => (typeof key === "number" ? "[i]" : `.${key}`)).join("");
  return `\`${parameters[Number(argument)] ?? `#${Number(argument) + 1}`}${rest}\``;
}

/** The pattern that a place lies in: `1` of `1.wq`; nothing for an argument. */
export const parentOf = ({ pattern }: Place): string => pattern.split(".").slice(0, -1).join(".");
/** What it is called there: `wq` of `1.wq`. */
export const nameOf = ({ pattern }: Place): string => pattern.split(".").at(-1) ?? "";
