/** `npm run wasm`: compiles products.wat into products.wasm.ts. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import wabt from "wabt";

/** Characters of base64 in a line. */
const LINE = 110;

/** The text of products.wasm.ts. */
export async function compiledProducts(): Promise<string> {
  const source = readFileSync(path.join(import.meta.dirname, "products.wat"), "utf8");
  const module = (await wabt()).parseWat("products.wat", source, { simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString("base64");
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [
    "/** `products.wat`, compiled: `npm run wasm` writes this file anew. */",
    "export const PRODUCTS_WASM =",
    `  "${lines.join('" +\n  "')}";`,
    "",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(path.join(import.meta.dirname, "products.wasm.ts"), await compiledProducts());
}
