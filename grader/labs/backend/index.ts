/** The backends that labs train on. */
import * as tf from "@tensorflow/tfjs";
import { useWasm } from "./wasm.js";

export const BACKENDS = ["wasm", "cpu"] as const;
export type Backend = (typeof BACKENDS)[number];

export async function useBackend(backend: Backend): Promise<void> {
  tf.enableProdMode(); // without the checks and advice that cost time in each operation
  if (backend === "wasm") await useWasm();
  else await tf.setBackend(backend);
}
