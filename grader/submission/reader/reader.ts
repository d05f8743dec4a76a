/** Reads students' files in a process of their own, with limits; it is replaced when it dies. */
import { spawn } from "node:child_process";
import { openMeter } from "../../sandbox/meter.js";
import { usageOf } from "../../sandbox/usage.js";
import { root } from "../../store.js";
import { textOf } from "../../text/index.js";
import { APART, endTied, tiedCommand, watchOver } from "../../tied.js";
import type { Module } from "../module.js";
import type { Rules } from "../rules.js";
import type { Vetted } from "../vet.js";
import type { Question, Reply } from "./protocol.js";
import { readerScript } from "./script.js";

export interface Reader {
  /** What a student's file is; what cannot be read within the limits is broken. */
  readonly vet: (rules: Rules, file: string, source: string) => Promise<Vetted>;
  /** A file of the workbook's own. */
  readonly read: (source: string) => Promise<Module>;
  /** Starts the process, so that the next file need not wait for it. */
  readonly prepare: () => void;
  readonly close: () => void;
}

/** The reader itself does not work: a fault of the grader or the machine, never of a submission. */
export class ReaderError extends Error {
  override readonly name = "ReaderError";
}

/** For one file, of 256 KiB at most. */
const LIMITS = { processorSeconds: 2, wallSeconds: 20, memory: 512 * 2 ** 20 } as const;
const START_SECONDS = 20;
const WATCH = 50; // ms
/** A reader that is busy all its life is replaced before the system ends it. */
const LIFE_SECONDS = 600;

/** Why a process gave no answer. */
type Death = "slow" | "large" | "crashed";

export function openReader(): Reader {
  let reader: Promise<ReaderProcess> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const start = () => {
    reader ??= startReader();
    reader.catch(() => {
      reader = undefined;
    });
    return reader;
  };
  /** One file after the other: what a limit stops is the file that was being read. */
  const ask = (question: Question): Promise<Reply | Death> => {
    const answer = last.then(async () => {
      const reply = await (await start()).ask(question);
      if (typeof reply === "string") reader = undefined;
      return reply;
    });
    last = answer.catch(() => {});
    return answer;
  };
  return {
    vet: async (rules, file, source) => {
      const reply = await ask({ do: "vet", rules, file, source });
      if (typeof reply === "string") return unreadable(reply, file, source);
      if (reply.is === "vetted") return reply.vetted;
      if (reply.is === "too deep") return unreadable("crashed", file, source);
      throw new ReaderError(reply.is === "failed" ? reply.message : `the reader answered "${reply.is}"`);
    },
    read: async (source) => {
      const reply = await ask({ do: "read", source });
      if (typeof reply !== "string" && reply.is === "read") return reply.module;
      throw new ReaderError(`the helpers of exercises cannot be read (${JSON.stringify(reply)})`);
    },
    prepare: () => void start().catch(() => {}), // whoever asks hears of it
    close: () => {
      reader?.then(({ kill }) => kill()).catch(() => {});
      reader = undefined;
    },
  };
}

/** A text that the parser, which is native code, falls over is nested too deeply. */
function unreadable(death: Death, file: string, source: string): Vetted {
  return {
    is: "broken",
    text: textOf((words) => (death === "crashed" ? words.tooDeep : words.unreadable[death])),
    place: { file, line: 1, column: 1 },
    line: source.split(/\r?\n/, 1)[0]?.slice(0, 80) ?? "",
  };
}

interface ReaderProcess {
  readonly ask: (question: Question) => Promise<Reply | Death>;
  readonly kill: () => void;
}

/** @throws ReaderError when it does not start */
async function startReader(): Promise<ReaderProcess> {
  const args = ["--no-warnings", `--max-old-space-size=${LIMITS.memory / 2 ** 20}`, await readerScript(), root];
  const command = tiedCommand(process.execPath, args, { processorSeconds: LIFE_SECONDS, files: "none" });
  const env = process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : { PATH: process.env.PATH };
  const child = watchOver(spawn(command.file, command.args, { ...APART, stdio: ["pipe", "pipe", "ignore"], env }));
  const { stdin, stdout } = child;
  const meter = openMeter();
  let waiting: ((reply: Reply | Death) => void) | undefined;
  let death: Death | undefined;
  let received = "";
  const settle = (reply: Reply | Death) => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(reply);
  };
  const die = (cause: Death) => {
    death ??= cause;
    endTied(child);
    settle(death);
  };
  stdin.on("error", () => {}); // a process that died does not read; its end is reported below
  stdout.setEncoding("utf8");
  stdout.on("data", (chunk: string) => {
    received += chunk;
    const end = received.indexOf("\n");
    if (end < 0) return;
    const line = received.slice(0, end);
    received = received.slice(end + 1);
    settle(JSON.parse(line) as Reply);
  });
  child.on("error", () => die("crashed"));
  child.on("close", () => die("crashed"));

  const next = (processorSeconds: number, wallSeconds: number): Promise<Reply | Death> => {
    if (death !== undefined) return Promise.resolve(death);
    return new Promise((resolve) => {
      const timer = setTimeout(() => die("slow"), wallSeconds * 1000);
      let isBegun = false;
      const watch = setInterval(async () => {
        const { bytes, processorSeconds: used } = await usageOf(child.pid ?? 0);
        if (waiting !== answered) return;
        if (isBegun) meter.note(used);
        else meter.begin(used);
        isBegun = true;
        if (meter.spent() > processorSeconds) die("slow");
        else if (bytes > LIMITS.memory) die("large");
      }, WATCH);
      const answered = (reply: Reply | Death) => {
        clearTimeout(timer);
        clearInterval(watch);
        resolve(reply);
      };
      waiting = answered;
    });
  };
  const first = await next(START_SECONDS, START_SECONDS);
  if (typeof first === "string") throw new ReaderError(`the reader does not start (${first}). Run npm run doctor`);
  return {
    ask: (question) => {
      const reply = next(LIMITS.processorSeconds, LIMITS.wallSeconds);
      if (death === undefined) stdin.write(`${JSON.stringify(question)}\n`);
      return reply;
    },
    kill: () => die("crashed"),
  };
}
