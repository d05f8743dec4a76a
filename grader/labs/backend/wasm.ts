/** The backend that labs train on. */
import * as tf from "@tensorflow/tfjs";
import { borrowKernels } from "./borrowed.js";
import { registerKernels } from "./kernels.js";

/**
 * Makes wasm the backend of tfjs, with our kernels in place of its slow and missing ones.
 *
 * @throws Error where WebAssembly cannot be had
 */
export async function useWasm(): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs cannot start its wasm backend on this machine");
  registerKernels();
  borrowKernels();
}
