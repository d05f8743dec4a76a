/** Quoted text in a format: for each of them the one way to put it there. */
import { quoteLaidOut, quoteText, quoteWhole } from "./quote.js";

const entity = (sign: string): string => `&#${sign.codePointAt(0)};`;

/** In HTML or XML, between elements or in an attribute; lines stay lines. */
export const inMarkup = (text: string): string => quoteLaidOut(text).replace(/[&<>"']/g, entity);

/**
 * In a line of Markdown, wherever in it, and in a cell of a table: no markup, no link, nobody and no issue mentioned. What
 * GitHub looks for after it has read the signs is parted, for they do not help there.
 */
export const inMarkdown = (text: string): string =>
  quoteWhole(text)
    .trim()
    .replace(/@(?=\w)/g, "@ ")
    .replace(/#(?=\d)/g, "# ")
    .replace(/\b(GH-)(?=\d)/gi, "$1 ")
    .replace(/:(?=\/\/|[\w+-]+:)/g, ": ")
    .replace(/\b(www\.)(?=\S)/gi, "$1 ")
    .replace(/[\\`*_{}[\]<>|&#~$]|^[-+=]/g, entity)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, number: string, sign: string) => `${number}${entity(sign)}`);

/** As code in a line of Markdown; a backtick would end it, and a bar the cell of a table. */
export const asCode = (text: string): string =>
  `\`${quoteWhole(text).replaceAll("`", "'").replaceAll("|", "¦").trim() || " "}\``;

/** As a block of Markdown that leaves it as it is. */
export function fenced(text: string): string {
  const quoted = quoteText(text);
  if (quoted === "") return "";
  const longest = Math.max(2, ...[...quoted.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${quoted}\n${fence}`;
}

/** A document as JSON that loses nothing, and that can be shown in a log as it is. */
export const inJson = (document: unknown, space?: number): string =>
  JSON.stringify(document, null, space)
    .replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (sign) =>
      Array.from({ length: sign.length }, (_, i) => escaped(sign.charCodeAt(i))).join(""),
    )
    // Both can only stand within a text.
    .replace(/(?<=:):/g, escaped(":".charCodeAt(0)))
    .replace(/(?<=#)#(?=\w*\[)/g, escaped("#".charCodeAt(0)));

const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;

/** A command of the runner of GitHub Actions: what follows `::` at the beginning of a line of the log is one. */
export function workflowCommand(
  name: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number>>,
  text: string,
): string {
  const data = (value: string) => quoteWhole(value).replaceAll("%", "%25");
  const property = (value: string) => data(value).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const told = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${name} ${told.join(",")}::${data(text)}`;
}
