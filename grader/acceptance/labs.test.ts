/** The labs from the command line: training, stopping, going on, what is shown at the end. */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Metric, Report } from "../labs/report/report.js";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";
import { run } from "./run.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-labs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportIn = (out: string, lab: string): Report =>
  JSON.parse(readFileSync(path.join(out, lab, "report.json"), "utf8")) as Report;
const lossesOf = (report: Report): number[] =>
  report.curves.find(({ id }) => id === "loss")?.lines[0]?.points.map(([, loss]) => loss) ?? [];
const figureOf = (report: Report, id: string): number =>
  (report.metrics.find((metric) => metric.id === id) as Metric).value;
const train = (words: readonly string[], out: string) => run(["train", ...words, "--out", out]);
/** As much as is needed to see that everything is there. */
const FEW = ["--sentences", "12"];

test("a minute of reverse: the loss falls, and whole sequences come out right", async () => {
  const out = path.join(folder, "smoke");
  const { code, stdout, stderr } = await train(["reverse", "--solutions", "--steps", "500"], out);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain("500/500");
  const report = reportIn(out, "reverse");
  const losses = lossesOf(report);
  expect(losses.length).toBe(500);
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(0.8); // the floor of label smoothing is near 0.55
  expect(figureOf(report, "test-exact")).toBeGreaterThan(0.7);
  const page = readFileSync(path.join(out, "reverse", "report.html"), "utf8");
  expect(page).toContain("Digits from the end");
  expect(page).toContain("<svg");
});

test.each(["align", "leak", "sort", "dates", "translate", "karate", "colors"])(
  "%s runs from its data to its page",
  async (lab) => {
    const out = path.join(folder, "each");
    const { code, stderr } = await train([lab, "--solutions", "--steps", "4", "--lang", "es", ...FEW], out);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const report = reportIn(out, lab);
    expect(report.run).toMatchObject({ steps: 4, seed: 1, origin: "solutions", language: "es" });
    for (const { value } of report.metrics) expect(Number.isNaN(value)).toBe(false);
    expect(readFileSync(path.join(out, lab, "report.html"), "utf8")).toContain('<html lang="es">');
  },
);

describe("stopping and going on", () => {
  const whole = path.join(folder, "whole");
  const parts = path.join(folder, "parts");

  test("a run in two parts has the losses of one in one part", async () => {
    await train(["sort", "--solutions", "--steps", "24", ...FEW], whole);
    await train(["sort", "--solutions", "--steps", "10", ...FEW], parts);
    const { stdout } = await train(["sort", "--solutions", "--steps", "24", "--resume", ...FEW], parts);
    expect(stdout).toContain("going on after step 10");
    const losses = lossesOf(reportIn(whole, "sort"));
    expect(losses.length).toBe(24);
    expect(lossesOf(reportIn(parts, "sort"))).toEqual(losses);
    expect(reportIn(parts, "sort").metrics).toEqual(reportIn(whole, "sort").metrics);
  });

  test("another seed is another run, and is not gone on with", async () => {
    const { code, stderr } = await train(["sort", "--solutions", "--seed", "2", "--resume"], parts);
    expect(code).toBe(2);
    expect(stderr).toContain("is another run");
  });

  test("a damaged checkpoint is refused by name, and the one before it is used", async () => {
    const checkpoints = path.join(parts, "sort", "checkpoints");
    const [before, newest] = readdirSync(checkpoints).sort() as [string, string];
    const bytes = readFileSync(path.join(checkpoints, newest));
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    writeFileSync(path.join(checkpoints, newest), bytes);
    const { code, stdout } = await train(["sort", "--solutions", "--steps", "24", "--resume", ...FEW], parts);
    expect(code).toBe(0);
    expect(stdout).toContain(`${newest} cannot be used: its checksum does not fit`);
    expect(stdout).toContain("going on after step 10");
    expect(stdout).toContain(before);
    expect(lossesOf(reportIn(parts, "sort"))).toEqual(lossesOf(reportIn(whole, "sort")));
  });

  test("beginning anew keeps the run before", async () => {
    await train(["sort", "--solutions", "--steps", "3", ...FEW], parts);
    expect(reportIn(parts, "sort").run.steps).toBe(3);
    expect(reportIn(parts, "sort.before").run.steps).toBe(24);
  });

  test("there may be nothing to go on with", async () => {
    const { code, stderr } = await train(["sort", "--solutions", "--resume"], path.join(folder, "nothing"));
    expect(code).toBe(2);
    expect(stderr).toContain("there is nothing to go on with");
  });

  test("Ctrl-C saves, and the rest is the same as without it", async () => {
    const out = path.join(folder, "interrupted");
    const child = spawn(
      process.execPath,
      [path.join(root, "grader/start.mjs"), "train", "sort", "--solutions", "--steps", "100000", "--out", out, ...FEW],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, WORKBOOK_LANG: "en" } },
    );
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      if (stdout.includes("parameters") && !child.killed) setTimeout(() => child.kill("SIGINT"), 1500);
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    expect(stdout).toMatch(/Stopped after step \d+ of 100000, and saved/);
    const { run: how, remarks } = reportIn(out, "sort");
    expect(how.steps).toBeGreaterThan(0);
    expect(remarks.map(({ en }) => en).join()).toContain(`Stopped after step ${how.steps} of 100000`);
    const losses = lossesOf(reportIn(out, "sort"));
    const known = lossesOf(reportIn(whole, "sort"));
    const both = Math.min(losses.length, known.length);
    expect(losses.slice(0, both)).toEqual(known.slice(0, both));
  });
});

