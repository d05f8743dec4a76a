/** What the commands of the labs say. */
import type { Language } from "../language.js";
import { quoting } from "../text/quote.js";

const en = {
  labs: "Labs: npm run train -- <lab>",
  noLabs: "Labs are built of exercises of units that this repository does not hold.",
  noLab: (name: string, near: string | undefined) =>
    `there is no lab ${name}${near === undefined ? "." : `: did you mean ${near}?`} npm run train shows all of them`,
  badNumber: (option: string, value: string) => `--${option} ${value}: expected a whole number of at least 1`,
  badAblation: (lab: string, name: string, allowed: string) =>
    `--ablate ${name}: ${lab} knows ${allowed === "" ? "no ablation" : allowed}`,
  badBackend: (name: string) => `--backend ${name}: there is wasm, and cpu, which is slower`,
  badUse: (word: string) =>
    `--use ${word}: expected exercises and where each comes from, such as 4.5=reference,5.11=solutions (or student)`,
  notUsed: (id: string, lab: string) => `--use ${id}: ${lab} does not call ${id}`,
  noSolutions: "this repository has no solutions: leave --solutions out",
  notTrusted: (folder: string, option: string) =>
    `${folder} is not of this repository, and a lab runs files with all your rights, not locked down as npm run grade does: they could read, change and send whatever you can. Read them first; if you trust whoever wrote them, say --${option}`,
  checking: (count: number) => `checking the ${count} exercises that it is built of …`,
  cannotTrain: (lab: string, needs: string) =>
    `${lab} is built of your own functions: exercises ${needs}. These do not pass yet:`,
  whatNow: (lab: string, solutions: boolean) =>
    `Solve them first (npm run grade -- <exercise>),${solutions ? ` look at the lab with the solved ones (npm run train -- ${lab} --solutions),` : ""} or train all the same to see what becomes of it (--anyway).`,
  failing: (id: string, title: string, why: string) =>
    `Exercise ${id}, ${title}, does not pass, and this model is built on it.${why === "" ? "" : ` The grader says: ${why}`}`,
  borrowed: (id: string, from: "reference" | "solutions" | "student") =>
    `Exercise ${id} comes from ${{ reference: "the reference", solutions: "the solutions", student: "the student" }[from]}.`,
  training: (title: string, steps: number, parameters: string) => `${title}: ${steps} steps, ${parameters} parameters`,
  progress: (loss: string, rate: string, tokens: string, left: string) =>
    `${left} left · loss ${loss} · rate ${rate} · ${tokens} tokens/s`,
  refused: (file: string, why: string) => `${file} cannot be used: ${why}`,
  damage: {
    "cut short": "it is cut short",
    changed: "its checksum does not fit: it was changed or damaged",
    "of another version": "it was written by another version of the workbook",
    "no checkpoint": "it is no checkpoint",
  },
  resumed: (step: number, file: string) => `going on after step ${step} (${file})`,
  otherRun: (folder: string) =>
    `${folder} is another run: its seed, its ablation, the exercises or the data differ. Leave --resume out to begin anew; it is kept as ${folder}.before`,
  cannotWrite: (folder: string, why: string) => `nothing can be kept in ${folder} (${why}): say with --out where else`,
  nothingToResume: (folder: string) => `there is nothing to go on with in ${folder}: leave --resume out`,
  alreadyThere: (step: number) => `step ${step} is reached already: judging again`,
  stopping: "stopping after this step … (Ctrl-C again leaves at once)",
  judging: "measuring on data that it has not seen …",
  due: (value: string, better: "higher" | "lower") =>
    `solutions: at ${better === "higher" ? "least" : "most"} ${value}`,
  page: (file: string) => `curves, attention and tables: ${file}`,
  took: (seconds: string) => `trained in ${seconds}`,
  stopped: (step: number, of: number, lab: string) =>
    `Stopped after step ${step} of ${of}, and saved: npm run train -- ${lab} --resume goes on.`,
  ablated: (without: string) => `This model was trained ${without}. The table compares it with the whole one.`,
  ablatedAlone: (without: string, lab: string) =>
    `This model was trained ${without}. Train the whole one as well (npm run train -- ${lab}) and then this one again, to see both side by side.`,
  comparison: "What breaks, and by how much",
  figure: "figure",
  whole: "whole model",
  difference: "difference",
  finalLoss: "loss of training, mean of the last 25 steps",
  lossCurve: "Loss",
  smoothed: "mean of the last 25 steps",
  rateCurve: "Learning rate",
  step: "step",
  nothingTrained: (folder: string, lab: string) =>
    `there is no trained model in ${folder}: npm run train -- ${lab} makes one, in about a minute`,
  saySomething: (lab: string, example: string) => `give a text: npm run ${lab} -- "${example}"`,
  unknownWords: (words: string) => `the model has never seen: ${words}`,
  changedSince: "the exercises have changed since this model was trained: it may say odd things",
};

