/** What the questions have in common that are answered wrongly, and no other has. */
import * as tf from "@tensorflow/tfjs";
import type { Text } from "../../language.js";
import type { Compared } from "../answers.js";
import { findAt, type Place, placesOf } from "../places.js";
import { claim } from "../probe.js";

/** Something that is true of some arguments. */
interface Feature {
  readonly id: string;
  /** "when `mask` is given". */
  readonly text: Text;
  readonly holds: (args: readonly unknown[]) => boolean;
}

/**
 * The first feature that all wrong answers have and no right one; nothing where all are wrong, or a single one is right,
 * which could be chance.
 */
export function featureOf(
  name: string,
  parameters: readonly string[],
  answers: readonly Compared[],
): Feature | undefined {
  const [right, wrong] = [answers.filter((one) => one.isRight), answers.filter((one) => !one.isRight)];
  if (right.length < 2 || wrong.length === 0) return undefined;
  const calls = answers.map(({ args }) => args);
  const features = featuresOf(placesOf({ name, f: () => undefined, parameters, calls }), calls, parameters);
  return features.find(({ holds }) => wrong.every(({ args }) => holds(args)) && !right.some(({ args }) => holds(args)));
}

function featuresOf(
  places: readonly Place[],
  calls: readonly (readonly unknown[])[],
  parameters: readonly string[],
): Feature[] {
  return [
    ...places.flatMap((place) => ofPresence(place)),
    ...places.flatMap((place) => ofValue(place, calls)),
    ...places.flatMap((place) => ofTensor(place)),
    ...parameters.flatMap((parameter, index) => ofRank(`\`${parameter}\``, index, calls)),
  ];
}

function ofPresence(place: Place): Feature[] {
  const { shown } = place;
  const isThere = (args: readonly unknown[]) => findAt(args, place).length > 0;
  return [
    { id: `${shown} given`, text: claim(`when ${shown} is given`, `cuando se da ${shown}`), holds: isThere },
    {
      id: `${shown} not given`,
      text: claim(`when ${shown} is not given`, `cuando no se da ${shown}`),
      holds: (args) => !isThere(args),
    },
  ];
}

const PLAIN = new Set(["number", "flag", "word"]);
const MOST_VALUES = 6;

/** Of options with few values: each of them. */
function ofValue(place: Place, calls: readonly (readonly unknown[])[]): Feature[] {
  if (!PLAIN.has(place.kind)) return [];
  const values = new Set(calls.flatMap((args) => findAt(args, place).map(({ value }) => value)));
  const one = (value: unknown): Feature => ({
    id: `${place.shown} = ${JSON.stringify(value)}`,
    text: claim(`when ${place.shown} is ${JSON.stringify(value)}`, `cuando ${place.shown} es ${JSON.stringify(value)}`),
    holds: (args) => findAt(args, place).some((found) => found.value === value),
  });
  if (values.size <= MOST_VALUES) return [...values].map(one);
  return values.has(0) ? [one(0)] : [];
}

/** From here on, inputs are called large. */
const LARGE = 100;

function ofTensor(place: Place): Feature[] {
  const { shown, kind } = place;
  const tensorsAt = (args: readonly unknown[]) => findAt(args, place).map(({ value }) => value as tf.Tensor);
  if (kind === "mask") {
    return [
      {
        id: `${shown} with an empty row`,
        text: claim(`when a row of ${shown} allows nothing`, `cuando una fila de ${shown} no permite nada`),
        holds: (args) => tensorsAt(args).some(hasEmptyRow),
      },
    ];
  }
  if (kind !== "floats") return [];
  return [
    {
      id: `${shown} large`,
      text: claim(
        `when ${shown} has numbers as large as hundreds`,
        `cuando ${shown} tiene números del orden de las centenas o más`,
      ),
      holds: (args) => tensorsAt(args).some((x) => x.dataSync().some((number) => Math.abs(number) > LARGE)),
    },
  ];
}

function hasEmptyRow(mask: tf.Tensor): boolean {
  const columns = mask.shape.at(-1) ?? 1;
  const flags = mask.dataSync();
  for (let start = 0; start < flags.length; start += columns) {
    if (!flags.subarray(start, start + columns).some(Boolean)) return true;
  }
  return false;
}

/** Of tensors with more or fewer axes: those with so many. */
function ofRank(shown: string, index: number, calls: readonly (readonly unknown[])[]): Feature[] {
  const rankOf = (args: readonly unknown[]) => {
    const value = args[index];
    return value instanceof tf.Tensor ? value.rank : undefined;
  };
  const ranks = [...new Set(calls.flatMap((args) => rankOf(args) ?? []))].sort();
  if (ranks.length < 2) return [];
  return ranks.flatMap((rank) => [
    {
      id: `${shown} of rank ${rank}`,
      text: claim(`when ${shown} is of rank ${rank}`, `cuando ${shown} es de rango ${rank}`),
      holds: (args: readonly unknown[]) => rankOf(args) === rank,
    },
    {
      id: `${shown} of rank above ${rank}`,
      text: claim(`when ${shown} is of a rank above ${rank}`, `cuando ${shown} es de rango mayor que ${rank}`),
      holds: (args: readonly unknown[]) => (rankOf(args) ?? 0) > rank,
    },
  ]);
}
