/** Running the checks of a suite against a connection. */

import * as tf from "@tensorflow/tfjs";
import type { Text } from "../language.js";
import type { Computed } from "./computed.js";
import type { Connection } from "./connection.js";
import type { Check, Session, Suite } from "./definition.js";
import { CheckFailure, type Failure } from "./failure.js";
import { openSession } from "./session.js";

export interface CheckResult {
  readonly name: Text;
  /** The function that the check is about. */
  readonly about: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly failure?: Failure;
  /** What is worth knowing although it passed. */
  readonly remarks?: readonly Text[];
}

/** Runs one check; the tensors that it makes are freed. Errors that are no CheckFailure are the grader's and pass through. */
export async function runCheck(check: Check, session: Session): Promise<CheckResult> {
  const { name, about, points } = check;
  tf.engine().startScope();
  try {
    const remarks = await check.run(session);
    return { name, about, points, maxPoints: points, ...(remarks.length > 0 && { remarks }) };
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    return { name, about: error.failure.about ?? about, points: 0, maxPoints: points, failure: error.failure };
  } finally {
    tf.engine().endScope();
  }
}

/**
 * Runs all checks of a suite, in order.
 *
 * @param computed what runs of the same suite and seed may share
 */
export async function runSuite(
  suite: Suite,
  seed: number,
  connection: Connection,
  computed?: Computed,
): Promise<CheckResult[]> {
  tf.engine().startScope();
  try {
    const session = openSession(suite, seed, connection, computed);
    const results: CheckResult[] = [];
    for (const check of suite.checks) results.push(await runCheck(check, session));
    return results;
  } finally {
    tf.engine().endScope();
  }
}
