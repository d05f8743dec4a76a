/** Lists among the arguments: in another order, or with something missing. */
import { changeAt, type Place, placesOf } from "../places.js";
import { claim, feed, type Probing } from "../probe.js";

export const lists: Probing = function* (asked) {
  for (const place of placesOf(asked).filter(({ kind }) => kind === "list")) {
    for (const [id, en, es, change] of CHANGES) {
      const text = claim(`when ${place.shown} ${en}`, `cuando ${place.shown} ${es}`);
      yield feed(asked, `${id}: ${place.shown}`, text, (args) => changeAt(args, place as Place, change));
    }
  }
};

const CHANGES: readonly (readonly [
  id: string,
  en: string,
  es: string,
  change: (list: readonly unknown[]) => readonly unknown[],
])[] = [
  ["reversed", "is reversed", "se invierte", (list) => [...list].reverse()],
  ["sorted", "is sorted", "se ordena", (list) => [...list].sort((a, b) => ((a as number) < (b as number) ? -1 : 1))],
  ["without first", "comes without its first entry", "llega sin su primera entrada", (list) => list.slice(1)],
  ["without last", "comes without its last entry", "llega sin su última entrada", (list) => list.slice(0, -1)],
  ["only first", "is only its first entry", "es solo su primera entrada", (list) => list.slice(0, 1)],
  ["only last", "is only its last entry", "es solo su última entrada", (list) => list.slice(-1)],
  ["unique", "comes without repetitions", "llega sin repeticiones", (list) => [...new Set(list)]],
  ["first for all", "repeats its first entry", "repite su primera entrada", (list) => list.map(() => list[0])],
];
