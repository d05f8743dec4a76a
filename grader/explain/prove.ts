/** Proves explanations on wrong variants by people who do not know the bank: what is said of each, and whether it is true. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { record } from "../class/release/record.js";
import { load } from "../mutants/load.js";
import { root } from "../store.js";
import { solutionFile } from "../submission/stub.js";
import { type Computed, nothingComputed } from "../suite/computed.js";
import type { Functions, Suite } from "../suite/definition.js";
import { connectInProcess } from "../suite/in-process.js";
import { replay } from "../suite/replay.js";
import { type CheckResult, runCheck } from "../suite/run.js";
import { gradientsBy, openSession } from "../suite/session.js";
import { loadSuite } from "../suites/index.js";
import { placeOf } from "../syllabus.js";
import { editsOf } from "./edits/edited.js";
import { type Diagnosis, explain } from "./explain.js";
import { probings } from "./probes.js";
import { openRepertoire } from "./repertoire.js";
import type { WrongVariants } from "./variants/variant.js";

export interface Proven {
  readonly id: string;
  readonly name: string;
  /** What is wrong with it. */
  readonly wrong: string;
  /** What the costliest diagnosis is; "false" where a mistake or a probe is named that is not true of it. */
  readonly verdict: Diagnosis["is"] | "nothing" | "false" | "passes";
  readonly diagnoses: readonly Diagnosis[];
}

export const fileOf = (id: string): string => path.join(root, "grader/explain/variants", `${placeOf(id)}.ts`);

/** @throws Error when an exercise has none */
export async function variantsOf(id: string): Promise<WrongVariants> {
  const file = fileOf(id);
  if (!existsSync(file)) throw new Error(`${id} has no wrong variants: write ${path.relative(root, file)}`);
  const module: { variants: WrongVariants } = await import(pathToFileURL(file).href);
  return module.variants;
}

/**
 * @param cases "recorded" is what students have in a release
 * @param chosen the names of the variants to prove; all unless said
 */
export async function prove(
  id: string,
  cases: "fresh" | "recorded" = "fresh",
  chosen: (name: string) => boolean = () => true,
): Promise<Proven[]> {
  const full = await loadSuite(id);
  const suite = cases === "fresh" ? full : replay(await record(full, [101, 102]));
  const computed = nothingComputed();
  const proven: Proven[] = [];
  for (const [name, { wrong, edits, truths }] of Object.entries(await variantsOf(id))) {
    if (!chosen(name)) continue;
    const functions = { ...full.functions, ...load(id, edited(id, name, edits)) } as Functions;
    const { passes, diagnoses } = await explainedBy(suite, functions, computed);
    const isFalse = diagnoses.some(
      ({ is, id: said }) => (is === "mistake" || is === "probe") && !truths.includes(said),
    );
    const verdict = passes ? "passes" : isFalse ? "false" : (diagnoses[0]?.is ?? "nothing");
    proven.push({ id, name, wrong, verdict, diagnoses });
  }
  return proven;
}

const [SEED, OTHER] = [1, 2];

async function explainedBy(suite: Suite, functions: Functions, computed: Computed) {
  const connection = connectInProcess(functions);
  tf.engine().startScope();
  try {
    const session = openSession(suite, SEED, connection, computed);
    const results: CheckResult[] = [];
    for (const check of suite.checks) results.push(await runCheck(check, session));
    const ways = suite.open === undefined ? probings([editsOf(suite.id)]) : [];
    const diagnoses = await explain(session, results, {
      repertoireOf: (name) => {
        const known = computed.repertoires.get(name) ?? openRepertoire(session, name, ways);
        computed.repertoires.set(name, known);
        return known;
      },
      again: () => openSession(suite, OTHER, connection, computed.again()),
      gradientsBy: (name, caseName, wrt) => gradientsBy(session, connection, name, caseName, wrt),
      isAwaited: () => true,
    });
    return { passes: results.every(({ failure }) => failure === undefined), diagnoses };
  } finally {
    tf.engine().endScope();
  }
}

function edited(id: string, name: string, edits: readonly (readonly [from: string, to: string])[]): string {
  let source = readFileSync(solutionFile(id), "utf8");
  for (const [from, to] of edits) {
    const parts = source.split(from);
    if (parts.length !== 2)
      throw new Error(`${id}, ${name}: "${from}" stands ${parts.length - 1} times in the solution`);
    source = parts.join(to);
  }
  return source;
}
