/** What the page of a report says around its figures. */
import type { Language } from "../../language.js";
import { quoting } from "../../text/quote.js";

const en = {
  workbook: "Attention workbook · lab",
  origin: {
    student: "built of your own exercises",
    solutions: "built of the solved exercises",
    reference: "built of the reference",
  },
  run: (steps: number, planned: number, seconds: string, parameters: string, seed: number, backend: string) =>
    `${steps === planned ? steps : `${steps} of ${planned}`} steps in ${seconds}, ${parameters} parameters, seed ${seed}, ${backend}`,
  ablation: (name: string) => `ablation: ${name}`,
  remarks: "Worth knowing",
  figures: "Figures",
  figure: "figure",
  value: "value",
  due: "the solutions reach",
  atLeast: (value: string) => `at least ${value}`,
  atMost: (value: string) => `at most ${value}`,
  reached: "reached",
  missed: "not reached",
  curves: "Curves",
  attention: "Attention",
  graphs: "Graphs",
  tables: "Tables",
  numbers: "The numbers",
  node: "node",
  name: "name",
  group: "group",
  marked: "thick border",
  yes: "yes",
  edge: "edge",
  weight: "weight",
};

const es: typeof en = {
  workbook: "Cuaderno de atención · laboratorio",
  origin: {
    student: "hecho con tus propios ejercicios",
    solutions: "hecho con los ejercicios resueltos",
    reference: "hecho con la referencia",
  },
  run: (steps, planned, seconds, parameters, seed, backend) =>
    `${steps === planned ? steps : `${steps} de ${planned}`} pasos en ${seconds}, ${parameters} parámetros, semilla ${seed}, ${backend}`,
  ablation: (name) => `ablación: ${name}`,
  remarks: "Conviene saber",
  figures: "Cifras",
  figure: "cifra",
  value: "valor",
  due: "las soluciones alcanzan",
  atLeast: (value) => `${value} como mínimo`,
  atMost: (value) => `${value} como máximo`,
  reached: "se alcanza",
  missed: "no se alcanza",
  curves: "Curvas",
  attention: "Atención",
  graphs: "Grafos",
  tables: "Tablas",
  numbers: "Los números",
  node: "nodo",
  name: "nombre",
  group: "grupo",
  marked: "borde grueso",
  yes: "sí",
  edge: "arista",
  weight: "peso",
};

const WORDS: Readonly<Record<Language, typeof en>> = quoting({ en, es });

export const reportWords = (language: Language): typeof en => WORDS[language];
