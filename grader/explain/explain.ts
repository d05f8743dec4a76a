/** What is to be said of an exercise that did not pass: one diagnosis for each function, the costliest first. */
import type { Text } from "../language.js";
import type { Session } from "../suite/definition.js";
import type { Failure, FailureKind } from "../suite/failure.js";
import type { CheckResult } from "../suite/run.js";
import { findProbes } from "./find-probes.js";
import { parametersOf } from "./parameters.js";
import { type Probe, sentence } from "./probe.js";
import type { Repertoire } from "./repertoire.js";
import { sayFields } from "./where/fields.js";
import { type GradientsBy, sayUnreached } from "./where/gradients.js";
import { locate } from "./where/place.js";

export interface Diagnosis {
  /** A known mistake; the reference fed, read or edited wrongly; what the code itself said; where it is wrong. */
  readonly is: "mistake" | "probe" | "error" | "place";
  readonly id: string;
  readonly text: Text;
  /** The function. */
  readonly about: string;
  /** The costliest check that it explains, by its English name. */
  readonly check: string;
}

export interface Means {
  readonly repertoireOf: (name: string) => Promise<Repertoire>;
  /** Opens a session with another seed. */
  readonly again: () => Session;
  readonly gradientsBy: GradientsBy;
  /** Whether somebody still waits; otherwise what is found so far has to do. */
  readonly isAwaited: () => boolean;
}

interface Failed extends CheckResult {
  readonly failure: Failure;
}

/** @param results of all checks of the session's suite */
export async function explain(session: Session, results: readonly CheckResult[], means: Means): Promise<Diagnosis[]> {
  const failed = results.filter((result): result is Failed => result.failure !== undefined);
  const names = [...new Set(failed.map(({ about }) => about))];
  const lost = (list: readonly Failed[]) => list.reduce((sum, { maxPoints }) => sum + maxPoints, 0);
  const functions = names
    .map((name) => [name, failed.filter(({ about }) => about === name)] as const)
    .sort(([, a], [, b]) => lost(b) - lost(a));
  const diagnoses: Diagnosis[] = [];
  for (const [about, own] of functions) {
    if (!means.isAwaited()) break;
    const costly = [...own].sort((a, b) => b.maxPoints - a.maxPoints);
    const found = await explainOne(session, results, about, costly, means);
    if (found !== undefined) diagnoses.push({ about, ...found });
  }
  return diagnoses;
}

/** @param failed the checks about the function, the costliest first */
async function explainOne(
  session: Session,
  results: readonly CheckResult[],
  about: string,
  failed: readonly Failed[],
  means: Means,
): Promise<Omit<Diagnosis, "about"> | undefined> {
  if (failed.every(({ failure }) => SAYS_NOTHING.has(failure.kind))) return undefined;
  const [first] = failed;
  if (first === undefined) return undefined;
  const named = failed.find(({ failure }) => failure.mistake !== undefined);
  if (named?.failure.mistake !== undefined) {
    const { id, hint } = named.failure.mistake;
    return { is: "mistake", id, text: hint, check: named.name.en };
  }
  const spoiled = failed.find(({ failure }) => failure.spoiled);
  if (spoiled !== undefined) return errorOf(spoiled);
  const wrong = failed.find(({ failure }) => NUMBERS.has(failure.kind));
  if (wrong !== undefined) {
    const probes = await findProbes(session, about, await means.repertoireOf(about), means);
    if (probes.length > 0) {
      const said = fewOf(probes);
      const id = said.map((probe) => probe.id).join("; ");
      return { is: "probe", id, text: sentence(said.map(({ claim }) => claim)), check: wrong.name.en };
    }
    const place = await locate(session, about);
    if (place !== undefined) return { is: "place", ...place, check: wrong.name.en };
  }
  if (failed.some(({ failure }) => failure.kind === "threw")) {
    const parameters = parametersOf(session.suite, about);
    const text = await sayUnreached(session, about, parameters, means.gradientsBy);
    const thrown = failed.find(({ failure }) => failure.kind === "threw");
    if (text !== undefined && thrown !== undefined)
      return { is: "place", id: "gradients unreached", text, check: thrown.name.en };
  }
  const error = failed.find((one) => speaksForItself(session, one));
  if (error !== undefined) return errorOf(error);
  const others = rightBeside(results, about);
  const text = sayFields({ right: others, wrong: [about] });
  return text && { is: "place", id: `functions ${about}`, text, check: first.name.en };
}

/**
 * Of several that fit alike, the likeliest, and one more: all of them are true. Two about one thing, or two edits, say the
 * same twice.
 */
function fewOf(probes: readonly Probe[]): Probe[] {
  const isEdit = ({ id }: Probe) => id.startsWith("edit ");
  const [first, ...rest] = [...probes.filter((probe) => !isEdit(probe)), ...probes.filter(isEdit)];
  if (first === undefined) return [];
  const isAbout = ({ id }: Probe) => id.split(": ").at(-1);
  const other = rest.find((probe) => !(isEdit(first) && isEdit(probe)) && isAbout(first) !== isAbout(probe));
  return other === undefined ? [first] : [first, other];
}

const SAYS_NOTHING: ReadonlySet<FailureKind> = new Set(["not started", "missing"]);
/** What comes of numbers that are not the right ones. */
const NUMBERS: ReadonlySet<FailureKind> = new Set(["wrong", "bad value"]);

const errorOf = ({ name, failure }: Failed): Omit<Diagnosis, "about"> => ({
  is: "error",
  id: failure.kind,
  text: failure.text,
  check: name.en,
});

/** Whether its message says what is wrong with the code, and not only which numbers are. */
function speaksForItself(session: Session, { name, failure }: Failed): boolean {
  if (!NUMBERS.has(failure.kind) || (failure.figure === undefined && failure.kind === "bad value")) return true;
  const check = session.suite.checks.find((one) => one.name.en === name.en);
  const demands = check?.demands ?? []; // of a recorded check they are not kept
  return demands.length > 0 && demands.every(({ is }) => is !== "agrees" && is !== "law");
}

/** The other functions, where each has a check and none failed. */
function rightBeside(results: readonly CheckResult[], about: string): string[] {
  const others = [...new Set(results.map((one) => one.about))].filter((name) => name !== about);
  return others.filter((name) => results.every((one) => one.about !== name || one.failure === undefined));
}
