/** What the reader is asked, and what it answers: a line of JSON each. */
import type { Module } from "../module.js";
import type { Rules } from "../rules.js";
import type { Vetted } from "../vet.js";

export type Question =
  /** A student's file; `file` is how messages call it. */
  | { readonly do: "vet"; readonly rules: Rules; readonly file: string; readonly source: string }
  /** A file of the workbook's own. */
  | { readonly do: "read"; readonly source: string };

export type Reply =
  | { readonly is: "ready" }
  | { readonly is: "vetted"; readonly vetted: Vetted }
  | { readonly is: "read"; readonly module: Module }
  /** Nested deeper than the stack. */
  | { readonly is: "too deep" }
  | { readonly is: "failed"; readonly message: string };
