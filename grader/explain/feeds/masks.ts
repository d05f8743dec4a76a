/** Masks: nobody's, another's, turned around. */
import * as tf from "@tensorflow/tfjs";
import { changeAt, placesOf } from "../places.js";
import { claim, feed, type Probing } from "../probe.js";
import { firstForAll, rolled, transposed } from "../shapes.js";

export const masks: Probing = function* (asked) {
  for (const place of placesOf(asked).filter(({ kind }) => kind === "mask")) {
    const { shown } = place;
    const changed = (id: string, en: string, es: string, change: (mask: tf.Tensor) => tf.Tensor) =>
      feed(asked, `${id}: ${shown}`, claim(en, es), (args) => changeAt(args, place, change));
    yield changed("all allowed", `when ${shown} forbids nothing`, `cuando ${shown} no prohíbe nada`, (mask) =>
      tf.onesLike(mask),
    );
    yield changed("inverted", `when ${shown} is inverted`, `cuando se invierte ${shown}`, (mask) =>
      tf.logicalNot(mask),
    );
    yield changed(
      "transposed",
      `when rows and columns of ${shown} change places`,
      `cuando las filas y columnas de ${shown} cambian de lugar`,
      transposed,
    );
    for (const [fromLast, en, es] of FIRST) {
      const [many, varios] = [`when ${en} of ${shown} is taken for all`, `cuando ${es} de ${shown} se toma para todo`];
      yield changed(`first for all, ${fromLast}`, many, varios, (mask) =>
        mask.rank >= fromLast ? firstForAll(mask, fromLast) : mask,
      );
    }
    for (const by of [1, -1]) {
      const [to, hacia] = by === 1 ? ["later", "después"] : ["earlier", "antes"];
      yield changed(
        `shifted by ${by}`,
        `when ${shown} comes one place ${to}`,
        `cuando ${shown} llega un lugar ${hacia}`,
        (mask) => rolled(mask, 1, by),
      );
    }
  }
};

const FIRST: readonly (readonly [number, string, string])[] = [
  [2, "the first row", "la primera fila"],
  [3, "the first matrix", "la primera matriz"],
  [4, "the first example", "el primer ejemplo"],
];
