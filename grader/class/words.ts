/** What `npm run class` says. */
import type { Language } from "../language.js";
import { quoting } from "../text/quote.js";
import type { Cause, LateDays } from "./changes.js";
import type { StudentGrade } from "./gradebook.js";

const someOf = (files: readonly string[]): string => files.slice(0, 3).join(", ") + (files.length > 3 ? " …" : "");

const en = {
  usage: "Say what to do: npm run class -- grade DIR|LIST, plan DIR|LIST --shards N, or merge DIR… --out DIR.",
  noPlaceGiven: (verb: string) =>
    `Say which submissions: npm run class -- ${verb} DIR|LIST (a folder of them, or a list).`,
  noPlace: (place: string) =>
    `${place}: there is no such folder or file. Expected a folder of submissions, or a list (CSV).`,
  noSubmissions: (place: string) =>
    `${place}: no submissions in it. Expected a folder or an archive (.zip, .tar, .tar.gz) for each student.`,
  cannotRead: (file: string, message: string) => `${file} cannot be read: ${message}.`,
  damaged: (file: string, message: string) =>
    `${file} is damaged: ${message}. Move it away and say the same words again: what was graded comes back from the .jsonl files beside it.`,
  damagedLine: (file: string, line: number, message: string) =>
    `${file}, line ${line}: ${message}. Remove the line, and what it held is graded again.`,
  longLine: (file: string, bytes: number) =>
    `${file} has a line of more than ${bytes} bytes: it is damaged. Move it away, and what it held is graded again.`,
  badList: (file: string, message: string) => `${file}: ${message}`,
  emptyList: "no students in it. Expected CSV with a head line: student,submission",
  noStudentColumn:
    "no column `student`. Expected CSV with a head line: student, and if you like name, submission, due, late_days, submitted",
  badRow: (file: string, line: number, what: string) => `${file}, line ${line}: ${what}`,
  noId: "the student has no id",
  badInstant: (column: string, word: string) =>
    `${column} is "${word}", expected a date or an instant with its offset: 2026-12-01 or 2026-12-01T23:59-06:00`,
  badDays: (name: string, word: string) => `${name} is "${word}", expected a number of days: 0 to 999`,
  twice: (id: string) => `${id} stands there twice: give each student one id, and one submission.`,
  unclear: (names: readonly string[]) =>
    `whose ${names.length === 1 ? "this is" : "these are"} is not clear: ${someOf(names)}. Call it by the student's id and nothing more, or name its place in the column submission`,
  likely: (name: string) =>
    `Taken from ${name}, which ends in this id alone; nothing else was handed in with the same in front. Look whether it is theirs.`,
  badShard: (word: string) => `--shard ${word}: expected i/N, from 1/N to N/N, with at most 256 shards.`,
  badCount: (option: string, word: string) => `--${option} ${word}: expected a whole number from 1.`,
  badDue: (word: string) =>
    `--due ${word}: expected a date, or an instant with its offset: 2026-12-01 (its last minute, UTC) or 2026-12-01T23:59-06:00.`,
  seedForShards: "All shards need one seed: give each of them the same --seed N (npm run class -- plan draws one).",
  otherRunThere: (folder: string, what: string) =>
    `${folder} holds a run of ${what}: choose another --out, or go on with the same words.`,
  running: (folder: string) => `Another run is writing to ${folder}: wait for it, or choose another --out.`,
  outMissing: "Say where the gradebook goes: --out DIR",
  noParts: "Say which parts: npm run class -- merge part-1 part-2 … --out DIR",
  noPart: (folder: string, name: string) =>
    `${folder} has no ${name}: expected what npm run class -- grade … --shard i/N has written.`,
  partUnfinished: (folder: string, shard: string) =>
    `${folder}: shard ${shard} did not come to its end; run it again with the same words.`,
  otherClass: (folder: string, first: string) =>
    `${folder} is of another class than ${first}, or of another number of shards.`,
  otherRun: (folder: string, first: string) =>
    `${folder} was graded with another seed, deadline or grader than ${first}.`,
  partMissing: (shard: string) => `Shard ${shard} is missing: grade it with --shard ${shard}.`,
  partDouble: (shard: string) => `Shard ${shard} is there more than once.`,
  studentDouble: (id: string) => `${id} is in more than one shard.`,
  studentMissing: (id: string) => `${id} is in no shard.`,
  andMore: (count: number) => `and ${count} more`,
  tooLate: (submitted: string, last: string) => `handed in at ${submitted}, after ${last}, and no late days are left`,
  head: (students: number, known: number, seed: number) =>
    `${students} ${students === 1 ? "student" : "students"}${known > 0 ? `, ${known} of them graded already` : ""} · seed ${seed}`,
  line: (place: number, of: number, id: string, what: string) =>
    `${String(place).padStart(String(of).length)}/${of} ${id}: ${what}`,
  points: (points: number, max: number) => `${points} of ${max} points`,
  nothing: "nothing handed in",
  refused: (why: string) => `not graded: ${why}`,
  graderFailed: (why: string) => `not graded, by a fault of the grader: ${why}`,
  workerEnded: (how: string) => `the process that graded it ended (${how})`,
  guardEnded: (minutes: number) => `grading it took more than ${minutes} min, and was given up`,
  unreached: (seconds: number, ids: readonly string[]) =>
    `its code used up ${seconds} s of processor time, all that a submission has: ${ids.join(", ")} timed out for that`,
  notGraded: (count: number) =>
    `${count === 1 ? "1 student is" : `${count} students are`} not graded: the grader failed, which is no grade. Say the same words again to try once more; npm run doctor may tell why.`,
  changedFiles: (count: number) =>
    count === 1 ? "changed 1 file that is not an exercise" : `changed ${count} files that are not exercises`,
  problems: (count: number) => (count === 1 ? "1 remark" : `${count} remarks`),
  written: (folder: string) => `The gradebook is in ${folder}: gradebook.csv, gradebook.json, overview.html.`,
  changes: (count: number) => (count === 1 ? "1 grade would change:" : `${count} grades would change:`),
  writeIt: "Write it? [y/N] ",
  noChanges: "No grade changes.",
  change: (student: string, exercise: string, from: number, to: number) =>
    `${student}${exercise === "" ? "" : ` · ${exercise}`}: ${from} → ${to}`,
  termsChange: (students: number) =>
    `The late days or the state of ${students === 1 ? "1 student" : `${students} students`} would change:`,
  lateDaysChange: (student: string, from: LateDays, to: LateDays) =>
    `${student}: late days used ${from.used} → ${to.used}, left ${from.left} → ${to.left}`,
  statusChange: (student: string, from: StudentGrade["status"], to: StudentGrade["status"]) =>
    `${student}: ${EN_STATUS[from]} → ${EN_STATUS[to]}`,
  because: (causes: readonly Cause[]) => causes.map((cause) => EN_CAUSES[cause]).join(", "),
  gained: (names: readonly string[]) => `passes now: ${names.join("; ")}`,
  lost: (names: readonly string[]) => `no longer passes: ${names.join("; ")}`,
  notWritten: "Nothing was written. To write it: the same words, and --yes.",
  allRefused: "Not a single submission could be graded.",
  changedAlike: (students: number, files: readonly string[]) =>
    `The same ${files.length === 1 ? "file differs" : `${files.length} files differ`} in all ${students} submissions that changed any (${someOf(files)}). Has this repository changed since it was handed out? Then give what was handed out: --release DIR`,
};

