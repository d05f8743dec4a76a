import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findFile, openSubmission } from "./find.js";
import { misnamedIn } from "./misnamed.js";

const [UNIT_1, UNIT_4, UNIT_5] = ["01-recurrent-attention", "04-heads-and-masks", "05-transformer"] as const;

describe("a file that is not there is found under another name", () => {
  test.each([
    "01-stable-softmax (1).ts",
    "01-stable-softmax(2).ts",
    "01-stable-softmax_final.ts",
    "01-stable-softmax-final-2.ts",
    "01-stable-softmax - Copy.ts",
    "Copia de 01-stable-softmax.ts",
    "stable-softmax.ts",
    "1-stable-softmax.ts",
    "01_stable_softmax.ts",
    "01-Stable-Softmax.ts",
    "01-stable-sofmax.ts",
    "stableSoftmax.ts",
    "01-stable-softmax.js",
    "01-stable-softmax.ts.txt",
    "01-stable-softmax.ts (1)",
  ])("%s", (name) => {
    expect([...misnamedIn(UNIT_1, [name, "02-bidirectional-rnn.ts", "README.md"])]).toEqual([
      ["01-stable-softmax.ts", name],
    ]);
  });

  test.each([
    ["one that is there", UNIT_1, ["01-stable-softmax.ts", "01-stable-softmax (1).ts"]],
    ["other code", UNIT_1, ["helper.ts", "99-other.ts", "index.ts", "soft.ts"]],
    ["what is no code", UNIT_1, ["01-stable-softmax.md", "01-stable-softmax.png", "stable-softmax"]],
    ["names without end", UNIT_1, [`01-stable-softmax${" ".repeat(200)}.ts`]],
    ["a part of a word", UNIT_4, ["unmasked-by-accident.ts", "masksonry-of-all.ts"]],
    ["a folder that is no unit", "elsewhere", ["01-stable-softmax (1).ts"]],
  ])("but not for %s", (_, folder, names) => {
    expect([...misnamedIn(folder, names)]).toEqual([]);
  });

  test("each is meant for one exercise: the longest name that is in it", () => {
    const third = "03-self-attention-gradient (1).ts";
    expect([...misnamedIn(UNIT_5, [third])]).toEqual([["03-self-attention-gradient.ts", third]]);
    expect([...misnamedIn(UNIT_5, [third, "03-self-attention-gradient.ts"])]).toEqual([]);
    expect([...misnamedIn(UNIT_5, ["02-attention-gradient_final.ts"])]).toEqual([
      ["02-attention-gradient.ts", "02-attention-gradient_final.ts"],
    ]);
  });

  test("a name that holds the exercise's comes before one that looks like it, and the first of several is named", () => {
    const names = ["01-stable-sofmax.ts", "01-stable-softmax (2).ts", "01-stable-softmax (1).ts"];
    expect(misnamedIn(UNIT_1, names).get("01-stable-softmax.ts")).toBe("01-stable-softmax (1).ts");
  });
});

describe("what a grade says of it", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-misnamed-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const unit = path.join(folder, "exercises", UNIT_1);
  mkdirSync(unit, { recursive: true });
  const missing = (id: string) => {
    const found = findFile(openSubmission(folder, "en"), id);
    return found.is === "missing" ? found.text : undefined;
  };

  test("names it, fit to be printed", () => {
    writeFileSync(path.join(unit, "03-gru-cell (1).ts"), "");
    writeFileSync(path.join(unit, "01-stable-softmax\u001b[31m.ts"), "");
    expect(missing("1.3")).toEqual({
      en: `there is no file exercises/${UNIT_1}/03-gru-cell.ts; is exercises/${UNIT_1}/03-gru-cell (1).ts the one? Rename it`,
      es: `no existe el archivo exercises/${UNIT_1}/03-gru-cell.ts; ¿será exercises/${UNIT_1}/03-gru-cell (1).ts? Cámbiale el nombre`,
    });
    expect(missing("1.1")?.en).toContain("01-stable-softmax�[31m.ts the one?");
    expect(missing("2.1")?.en).toBe("there is no file exercises/02-self-attention/01-scaled-dot-product-attention.ts");
  });
});
