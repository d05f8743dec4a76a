/** What the commands of the labs do. Loaded only when one of them runs: it brings tfjs and a library of plots. */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../errors.js";
import { both, type Language, type Text } from "../language.js";
import type { Screen } from "../publish/screen.js";
import { exerciseLine } from "../publish/terminal.js";
import { exerciseOf } from "../syllabus.js";
import { wordsIn } from "../text/index.js";
import { quoteLine } from "../text/quote.js";
import { useBackend } from "./backend/index.js";
import type { Damage } from "./checkpoint.js";
import type { Lab } from "./lab.js";
import { LABS, SPEAKING } from "./labs.js";
import { type Saved, savedIn, type Trained, trainModel } from "./loop.js";
import { minutes, openMeter } from "./meter.js";
import { failing, needsOf } from "./needs.js";
import { written } from "./report/numbers.js";
import type { Report } from "./report/report.js";
import { writeReport } from "./report/write.js";
import { checkpointsIn, folderOf, type Identity, openRun, originNameOf, type Run, type Sources } from "./run.js";
import { earlierReport, parametersOf, reportOf } from "./story.js";
import { ablationOf, backendOf, type Call, foldersOf, labCalled, sourcesOf, wholeNumber } from "./wishes.js";
import { type LabWords, labWords } from "./words.js";

/** `npm run train -- <lab>` */
export async function train(call: Call): Promise<number> {
  const { options, language, screen } = call;
  const words = labWords(language);
  const [name] = call.words;
  if (name === undefined) {
    screen.print(overview(language, words));
    return 0;
  }
  const lab = labCalled(name, words);
  const wishes = {
    seed: wholeNumber("seed", options.seed, 1, words),
    steps: wholeNumber("steps", options.steps, lab.steps, words),
    ablation: ablationOf(lab, options.ablate, words),
    sentences: wholeNumber("sentences", options.sentences, Number.POSITIVE_INFINITY, words),
    backend: backendOf(options.backend, words),
    resume: options.resume === true,
  };
  const sources = sourcesOf(call, lab, words);
  const remarks = await checkNeeds(lab, sources, options.anyway === true, call, words);
  if (remarks === undefined) return 1;

  await useBackend(wishes.backend);
  const run = await openRun({ lab, seed: wishes.seed, ablation: wishes.ablation, sources, language });
  const out = typeof options.out === "string" ? options.out : undefined;
  const folder = folderOf(lab.name, wishes.ablation, out);
  const from = begin(folder, run, wishes.resume, screen, words);
  makeRoom(folder, words); // now, and not after a minute of training
  const model = lab.open(run.parts, { seed: run.seed, ablation: run.ablation });

  const parameters = parametersOf(model.start().params).toLocaleString("en").replaceAll(",", " ");
  screen.print(` ${screen.chalk.bold(words.training(lab.title[language], wishes.steps, parameters))}\n`);
  const trained = await untilInterrupted(screen, words, (stopped) =>
    trainModel({
      ...{ model, steps: wishes.steps, from, identity: run.identity, folder: checkpointsIn(folder), stopped },
      onProgress: openMeter(screen, words),
    }),
  );

  screen.status(` ${screen.chalk.dim(words.judging)}`);
  const whole =
    run.ablation === undefined
      ? undefined
      : earlierReport(folderOf(lab.name, undefined, out), run.seed, trained.state.step);
  const report = reportOf({
    ...{ run, trained, planned: wishes.steps, lossNames: model.lossNames, backend: wishes.backend, remarks, whole },
    findings: model.judge(trained.state, wishes.sentences),
  });
  const { page } = await writeReport(folder, report);
  screen.print(summary(report, trained, page, screen, words, language));
  return 0;
}

/** `npm run translate -- "el perro duerme"`: what the trained model of a lab says. */
export async function ask(labName: string, example: string, call: Call): Promise<number> {
  const { options, language, screen } = call;
  const words = labWords(language);
  const lab = SPEAKING.find(({ name }) => name === labName);
  if (lab === undefined) throw new UsageError(words.noLab(labName, undefined));
  if (call.words.length === 0) throw new UsageError(words.saySomething(labName, example));
  const folder = folderOf(labName, undefined, typeof options.out === "string" ? options.out : undefined);
  const { student } = foldersOf(call, words); // whoever is not trusted is refused first
  await useBackend("wasm");
  const found = savedIn(checkpointsIn(folder), onRefused(screen, words));
  if (found === undefined) throw new UsageError(words.nothingTrained(folder, labName));
  const { seed, origin, use } = JSON.parse(found.saved.identity) as Identity;
  const { solutions } = foldersOf(call, words, origin);
  const sources = { origin, use, folders: { student, solutions } };
  const run = await openRun({ lab, seed, ablation: undefined, sources, language });
  if (run.identity !== found.saved.identity) screen.print(` ${screen.chalk.yellow(words.changedSince)}\n`);
  const { say } = lab.speak(run.parts, { seed, ablation: undefined }, found.saved.state);
  for (const text of call.words) {
    const { text: answer, unknown, source, target, looked } = say(text);
    if (unknown.length > 0)
      screen.print(` ${screen.chalk.yellow(words.unknownWords([...new Set(unknown)].join(", ")))}\n`);
    screen.print(`${quoteLine(answer)}\n`);
    if (options.attention === true) {
      for (const [i, word] of target.entries())
        screen.print(
          `   ${quoteLine(word)} ${screen.chalk.dim(`← ${quoteLine(source[looked[i] ?? 0] ?? "[eos]")}`)}\n`,
        );
    }
  }
  return 0;
}

