/** Kernels that the wasm backend lacks, borrowed from the cpu backend: inputs are copied there, outputs back. */
import * as tf from "@tensorflow/tfjs";

const WASM = "wasm";
const CPU = "cpu";
/** Of those it lacks, what exercises may be made of; the others are about complex numbers, pictures and ragged rows. */
const BORROWED = [tf.Einsum];

type Cpu = tf.KernelBackend & {
  readonly makeTensorInfo: (
    shape: number[],
    dtype: tf.DataType,
    values: tf.backend_util.BackendValues,
  ) => tf.TensorInfo;
};
interface Call {
  /** Einsum gets a list of tensors in their place. */
  readonly inputs: tf.NamedTensorInfoMap | tf.TensorInfo[];
  readonly attrs?: tf.NamedAttrMap;
  readonly backend: unknown;
}
type Kernel = (call: Call) => tf.TensorInfo;

/** Registers what is missing; the wasm backend must be registered. */
export function borrowKernels(): void {
  const known = new Set(tf.getKernelsForBackend(WASM).map(({ kernelName }) => kernelName));
  for (const kernelName of BORROWED.filter((name) => !known.has(name))) {
    const borrowed = borrow(tf.getKernel(kernelName, CPU).kernelFunc as unknown as Kernel);
    tf.registerKernel({ kernelName, backendName: WASM, kernelFunc: borrowed as unknown as tf.KernelFunc });
  }
}

function borrow(kernel: Kernel): Kernel {
  return ({ inputs, backend, ...rest }) => {
    const [wasm, cpu] = [backend as tf.KernelBackend, tf.engine().findBackend(CPU) as Cpu];
    const there: tf.TensorInfo[] = [];
    const copied = (info: tf.TensorInfo): tf.TensorInfo => {
      const copy = cpu.makeTensorInfo([...info.shape], info.dtype, wasm.readSync(info.dataId));
      there.push(copy);
      return copy;
    };
    const copies = Array.isArray(inputs)
      ? inputs.map(copied)
      : Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, copied(info as tf.TensorInfo)]));
    const result = kernel({ inputs: copies, backend: cpu, ...rest });
    const dataId = wasm.write(cpu.readSync(result.dataId), [...result.shape], result.dtype);
    for (const { dataId: own } of [...there, result]) cpu.disposeData(own, true);
    return { dataId, shape: result.shape, dtype: result.dtype };
  };
}
