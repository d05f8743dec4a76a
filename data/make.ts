/** `npm run data`: writes the files of the data sets again, from their seeds. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFiles } from "./files.js";

const files = makeFiles();
for (const [name, lines] of files) {
  const file = path.join(import.meta.dirname, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join("\n")}\n`);
}
console.log(`${files.size} files of data`);
