import { expect, it } from "vitest";
import { bundle } from "./bundle.js";

const FILE = "exercises/01-recurrent-attention/01-stable-softmax.ts";

/** The code of an exercise that consists of this source, and where its first `throw` comes from. */
async function made(source: string) {
  const bundled = await bundle("1.1", new Map([["1.1", { file: FILE, source }]]), "");
  if (bundled.is === "broken") throw new Error(bundled.text.en);
  const { code, origin } = bundled.bundle;
  const lines = code.split("\n");
  const line = lines.findIndex((text) => text.includes("throw new Error(")) + 1;
  return { code, place: origin(line, (lines[line - 1]?.indexOf("throw") ?? 0) + 1) };
}

const thrown = "export function stableSoftmax(): never {\n  throw new Error('x');\n}\n";
const elsewhere = JSON.stringify({ version: 3, sources: ["/etc/passwd"], names: [], mappings: "AAAA;AAAA;AAAA;AAAA" });
const maps = [
  "file:///etc/passwd",
  "file:///nowhere",
  "/etc/passwd",
  `data:application/json,${encodeURIComponent(elsewhere)}`,
  `data:application/json;base64,${Buffer.from(elsewhere).toString("base64")}`,
];

it.each(
  maps.flatMap((url) => [
    `//# sourceMappingURL=${url}`,
    `//@ sourceMappingURL=${url}`,
    `/*# sourceMappingURL=${url} */`,
    `/*@ sourceMappingURL=${url} */`,
  ]),
)("neither reads nor believes the map that %s names", async (comment) => {
  for (const source of [`${thrown}${comment}`, `${thrown}${comment}\n`, `${comment}\n${thrown}`]) {
    const lines = source.startsWith(comment) ? 1 : 0;
    expect((await made(source)).place).toEqual({ file: "exercise:1.1", line: 2 + lines, column: 3 });
  }
});

it("leaves no comment that an engine takes for a direction", async () => {
  const { code } = await made(`${thrown}//# sourceURL=other@license\n/*! kept */\n//# sourceMappingURL=x@preserve\n`);
  expect(code).not.toMatch(/sourceURL|sourceMappingURL|kept/);
});