/** The labs, a line each. */
function overview(language: Language, words: LabWords): string {
  const width = Math.max(...LABS.map(({ name }) => name.length));
  const lines = LABS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary[language]}\n`);
  return LABS.length === 0 ? `${words.noLabs}\n` : `${words.labs}\n${lines.join("")}`;
}

/** @returns what the report should say of the exercises, or undefined when the lab cannot be trained with them */
async function checkNeeds(
  lab: Lab,
  sources: Sources,
  anyway: boolean,
  { language, screen }: Call,
  words: LabWords,
): Promise<Text[] | undefined> {
  const needs = needsOf(lab.calls);
  const own = needs.filter((id) => originNameOf(sources, id) === "student");
  const borrowed = Object.entries(sources.use).map(([id, name]) =>
    both((tongue) => labWords(tongue).borrowed(id, name)),
  );
  if (own.length === 0) return borrowed;
  screen.status(` ${screen.chalk.dim(words.checking(own.length))}`);
  const failed = await failing(own, sources.folders.student, sources.folders.solutions, language);
  if (failed.length > 0 && !anyway) {
    screen.print(`${words.cannotTrain(lab.name, needs.join(", "))}\n\n`);
    for (const exercise of failed) screen.print(`${exerciseLine(exercise, wordsIn(language), screen)}\n`);
    screen.print(`\n${words.whatNow(lab.name, sources.folders.solutions !== undefined)}\n`);
    return undefined;
  }
  const remarks = failed.map((exercise) => {
    const wrong = exercise.checks.find(({ passed }) => !passed);
    const [why = ""] = (wrong?.hint ?? wrong?.message ?? "").split("\n");
    return both((tongue) => labWords(tongue).failing(exercise.id, exerciseOf(exercise.id).title[tongue], why));
  });
  for (const remark of remarks) screen.print(` ${screen.chalk.yellow(remark[language])}\n`);
  return [...remarks, ...borrowed];
}

/** Where a run goes on, or makes room for a new one: the one before it is kept. */
function begin(folder: string, run: Run, resume: boolean, screen: Screen, words: LabWords): Saved | undefined {
  const checkpoints = checkpointsIn(folder);
  if (resume) {
    const found = savedIn(checkpoints, onRefused(screen, words));
    if (found === undefined) throw new UsageError(words.nothingToResume(folder));
    if (found.saved.identity !== run.identity) throw new UsageError(words.otherRun(folder));
    screen.print(
      ` ${screen.chalk.dim(words.resumed(found.saved.state.step, path.relative(process.cwd(), found.file)))}\n`,
    );
    return found.saved;
  }
  if (existsSync(checkpoints) && readdirSync(checkpoints).length > 0) {
    const before = `${folder}.before`;
    rmSync(before, { recursive: true, force: true });
    renameSync(folder, before);
  }
  return undefined;
}

/** @throws UsageError where a run cannot be kept */
function makeRoom(folder: string, words: LabWords): void {
  try {
    mkdirSync(checkpointsIn(folder), { recursive: true });
    accessSync(checkpointsIn(folder), constants.W_OK);
  } catch (error) {
    throw new UsageError(words.cannotWrite(folder, (error as Error).message));
  }
}

function onRefused(screen: Screen, words: LabWords): (file: string, why: Damage) => void {
  return (file, why) =>
    screen.print(` ${screen.chalk.yellow(words.refused(path.relative(process.cwd(), file), words.damage[why]))}\n`);
}

/** Lets the first Ctrl-C end the run at its next step, where it is saved; the second one leaves at once. */
async function untilInterrupted<T>(
  screen: Screen,
  words: LabWords,
  work: (stopped: () => boolean) => Promise<T>,
): Promise<T> {
  let stopped = false;
  const before = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  const stop = () => {
    stopped = true;
    for (const listener of before) process.once("SIGINT", listener as () => void);
    screen.print(` ${screen.chalk.dim(words.stopping)}\n`);
  };
  process.once("SIGINT", stop);
  try {
    return await work(() => stopped);
  } finally {
    process.removeListener("SIGINT", stop);
    if (!stopped) for (const listener of before) process.once("SIGINT", listener as () => void);
  }
}

function summary(
  report: Report,
  { seconds }: Trained,
  page: string,
  { chalk }: Screen,
  words: LabWords,
  language: Language,
): string {
  const lines = report.metrics.map((metric) => {
    const { due } = metric;
    const reached =
      due === undefined || (due.better === "higher" ? metric.value >= due.value : metric.value <= due.value);
    const sign = due === undefined ? " " : reached ? chalk.green("✓") : chalk.red("✗");
    const goal =
      due === undefined ? "" : chalk.dim(` · ${words.due(written({ ...metric, value: due.value }), due.better)}`);
    return ` ${sign} ${written(metric).padStart(7)}  ${metric.name[language]}${goal}\n`;
  });
  return [
    `\n ${words.took(minutes(seconds))}\n\n`,
    ...lines,
    ...report.remarks.map((remark) => ` ${chalk.yellow(remark[language])}\n`),
    `\n ${words.page(path.relative(process.cwd(), page))}\n`,
  ].join("");
}
