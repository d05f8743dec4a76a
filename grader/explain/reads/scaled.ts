/** A part of the answer, or a tensor among the arguments, times a factor: a constant, or one of a size. */
import * as tf from "@tensorflow/tfjs";
import { changeAt, findAt, type Place, placesOf } from "../places.js";
import { type Asked, claim, feed, type Probing } from "../probe.js";
import { changed, partsOf } from "./answers.js";

/** A factor that each call has. */
interface Factor {
  readonly en: string;
  readonly es: string;
  readonly id: string;
  readonly of: (args: readonly unknown[]) => number;
}

const CONSTANTS: readonly Factor[] = (
  [
    ["2", 2],
    ["1/2", 0.5],
    ["ln 2", Math.LN2],
    ["1/ln 2", Math.LOG2E],
    ["3", 3],
    ["1/3", 1 / 3],
    ["4", 4],
    ["1/4", 0.25],
  ] as const
).map(([name, value]) => ({
  id: name,
  en: `is multiplied by ${name}`,
  es: `se multiplica por ${name}`,
  of: () => value,
}));

export const scaledAnswers: Probing = function* (asked) {
  for (const part of partsOf(asked)) {
    for (const { id, en, es, of } of [...CONSTANTS, ...ofSizes(asked)]) {
      yield changed(asked, part, `${id}`, en, es, (x, args) => x.mul(of(args)));
    }
  }
};

export const scaledTensors: Probing = function* (asked) {
  const places = placesOf(asked).filter(({ kind }) => kind === "floats");
  if (places.length > MOST_TENSORS) return;
  const factors = ofSizes(asked);
  for (const place of places) {
    for (const { id, en, es, of } of factors) {
      const text = claim(`when ${place.shown} ${en}`, `cuando ${place.shown} ${es}`);
      yield feed(asked, `${id}: ${place.shown}`, text, (args) =>
        changeAt(args, place, (x: tf.Tensor) => x.mul(of(args))),
      );
    }
  }
};

const MOST_TENSORS = 14;

/** Something that each call has a number of: a size of a tensor, the length of a list, an integer. */
interface Size {
  readonly id: string;
  readonly en: string;
  readonly es: string;
  readonly of: (args: readonly unknown[]) => number;
}

const ROOTS = [
  ["√", "is multiplied by the root of", "se multiplica por la raíz de", (x: number) => Math.sqrt(x)],
  ["1/√", "is divided by the root of", "se divide entre la raíz de", (x: number) => 1 / Math.sqrt(x)],
  ["", "is multiplied by", "se multiplica por", (x: number) => x],
  ["1/", "is divided by", "se divide entre", (x: number) => 1 / x],
] as const;

/** Factors of the sizes that all calls have, each kind of size once. */
function ofSizes(asked: Asked): Factor[] {
  const sizes = sizesOf(asked);
  const simple = sizes.flatMap((size) =>
    ROOTS.map(([sign, en, es, change]) => ({
      id: `${sign}(${size.id})`,
      en: `${en} ${size.en}`,
      es: `${es} ${size.es}`,
      of: (args: readonly unknown[]) => change(size.of(args)),
    })),
  );
  const ratios = sizes.flatMap((a) =>
    sizes.flatMap((b) =>
      a === b
        ? []
        : [
            {
              id: `√(${a.id}/${b.id})`,
              en: `is multiplied by the root of ${a.en} over ${b.en}`,
              es: `se multiplica por la raíz de ${a.es} entre ${b.es}`,
              of: (args: readonly unknown[]) => Math.sqrt(a.of(args) / b.of(args)),
            },
          ],
    ),
  );
  const besselled = sizes.map((size) => ({
    id: `n/(n-1) (${size.id})`,
    en: `is multiplied by n/(n − 1), where n is ${size.en}`,
    es: `se multiplica por n/(n − 1), donde n es ${size.es}`,
    of: (args: readonly unknown[]) => size.of(args) / (size.of(args) - 1),
  }));
  return [...simple, ...besselled, ...(sizes.length <= MOST_RATIOS ? ratios : [])];
}

const MOST_SIZES = 16;
const MOST_RATIOS = 8;

const NAMES = [
  ["the last size", "la última dimensión"],
  ["the last size but one", "la penúltima dimensión"],
  ["the last size but two", "la antepenúltima dimensión"],
] as const;

/** Sizes that are the same in every call have one name: the first. */
function sizesOf(asked: Asked): Size[] {
  const sizes = new Map<string, Size>();
  const add = (size: Size) => {
    const values = asked.calls.map((args) => size.of(args));
    if (values.some((value) => !Number.isFinite(value) || value <= 0)) return;
    if (values.every((value) => value === 1)) return;
    if (!sizes.has(values.join())) sizes.set(values.join(), size);
  };
  for (const place of placesOf(asked)) {
    if (place.kind === "floats" || place.kind === "integers" || place.kind === "mask") {
      for (const [i, [en, es]] of NAMES.entries()) {
        add({
          id: `size -${i + 1} of ${place.shown}`,
          en: `${en} of ${place.shown}`,
          es: `${es} de ${place.shown}`,
          of: (args) => shapeAt(args, place).at(-1 - i) ?? Number.NaN,
        });
      }
    } else if (place.kind === "number") {
      add({ id: place.shown, en: place.shown, es: place.shown, of: (args) => Number(findAt(args, place)[0]?.value) });
    } else if (place.kind === "list") {
      add({
        id: `length of ${place.shown}`,
        en: `the length of ${place.shown}`,
        es: `la longitud de ${place.shown}`,
        of: (args) => (findAt(args, place)[0]?.value as unknown[] | undefined)?.length ?? Number.NaN,
      });
    }
  }
  return [...sizes.values()].slice(0, MOST_SIZES);
}

function shapeAt(args: readonly unknown[], place: Place): readonly number[] {
  const value = findAt(args, place)[0]?.value;
  return value instanceof tf.Tensor ? value.shape : [];
}
