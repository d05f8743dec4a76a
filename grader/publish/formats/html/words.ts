/** The words of the page of a grade that no other output has. */
import type { Language } from "../../../language.js";
import { quoting } from "../../../text/quote.js";

const en = {
  locale: "en-GB",
  language: "English",
  byUnit: "Points by unit",
  printed: "What your code printed",
  yours: "yours",
  expected: "expected",
  cell: (row: number, column: number, value: string) => `row ${row}, column ${column}: ${value}`,
  framed:
    "The framed entry is the worst, measured by its tolerance. Both pictures have one scale: the darker, the larger.",
  recorded: "A recorded case, with other numbers than those of the message: the inputs of this check are hidden.",
  notFinite: "A dash stands for NaN or an infinity.",
};

export type HtmlWords = typeof en;

const es: HtmlWords = {
  locale: "es-MX",
  language: "español",
  byUnit: "Puntos por unidad",
  printed: "Lo que imprimió tu código",
  yours: "lo tuyo",
  expected: "lo esperado",
  cell: (row, column, value) => `fila ${row}, columna ${column}: ${value}`,
  framed:
    "El recuadro marca el peor valor según su tolerancia. Ambas imágenes tienen la misma escala: más oscuro es mayor.",
  recorded:
    "Es un caso grabado, con otros números que los del mensaje: las entradas de esta comprobación están ocultas.",
  notFinite: "Una raya está en lugar de NaN o de un infinito.",
};

const WORDS: Readonly<Record<Language, HtmlWords>> = quoting({ en, es });

export const htmlWords = (language: Language): HtmlWords => WORDS[language];
