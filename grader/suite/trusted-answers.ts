/** What trusted functions answer: the reference's, and those of the known mistakes. */
import * as tf from "@tensorflow/tfjs";
import { gradients } from "../values/gradients.js";
import type { Parcel, Wire } from "../values/wire.js";
import type { Session, Suite } from "./definition.js";
import { toParcel } from "./trusted.js";

export function reference(suite: Suite, name: string): (...args: never[]) => unknown {
  const f = suite.functions[name];
  if (f === undefined) throw new Error(`suite ${suite.id} has no function ${name}`);
  return f;
}

/** The parcel, and none of the tensors that were made for it. */
export function tidied(f: () => Parcel<Wire>): Parcel<Wire> {
  tf.engine().startScope();
  try {
    return f();
  } finally {
    tf.engine().endScope();
  }
}

/** What `f` returns, as a parcel, or nothing when it throws. */
export function attempt(f: () => Parcel<Wire>): Parcel<Wire> | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** The gradients of a trusted function on a case. */
export function trustedGradients(
  f: (...args: never[]) => unknown,
  session: Pick<Session, "argsOf" | "gradientQuestion">,
  name: string,
  caseName: string,
): Parcel<Wire> {
  const { wrt, upstream } = session.gradientQuestion(name, caseName);
  return toParcel(gradients(f as never, session.argsOf(name, caseName), wrt, upstream));
}

export function mapTensors(tree: unknown, change: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (tree instanceof tf.Tensor) return tree.dtype === "float32" ? change(tree) : undefined;
  if (Array.isArray(tree)) return tree.map((item) => mapTensors(item, change));
  if (typeof tree !== "object" || tree === null) return undefined;
  return Object.fromEntries(Object.entries(tree).map(([key, inner]) => [key, mapTensors(inner, change)]));
}
