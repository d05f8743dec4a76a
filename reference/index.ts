/** The reference: every function of an exercise, under the same name and signature, built on tfjs alone. */
export * from "./attention.js";
export * from "./recurrent.js";
