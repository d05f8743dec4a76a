/** What a suite imports. */
export { EXTREME, GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
export type { Suite } from "./definition.js";
export type { Random } from "./random.js";
export { suite } from "./suite.js";
export { expectClose, expectThat, farthest } from "./words.js";
