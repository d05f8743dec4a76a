/**
 * `npm run class` as a step of a workflow: what the workflow was asked for comes from its environment, never from a
 * line of a shell, and what later jobs need goes into its outputs.
 */
import { appendFileSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Call } from "./call.js";

/** Where a shard's part goes, where all of them are gathered, and where the gradebook goes: artifacts of the workflow. */
const [PART, PARTS, GRADEBOOK] = ["part", "parts", "gradebook"] as const;

/** The same call with the words and options of the environment: CLASS_ROSTER, CLASS_SHARDS, CLASS_DUE … */
export function inWorkflow(call: Call, env: NodeJS.ProcessEnv = process.env): Call {
  const [verb = ""] = call.words;
  const of = (name: string) => (env[name] === undefined || env[name] === "" ? undefined : env[name]);
  const roster = of("CLASS_ROSTER") ?? "roster.csv";
  const common = { ...call.options, seed: of("CLASS_SEED"), due: of("CLASS_DUE"), "late-days": of("CLASS_LATE_DAYS") };
  if (verb === "plan") return { ...call, words: [verb, roster], options: { ...common, shards: of("CLASS_SHARDS") } };
  if (verb === "grade") {
    const options = { ...common, shard: of("CLASS_SHARD"), out: PART };
    return { ...call, words: [verb, roster], options };
  }
  const parts = existsSync(PARTS) ? readdirSync(PARTS).map((name) => path.join(PARTS, name)) : [];
  return { ...call, words: [verb, ...parts], options: { ...call.options, roster, out: GRADEBOOK } };
}

/** Hands the plan to the jobs that come after. */
export function handOn(plan: { readonly seed: number; readonly shards: readonly string[] }): void {
  const file = process.env.GITHUB_OUTPUT;
  if (file) appendFileSync(file, `seed=${plan.seed}\nshards=${JSON.stringify(plan.shards)}\n`);
}