describe("asking a trained model", () => {
  test("it says what it was asked, and what it has never seen", async () => {
    const out = path.join(folder, "each"); // four steps: it says something, but nothing sensible
    const { code, stdout } = await run(["translate", "el xilófono duerme", "--out", out, "--attention"]);
    expect(code).toBe(0);
    expect(stdout).toContain("the model has never seen: xilófono");
    const dates = await run(["dates", "3 de mayo de 1998", "--out", out]);
    expect(dates.code).toBe(0);
    expect(dates.stdout.trim()).not.toBe("");
  });

  test("without a trained model or a text it says what to do", async () => {
    const none = await run(["translate", "el perro", "--out", path.join(folder, "none")]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("npm run train -- translate makes one");
    const silent = await run(["dates", "--out", path.join(folder, "each")]);
    expect(silent.code).toBe(2);
    expect(silent.stderr).toContain('npm run dates -- "3 de mayo de 1998"');
  });
});

describe("whose exercises", () => {
  /** All exercises solved, one of them changed. */
  function submissionWith(name: string, id: string, change: (source: string) => string): string {
    const place = path.join(folder, name);
    cpSync(path.join(root, "solutions"), path.join(place, "exercises"), { recursive: true });
    const file = path.join(place, "exercises", `${placeOf(id)}.ts`);
    const source = readFileSync(file, "utf8");
    const changed = change(source);
    expect(changed).not.toBe(source);
    writeFileSync(file, changed);
    return place;
  }
  const unmasked = submissionWith("unmasked", "4.5", (source) =>
    source.replace(/(export function causalMask[^\n]*\n)/, '$1  return tf.ones([n, n], "bool");\n'),
  );

  test("stubs are not trained: their exercises are named", async () => {
    const { code, stdout } = await train(["karate"], path.join(folder, "stubs"));
    expect(code).toBe(1);
    expect(stdout).toContain("These do not pass yet");
    expect(stdout).toContain("2.7");
    expect(stdout).toContain("5.5");
    expect(stdout).not.toContain("1.2"); // not started either, but no lab of graphs needs it
    expect(existsSync(path.join(folder, "stubs", "karate"))).toBe(false);
  });

  test("a wrong exercise stops a lab; trained all the same, it shows, and the page says so", async () => {
    const words = ["reverse", "--submission", unmasked, "--trust", "--steps", "150", "--sentences", "100"];
    const refused = await train(words, path.join(folder, "unmasked-out"));
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("4.5");
    expect(refused.stdout).not.toContain("✗ 5.6");
    const wrong = await train([...words, "--anyway"], path.join(folder, "unmasked-out"));
    expect(wrong.code).toBe(0);
    const right = await train([...words, "--use", "4.5=reference"], path.join(folder, "masked-out"));
    expect(right.code).toBe(0);
    const [without, mended] = [
      reportIn(path.join(folder, "unmasked-out"), "reverse"),
      reportIn(path.join(folder, "masked-out"), "reverse"),
    ];
    // It copies what it should say, so the loss is lower, and what it writes by itself is worse.
    expect(lossesOf(without).at(-1)).toBeLessThan((lossesOf(mended).at(-1) ?? 0) - 0.2);
    expect(figureOf(without, "test-bleu")).toBeLessThan(figureOf(mended, "test-bleu"));
    expect(without.remarks.map(({ en }) => en).join()).toContain("Exercise 4.5, masks, does not pass");
    expect(mended.remarks.map(({ es }) => es).join()).toContain("El ejercicio 4.5 viene de la referencia");
    expect(readFileSync(path.join(folder, "unmasked-out", "reverse", "report.html"), "utf8")).toContain(
      "does not pass",
    );
  });
});

describe("whose files may run with all rights of whoever calls", () => {
  const place = path.join(folder, "another");
  const seen = path.join(folder, "it-ran");
  cpSync(path.join(root, "solutions"), path.join(place, "exercises"), { recursive: true });
  /** What no exercise can do in the sandbox, and any file in the process of a lab: this one tells that it was there. */
  const file = path.join(place, "exercises", `${placeOf("2.7")}.ts`);
  const reach = 'const reach = (tf.tensor.constructor as any)("return process")() as NodeJS.Process;';
  const tell = `(reach as any).getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(seen)}, "");`;
  writeFileSync(file, `${readFileSync(file, "utf8")}\n${reach}\n${tell}\n`);
  const words = ["karate", "--submission", place, "--steps", "2", ...FEW];

  test("another folder's are refused before they are looked at, and it is said how to have them", async () => {
    for (const more of [[], ["--anyway"], ["--solutions", "--lang", "es"]]) {
      const { code, stdout, stderr } = await train([...words, ...more], path.join(folder, "refused"));
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/with all your rights|con todos tus permisos/);
      expect(stderr).toContain("--trust");
    }
    const asked = await run(["dates", "3 de mayo", "--submission", place, "--out", path.join(folder, "none")]);
    expect([asked.code, asked.stdout]).toEqual([2, ""]);
    expect(asked.stderr).toContain("--trust");
    expect(existsSync(seen)).toBe(false);
    expect(existsSync(path.join(folder, "refused"))).toBe(false);
  });

  test("a link to them is the folder that it leads to", async () => {
    const link = path.join(folder, "link");
    symlinkSync(place, link);
    const { code, stderr } = await train(["sort", "--submission", link, "--steps", "2"], path.join(folder, "refused"));
    expect([code, existsSync(seen)]).toEqual([2, false]);
    expect(stderr).toContain("--trust");
  });

  test("with --trust they run", async () => {
    const { code } = await train([...words, "--anyway", "--trust"], path.join(folder, "trusted"));
    expect([code, existsSync(seen)]).toEqual([0, true]);
  });

  test("this repository's own run as they are, also when they are named", async () => {
    const own = ["--solutions", "--submission", path.join(root, "solutions")];
    const { code, stderr } = await train(["karate", ...own, "--steps", "2", ...FEW], path.join(folder, "own"));
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("the help says what is risked", async () => {
    const { stdout } = await run(["train", "--help"]);
    expect(stdout).toMatch(/--trust .*all your rights/);
  });
});

describe("leaving something out", () => {
  const out = path.join(folder, "ablations");

  test.each(["scale", "positions", "mask", "shift", "warmup", "norm"])("%s", async (ablation) => {
    const { code } = await train(["sort", "--solutions", "--steps", "6", "--ablate", ablation, ...FEW], out);
    expect(code).toBe(0);
    const report = reportIn(out, `sort-without-${ablation}`);
    expect(report.run.ablation).toBe(ablation);
    // Something is different from the whole model, from the first steps on.
    const whole = lossesOf(reportIn(path.join(folder, "whole"), "sort")).slice(0, 6);
    const rates = report.curves.find(({ id }) => id === "rate")?.lines[0]?.points.map(([, rate]) => rate);
    expect(lossesOf(report)).not.toEqual(whole);
    expect(new Set(rates).size === 1).toBe(ablation === "warmup");
    expect(report.remarks.map(({ en }) => en).join()).toContain("Train the whole one as well");
  });

  test("beside a whole model of the same seed and length it is compared", async () => {
    await train(["sort", "--solutions", "--steps", "6", ...FEW], out);
    await train(["sort", "--solutions", "--steps", "6", "--ablate", "positions", ...FEW], out);
    const table = reportIn(out, "sort-without-positions").tables.find(({ id }) => id === "comparison");
    expect(table?.rows.length).toBeGreaterThan(3);
  });

  test("a lab without ablations says so", async () => {
    const { code, stderr } = await train(["karate", "--solutions", "--ablate", "scale"], out);
    expect(code).toBe(2);
    expect(stderr).toContain("karate knows no ablation");
  });
});

test.each([
  [["revers"], "did you mean reverse?"],
  [["reverse", "--steps", "many"], "--steps many: expected a whole number"],
  [["reverse", "--steps", "0"], "--steps 0: expected a whole number"],
  [["reverse", "--ablate", "everything"], "reverse knows scale, positions"],
  [["reverse", "--backend", "gpu"], "there is wasm, and cpu"],
  [["reverse", "--use", "4.5"], "expected exercises and where each comes from"],
  [["reverse", "--use", "2.7=reference"], "reverse does not call 2.7"],
])("train %j: %s", async (words, message) => {
  const { code, stderr } = await train([...words, "--solutions"], path.join(folder, "bad"));
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("a place where nothing can be kept is told before training", async () => {
  const file = path.join(folder, "a-file");
  writeFileSync(file, "");
  const { code, stdout, stderr } = await train(["karate", "--solutions"], file);
  expect(code).toBe(2);
  expect(stderr).toContain("nothing can be kept in");
  expect(stdout).not.toContain("tokens/s");
});

test("without a name, the labs are listed", async () => {
  const { code, stdout } = await run(["train"]);
  expect(code).toBe(0);
  for (const lab of ["align", "leak", "reverse", "sort", "dates", "translate", "karate", "colors"])
    expect(stdout).toContain(lab);
});
