/** What a reply of a sandbox must look like before anything in it is believed. */
import * as v from "valibot";
import { bytesOf, LIMITS, partsOf, type Wire } from "../values/wire.js";
import type { Reply } from "./messages.js";

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.string();

const wire: v.GenericSchema<Wire> = v.lazy(() =>
  v.variant("type", [
    v.strictObject({
      type: v.literal("tensor"),
      shape: v.pipe(v.array(natural), v.maxLength(LIMITS.rank)),
      dtype: v.picklist(["float32", "int32", "bool"]),
      at: natural,
    }),
    v.strictObject({ type: v.literal("numbers"), length: natural, at: natural }),
    v.strictObject({ type: v.literal("number"), at: natural }),
    v.strictObject({ type: v.literal("boolean"), value: v.boolean() }),
    v.strictObject({ type: v.literal("string"), value: text }),
    v.strictObject({ type: v.literal("undefined") }),
    v.strictObject({ type: v.literal("null") }),
    v.strictObject({ type: v.literal("array"), items: v.array(wire) }),
    v.strictObject({ type: v.literal("object"), entries: v.array(v.tuple([text, wire])) }),
    v.strictObject({ type: v.literal("map"), entries: v.array(v.tuple([wire, wire])) }),
    v.strictObject({ type: v.literal("disposed") }),
    v.strictObject({ type: v.literal("other"), what: text }),
  ]),
);

const printed = text;
const reply: v.GenericSchema<Reply> = v.variant("is", [
  v.strictObject({ is: v.literal("ready") }),
  v.strictObject({ is: v.literal("loaded"), exports: v.array(text), printed }),
  v.strictObject({
    is: v.literal("answer"),
    value: wire,
    spoiled: v.array(v.strictObject({ argument: natural, how: v.picklist(["disposed", "changed"]) })),
    leaked: natural,
    left: v.pipe(v.number(), v.safeInteger()),
    largest: natural,
    calls: v.array(v.strictObject({ callable: natural, args: wire, start: natural })),
    printed,
  }),
  v.strictObject({
    is: v.literal("threw"),
    error: v.strictObject({
      name: text,
      message: text,
      stack: text,
      isError: v.boolean(),
      isRangeError: v.boolean(),
      isRule: v.boolean(),
    }),
    printed,
  }),
  v.strictObject({ is: v.literal("too large"), what: text, printed }),
  v.strictObject({ is: v.literal("no function"), printed }),
]);

/**
 * The reply in a head and its body.
 *
 * @throws v.ValiError or RangeError when it is none, or points outside its body
 */
export function parseReply(head: unknown, body: Uint8Array): Reply {
  const parsed = v.parse(reply, head);
  if (parsed.is === "answer") {
    checkBounds(parsed.value, body.length);
    for (const { args, start } of parsed.calls) checkBounds(args, body.length - start);
  }
  return parsed;
}

function checkBounds(node: Wire, size: number): void {
  if ("at" in node && !(node.at % 8 === 0 && node.at + bytesOf(node) <= size)) {
    throw new RangeError(`a ${node.type} at byte ${node.at} of ${size}`);
  }
  for (const part of partsOf(node)) checkBounds(part, size);
}
