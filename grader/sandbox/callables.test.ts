/** Functions among the arguments: they cross by name and data, and the sandbox tells how they were called. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, expect, test } from "vitest";
import { connectStudent, type StudentConnection } from "../grading/student.js";
import { connectInProcess } from "../suite/in-process.js";
import { fromParcel, toParcel } from "../suite/trusted.js";
import { exerciseOf } from "../syllabus.js";
import { callable, make } from "../values/callables.js";
import { startSandbox } from "./sandbox.js";

const opened: StudentConnection[] = [];
afterAll(() => {
  for (const connection of opened) connection.close();
});

/** The functions of some code, behind a sandbox. */
function connect(code: string): StudentConnection {
  const connection = connectStudent(
    {
      exercise: exerciseOf("1.1"),
      bundle: { code: `"use strict"; const tf = require("@tensorflow/tfjs"); ${code}`, origin: () => undefined },
      nameOf: () => undefined,
      parameters: {},
      exportsDefault: false,
      forbidden: [],
    },
    startSandbox,
  );
  opened.push(connection);
  return connection;
}

const x = tf.tensor2d([
  [1, 2],
  [3, 5],
  [-1, 4],
]);
const layer = callable("linear", {
  w: tf.tensor2d([
    [1, 2],
    [3, 4],
  ]),
  b: tf.tensor1d([10, 20]),
});

test("a callable computes the same on both sides, and its calls are told with their arguments", async () => {
  const twice = { f: (y: tf.Tensor, f: (y: tf.Tensor) => tf.Tensor) => f(f(y).mul(2)) };
  const student = connect("exports.f = (x, f) => f(f(x).mul(2));");
  const [there, here] = [
    await student.call("f", toParcel([x, layer])),
    await connectInProcess(twice).call("f", toParcel([x, layer])),
  ];
  if (there.is !== "answer" || here.is !== "answer") throw new Error("no answer");
  expect((fromParcel(there.value) as tf.Tensor).arraySync()).toEqual((twice.f(x, layer) as tf.Tensor).arraySync());
  const read = (answer: typeof there) =>
    answer.calls.map(({ callable: place, args }) => [place, (fromParcel(args) as [tf.Tensor])[0].arraySync()]);
  expect(read(there)).toEqual([
    [0, x.arraySync()],
    [0, layer(x).mul(2).arraySync()],
  ]);
  expect(read(here)).toEqual(read(there));
});

test("callables are counted by their place among the arguments, in objects as well", async () => {
  const student = connect("exports.f = (a, { b }, list) => { b(a(list[0])); b(list[0]); return 1; };");
  const answer = await student.call("f", toParcel([layer, { b: callable("zeros") }, [x]]));
  expect(answer.is === "answer" && answer.calls.map(({ callable: place }) => place)).toEqual([0, 1, 1]);
});

test("nothing that a submission does to a callable is noticed, and its own functions cannot leave", async () => {
  const student = connect(`
    exports.f = (f, x) => { try { f.calls = 7; } catch {} try { Object.setPrototypeOf(f, null); } catch {} return x; };
    exports.back = (f) => f;
    exports.own = () => () => 1;
  `);
  expect(await student.call("f", toParcel([layer, x]))).toMatchObject({ is: "answer", calls: [] });
  for (const name of ["back", "own"]) {
    const answer = await student.call(name, toParcel([layer]));
    expect(answer.is === "answer" && answer.value.head).toEqual({ type: "other", what: "function" });
  }
});

test("arguments of calls that cannot be read, and calls without end, have a limit", async () => {
  const student = connect(`
    exports.odd = (f, x) => { try { f(new Proxy(x, { getPrototypeOf() { throw new Error("no"); } })); } catch {} return x; };
    exports.many = (f, x) => { for (let i = 0; i < 10001; i++) f(x); return 1; };
  `);
  const zeros = callable("zeros");
  const odd = await student.call("odd", toParcel([zeros, x]));
  expect(odd.is === "failed" && odd.failure.text.en).toContain("arguments that cannot be read");
  const many = await student.call("many", toParcel([zeros, x]));
  expect(many.is === "failed" && many.failure.text.en).toContain("more than 10000 calls of a function");
});

test("gradients flow through a callable", async () => {
  const student = connect("exports.f = (x, f) => x.add(f(x));");
  const upstream = tf.onesLike(x);
  const answer = await student.gradients("f", toParcel([[x, layer], upstream]), [[0]]);
  if (answer.is !== "answer") throw new Error(answer.failure.text.en);
  const [gradient] = fromParcel(answer.value) as [tf.Tensor];
  expect(gradient.arraySync()).toEqual([
    [4, 8],
    [4, 8],
    [4, 8],
  ]);
});

test("inputs that a gradient spoils are noticed", async () => {
  const student = connect("exports.f = (x) => { const y = x.square(); x.dispose(); return y; };");
  const answer = await student.gradients("f", toParcel([[x], tf.onesLike(x)]), [[0]]);
  expect(answer.is === "failed" && answer.failure.text.en).toContain("was disposed of");
});

test("there are no callables but those of the list", () => {
  expect(() => make("constructor", {})).toThrow(RangeError);
  expect(() => toParcel([() => 1])).not.toThrow();
  expect(toParcel([() => 1]).head).toEqual({ type: "array", items: [{ type: "other", what: "function" }] });
});
