/** Showing text that a student's code made, without letting it pass for the grader's or command a terminal. */

/** Lines without control characters, and without what a CI log would take for a command. */
export function quoteLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.replace(/\t/g, "  ").replace(/\p{C}/gu, "�").replaceAll("##[", "# #[").slice(0, 500));
}
