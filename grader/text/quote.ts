/** Showing text that a student's code made, without letting it pass for the grader's or command a terminal. */

/** One line without control characters, and without what a CI log would take for a command. */
export function quoteLine(line: string): string {
  const plain = line.replace(/\t/g, "  ").replace(/\p{C}/gu, "�");
  return plain
    .replace(/##(?=\w*\[)/g, "# #")
    .replace(/:(?=:)/g, ": ") // each pair, also in a longer row of them
    .slice(0, 1000);
}

/** The lines of a text, each quoted. */
export function quoteLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map(quoteLine);
}
