/** The tfjs that a submission sees. */
import type * as Tf from "@tensorflow/tfjs";

/** A forbidden name was used. Its message ends in the name, which is all that the grader needs. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

/** Parts of tfjs that reach past tensors: the engine, its backends and kernels, files and the network. */
const INTERNALS =
  "engine backend removeBackend registerBackend findBackend findBackendFactory registerKernel unregisterKernel " +
  "registerGradient getKernel getGradient getKernelsForBackend copyRegisteredKernels env ENV Environment setPlatform " +
  "DataStorage KernelBackend MathBackendCPU io data browser loadGraphModel loadGraphModelSync loadLayersModel " +
  "GraphModel test_util " +
  // classes and registers behind tf.layers and tf.train
  "serialization Sequential LayersModel LayerVariable SymbolicTensor InputSpec RNN input registerCallbackConstructor " +
  "Callback CallbackList CustomCallback EarlyStopping History callbacks constraints initializers metrics models " +
  "regularizers Optimizer OptimizerConstructors SGDOptimizer MomentumOptimizer AdagradOptimizer AdadeltaOptimizer " +
  "AdamOptimizer AdamaxOptimizer RMSPropOptimizer";

/** The kernels of forbidden names: without them no detour through tfjs reaches the operation. */
const KERNELS: Readonly<Record<string, readonly string[]>> = { softmax: ["Softmax"] };

/** What a file may well say at its top; here it has nothing to do, for there is one backend and it is chosen. */
const STAND_INS = {
  setBackend: async () => true,
  enableProdMode: () => {},
  enableDebugMode: () => {},
  disableDeprecationWarnings: () => {},
  disposeVariables: () => {},
};

/**
 * A frozen copy of tfjs in which the forbidden names throw. Names that are methods of tensors as well
 * (`x.softmax()`) throw there too.
 */
export function restrict(tf: typeof Tf, forbidden: readonly string[]): object {
  const hidden = new Set([...INTERNALS.split(" "), ...forbidden]);
  const { fetch: _, ...util } = tf.util as typeof tf.util & { fetch?: unknown };
  const namespace = {};
  for (const [name, value] of Object.entries({ ...tf, ...STAND_INS, util: Object.freeze(util) })) {
    const property = hidden.has(name) ? { get: () => refuse(`tf.${name}`) } : { value };
    Object.defineProperty(namespace, name, { ...property, enumerable: true });
  }
  for (const kernel of forbidden.flatMap((name) => KERNELS[name] ?? [])) tf.unregisterKernel(kernel, tf.getBackend());
  for (const name of forbidden) {
    if (name in tf.Tensor.prototype) {
      Object.defineProperty(tf.Tensor.prototype, name, { get: () => refuse(`tf.Tensor.${name}`) });
    }
  }
  return Object.freeze(namespace);
}

function refuse(name: string): never {
  throw new RuleError(name);
}
