/** The words of the page over a class. */
import type { Language } from "../language.js";
import { quoting } from "../text/quote.js";

const en = {
  title: "The class",
  counts: (students: number, graded: number, max: number) =>
    `${students} ${students === 1 ? "student" : "students"}, ${graded} graded, ${max} points to be had.`,
  run: (seed: number, due: string | undefined) => `Seed ${seed}${due === undefined ? "" : ` · due ${due}`}`,
  attention: "To look at",
  unknown: "not in the roster",
  distribution: "Points",
  points: "points",
  students: "students",
  exercises: "Exercises",
  exercisesNote:
    "Those that cost most come first. The mean is of those who began; the last column says how many points these lost.",
  exercise: "exercise",
  started: "began",
  passed: "passed",
  mean: "mean",
  lost: "points lost",
  mistakes: "Mistakes that cost most",
  mistakesNote: "What explains the students' numbers, by the points of the checks that failed with them.",
  mistake: "mistake",
  stuck: "Who is stuck",
  stuckNote: "Began exercises that do not pass, and passed none after them.",
  student: "student",
  stuckAt: "at",
  none: "None.",
};

export type OverviewWords = typeof en;

const es: OverviewWords = {
  title: "El grupo",
  counts: (students, graded, max) =>
    `${students} ${students === 1 ? "estudiante" : "estudiantes"}, ${graded} con calificación, ${max} puntos posibles.`,
  run: (seed, due) => `Semilla ${seed}${due === undefined ? "" : ` · entrega: ${due}`}`,
  attention: "Para revisar",
  unknown: "no está en la lista",
  distribution: "Puntos",
  points: "puntos",
  students: "estudiantes",
  exercises: "Ejercicios",
  exercisesNote:
    "Primero los que más cuestan. El promedio es de quienes lo empezaron; la última columna dice cuántos puntos perdieron.",
  exercise: "ejercicio",
  started: "empezaron",
  passed: "aprobaron",
  mean: "promedio",
  lost: "puntos perdidos",
  mistakes: "Los errores que más cuestan",
  mistakesNote: "Lo que explica los números del grupo, según los puntos de las pruebas que fallaron por ellos.",
  mistake: "error",
  stuck: "Quiénes están atorados",
  stuckNote: "Empezaron ejercicios que no pasan y no han aprobado ninguno posterior.",
  student: "estudiante",
  stuckAt: "en",
  none: "Ninguno.",
};

const WORDS: Readonly<Record<Language, OverviewWords>> = quoting({ en, es });

export const overviewWords = (language: Language): OverviewWords => WORDS[language];
