/** What became of the arguments of a call: inputs belong to the caller. */
import { encode, type Realm } from "../../values/codec.js";
import { bytesOf, partsOf, type Wire } from "../../values/wire.js";
import type { Spoiled } from "../messages.js";
import type { Capabilities } from "./capabilities.js";
import type { Input } from "./realm.js";

/** The tensors of one argument. */
export type Inputs = readonly Input[];

/**
 * Which arguments differ from what was sent: arrays and objects by writing them down again, tensors by their data,
 * which no change of the tensor object can hide.
 */
export function compareArguments(
  sent: Wire,
  body: Uint8Array,
  args: readonly unknown[],
  inputs: readonly Inputs[],
  realm: Realm,
  memory: Capabilities["memory"],
): Spoiled[] {
  const before = sent.type === "array" ? sent.items : [];
  const now = encode(args, realm);
  const after = now.head.type === "array" ? now.head.items : [];
  const spoiled: Spoiled[] = [];
  // A list of numbers alone is written in one piece; plain numbers cannot be changed by whoever gets them.
  for (let i = 0; i < before.length; i++) {
    const [was, is] = [before[i] as Wire, after[i]];
    const fate = inputs[i]?.map((input) => fateOf(input, memory)).find((one) => one !== undefined);
    if (fate !== undefined) {
      spoiled.push({ argument: i, how: fate });
      continue;
    }
    if (is === undefined || !sameWire(was, body, is, now.body)) {
      const how = is !== undefined && JSON.stringify(is).includes('"disposed"') ? "disposed" : "changed";
      spoiled.push({ argument: i, how });
    }
  }
  return spoiled;
}

/** What became of an input tensor, if anything did. */
function fateOf({ dataId, wasDisposed, values }: Input, memory: Capabilities["memory"]): Spoiled["how"] | undefined {
  const now = (WeakMap.prototype.get.call(memory, dataId) as { values: ArrayLike<number> } | undefined)?.values;
  if (wasDisposed() || now === undefined) return "disposed";
  for (let i = 0; i < values.length; i++) if (!Object.is(now[i], values[i])) return "changed";
  return undefined;
}

function sameWire(a: Wire, bodyA: Uint8Array, b: Wire, bodyB: Uint8Array): boolean {
  const place = /"at":\d+/g;
  if (JSON.stringify(a).replace(place, "") !== JSON.stringify(b).replace(place, "")) return false;
  const spans = (node: Wire): { at: number; bytes: number }[] => [
    ...("at" in node ? [{ at: node.at, bytes: bytesOf(node) }] : []),
    ...partsOf(node).flatMap(spans),
  ];
  const [spansA, spansB] = [spans(a), spans(b)];
  return spansA.every(({ at, bytes }, i) => {
    const other = spansB[i]?.at ?? 0;
    for (let offset = 0; offset < bytes; offset++) {
      if (bodyA[at + offset] !== bodyB[other + offset]) return false;
    }
    return true;
  });
}