const es: typeof en = {
  labs: "Laboratorios: npm run train -- <laboratorio>",
  noLabs: "Los laboratorios se hacen con ejercicios de unidades que este repositorio no contiene.",
  noLab: (name, near) =>
    `no hay ningún laboratorio ${name}${near === undefined ? "." : `: ¿quisiste decir ${near}?`} npm run train los muestra todos`,
  badNumber: (option, value) => `--${option} ${value}: se esperaba un número entero, 1 como mínimo`,
  badAblation: (lab, name, allowed) =>
    `--ablate ${name}: ${lab} ${allowed === "" ? "no admite ablaciones" : `admite ${allowed}`}`,
  badBackend: (name) => `--backend ${name}: existen wasm y cpu, que es más lento`,
  badUse: (word) =>
    `--use ${word}: se esperaban ejercicios y de dónde viene cada uno, por ejemplo 4.5=reference,5.11=solutions (o student)`,
  notUsed: (id, lab) => `--use ${id}: ${lab} no llama al ${id}`,
  noSolutions: "este repositorio no trae soluciones: quita --solutions",
  notTrusted: (folder, option) =>
    `${folder} no es de este repositorio, y un laboratorio ejecuta los archivos con todos tus permisos, no aislados como en npm run grade: podrían leer, cambiar y enviar lo mismo que tú. Léelos primero; si confías en quien los escribió, agrega --${option}`,
  checking: (count) => `revisando los ${count} ejercicios con los que se construye …`,
  cannotTrain: (lab, needs) =>
    `${lab} se construye con tus propias funciones: los ejercicios ${needs}. Estos todavía no están aprobados:`,
  whatNow: (lab, solutions) =>
    `Resuélvelos primero (npm run grade -- <ejercicio>)${solutions ? `, mira el laboratorio con los ya resueltos (npm run train -- ${lab} --solutions)` : ""} o entrena de todos modos para ver qué sale (--anyway).`,
  failing: (id, title, why) =>
    `El ejercicio ${id}, ${title}, no está aprobado, y este modelo se apoya en él.${why === "" ? "" : ` El calificador dice: ${why}`}`,
  borrowed: (id, from) =>
    `El ejercicio ${id} viene de ${{ reference: "la referencia", solutions: "las soluciones", student: "tus archivos" }[from]}.`,
  training: (title, steps, parameters) => `${title}: ${steps} pasos, ${parameters} parámetros`,
  progress: (loss, rate, tokens, left) => `faltan ${left} · pérdida ${loss} · tasa ${rate} · ${tokens} tokens/s`,
  refused: (file, why) => `no se puede usar ${file}: ${why}`,
  damage: {
    "cut short": "está incompleto",
    changed: "su suma de verificación no coincide: lo modificaron o está dañado",
    "of another version": "lo escribió otra versión del cuaderno",
    "no checkpoint": "no es un punto de control",
  },
  resumed: (step, file) => `se continúa después del paso ${step} (${file})`,
  otherRun: (folder) =>
    `${folder} es de otro entrenamiento: cambian la semilla, la ablación, los ejercicios o los datos. Quita --resume para empezar de nuevo; el anterior se guarda como ${folder}.before`,
  cannotWrite: (folder, why) => `no se puede guardar nada en ${folder} (${why}): di con --out en qué otro lugar`,
  nothingToResume: (folder) => `en ${folder} no hay nada que continuar: quita --resume`,
  alreadyThere: (step) => `ya se había llegado al paso ${step}: solo se mide de nuevo`,
  stopping: "se detiene después de este paso … (otro Ctrl-C sale en el acto)",
  judging: "midiendo con datos que no ha visto …",
  due: (value, better) => `soluciones: ${value} como ${better === "higher" ? "mínimo" : "máximo"}`,
  page: (file) => `curvas, atención y tablas: ${file}`,
  took: (seconds) => `entrenado en ${seconds}`,
  stopped: (step, of, lab) =>
    `Se detuvo después del paso ${step} de ${of}, y quedó guardado: npm run train -- ${lab} --resume continúa.`,
  ablated: (without) => `Este modelo se entrenó ${without}. La tabla lo compara con el completo.`,
  ablatedAlone: (without, lab) =>
    `Este modelo se entrenó ${without}. Entrena también el completo (npm run train -- ${lab}) y repite este para verlos lado a lado.`,
  comparison: "Qué se rompe, y cuánto",
  figure: "cifra",
  whole: "modelo completo",
  difference: "diferencia",
  finalLoss: "pérdida del entrenamiento, media de los últimos 25 pasos",
  lossCurve: "Pérdida",
  smoothed: "media de los últimos 25 pasos",
  rateCurve: "Tasa de aprendizaje",
  step: "paso",
  nothingTrained: (folder, lab) =>
    `en ${folder} no hay ningún modelo entrenado: npm run train -- ${lab} lo entrena en alrededor de un minuto`,
  saySomething: (lab, example) => `da un texto: npm run ${lab} -- "${example}"`,
  unknownWords: (words) => `el modelo nunca ha visto: ${words}`,
  changedSince: "los ejercicios cambiaron desde que se entrenó este modelo: puede decir cosas raras",
};

export type LabWords = typeof en;

const WORDS: Readonly<Record<Language, LabWords>> = quoting({ en, es });

export const labWords = (language: Language): LabWords => WORDS[language];
