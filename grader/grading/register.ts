/** Loaded by vitest before each suite: turns the checks of a suite into tests, with their points as metadata. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, test } from "vitest";
import { nothingComputed } from "../suite/computed.js";
import type { Session } from "../suite/definition.js";
import { type CheckResult, runCheck } from "../suite/run.js";
import { openSession } from "../suite/session.js";
import { onSuite } from "../suite/suite.js";
import { explainTo } from "./explanation.js";
import { currentJob } from "./job.js";

declare module "vitest" {
  interface TaskMeta {
    check?: CheckResult;
  }
}

tf.enableProdMode(); // no advice about faster backends

onSuite((suite) => {
  describe(suite.id, () => {
    let session: Session | undefined;
    let why: (() => Promise<void>) | undefined;
    const results: CheckResult[] = [];
    beforeAll(async () => {
      const { seed, open, computed } = currentJob();
      tf.engine().startScope();
      const connection = await open(suite.id);
      if (connection === undefined) return;
      const known = computed?.(suite.id) ?? nothingComputed();
      const opened = openSession(suite, seed, connection, known);
      session = opened;
      why = () => explainTo(currentJob(), opened, results, { seed, connection, computed: known });
    });
    afterAll(async () => {
      if (results.length === suite.checks.length) await why?.();
      tf.engine().endScope();
    });
    for (const [index, check] of suite.checks.entries()) {
      test(check.name.en, async ({ task, skip }) => {
        if (session === undefined) return skip();
        currentJob().onCheck(suite.id, index + 1, suite.checks.length);
        const result = await runCheck(check, session);
        task.meta.check = result;
        results.push(result);
        if (result.failure !== undefined) throw new Error(result.failure.text.en);
      });
    }
  });
});
