/** The reference: every function of an exercise, under the same name and signature, built on tfjs alone. */
export * from "./attention.js";
export * from "./blocks.js";
export * from "./convolution.js";
export * from "./embeddings.js";
export * from "./graph.js";
export * from "./normalization.js";
export * from "./positions.js";
export * from "./recurrent.js";
export * from "./self-attention.js";
export * from "./symmetry.js";
