import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseReply } from "../sandbox/schema.js";
import { fromParcel, toParcel } from "../suite/trusted.js";
import { TooLarge } from "./codec.js";
import { announced, frame, PREFIX, parseHead } from "./frame.js";
import { LIMITS } from "./wire.js";

/** Anything that an exercise may take or return, but for tensors. */
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: "binary" }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

test("values survive being written down, framed and read again", () => {
  fc.assert(
    fc.property(value, (original) => {
      const parcel = toParcel(original);
      const bytes = frame(parcel);
      const { head, body } = announced(bytes);
      expect(bytes.length).toBe(PREFIX + head + body);
      const again = {
        head: parseHead(bytes.subarray(PREFIX, PREFIX + head)) as typeof parcel.head,
        body: bytes.slice(PREFIX + head),
      };
      expect(fromParcel(again)).toEqual(original);
    }),
  );
});

test("tensors survive with their numbers, shape and dtype", () => {
  const float = tf.tensor([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-40], [2, 2]);
  const others = {
    int: tf.tensor([1, -2], [2], "int32"),
    mask: tf.tensor([true, false], [1, 2], "bool"),
    empty: tf.zeros([0, 3]),
  };
  const [again, rest] = fromParcel(toParcel([float, others])) as [tf.Tensor, typeof others];
  expect([...again.dataSync()]).toEqual([...float.dataSync()]);
  expect(again.shape).toEqual([2, 2]);
  expect([rest.int.dtype, rest.mask.dtype, rest.empty.shape]).toEqual(["int32", "bool", [0, 3]]);
  expect([...rest.mask.dataSync()]).toEqual([1, 0]);
});

test("a tensor that is met twice is one, and equal tensors stay two", () => {
  const a = tf.tensor1d([1, 2]);
  const b = tf.tensor1d([1, 2]);
  const none = tf.zeros([0]);
  const { head, body } = toParcel({ tied: [a, a], other: b, none, last: none.clone() });
  const again = fromParcel({ head, body }) as { tied: tf.Tensor[]; other: tf.Tensor; none: tf.Tensor; last: tf.Tensor };
  expect(again.tied[1]).toBe(again.tied[0]);
  expect(again.other).not.toBe(again.tied[0]);
  expect(again.none).not.toBe(again.last);
  expect(body.length).toBe(16);
});

test.each([
  ["a list that is too long", Array.from({ length: LIMITS.nodes + 1 }, () => "x")],
  ["a text that is too long", "x".repeat(LIMITS.text + 1)],
  ["a nesting that is too deep", Array.from({ length: LIMITS.depth + 2 }).reduce((inner: unknown) => [inner], [])],
])("refuses %s", (_, large) => {
  expect(() => toParcel(large)).toThrow(TooLarge);
});

test("reads each property once, so that getters cannot answer twice", () => {
  let reads = 0;
  const shifty = {
    get x() {
      return reads++;
    },
  };
  expect(fromParcel(toParcel(shifty))).toEqual({ x: 0 });
  expect(reads).toBe(1);
});

test.each([
  ["no reply at all", { hello: 1 }],
  [
    "a number outside the body",
    { is: "answer", value: { type: "number", at: 8 }, spoiled: [], leaked: 0, printed: "" },
  ],
  [
    "a tensor larger than the body",
    {
      is: "answer",
      value: { type: "tensor", shape: [9], dtype: "float32", at: 0 },
      spoiled: [],
      leaked: 0,
      printed: "",
    },
  ],
  [
    "a negative side",
    {
      is: "answer",
      value: { type: "tensor", shape: [-1], dtype: "float32", at: 0 },
      spoiled: [],
      leaked: 0,
      printed: "",
    },
  ],
  ["keys that no reply has", { is: "ready", points: 5 }],
])("a reply is refused: %s", (_, head) => {
  expect(() => parseReply(head, new Uint8Array(8))).toThrow();
});

test("functions and symbols are named, not written", () => {
  expect(toParcel(() => 1).head).toEqual({ type: "other", what: "function" });
  expect(toParcel(new Date(0)).head).toEqual({ type: "other", what: "Date" });
});
