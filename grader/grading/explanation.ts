/** Says why an exercise did not pass, once its checks have been judged. */
import { existsSync } from "node:fs";
import { editsOf } from "../explain/edits/edited.js";
import { explain } from "../explain/explain.js";
import type { Probing } from "../explain/probe.js";
import { probings } from "../explain/probes.js";
import { openRepertoire } from "../explain/repertoire.js";
import { solutionFile } from "../submission/stub.js";
import type { Computed } from "../suite/computed.js";
import type { Connection } from "../suite/connection.js";
import type { Session, Suite } from "../suite/definition.js";
import type { CheckResult } from "../suite/run.js";
import { gradientsBy, openSession } from "../suite/session.js";
import type { Job } from "./job.js";

interface Ground {
  readonly seed: number;
  readonly connection: Connection;
  readonly computed: Computed;
}

/** What is said of an exercise changes none of its points: where an explanation fails, there is none. */
export async function explainTo(
  { onChecked, isAwaited, onExplained }: Job,
  session: Session,
  results: readonly CheckResult[],
  { seed, connection, computed }: Ground,
): Promise<void> {
  const { suite } = session;
  if (onChecked === undefined || onExplained === undefined) return;
  if (!results.some(({ failure }) => failure !== undefined)) return;
  onChecked(suite.id, results);
  const diagnoses = explain(session, results, {
    repertoireOf: (name) => {
      const known = computed.repertoires.get(name) ?? openRepertoire(session, name, probingsFor(suite));
      computed.repertoires.set(name, known);
      return known;
    },
    again: () => openSession(suite, (seed + 1) % SEEDS, connection, computed.again()),
    gradientsBy: (name, caseName, wrt) => gradientsBy(session, connection, name, caseName, wrt),
    isAwaited: () => isAwaited?.(suite.id) ?? true,
  });
  onExplained(suite.id, await diagnoses.catch(() => []));
}

const SEEDS = 2 ** 32;

/** Of a recorded suite there is no reference to ask, and no solution to edit. */
function probingsFor({ id, open }: Suite): readonly Probing[] {
  if (open !== undefined) return [];
  return probings(existsSync(solutionFile(id)) ? [editsOf(id)] : []);
}
