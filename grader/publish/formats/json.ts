import type { Format } from "./format.js";

/** The grade itself; every other format is made from it. */
export const json: Format = {
  name: "json",
  write: (grade) => `${JSON.stringify(grade, null, 2)}\n`,
};
