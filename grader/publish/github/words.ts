/** What a push is told on GitHub. */
import type { Language } from "../../language.js";
import { quoting } from "../../text/quote.js";

const en = {
  graderError: "The grader itself failed here: this is no grade. Tell whoever gives the course.",
  notGraded: "**Nothing could be graded.** This is no grade; the log of this run says what happened.",
  next: (id: string, title: string) => `Next: ${id} ${title}.`,
  more: (count: number) => `${count} more problems are in the summary and in the report.`,
  seeReport: "This check does not pass yet; the summary and the report of this run say how the numbers differ.",
  stopsHere: "Your code stops at this line; the summary and the report of this run say with what message.",
  noEnvironment: (name: string) => `${name} is not set: it is a step of GitHub Actions that sets it.`,
  noGrade: "Say which grade: npm run publish -- --grade grade.json",
  badGrade: (file: string, message: string) =>
    `${file} is no grade (${message}): expected what npm run grade -- --format json=FILE writes.`,
  badUnits: (word: string) => `--units ${word}: expected numbers of units, such as 1,2.`,
};

export type GithubWords = typeof en;

const es: GithubWords = {
  graderError: "Aquí falló el calificador mismo: esto no es una calificación. Avisa a quien da el curso.",
  notGraded: "**No se pudo calificar nada.** Esto no es una calificación; el registro de esta ejecución dice qué pasó.",
  next: (id, title) => `Sigue: ${id} ${title}.`,
  more: (count) => `Hay ${count} problemas más en el resumen y en el reporte.`,
  seeReport:
    "Esta prueba todavía no pasa; el resumen y el reporte de esta ejecución dicen en qué difieren los números.",
  stopsHere: "Tu código se detiene en esta línea; el resumen y el reporte de esta ejecución dicen con qué mensaje.",
  noEnvironment: (name) => `${name} no está definida: la define un paso de GitHub Actions.`,
  noGrade: "Di qué calificación: npm run publish -- --grade grade.json",
  badGrade: (file, message) =>
    `${file} no es una calificación (${message}): se esperaba lo que escribe npm run grade -- --format json=ARCHIVO.`,
  badUnits: (word) => `--units ${word}: se esperaban números de unidades, por ejemplo 1,2.`,
};

const WORDS: Readonly<Record<Language, GithubWords>> = quoting({ en, es });

export const githubWords = (language: Language): GithubWords => WORDS[language];
