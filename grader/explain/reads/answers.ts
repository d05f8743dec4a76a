/** The answer, or one field of it, in another form. */
import * as tf from "@tensorflow/tfjs";
import { isPlain } from "../../values/tree.js";
import { type Asked, claim, type Probe, type Probing, read } from "../probe.js";
import {
  AXES,
  halvesExchanged,
  hasAxis,
  lastForAll,
  reshapedTranspose,
  reversed,
  rolled,
  transposed,
} from "../shapes.js";

/** A part of the answer: all of it, or a field. */
export interface Part {
  readonly key?: string;
  /** As one writes it in the middle of a sentence. */
  readonly en: string;
  readonly es: string;
}

type Numbers = tf.Tensor | number;
type Change = (x: tf.Tensor, args: readonly unknown[]) => tf.Tensor;

export const rearrangedAnswers: Probing = function* (asked) {
  for (const part of partsOf(asked)) {
    const one = (id: string, en: string, es: string, change: Change) => changed(asked, part, id, en, es, change);
    yield one("negated", "has the other sign", "lleva el signo contrario", (x) => x.neg());
    yield one("transposed", "is transposed", "se transpone", transposed);
    yield one(
      "reshaped",
      "is reshaped where it should be transposed",
      "se redimensiona (reshape) donde debería transponerse",
      reshapedTranspose,
    );
    for (const { fromLast, en, es } of AXES) {
      const along = (id: string, did: string, hizo: string, change: Change) =>
        one(`${id} ${fromLast}`, `${did} ${en}`, `${hizo} ${es}`, (x, args) =>
          hasAxis(x, fromLast) ? change(x, args) : x,
        );
      yield along("reversed", "is reversed", "se invierte", (x) => reversed(x, fromLast));
      yield along("shifted by 1", "is shifted by one, cyclically,", "se desplaza un lugar, en círculo,", (x) =>
        rolled(x, fromLast, 1),
      );
      yield along(
        "shifted by -1",
        "is shifted back by one, cyclically,",
        "se desplaza un lugar hacia atrás, en círculo,",
        (x) => rolled(x, fromLast, -1),
      );
      yield along("halves exchanged", "has its halves exchanged", "lleva las mitades intercambiadas", (x) =>
        halvesExchanged(x, fromLast),
      );
      yield along("last for all", "repeats its last entry", "repite su última entrada", (x) => lastForAll(x, fromLast));
    }
  }
};

export const mappedAnswers: Probing = function* (asked) {
  for (const part of partsOf(asked)) {
    const one = (id: string, en: string, es: string, change: Change) => changed(asked, part, id, en, es, change);
    yield one("log", "is replaced by its logarithm", "se cambia por su logaritmo", (x) => x.log());
    yield one("exp", "is replaced by its exponential", "se cambia por su exponencial", (x) => x.exp());
    yield one("root", "is replaced by its root", "se cambia por su raíz", (x) => x.sqrt());
    yield one("square", "is squared", "se eleva al cuadrado", (x) => x.square());
    yield one("inverse", "is replaced by 1 divided by it", "se cambia por 1 entre su valor", (x) => tf.div(1, x));
    yield one("complement", "is replaced by 1 minus it", "se cambia por 1 menos su valor", (x) => tf.sub(1, x));
    yield one("relu", "goes through a ReLU in the end", "pasa al final por una ReLU", (x) => x.relu());
    yield one("tanh", "goes through tanh in the end", "pasa al final por tanh", (x) => x.tanh());
    yield one("sigmoid", "goes through a sigmoid in the end", "pasa al final por una sigmoide", (x) => x.sigmoid());
    yield one("softmax", "goes through softmax in the end", "pasa al final por softmax", (x) => tf.softmax(x));
    yield one("log-softmax", "goes through log-softmax in the end", "pasa al final por log-softmax", (x) =>
      tf.logSoftmax(x),
    );
  }
};

/** Two fields of the answer exchanged. */
export const exchangedFields: Probing = function* (asked) {
  const keys = partsOf(asked).flatMap(({ key }) => key ?? []);
  for (const [i, a] of keys.entries()) {
    for (const b of keys.slice(i + 1)) {
      const text = claim(
        `when \`${a}\` and \`${b}\` of the result change places`,
        `cuando \`${a}\` y \`${b}\` del resultado cambian de lugar`,
      );
      yield read(asked, `fields exchanged: ${a}, ${b}`, text, (answer) => {
        const fields = answer as Record<string, unknown>;
        return { ...fields, [a]: fields[b], [b]: fields[a] };
      });
    }
  }
};

/** The answer, if it is numbers, or each of its fields that is. */
export function partsOf({ f, calls }: Asked): Part[] {
  const answer = firstAnswer(f, calls);
  if (isNumbers(answer)) return [{ en: "the result", es: "el resultado" }];
  if (typeof answer !== "object" || answer === null || Array.isArray(answer) || !isPlain(answer)) return [];
  const keys = Object.entries(answer).flatMap(([key, value]) => (isNumbers(value) ? [key] : []));
  return keys.map((key) => ({ key, en: `\`${key}\``, es: `\`${key}\`` }));
}

function firstAnswer(f: Asked["f"], calls: Asked["calls"]): unknown {
  for (const args of calls) {
    try {
      return f(...(args as never[]));
    } catch {} // one that refuses says nothing of what it answers
  }
  return undefined;
}

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === "number" || (value instanceof tf.Tensor && value.dtype === "float32");

/** The reference's answer with a part changed. */
export function changed(asked: Asked, part: Part, id: string, en: string, es: string, change: Change): Probe {
  const text = claim(`when ${part.en} ${en}`, `cuando ${part.es} ${es}`);
  return read(asked, `${id}: ${part.key ?? "result"}`, text, (answer, args) => {
    if (part.key === undefined) return onNumbers(answer, (x) => change(x, args));
    const fields = answer as Record<string, unknown>;
    return { ...fields, [part.key]: onNumbers(fields[part.key], (x) => change(x, args)) };
  });
}

function onNumbers(value: unknown, change: (x: tf.Tensor) => tf.Tensor): unknown {
  if (typeof value === "number") return change(tf.scalar(value)).dataSync()[0];
  return value instanceof tf.Tensor ? change(value) : value;
}
