/** The probes of a function, and what each would answer: worked out once for a suite and a seed. */
import * as tf from "@tensorflow/tfjs";
import type { Session } from "../suite/definition.js";
import { toParcel } from "../suite/trusted.js";
import { attempt, reference } from "../suite/trusted-answers.js";
import { type Asking, askedOf } from "./answers.js";
import { type Sketch, sketchOf } from "./numbers.js";
import { parametersOf } from "./parameters.js";
import type { Probe, Probing } from "./probe.js";

export interface Repertoire {
  readonly probes: readonly Probe[];
  /** Of what a probe answers to a question; nothing where it answers nothing. */
  readonly sketch: (probe: Probe, asking: Asking) => Sketch | undefined;
}

/**
 * What all probes of a function may take, in operations of tfjs: a measure that is the same on every machine, some two
 * seconds' worth. Whoever runs a transformer has few probes, the likeliest.
 */
const OPERATIONS = 80_000;
/** What a call takes beside its operations. */
const OVERHEAD = 20;

/** @param probings the ways of making probes, the likeliest first; without any the reference is not asked */
export async function openRepertoire(
  session: Session,
  name: string,
  probings: readonly Probing[],
): Promise<Repertoire> {
  if (probings.length === 0) return { probes: [], sketch: () => undefined };
  const calls = askedOf(session, name).map(({ args }) => args);
  const f = reference(session.suite, name);
  const asked = { name, f, parameters: parametersOf(session.suite, name), calls };
  const most = Math.floor(OPERATIONS / (OVERHEAD + (await operationsOf(f, calls[0] ?? []))));
  const probes = take(
    probings.flatMap((probing) => [...probing(asked)]),
    most,
  );
  const sketches = new Map<string, Map<Probe, Sketch | undefined>>();
  return {
    probes,
    sketch: (probe, { key, expected }) => {
      const known = sketches.get(key) ?? new Map<Probe, Sketch | undefined>();
      sketches.set(key, known);
      if (!known.has(probe)) {
        const answer = expected(probe.variant);
        known.set(probe, answer && sketchOf(answer));
      }
      return known.get(probe);
    },
  };
}

const take = <T>(list: readonly T[], most: number): readonly T[] => list.slice(0, most);

/** How many operations of tfjs a call takes. */
async function operationsOf(f: (...args: never[]) => unknown, args: readonly unknown[]): Promise<number> {
  tf.engine().startScope();
  try {
    const { kernels } = await tf.profile(() => {
      attempt(() => toParcel(f(...(args as never[]))));
      return [];
    });
    return kernels.length;
  } finally {
    tf.engine().endScope();
  }
}
