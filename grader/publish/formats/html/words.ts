/** The words of the page of a grade that no other output has. */
import type { Language } from "../../../language.js";

const en = {
  locale: "en-GB",
  byUnit: "Points by unit",
  printed: "What your code printed",
  yours: "yours",
  expected: "expected",
  cell: (row: number, column: number, value: string) => `row ${row}, column ${column}: ${value}`,
  framed: "The framed entry is farthest off. Both pictures have one scale: the darker, the larger.",
};

export type HtmlWords = typeof en;

const es: HtmlWords = {
  locale: "es-MX",
  byUnit: "Puntos por unidad",
  printed: "Lo que imprimió tu código",
  yours: "lo tuyo",
  expected: "lo esperado",
  cell: (row, column, value) => `fila ${row}, columna ${column}: ${value}`,
  framed: "El recuadro marca el valor más alejado. Ambas imágenes tienen la misma escala: más oscuro es mayor.",
};

export const htmlWords = (language: Language): HtmlWords => ({ en, es })[language];
