/** What the students of a class were given: the repository that they changed, where they changed anything. */
import { createHash } from "node:crypto";
import { SEALED_FILE } from "../grading/sealed.js";
import { RELEASE_FILE } from "../release.js";
import { root } from "../store.js";
import { RECORDING } from "../suite/recording.js";
import { placeOf, UNITS } from "../syllabus.js";
import { ANYTHING, type Handout, manifestOf } from "./intake/changes.js";
import { contentsOf } from "./release/contents.js";

type Digests = ReadonlyMap<string, string>;

export interface HandedOut {
  readonly formOf: Handout;
  /** Tells it from others. */
  readonly digest: string;
}

/** The folder of a release, as it was handed out. */
export async function releaseIn(folder: string): Promise<HandedOut> {
  const manifest = await manifestOf(folder);
  return { formOf: async () => manifest, digest: sha256(JSON.stringify([...manifest])).slice(0, 12) };
}

/** This repository, or any release of it: which of them, each submission tells. Read when it is first needed. */
export function ownHandout(): HandedOut {
  let workbook: Promise<Digests> | undefined;
  const releases = new Map<string, Digests>();
  const releaseOf = (units: readonly number[]): Digests => {
    const known = releases.get(units.join()) ?? digestsOfRelease(units);
    releases.set(units.join(), known);
    return known;
  };
  const formOf: Handout = async (names) => {
    workbook ??= manifestOf(root);
    if (!names.has(RELEASE_FILE)) return workbook;
    const held = UNITS.filter(({ folder }) => [...names].some((name) => name.startsWith(`grader/suites/${folder}/`)));
    return releaseOf(held.map(({ number }) => number));
  };
  return { formOf, digest: "own" }; // another one has another grader, which is told apart anyway
}

const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

function digestsOfRelease(units: readonly number[]): Digests {
  const contents = contentsOf({ schema: "workbook/release/v1", units: [...units] });
  const digests = [...contents].map(([file, bytes]) => [file, sha256(bytes)] as const);
  const exercises = UNITS.filter(({ number }) => units.includes(number)).flatMap((unit) => unit.exercises);
  const anew = [RELEASE_FILE, SEALED_FILE, ...exercises.map(({ id }) => `grader/suites/${placeOf(id)}${RECORDING}`)];
  return new Map([...digests, ...anew.map((file) => [file, ANYTHING] as const)]);
}
