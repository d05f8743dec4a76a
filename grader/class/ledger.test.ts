import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import * as v from "valibot";
import { afterAll, expect, test } from "vitest";
import { openLedger } from "./ledger.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schema = v.object({ id: v.string(), text: v.string() });
let files = 0;
const newFile = () => path.join(folder, `${files++}.jsonl`);
const entriesOf = (file: string) => {
  const ledger = openLedger(file, schema);
  const entries = [...ledger.entries()].map(({ entry }) => entry);
  ledger.close();
  return entries;
};

test("what was appended is there again, and is found by its place", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.string(), text: fc.string({ unit: "binary", maxLength: 2000 }) })),
      (entries) => {
        const file = newFile();
        const ledger = openLedger(file, schema);
        const places = entries.map((entry) => ledger.append(entry));
        expect(places.map((place) => ledger.read(place))).toEqual(entries);
        ledger.close();
        const again = openLedger(file, schema);
        const read = [...again.entries()];
        expect(read.map(({ entry }) => entry)).toEqual(entries);
        expect(read.map(({ place }) => place)).toEqual(places);
        again.close();
      },
    ),
  );
});

test("an interruption at any byte costs the line that was being written, and nothing else", () => {
  const file = newFile();
  const ledger = openLedger(file, schema);
  const entries = ["a", "b", "c"].map((id) => ({ id, text: `${id}\n·\u{1f600}` }));
  for (const entry of entries) ledger.append(entry);
  ledger.close();
  const whole = readFileSync(file);
  for (let length = 0; length <= whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    const left = whole.subarray(0, length).toString("latin1").split("\n").length - 1;
    expect(entriesOf(file)).toEqual(entries.slice(0, left));
    const next = openLedger(file, schema);
    next.append({ id: "next", text: "" });
    next.close();
    expect(entriesOf(file)).toEqual([...entries.slice(0, left), { id: "next", text: "" }]);
  }
});

test("lines longer than what is read at once are whole", () => {
  const file = newFile();
  const ledger = openLedger(file, schema);
  const entries = [3_000_000, 10, 1_048_576].map((length, i) => ({ id: String(i), text: "x".repeat(length) }));
  for (const entry of entries) ledger.append(entry);
  ledger.close();
  expect(entriesOf(file)).toEqual(entries);
});

test("a damaged line is named", () => {
  const file = newFile();
  appendFileSync(file, '{"id":"a","text":"b"}\n{"id":1}\n');
  expect(() => entriesOf(file)).toThrow(/jsonl, line 2: .* Remove the line/);
});
