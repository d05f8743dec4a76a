/** What `npm run release` says. */
import type { Language } from "../../language.js";
import { quoting } from "../../text/quote.js";

const en = {
  noOut: "Say where the repository for students goes: npm run release -- --out ../students",
  folderInUse: (folder: string) => `${folder} is not empty: choose another folder, or empty it first.`,
  inside: (folder: string) => `${folder} lies in this repository: choose a folder outside of it.`,
  noSolutions: "This repository has no solutions to make a release from: it is one for students itself.",
  badUnits: (word: string) => `--units ${word}: expected numbers of units, such as 1,2,3.`,
  badDue: (word: string) =>
    `--due ${word}: expected a date, or an instant with its offset: 2026-12-01 (its last minute, UTC) or 2026-12-01T23:59-06:00.`,
  unitMissing: (unit: number, missing: number, id: string, needed: string) =>
    `Unit ${unit} builds on unit ${missing} (${id} on ${needed}): add it to --units.`,
  shortKey: (variable: string, least: number) =>
    `${variable} is too short to be a key: expected ${least} characters or more. Leave it out and one is made for you.`,
  recording: "recording the suites …",
  proving: "proving the release: its stubs, the solutions without and with the key …",
  leaked: (count: number) => `The release holds ${count} lines that must not be in it; it is not fit for students:`,
  leak: (file: string, of: string, text: string) => `${file} (of ${of}): ${text}`,
  proved: {
    stubs: (points: number, max: number) => `stubs: not started, ${points} of ${max} points`,
    recorded: (points: number, max: number) => `solutions on the recorded cases: ${points} of ${max} points`,
    sealed: (points: number, max: number) => `solutions with the key, on the full suites: ${points} of ${max} points`,
  },
  notProved: "The release is not fit for students:",
  clean: (common: number) =>
    `no line of a solution, of the reference or of a suite can be read in it, but for ${common} that the grader's own code has as well`,
  done: (folder: string, files: number, size: string) => `${folder}: ${files} files, ${size}`,
  committed: "It is a git repository with a single commit.",
  notCommitted: "It is no git repository yet: git could not make the commit (has it your name and e-mail?).",
  madeKey: (variable: string, key: string) =>
    `The suites are sealed with a new key. It is shown this once; keep it, and set it as the secret ${variable} of your organisation:\n\n  ${key}\n`,
  ownKey: (variable: string) => `The suites are sealed with the ${variable} that you gave.`,
  next: "Next: push it as the template of your course; see grader/class/README.md.",
};

export type ReleaseWords = typeof en;

const es: ReleaseWords = {
  noOut: "Di dónde va el repositorio para estudiantes: npm run release -- --out ../estudiantes",
  folderInUse: (folder) => `${folder} no está vacía: elige otra carpeta o vacíala primero.`,
  inside: (folder) => `${folder} está dentro de este repositorio: elige una carpeta de fuera.`,
  noSolutions: "Este repositorio no tiene soluciones con las que hacer una versión: ya es uno para estudiantes.",
  badUnits: (word) => `--units ${word}: se esperaban números de unidades, por ejemplo 1,2,3.`,
  badDue: (word) =>
    `--due ${word}: se esperaba una fecha, o un instante con su diferencia horaria: 2026-12-01 (su último minuto, UTC) o 2026-12-01T23:59-06:00.`,
  unitMissing: (unit, missing, id, needed) =>
    `La unidad ${unit} se apoya en la ${missing} (el ${id} en el ${needed}): agrégala a --units.`,
  shortKey: (variable, least) =>
    `${variable} es demasiado corta para ser una clave: se esperaban ${least} caracteres o más. Quítala y se crea una.`,
  recording: "grabando las pruebas …",
  proving: "comprobando la versión: sus plantillas, y las soluciones sin la clave y con ella …",
  leaked: (count) => `La versión tiene ${count} líneas que no deben estar; no se puede dar a estudiantes:`,
  leak: (file, of, text) => `${file} (de ${of}): ${text}`,
  proved: {
    stubs: (points, max) => `plantillas: sin empezar, ${points} de ${max} puntos`,
    recorded: (points, max) => `soluciones con los casos grabados: ${points} de ${max} puntos`,
    sealed: (points, max) => `soluciones con la clave, en las pruebas completas: ${points} de ${max} puntos`,
  },
  notProved: "La versión no se puede dar a estudiantes:",
  clean: (common) =>
    `no se puede leer en ella ninguna línea de las soluciones, de la referencia ni de las pruebas, salvo ${common} que también tiene el código propio del calificador`,
  done: (folder, files, size) => `${folder}: ${files} archivos, ${size}`,
  committed: "Es un repositorio de git con un solo commit.",
  notCommitted: "Todavía no es un repositorio de git: no se pudo hacer el commit (¿git conoce tu nombre y tu correo?).",
  madeKey: (variable, key) =>
    `Las pruebas están selladas con una clave nueva. Se muestra solo esta vez; guárdala y ponla como el secreto ${variable} de tu organización:\n\n  ${key}\n`,
  ownKey: (variable) => `Las pruebas están selladas con la ${variable} que diste.`,
  next: "Sigue: súbelo como plantilla de tu curso; mira grader/class/README.es.md.",
};

const WORDS: Readonly<Record<Language, ReleaseWords>> = quoting({ en, es });

export const releaseWords = (language: Language): ReleaseWords => WORDS[language];
