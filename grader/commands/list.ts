/** `npm run list`. */
import type { GradedExercise } from "../grade.js";
import { openGrader } from "../grading/grader.js";
import { signOf } from "../publish/terminal.js";
import { root } from "../store.js";
import { openSubmission } from "../submission/find.js";
import { solutionsFolder } from "../submission/solutions.js";
import { pointsOf, UNITS } from "../syllabus.js";
import type { Call, Command } from "./command.js";
import { selectExercises } from "./select.js";

export const list: Command = {
  name: "list",
  words: { en: "[ids or units…]", es: "[ejercicios o unidades…]" },
  summary: { en: "the syllabus, with your progress", es: "el temario, con tu avance" },
  options: {},
  run: async (call) => {
    const ids = selectExercises(call.words, call.text);
    const graded = await progress(ids, call);
    for (const line of syllabusLines(ids, graded, call)) call.screen.print(`${line}\n`);
    return 0;
  },
};

/** How each exercise stands: graded, where it is not known yet. */
async function progress(
  ids: readonly string[],
  { language, screen, text }: Call,
): Promise<ReadonlyMap<string, GradedExercise>> {
  const grader = openGrader();
  try {
    const { exercises } = await grader.grade({
      ids,
      submission: openSubmission(root, language),
      solutions: solutionsFolder(language),
      seed: Math.floor(Math.random() * 2 ** 32),
      language,
      useCache: true,
      onProgress: (event) => {
        if (event.is !== "graded") screen.status(` ${text.starting}`);
      },
    });
    return new Map(exercises.map((exercise) => [exercise.id, exercise]));
  } finally {
    await grader.close();
  }
}

/** The syllabus as lines: sign, id, title, stars, points, what an exercise needs. */
export function syllabusLines(
  ids: readonly string[],
  graded: ReadonlyMap<string, GradedExercise>,
  { language, text, screen }: Pick<Call, "language" | "text" | "screen">,
): string[] {
  const { chalk } = screen;
  const lines: string[] = [];
  for (const unit of UNITS) {
    const shown = unit.exercises.filter(({ id }) => ids.includes(id));
    if (shown.length === 0) continue;
    lines.push(chalk.bold(` ${text.unit(unit.number, unit.title[language])}`));
    for (const exercise of shown) {
      const state = graded.get(exercise.id);
      const sign = state === undefined ? " " : signOf(state.outcome);
      const colour =
        state?.outcome === "passed" ? chalk.green : state?.outcome === "partial" ? chalk.yellow : chalk.reset;
      const points = `${state?.outcome === "grader error" ? "?" : (state?.points ?? 0)}/${pointsOf(exercise)}`;
      const needs = exercise.needs.length > 0 ? ` · ${text.needs(exercise.needs.join(", "))}` : "";
      const optional = exercise.optional ? ` · ${text.optional}` : "";
      const stars = "★".repeat(exercise.stars).padEnd(4);
      lines.push(
        ` ${colour(sign)} ${exercise.id.padEnd(4)} ${stars} ${points.padStart(5)}  ${exercise.title[language]}${chalk.dim(needs + optional)}`,
      );
    }
    lines.push("");
  }
  lines.push(chalk.dim(` ${text.legend}`));
  return lines;
}
