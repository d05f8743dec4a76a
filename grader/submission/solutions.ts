import path from "node:path";
import { UsageError } from "../errors.js";
import type { Language } from "../language.js";
import { root } from "../store.js";
import { openSubmission, type Submission } from "./find.js";

/** The solved exercises, where this repository has them. */
export function solutionsFolder(language: Language): Submission | undefined {
  try {
    return openSubmission(path.join(root, "solutions"), language);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
