/** Which tensors a call may keep: those that it returns. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, test } from "vitest";
import { connectStudent, type StudentConnection } from "../grading/student.js";
import { fromParcel, toParcel } from "../suite/trusted.js";
import { exerciseOf } from "../syllabus.js";
import { startSandbox } from "./sandbox.js";

let student: StudentConnection;
afterAll(() => student.close());

test("what a call keeps and returns is not left over; what it keeps besides is", async () => {
  student = connectStudent(
    {
      exercise: exerciseOf("1.1"),
      bundle: {
        code: `"use strict"; const tf = require("@tensorflow/tfjs");
          exports.kept = (x) => { const list = []; tf.tidy(() => { list.push(tf.keep(x.mul(2))); }); return list; };
          exports.variable = (x) => tf.variable(x);
          exports.given = (x) => tf.keep(x);
          exports.hoarded = (x) => { tf.keep(x.mul(3)); return tf.keep(x.mul(2)); };`,
        origin: () => undefined,
      },
      nameOf: () => undefined,
      parameters: {},
      exportsDefault: false,
      forbidden: [],
    },
    startSandbox,
  );
  const ask = async (name: string) => {
    const answer = await student.call(name, toParcel([tf.tensor1d([1, 2])]));
    if (answer.is === "failed") return answer.failure.text.en;
    const value = fromParcel(answer.value);
    return [value].flat().map((tensor) => [...(tensor as tf.Tensor).dataSync()]);
  };
  expect(await ask("kept")).toEqual([[2, 4]]);
  expect(await ask("kept")).toEqual([[2, 4]]);
  expect(await ask("variable")).toEqual([[1, 2]]);
  expect(await ask("given")).toEqual([[1, 2]]);
  expect(await ask("hoarded")).toMatch(/1 tensor outlives/);
  expect(await ask("kept")).toEqual([[2, 4]]);
});
