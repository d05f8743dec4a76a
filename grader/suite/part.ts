/** The field of an answer that a question is about. */
import type { Parcel, Wire } from "../values/wire.js";
import type { Question } from "./definition.js";

/** An object with that field alone, so that reports call it by its name; an answer that is no object stays as it is. */
export function partOf({ head, body }: Parcel<Wire>, { part }: Question): Parcel<Wire> {
  if (part === undefined || head.type !== "object") return { head, body };
  return { head: { ...head, entries: head.entries.filter(([key]) => key === part) }, body };
}
