/** `npm run bench -- labs [lab…]`: what training reaches, each figure as the worst of three seeds. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { UsageError } from "../errors.js";
import type { Language } from "../language.js";
import type { Screen } from "../publish/screen.js";
import { root } from "../store.js";
import { APART, tiedCommand, watchOver } from "../tied.js";
import { LABS } from "./labs.js";
import { written } from "./report/numbers.js";
import type { Metric, Report } from "./report/report.js";

const SEEDS = [1, 2, 3];
/** Seconds that a lab may take as a whole: training, measuring and drawing. */
const LONGEST = 90;

export async function measureLabs(names: readonly string[], screen: Screen, language: Language): Promise<number> {
  const unknown = names.find((name) => !LABS.some((lab) => lab.name === name));
  if (unknown !== undefined) throw new UsageError(`${unknown}: ${LABS.map(({ name }) => name).join(", ")}`);
  const out = mkdtempSync(path.join(os.tmpdir(), "workbook-labs-"));
  let missed = 0;
  try {
    for (const { name } of LABS.filter((lab) => names.length === 0 || names.includes(lab.name))) {
      const runs: { readonly report: Report; readonly seconds: number }[] = [];
      for (const seed of SEEDS) {
        screen.status(` ${name}, seed ${seed} …`);
        runs.push(await runOf(name, seed, path.join(out, String(seed))));
      }
      const slowest = Math.max(...runs.map(({ seconds }) => seconds));
      const late = slowest > LONGEST;
      if (late) missed++;
      screen.print(
        ` ${screen.chalk.bold(name)}  ${slowest.toFixed(0)} s at most (limit ${LONGEST} s) ${late ? "✗" : "✓"}\n`,
      );
      for (const metric of runs[0]?.report.metrics ?? []) {
        const values = runs.map(({ report }) => report.metrics.find(({ id }) => id === metric.id)?.value ?? Number.NaN);
        const { line, reached } = lineOf(metric, values, language);
        if (!reached) missed++;
        screen.print(`${line}\n`);
      }
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  return missed === 0 ? 0 : 1;
}

/** One lab from the command line to its report. */
async function runOf(name: string, seed: number, out: string): Promise<{ report: Report; seconds: number }> {
  const began = performance.now();
  const words = ["train", name, "--solutions", "--seed", String(seed), "--out", out, "--plain"];
  const { file, args } = tiedCommand(process.execPath, [path.join(root, "grader", "start.mjs"), ...words]);
  const child = watchOver(spawn(file, args, { ...APART, stdio: ["ignore", "ignore", "inherit"] }));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`npm run train -- ${words.slice(1).join(" ")} ended with ${code}`);
  const report = JSON.parse(readFileSync(path.join(out, name, "report.json"), "utf8")) as Report;
  return { report, seconds: (performance.now() - began) / 1000 };
}

function lineOf(metric: Metric, values: readonly number[], language: Language) {
  const { due, name } = metric;
  const worst = due?.better === "lower" ? Math.max(...values) : Math.min(...values);
  const of = (value: number) => written({ ...metric, value });
  const reached = due === undefined || (due.better === "higher" ? worst >= due.value : worst <= due.value);
  const sign = due === undefined ? " " : reached ? "✓" : "✗";
  const goal = due === undefined ? "" : ` (due: ${due.better === "higher" ? "≥" : "≤"} ${of(due.value)})`;
  const line = ` ${sign} ${of(worst).padStart(8)}  ${name[language]}${goal}, of ${values.map(of).join(", ")}`;
  return { line, reached };
}
