import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../store.js";
import { newKey, seal, unseal } from "./sealed.js";

const sources = new Map([["reference/index.ts", "export const secret = 'softmax';\n".repeat(50)]]);

test("sealed sources come back with the key, and their text is nowhere in the file", () => {
  const key = newKey();
  const file = seal(sources, key);
  expect([...unseal(file, key)]).toEqual([...sources]);
  expect(file.toString("latin1")).not.toMatch(/secret|softmax|reference/);
  expect(seal(sources, key).equals(file)).toBe(false); // other salt, other nonce
});

test("another key does not open them, nor does the key a changed file", () => {
  const key = newKey();
  const file = seal(sources, key);
  expect(() => unseal(file, newKey())).toThrow(/another key/);
  for (const place of [0, 20, 40, 55, 70, file.length - 1]) {
    const changed = Buffer.from(file);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect(() => unseal(changed, key), `byte ${place}`).toThrow();
  }
  expect(() => unseal(file.subarray(0, 60), key)).toThrow();
});

test("the key leaves the environment at once, so that no child inherits it", () => {
  const program = `
    import { givenKey } from ${JSON.stringify(path.join(root, "grader/grading/sealed.ts"))};
    import { execFileSync } from "node:child_process";
    const child = execFileSync(process.execPath, ["-p", "process.env.WORKBOOK_KEY"]).toString().trim();
    console.log(JSON.stringify([givenKey(), process.env.WORKBOOK_KEY ?? "gone", child]));`;
  const said = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: root,
    env: { ...process.env, WORKBOOK_KEY: "a key of some length" },
  });
  expect(JSON.parse(String(said))).toEqual(["a key of some length", "gone", "undefined"]);
});
