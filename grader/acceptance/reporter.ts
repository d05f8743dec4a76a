/** What classroom-resources' autograding-grading-reporter makes of the results of runners, by its own arithmetic. */
import * as v from "valibot";

const resultSchema = v.object({
  version: v.literal(1),
  status: v.picklist(["pass", "fail", "error"]),
  max_score: v.pipe(v.number(), v.integer()),
  tests: v.array(
    v.strictObject({
      name: v.string(),
      status: v.picklist(["pass", "fail", "error"]),
      score: v.pipe(v.number(), v.integer()),
      message: v.string(),
      test_code: v.string(),
      filename: v.string(),
      line_no: v.pipe(v.number(), v.integer()),
      duration: v.number(),
    }),
  ),
});
export type RunnerResult = v.InferOutput<typeof resultSchema>;

export interface Reported {
  /** "Points 12/40", which Classroom records. */
  readonly notice: string;
  /** "Total points for unit-1: 12.00/40", as the log has it. */
  readonly lines: readonly string[];
  /** Runner, score and maximum, as the table has them before it rounds or cuts anything. */
  readonly rows: readonly (readonly [string, number, number])[];
  readonly failed: boolean;
}

/**
 * @param runners the input `runners`
 * @param env variables of the step: RUNNER_RESULTS, the id in capitals with its hyphens
 */
export function report(runners: string, env: Readonly<Record<string, string | undefined>>): Reported {
  const results = runners.split(",").map((word) => {
    const runner = word.trim();
    const encoded = env[`${runner.toUpperCase()}_RESULTS`] ?? "";
    return { runner, ...v.parse(resultSchema, JSON.parse(Buffer.from(encoded, "base64").toString("utf8"))) };
  });
  const rows = results.map(({ runner, tests, max_score }) => {
    const passed = tests.filter(({ status }) => status === "pass").length;
    return [runner, (passed / tests.length) * max_score, max_score] as const;
  });
  const counted = results.filter(({ max_score }) => max_score > 0);
  const points = counted.flatMap(({ tests }) => tests).reduce((sum, { score }) => sum + score, 0);
  const most = counted.reduce((sum, { max_score }) => sum + max_score, 0);
  return {
    notice: `Points ${points}/${most}`,
    lines: rows.map(([runner, score, max]) => `Total points for ${runner}: ${score.toFixed(2)}/${max}`),
    rows,
    failed: results.some(({ status }) => status !== "pass"),
  };
}
