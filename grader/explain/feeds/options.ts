/** Numbers, flags and words: their defaults, other values of theirs, one for the other. */
import { changeAt, findAt, type Place, placesOf, withValues } from "../places.js";
import { type Asked, claim, feed, type Probe, type Probing } from "../probe.js";

export const flags: Probing = function* (asked) {
  for (const place of placesOf(asked).filter(({ kind }) => kind === "flag")) {
    const { shown } = place;
    yield feed(asked, `inverted: ${shown}`, claim(`when ${shown} is inverted`, `cuando se invierte ${shown}`), (args) =>
      changeAt(args, place, (flag: boolean) => !flag),
    );
    for (const value of [true, false]) {
      const text = claim(`when ${shown} is always ${value}`, `cuando ${shown} vale siempre ${value}`);
      yield feed(asked, `always ${value}: ${shown}`, text, (args) => changeAt(args, place, () => value));
    }
  }
};

/** A flag that may be left out counts as what it stands for then. */
export const flagsWithDefaults: Probing = function* (asked) {
  for (const [index, name] of asked.parameters.entries()) {
    const values = asked.calls.map((args) => args[index]);
    if (!values.includes(undefined) || !values.some((value) => typeof value === "boolean")) continue;
    for (const instead of [true, false]) {
      const text = claim(`when \`${name}\` is inverted`, `cuando se invierte \`${name}\``);
      yield feed(asked, `inverted, ${instead} by default: \`${name}\``, text, (args) =>
        Object.assign([...args], { [index]: args[index] === undefined ? instead : !args[index] }),
      );
    }
  }
};

/** A word that chooses something: always the same, whichever is asked for. */
export const words: Probing = function* (asked) {
  for (const place of placesOf(asked).filter(({ kind }) => kind === "word")) {
    const values = new Set(asked.calls.flatMap((args) => findAt(args, place).map(({ value }) => String(value))));
    if (values.size < 2 || values.size > MOST_WORDS) continue;
    for (const value of values) {
      const text = claim(
        `when ${place.shown} is taken for "${value}" always`,
        `cuando ${place.shown} se toma siempre por "${value}"`,
      );
      yield feed(asked, `always "${value}": ${place.shown}`, text, (args) => changeAt(args, place, () => value));
    }
    if (values.size !== 2) continue;
    const [a, b] = [...values];
    const text = claim(
      `when "${a}" and "${b}" change places in ${place.shown}`,
      `cuando "${a}" y "${b}" se confunden en ${place.shown}`,
    );
    yield feed(asked, `changed places: ${place.shown}`, text, (args) =>
      changeAt(args, place, (word: string) => (word === a ? b : a)),
    );
  }
};

const MOST_WORDS = 5;

export const numbers: Probing = function* (asked) {
  const places = placesOf(asked).filter(({ kind }) => kind === "number");
  for (const place of places) yield* changed(asked, place);
  for (const a of places) {
    for (const b of places) if (a !== b) yield* instead(asked, a, b);
  }
  yield* defaults(asked);
};

const CHANGES: readonly (readonly [name: string, en: string, es: string, change: (x: number) => number])[] = [
  ["one more", "is larger by one", "es mayor en uno", (x) => x + 1],
  ["one less", "is smaller by one", "es menor en uno", (x) => x - 1],
  ["negated", "has the other sign", "lleva el signo contrario", (x) => -x],
  ["halved", "is halved", "se reduce a la mitad", (x) => x / 2],
  ["doubled", "is doubled", "se duplica", (x) => 2 * x],
  ["zero", "is 0", "es 0", () => 0],
  ["one", "is 1", "es 1", () => 1],
  ["complement", "is 1 minus it", "es 1 menos su valor", (x) => 1 - x],
  ["root", "is its root", "es su raíz", Math.sqrt],
  ["square", "is its square", "es su cuadrado", (x) => x * x],
  ["inverse", "is 1 divided by it", "es 1 entre su valor", (x) => 1 / x],
];

/** What is enlarged may become a size: no larger than this. */
const LARGEST = 4096;

function* changed(asked: Asked, place: Place): Iterable<Probe> {
  for (const [name, en, es, change] of CHANGES) {
    const text = claim(`when ${place.shown} ${en}`, `cuando ${place.shown} ${es}`);
    yield feed(asked, `${name}: ${place.shown}`, text, (args) =>
      changeAt(args, place, (x: number) => {
        const y = change(x);
        return Number.isInteger(x) && y > Math.max(x + 1, LARGEST) ? x : y;
      }),
    );
  }
}

/** One number where the other belongs, and both exchanged. */
function* instead(asked: Asked, a: Place, b: Place): Iterable<Probe> {
  const only = (args: readonly unknown[]) => {
    const [[x, ...xs], [y, ...ys]] = [findAt(args, a), findAt(args, b)];
    return x && y && xs.length + ys.length === 0 ? ([x, y] as const) : undefined;
  };
  const tied = claim(`when ${b.shown} stands for ${a.shown}`, `cuando ${b.shown} está en el lugar de ${a.shown}`);
  yield feed(asked, `instead: ${a.shown}, ${b.shown}`, tied, (args) => {
    const found = only(args);
    return found && withValues(args, [{ path: found[0].path, value: found[1].value }]);
  });
  if (a.pattern >= b.pattern) return;
  const swapped = claim(
    `when ${a.shown} and ${b.shown} change places`,
    `cuando ${a.shown} y ${b.shown} cambian de lugar`,
  );
  yield feed(asked, `exchanged: ${a.shown}, ${b.shown}`, swapped, (args) => {
    const found = only(args);
    if (found === undefined) return undefined;
    const [x, y] = found;
    return withValues(args, [
      { path: x.path, value: y.value },
      { path: y.path, value: x.value },
    ]);
  });
}

/** Numbers that people take for a default. */
const USUAL = [
  0, 1e-12, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.98, 0.99, 0.999, 1, 2, 3, 4, 5, 8, 10, 100,
  1000, 4000, 8000, 10_000, 40_000, 100_000,
];

/** An argument that may be left out, where it is: another default. */
function* defaults(asked: Asked): Iterable<Probe> {
  for (const [index, name] of asked.parameters.entries()) {
    const values = asked.calls.map((args) => args[index]);
    if (!values.includes(undefined) || !values.some((value) => typeof value === "number")) continue;
    for (const value of USUAL) {
      const text = claim(
        `when \`${name}\` is ${value} where it is not given`,
        `cuando \`${name}\` vale ${value} si no se indica`,
      );
      yield feed(asked, `default ${value}: \`${name}\``, text, (args) =>
        args[index] === undefined ? Object.assign([...args], { [index]: value }) : undefined,
      );
    }
  }
}
