import { inJson } from "../../text/quote-for.js";
import type { Format } from "./format.js";

/** The grade itself, word for word; every other format is made from it. */
export const json: Format = {
  name: "json",
  write: (grade) => `${inJson(grade, 2)}\n`,
};
