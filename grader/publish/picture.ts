/**
 * Draws what a command prints in a terminal, for the READMEs: `npx tsx grader/publish/picture.ts FILE.svg -- COMMAND…`.
 * The picture is of a real run; nothing in it is written by hand.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inMarkup } from "../text/quote-for.js";

const COLOURS: Readonly<Record<string, string>> = {
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  35: "#d2a8ff",
  36: "#79c0ff",
};
const [CHARACTER, LINE, MARGIN] = [8.4, 18, 16];

/** An SVG of text with the colours that chalk writes. */
export function drawTerminal(text: string): string {
  const lines = text.replace(/\n+$/, "").split("\n");
  const escapeXml = (part: string) => inMarkup(part).replace(/ /g, "\u00a0"); // plain spaces would fold
  const plain = lines.map(
    (line) =>
      line
        .split("\u001b[")
        .map((piece, i) => (i === 0 ? piece : piece.replace(/^\d+m/, "")))
        .join("").length,
  );
  const rows = lines.map((line, row) => {
    let style = { colour: "", bold: false, dim: false };
    const spans = line.split("\u001b[").map((piece, i) => {
      const [, code, rest = piece] = i === 0 ? [] : (/^(\d+)m([\s\S]*)$/.exec(piece) ?? []);
      if (code !== undefined) style = apply(style, code);
      const marks = [
        style.colour && `fill="${style.colour}"`,
        style.bold && 'font-weight="bold"',
        style.dim && 'opacity="0.65"',
      ]
        .filter(Boolean)
        .join(" ");
      return rest === "" ? "" : `<tspan${marks && ` ${marks}`}>${escapeXml(rest)}</tspan>`;
    });
    // Told its length, a line keeps its columns in whatever font the reader has.
    const length = Math.round((plain[row] ?? 0) * CHARACTER);
    return `<text x="${MARGIN}" y="${MARGIN + (row + 1) * LINE}" textLength="${length}">${spans.join("")}</text>`;
  });
  const width = Math.ceil(Math.max(...plain) * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN + 6;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    "<title>npm run grade</title>",
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    '<g fill="#e6edf3" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14">',
    ...rows,
    "</g></svg>",
    "",
  ].join("\n");
}

function apply(style: { colour: string; bold: boolean; dim: boolean }, code: string) {
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, dim: true };
  if (code === "22") return { ...style, bold: false, dim: false };
  return { ...style, colour: code === "39" ? "" : (COLOURS[code] ?? "") };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [file, , command = "", ...args] = process.argv.slice(2);
  if (file === undefined) throw new Error("tsx grader/publish/picture.ts FILE.svg -- COMMAND…");
  const { stdout } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, FORCE_COLOR: "1" } });
  writeFileSync(file, drawTerminal(`$ npm run grade -- 1\n${stdout}`));
}
