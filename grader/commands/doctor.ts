/** `npm run doctor`: what is fine, what is not, what to do. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { SEALED_FILE } from "../grading/sealed.js";
import { release } from "../release.js";
import { permissionFlag } from "../sandbox/confine.js";
import { startSandbox } from "../sandbox/sandbox.js";
import { snapshotFile } from "../sandbox/snapshot.js";
import { cacheFolder, root } from "../store.js";
import { exerciseFile } from "../submission/stub.js";
import { RECORDING, unpackRecording } from "../suite/recording.js";
import { suiteFile } from "../suites/index.js";
import { EXERCISES } from "../syllabus.js";
import type { Dictionary } from "../text/en.js";
import { quoteLine } from "../text/quote.js";
import { findTools } from "../tied.js";
import { utf16 } from "../values/frame.js";
import type { Command } from "./command.js";

/** One line of the report. An optional one that is not fine does no harm. */
interface Finding {
  readonly topic: string;
  readonly fine: boolean;
  readonly optional?: boolean;
  readonly text: string;
}

export const doctor: Command = {
  name: "doctor",
  words: { en: "", es: "" },
  summary: {
    en: "check that everything that a grade needs is there",
    es: "revisa que esté todo lo que hace falta para calificar",
  },
  options: {},
  run: async ({ text, screen }) => {
    const { chalk } = screen;
    const findings: Finding[] = [];
    for (const examine of [node, packages, snapshot, permission, bubblewrap, cache, exercises, suites]) {
      const finding = await examine(text.doctor).catch((error: Error) => ({
        topic: examine.name,
        fine: false,
        text: quoteLine(error.message),
      }));
      findings.push(finding);
      const sign = finding.fine ? chalk.green("✓") : "optional" in finding ? chalk.dim("·") : chalk.red("✗");
      screen.print(` ${sign} ${finding.topic.padEnd(20)} ${finding.text}\n`);
    }
    const fine = findings.every((finding) => finding.fine || finding.optional === true);
    screen.print(`\n ${fine ? chalk.green(text.doctor.fine) : chalk.red(text.doctor.notFine)}\n`);
    return fine ? 0 : 3;
  },
};

type Words = Dictionary["doctor"];

async function node(words: Words): Promise<Finding> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fine = major > 20 || (major === 20 && minor >= 19);
  return { topic: words.node, fine, text: fine ? process.version : words.nodeOld(process.version) };
}

async function packages(words: Words): Promise<Finding> {
  const names = [
    ...["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "vitest", "esbuild", "oxc-parser"],
    ...["valibot", "chalk", "tsx", "pure-rand", "echarts"],
  ];
  const missing = names.find((name) => !existsSync(path.join(root, "node_modules", name, "package.json")));
  return {
    topic: words.packages,
    fine: missing === undefined,
    text: missing === undefined ? names.join(", ") : words.packagesMissing(missing),
  };
}

async function snapshot(words: Words): Promise<Finding> {
  await snapshotFile();
  const start = performance.now();
  const sandbox = await startSandbox();
  const milliseconds = Math.round(performance.now() - start);
  sandbox.kill();
  return { topic: words.snapshot, fine: true, text: words.snapshotFine(milliseconds) };
}

/** Asks Node for a file under the permission model, and the sandbox for every door that is to be closed. */
async function permission(words: Words): Promise<Finding> {
  const open: string[] = [];
  const read = 'require("node:fs").readFileSync(process.execPath)';
  await promisify(execFile)(process.execPath, [permissionFlag(), "--no-warnings", "-e", read]).then(
    () => open.push("files"),
    (error: { stderr?: string }) => {
      if (!/ERR_ACCESS_DENIED/.test(error.stderr ?? "")) open.push(`files (${(error.stderr ?? "").split("\n")[0]})`);
    },
  );
  const sandbox = await startSandbox();
  const ask = async (head: Parameters<typeof sandbox.ask>[0]["head"], code = "") =>
    await sandbox.ask({ head, body: utf16(code) }, 5);
  await ask({ do: "load", name: "doctor.cjs", forbidden: [] }, PROBE);
  const answer = await ask({ do: "call", function: "probe", args: { type: "array", items: [] } });
  sandbox.kill();
  const value = "reply" in answer && answer.reply.is === "answer" ? answer.reply.value : undefined;
  if (value?.type !== "string") open.push("?");
  else if (value.value !== "") open.push(value.value);
  return {
    topic: words.permission,
    fine: open.length === 0,
    text: open.length === 0 ? words.permissionFine : words.permissionOpen(open.join(", ")),
  };
}

const PROBE = `exports.probe = () => [
  ["process.binding", () => process.binding], ["process.dlopen", () => process.dlopen], ["process.kill", () => process.kill],
  ["process.getBuiltinModule", () => process.getBuiltinModule], ["fetch", () => fetch], ["WebSocket", () => WebSocket],
  ["eval", () => (0, eval)("1")], ["Function", () => new Function("return 1")()],
].filter(([, reach]) => { try { return reach() !== undefined; } catch { return false; } }).map(([name]) => name).join(", ");`;

async function bubblewrap(words: Words): Promise<Finding> {
  const fine = findTools().bubblewrap;
  return { topic: words.bubblewrap, fine, optional: true, text: fine ? words.bubblewrapFine : words.bubblewrapMissing };
}

async function cache(words: Words): Promise<Finding> {
  const folder = await cacheFolder();
  const local = folder.startsWith(root);
  return {
    topic: words.cache,
    fine: true,
    text: local ? words.cacheFine(path.relative(root, folder)) : words.cacheElsewhere(folder),
  };
}

async function exercises(words: Words): Promise<Finding> {
  const files = EXERCISES.map(({ id }) => exerciseFile(id)).filter(existsSync);
  const locked = files.find((file) => !isWritable(file));
  const text =
    locked === undefined ? words.exercisesFine(files.length) : words.exercisesReadOnly(path.relative(root, locked));
  return { topic: words.exercises, fine: locked === undefined, text };
}

/** Suites that are missing or damaged: in a repository for students, their recordings and the sealed ones as well. */
async function suites(words: Words): Promise<Finding> {
  const bad = EXERCISES.map(({ id }) => suiteFile(id)).flatMap((file) => {
    const recording = file.replace(/\.ts$/, RECORDING);
    return [file, ...(release === undefined ? [] : [recording])].filter((one) => !isWhole(one));
  });
  const sealed = path.join(root, SEALED_FILE);
  if (release !== undefined && !existsSync(sealed)) bad.push(sealed);
  const names = bad.map((file) => path.relative(root, file));
  return {
    topic: words.suites,
    fine: bad.length === 0,
    text: bad.length === 0 ? words.suitesFine(EXERCISES.length) : words.suitesDamaged(names[0] ?? "", names.length - 1),
  };
}

function isWhole(file: string): boolean {
  try {
    const content = readFileSync(file);
    if (file.endsWith(RECORDING)) unpackRecording(content);
    return true;
  } catch {
    return false;
  }
}

function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
