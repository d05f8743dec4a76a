/** What a suite imports. */
export { callable } from "../values/callables.js";
export { EXACT, EXTREME, GRADIENTS, ORDINARY, type Tolerance } from "./compare.js";
export type { Check, Suite } from "./definition.js";
export type { SeenCall } from "./demands.js";
export { expectThat } from "./expect.js";
export { close, distribution, holds, type Relation } from "./laws/relation.js";
export { op, type Term } from "./laws/term.js";
export { mask, type Random } from "./random.js";
export { suite } from "./suite.js";
export { together } from "./words.js";
