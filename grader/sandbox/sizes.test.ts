/** How large the tensors of a call are: the sandbox and the self-test tell the same. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, test } from "vitest";
import { connectStudent, type StudentConnection } from "../grading/student.js";
import { connectInProcess } from "../suite/in-process.js";
import { toParcel } from "../suite/trusted.js";
import { exerciseOf } from "../syllabus.js";
import { startSandbox } from "./sandbox.js";

let student: StudentConnection;
afterAll(() => student.close());

const x = tf.tensor2d([[1], [2], [3], [4], [5]]); // [5, 1]

test("the largest tensor of a call counts, also one that is gone", async () => {
  student = connectStudent(
    {
      exercise: exerciseOf("1.1"),
      bundle: {
        code: `"use strict"; const tf = require("@tensorflow/tfjs");
          exports.none = () => 1;
          exports.outer = (x) => { const y = tf.matMul(x, x, false, true); const sum = y.sum(); y.dispose(); return sum; };
          exports.tidied = (x) => tf.tidy(() => tf.tile(x, [1, 6]).sum());
          exports.hidden = (x) => {
            const y = tf.matMul(x, x, false, true);
            for (const name of ["size", "shape"]) try { Object.defineProperty(y, name, { value: 0 }); } catch {}
            y.dispose();
            return x.sum();
          };`,
        origin: () => undefined,
      },
      nameOf: () => undefined,
      parameters: {},
      exportsDefault: false,
      forbidden: [],
    },
    startSandbox,
  );
  const largest = async (name: string) => {
    const answer = await student.call(name, toParcel([x]));
    return answer.is === "answer" ? answer.largest : answer.failure.text.en;
  };
  expect(await largest("none")).toBe(5); // what it was given
  expect(await largest("outer")).toBe(25);
  expect(await largest("tidied")).toBe(30);
  expect(await largest("hidden")).toBe(25);
  expect(await largest("none")).toBe(5); // nothing stays from the call before
});

test("the self-test counts alike", async () => {
  const functions = { none: () => 1, outer: (y: tf.Tensor) => tf.matMul(y, y, false, true).sum() };
  const largest = async (name: string) => {
    const answer = await connectInProcess(functions).call(name, toParcel([x]));
    return answer.is === "answer" && answer.largest;
  };
  expect([await largest("outer"), await largest("none")]).toEqual([25, 5]);
});
