/** One run of a lab: whose functions it is built of, what else it depends on, and where it keeps what it makes. */
import path from "node:path";
import type { Language } from "../language.js";
import { hashFiles, root } from "../store.js";
import type { Submission } from "../submission/find.js";
import { AROUND } from "./ablations.js";
import type { Ablation, Lab } from "./lab.js";
import { loadParts, type Origin, type Parts } from "./parts.js";

export const ORIGINS = ["student", "solutions", "reference"] as const;
export type OriginName = (typeof ORIGINS)[number];

/** Whose functions a model is built of. */
export interface Sources {
  readonly origin: OriginName;
  /** Exercises that come from elsewhere, by id. */
  readonly use: Readonly<Record<string, OriginName>>;
  /** The student's exercises, and the solved ones where there are any. */
  readonly folders: { readonly student: Submission; readonly solutions?: Submission | undefined };
}

export interface RunRequest {
  readonly lab: Lab;
  readonly seed: number;
  readonly ablation: Ablation | undefined;
  readonly sources: Sources;
  readonly language: Language;
}

export interface Run extends RunRequest {
  readonly parts: Parts;
  /** Changes with all that decides about the losses, as a line of JSON. */
  readonly identity: string;
}

/** What a run is, besides its functions. */
export interface Identity {
  readonly lab: string;
  readonly seed: number;
  readonly ablation?: Ablation;
  readonly origin: OriginName;
  readonly use: Readonly<Record<string, OriginName>>;
  /** Digests of the exercises' code and of the data. */
  readonly code: string;
  readonly data: string;
}

/** @throws UsageError when a file is missing or does not compile */
export async function openRun(request: RunRequest): Promise<Run> {
  const { lab, seed, ablation, sources, language } = request;
  const around = ablation === undefined ? {} : AROUND[ablation];
  const originOf = (id: string) => placeOf(sources, originNameOf(sources, id));
  const { parts, fingerprint } = await loadParts({ ids: lab.calls, originOf, around, language });
  const data = (await hashFiles(["data"])).slice(0, 16);
  const identity: Identity = {
    ...{ lab: lab.name, seed, ...(ablation === undefined ? {} : { ablation }) },
    ...{ origin: sources.origin, use: sources.use, code: fingerprint, data },
  };
  return { ...request, parts, identity: JSON.stringify(identity) };
}

export const originNameOf = ({ origin, use }: Sources, id: string): OriginName => use[id] ?? origin;

function placeOf({ folders }: Sources, name: OriginName): Origin {
  if (name === "reference") return "reference";
  return (name === "solutions" ? folders.solutions : undefined) ?? folders.student;
}

/** Where a run keeps its checkpoints and its report, below `runs` unless told otherwise. */
export function folderOf(lab: string, ablation: Ablation | undefined, out: string | undefined): string {
  const name = ablation === undefined ? lab : `${lab}-without-${ablation}`;
  return path.join(out === undefined ? path.join(root, "runs") : path.resolve(out), name);
}

export const checkpointsIn = (folder: string): string => path.join(folder, "checkpoints");