const EN_CAUSES: Readonly<Record<Cause, string>> = {
  suite: "its suite was changed",
  grader: "the grader was changed",
  submission: "another submission",
  terms: "other terms of handing in",
  seed: "another seed",
  "not graded": "without a grade, now or before: the grader failed",
  "code that runs differently": "the code does not run the same every time",
};

const EN_STATUS: Readonly<Record<StudentGrade["status"], string>> = {
  graded: "graded",
  "nothing handed in": "nothing handed in",
  refused: "refused",
  "not graded": "not graded",
};

export type ClassWords = typeof en;

const es: ClassWords = {
  usage: "Di qué hacer: npm run class -- grade DIR|LISTA, plan DIR|LISTA --shards N o merge DIR… --out DIR.",
  noPlaceGiven: (verb) => `Di qué entregas: npm run class -- ${verb} DIR|LISTA (una carpeta con ellas o una lista).`,
  noPlace: (place) =>
    `${place}: no existe esa carpeta ni ese archivo. Se esperaba una carpeta con entregas o una lista (CSV).`,
  noSubmissions: (place) =>
    `${place}: no contiene entregas. Se esperaba una carpeta o un archivo comprimido (.zip, .tar, .tar.gz) por estudiante.`,
  cannotRead: (file, message) => `${file} no se puede leer: ${message}.`,
  damaged: (file, message) =>
    `${file} está dañado: ${message}. Muévelo a otro lado y repite las mismas palabras: lo ya calificado se recupera de los archivos .jsonl que están junto a él.`,
  damagedLine: (file, line, message) =>
    `${file}, línea ${line}: ${message}. Quita la línea, y lo que contenía se vuelve a calificar.`,
  longLine: (file, bytes) =>
    `${file} tiene una línea de más de ${bytes} bytes: está dañado. Muévelo a otro lado, y lo que contenía se vuelve a calificar.`,
  badList: (file, message) => `${file}: ${message}`,
  emptyList: "no contiene estudiantes. Se esperaba un CSV con encabezado: student,submission",
  noStudentColumn:
    "falta la columna `student`. Se esperaba un CSV con encabezado: student y, si quieres, name, submission, due, late_days, submitted",
  badRow: (file, line, what) => `${file}, línea ${line}: ${what}`,
  noId: "el estudiante no tiene identificador",
  badInstant: (column, word) =>
    `${column} es "${word}"; se esperaba una fecha o un instante con su diferencia horaria: 2026-12-01 o 2026-12-01T23:59-06:00`,
  badDays: (name, word) => `${name} es "${word}"; se esperaba un número de días: de 0 a 999`,
  twice: (id) => `${id} aparece dos veces: dale a cada estudiante un identificador y una entrega.`,
  unclear: (names) =>
    `no queda claro de quién ${names.length === 1 ? "es" : "son"}: ${someOf(names)}. Ponle por nombre solo el identificador del estudiante, o indica su lugar en la columna submission`,
  likely: (name) =>
    `Se tomó de ${name}, que termina solo en este identificador; ninguna otra entrega empieza igual. Mira si es suya.`,
  badShard: (word) => `--shard ${word}: se esperaba i/N, de 1/N a N/N, con 256 partes como máximo.`,
  badCount: (option, word) => `--${option} ${word}: se esperaba un número entero a partir de 1.`,
  badDue: (word) =>
    `--due ${word}: se esperaba una fecha, o un instante con su diferencia horaria: 2026-12-01 (su último minuto, UTC) o 2026-12-01T23:59-06:00.`,
  seedForShards:
    "Todas las partes necesitan la misma semilla: da a cada una el mismo --seed N (npm run class -- plan sortea una).",
  otherRunThere: (folder, what) =>
    `${folder} contiene una calificación con ${what}: elige otro --out o sigue con las mismas palabras.`,
  running: (folder) => `Otra calificación está escribiendo en ${folder}: espérala o elige otro --out.`,
  outMissing: "Di dónde va la lista de calificaciones: --out DIR",
  noParts: "Di qué partes: npm run class -- merge parte-1 parte-2 … --out DIR",
  noPart: (folder, name) =>
    `${folder} no tiene ${name}: se esperaba lo que escribe npm run class -- grade … --shard i/N.`,
  partUnfinished: (folder, shard) =>
    `${folder}: la parte ${shard} no terminó; vuelve a correrla con las mismas palabras.`,
  otherClass: (folder, first) => `${folder} es de otro grupo que ${first}, o de otro número de partes.`,
  otherRun: (folder, first) =>
    `${folder} se calificó con otra semilla, otra fecha de entrega u otro calificador que ${first}.`,
  partMissing: (shard) => `Falta la parte ${shard}: califícala con --shard ${shard}.`,
  partDouble: (shard) => `La parte ${shard} está más de una vez.`,
  studentDouble: (id) => `${id} está en más de una parte.`,
  studentMissing: (id) => `${id} no está en ninguna parte.`,
  andMore: (count) => `y ${count} más`,
  tooLate: (submitted, last) => `entregado el ${submitted}, después del ${last}, y ya no quedan días de retraso`,
  head: (students, known, seed) =>
    `${students} ${students === 1 ? "estudiante" : "estudiantes"}${known > 0 ? `, ya calificados: ${known}` : ""} · semilla ${seed}`,
  line: (place, of, id, what) => `${String(place).padStart(String(of).length)}/${of} ${id}: ${what}`,
  points: (points, max) => `${points} de ${max} puntos`,
  nothing: "no entregó nada",
  refused: (why) => `sin calificar: ${why}`,
  graderFailed: (why) => `sin calificar, por una falla del calificador: ${why}`,
  workerEnded: (how) => `terminó el proceso que la calificaba (${how})`,
  guardEnded: (minutes) => `calificarla tardaba más de ${minutes} min, y se abandonó`,
  unreached: (seconds, ids) =>
    `su código agotó los ${seconds} s de procesador que tiene una entrega: por eso se acabó el tiempo en ${ids.join(", ")}`,
  notGraded: (count) =>
    `${count === 1 ? "1 estudiante quedó" : `${count} estudiantes quedaron`} sin calificar: falló el calificador, y eso no es una calificación. Repite las mismas palabras para intentarlo otra vez; npm run doctor puede decir por qué.`,
  changedFiles: (count) =>
    count === 1 ? "cambió 1 archivo que no es un ejercicio" : `cambió ${count} archivos que no son ejercicios`,
  problems: (count) => (count === 1 ? "1 observación" : `${count} observaciones`),
  written: (folder) => `Las calificaciones están en ${folder}: gradebook.csv, gradebook.json, overview.html.`,
  changes: (count) => (count === 1 ? "Cambiaría 1 calificación:" : `Cambiarían ${count} calificaciones:`),
  writeIt: "¿Escribirlo? [s/N] ",
  noChanges: "No cambia ninguna calificación.",
  change: (student, exercise, from, to) => `${student}${exercise === "" ? "" : ` · ${exercise}`}: ${from} → ${to}`,
  termsChange: (students) =>
    `Cambiarían los días de retraso o el estado de ${students === 1 ? "1 estudiante" : `${students} estudiantes`}:`,
  lateDaysChange: (student, from, to) =>
    `${student}: días de retraso usados ${from.used} → ${to.used}, le quedan ${from.left} → ${to.left}`,
  statusChange: (student, from, to) => `${student}: ${ES_STATUS[from]} → ${ES_STATUS[to]}`,
  because: (causes) => causes.map((cause) => ES_CAUSES[cause]).join(", "),
  gained: (names) => `ahora pasa: ${names.join("; ")}`,
  lost: (names) => `ya no pasa: ${names.join("; ")}`,
  notWritten: "No se escribió nada. Para escribirlo: las mismas palabras y --yes.",
  allRefused: "No se pudo calificar ni una sola entrega.",
  changedAlike: (students, files) =>
    `${files.length === 1 ? "El mismo archivo difiere" : `Los mismos ${files.length} archivos difieren`} en las ${students} entregas que cambiaron alguno (${someOf(files)}). ¿Cambió este repositorio desde que lo repartiste? Entonces indica lo que repartiste: --release DIR`,
};

const ES_CAUSES: Readonly<Record<Cause, string>> = {
  suite: "cambió su prueba",
  grader: "cambió el calificador",
  submission: "otra entrega",
  terms: "otras condiciones de entrega",
  seed: "otra semilla",
  "not graded": "sin calificación, ahora o antes: falló el calificador",
  "code that runs differently": "el código no siempre hace lo mismo",
};

const ES_STATUS: Readonly<Record<StudentGrade["status"], string>> = {
  graded: "con calificación",
  "nothing handed in": "no entregó nada",
  refused: "rechazada",
  "not graded": "sin calificar",
};

const WORDS: Readonly<Record<Language, ClassWords>> = quoting({ en, es });

export const classWords = (language: Language): ClassWords => WORDS[language];
