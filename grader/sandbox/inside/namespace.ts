/** The tfjs that a submission sees. */
import type * as Tf from "@tensorflow/tfjs";
import { ALLOWED } from "./allowed.js";

/** A forbidden name was used. Its message ends in the name, which is all that the grader needs. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

Object.freeze(RuleError);
Object.freeze(RuleError.prototype);

/** The kernels of forbidden names: without them no detour through tfjs reaches the operation. */
const KERNELS: Readonly<Record<string, readonly string[]>> = { softmax: ["Softmax"] };

/** What a file may well say at its top; here it has nothing to do, for there is one backend and it is chosen. */
const STAND_INS = {
  setBackend: async () => true,
  ready: async () => {},
  enableProdMode: () => {},
  enableDebugMode: () => {},
  disableDeprecationWarnings: () => {},
  disposeVariables: () => {},
};

/**
 * A frozen namespace with what exercises may use of tfjs, less the forbidden names: these and all that tfjs has
 * besides throw. Names that are methods of tensors as well (`x.softmax()`) throw there too.
 *
 * @param forbidden names of tfjs, also of its parts: "softmax", "linalg.bandPart"
 */
export function restrict(tf: typeof Tf, forbidden: readonly string[]): object {
  for (const kernel of forbidden.flatMap((name) => KERNELS[name] ?? [])) tf.unregisterKernel(kernel, tf.getBackend());
  for (const name of forbidden) {
    if (name in tf.Tensor.prototype) {
      Object.defineProperty(tf.Tensor.prototype, name, { get: () => refuse(`tf.Tensor.${name}`) });
    }
  }
  const hidden = new Set(forbidden);
  const parts = Object.entries(ALLOWED.parts).map(([name, names]) => {
    const source = (tf as unknown as Readonly<Record<string, object>>)[name] ?? {};
    return [name, select(source, new Set(names), `${name}.`, hidden)] as const;
  });
  const own = Object.fromEntries([...Object.entries(STAND_INS), ...parts]);
  return select({ ...tf, ...own }, new Set([...ALLOWED.names, ...Object.keys(own)]), "", hidden);
}

/** A frozen copy of what is allowed and not hidden; the other names throw. */
function select(
  source: object,
  allowed: ReadonlySet<string>,
  prefix: string,
  hidden: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const copy = {};
  for (const [name, value] of Object.entries(source)) {
    if (allowed.has(name) && !hidden.has(prefix + name)) {
      Object.defineProperty(copy, name, { value: frozen(value), enumerable: true });
    } else {
      Object.defineProperty(copy, name, { get: () => refuse(`tf.${prefix}${name}`) }); // spreading it refuses nothing
    }
  }
  return Object.freeze(copy);
}

/** Functions and classes of tfjs stay as they are for whoever else calls them: tfjs itself, and the grader. */
function frozen(value: unknown): unknown {
  if (typeof value === "function") Object.freeze(value.prototype);
  return Object.freeze(value);
}

function refuse(name: string): never {
  throw new RuleError(name);
}
