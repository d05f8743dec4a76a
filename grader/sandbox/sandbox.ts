/**
 * One locked-down process in which a submission's code runs. It knows inputs and answers, nothing else: no
 * reference, no expectation, no seed.
 */
import { spawn } from "node:child_process";
import { APART, endTied, watchOver } from "../tied.js";
import { announced, frame, PREFIX, parseHead } from "../values/frame.js";
import { LIMITS, type Parcel } from "../values/wire.js";
import { sandboxCommand } from "./confine.js";
import type { Reply, Request } from "./messages.js";
import { openMeter } from "./meter.js";
import { parseReply } from "./schema.js";
import { snapshotFile } from "./snapshot.js";
import { type Reserved, reservedNow, usageNow, usageOf } from "./usage.js";

/** The process ended before it answered. `seconds` is what it may take, of the processor or, many times that, of the clock. */
export type Death =
  | { readonly is: "timed out"; readonly seconds: number }
  | { readonly is: "out of memory" }
  /** `how` says what was seen: an exit code, a signal, a reply that is none. */
  | { readonly is: "crashed"; readonly how: string };

export type Answer = { readonly reply: Reply; readonly body: Uint8Array };

export interface Sandbox {
  readonly pid: number;
  /**
   * Sends a request; what comes back, or how the process died.
   *
   * @param seconds processor time that it may take: how busy the machine is makes no difference
   */
  readonly ask: (request: Parcel<Request>, seconds: number) => Promise<Answer | Death>;
  /** Seconds of processor time that all requests have taken. */
  readonly worked: () => number;
  /** Kills the process and everything that it started. */
  readonly kill: () => void;
}

/** The sandbox itself could not start: a fault of the grader or the machine, never of a submission. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

const RESIDENT_LIMIT = 2 ** 30; // 1 GiB
/** An array that nobody writes to is held all the same, though it is not resident. The rest is for what V8 sets aside. */
const RESERVED_LIMIT = 1.125 * 2 ** 30;
const START_SECONDS = 5;
const POLL = 50; // ms
/** Whoever sleeps takes no processor time: a call may last this many times as long as it may work. */
export const PATIENCE = 12;
const NOISE_LIMIT = 64 * 1024;

/**
 * Starts a sandbox and waits until it is ready. A snapshot that does not start is built again, once.
 *
 * @throws SandboxError when it still does not start
 */
export async function startSandbox(): Promise<Sandbox> {
  const first = await attempt(await snapshotFile());
  if (typeof first !== "string") return first;
  const second = await attempt(await snapshotFile(true));
  if (typeof second !== "string") return second;
  throw new SandboxError(`the sandbox does not start (${second}). Run npm run doctor`);
}

async function attempt(snapshot: string): Promise<Sandbox | string> {
  const sandbox = open(snapshot);
  const first = await sandbox.next(START_SECONDS);
  if ("reply" in first && first.reply.is === "ready") return sandbox;
  sandbox.kill();
  return "reply" in first ? "it did not say that it is ready" : `${first.is}${"how" in first ? `: ${first.how}` : ""}`;
}

function open(snapshot: string): Sandbox & { next: (seconds: number) => Promise<Answer | Death> } {
  const { file, args } = sandboxCommand(snapshot);
  const child = watchOver(
    spawn(file, args, {
      ...APART,
      stdio: ["pipe", "pipe", "pipe"],
      env:
        process.platform === "win32"
          ? { SystemRoot: process.env.SystemRoot }
          : { PATH: "/usr/local/bin:/usr/bin:/bin" },
    }),
  );
  const { stdin, stdout, stderr } = child;
  let waiting: ((result: Answer | Death) => void) | undefined;
  let death: Death | undefined;
  let noise = "";
  let received: Buffer[] = [];
  let size = 0;
  let limit = 0;
  const meter = openMeter();
  const pid = child.pid ?? 0;
  const look = () => usageNow(pid)?.processorSeconds;
  /** Before the question at hand. */
  let reserved: Reserved | undefined;
  /** Whether the question at hand made the process ask for more addresses than it may. */
  const askedForTooMuch = (now = reserved && reservedNow(pid)) =>
    reserved !== undefined && now !== undefined && now.peak > Math.max(reserved.peak, reserved.bytes + RESERVED_LIMIT);

  const settle = (result: Answer | Death) => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(result);
  };
  const die = (cause: Death) => {
    death ??= cause;
    endTied(child);
    settle(death);
  };

  stdin.on("error", () => {}); // a process that died does not read; its end is reported below
  stderr.on("data", (chunk: Buffer) => {
    if (noise.length < NOISE_LIMIT) noise += chunk.toString("latin1");
  });
  stdout.on("data", (chunk: Buffer) => {
    received.push(chunk);
    size += chunk.length;
    if (size < PREFIX) return;
    if (received.length > 1 && (received[0] as Buffer).length < PREFIX) received = [Buffer.concat(received)];
    const lengths = announced(received[0] as Buffer);
    const total = PREFIX + lengths.head + lengths.body;
    if (lengths.head > LIMITS.bytes || lengths.body > LIMITS.bytes || size > total) {
      return die({ is: "crashed", how: "it sent what is no reply" });
    }
    if (size < total) return;
    const bytes = Buffer.concat(received);
    received = [];
    size = 0;
    try {
      const body = new Uint8Array(bytes.subarray(PREFIX + lengths.head));
      const reply = parseReply(parseHead(bytes.subarray(PREFIX, PREFIX + lengths.head)), body);
      if (waiting === undefined) return die({ is: "crashed", how: "it sent a reply that nobody asked for" });
      meter.note(look());
      const now = reserved && reservedNow(pid);
      if (meter.spent() > limit) die({ is: "timed out", seconds: limit });
      else if (askedForTooMuch(now)) die({ is: "out of memory" });
      else {
        reserved = now;
        settle({ reply, body });
      }
    } catch {
      die({ is: "crashed", how: "it sent what is no reply" });
    }
  });
  child.on("error", (error) => die({ is: "crashed", how: error.message }));
  child.on("close", (code, signal) => {
    die(
      /heap out of memory|Reached heap limit|Allocation failed/.test(noise)
        ? { is: "out of memory" }
        : { is: "crashed", how: ended(code, signal) },
    );
  });

  const next = (seconds: number): Promise<Answer | Death> => {
    if (death !== undefined) return Promise.resolve(death);
    limit = seconds;
    meter.begin(look());
    return new Promise((resolve) => {
      const guard = setTimeout(() => die({ is: "timed out", seconds: seconds * PATIENCE }), seconds * PATIENCE * 1000);
      const watch = setInterval(async () => {
        const { bytes, processorSeconds } = await usageOf(pid);
        if (!asked) return; // it was answered meanwhile
        meter.note(processorSeconds);
        if (bytes > RESIDENT_LIMIT || askedForTooMuch()) die({ is: "out of memory" });
        else if (meter.spent() > seconds) die({ is: "timed out", seconds });
      }, POLL);
      let asked = true;
      waiting = (result) => {
        asked = false;
        clearTimeout(guard);
        clearInterval(watch);
        if (process.platform !== "linux") meter.note(); // since the last look, by the clock
        meter.end();
        resolve(result);
      };
    });
  };
  const ask = (request: Parcel<Request>, seconds: number): Promise<Answer | Death> => {
    reserved ??= reservedNow(pid); // not of a process that starts: that reserves what it may need
    const answer = next(seconds);
    if (death === undefined) stdin.write(frame(request));
    return answer;
  };
  return { pid, next, ask, worked: meter.total, kill: () => die({ is: "crashed", how: "it was ended" }) };
}

function ended(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
