/** Runs git on what others made, with nothing of theirs and nothing of this machine's settings in force. */
import { spawn } from "node:child_process";
import path from "node:path";
import { root } from "../../store.js";
import { APART, tiedCommand, watchOver } from "../../tied.js";
import { LIMITS } from "./known.js";

export interface Ran {
  readonly code: number | undefined;
  readonly output: Buffer;
  /** What git said, for people: a few lines of it. */
  readonly said: string;
  readonly stopped?: "time" | "size" | "output" | "missing";
}

export interface Bounds {
  readonly seconds: number;
  /** Bytes that it may print. */
  readonly output: number;
  /** Asked a few times a second; true ends it. */
  readonly tooLarge?: () => Promise<boolean>;
  readonly input?: string;
  /** Transports that it may use: none unless said. */
  readonly transports?: string;
}

/** What instructors may set to reach repositories: their keys, proxies and certificates. */
const KEPT = [
  ...["PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP"],
  ...[
    "SSH_AUTH_SOCK",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_ASKPASS",
    "GIT_SSL_CAINFO",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
  ],
  ...["WORKBOOK_GIT_TOKEN", "WORKBOOK_GIT_USER", "WORKBOOK_GIT_HOST"],
  ...["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "all_proxy"],
];

const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.symlinks=false",
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "core.attributesFile=/dev/null",
  "credential.helper=",
  "protocol.allow=never",
  "protocol.ext.allow=never",
  "fetch.recurseSubmodules=false",
  "submodule.recurse=false",
  "filter.lfs.smudge=",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
];

/** What the shell that ties it says when there is no git. */
const NO_SUCH_COMMAND = 127;

/** A single allocation of git may take so much: an object that claims more ends it, instead of this machine's memory. */
const ALLOCATION = 256 * 1024 * 1024;

/** Answers with the token of the environment where a host asks for it. */
export const ASKPASS = path.join(root, "grader", "class", "intake", "askpass.sh");

function environment(transports: string): NodeJS.ProcessEnv {
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return {
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
    ...(process.env.WORKBOOK_GIT_TOKEN ? { GIT_ASKPASS: ASKPASS } : {}),
    ...Object.fromEntries(kept),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LFS_SKIP_SMUDGE: "1",
    // Counts for more than any protocol.*.allow of a configuration.
    GIT_ALLOW_PROTOCOL: transports,
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_ALLOC_LIMIT: String(ALLOCATION),
  };
}

/** @param folder where it runs: one of our own, never one of a submission */
export function git(folder: string, words: readonly string[], bounds: Bounds): Promise<Ran> {
  const transports = bounds.transports ?? "none";
  const settings = [...SETTINGS, ...transports.split(":").map((name) => `protocol.${name}.allow=always`)];
  return new Promise((resolve) => {
    const args = [...settings.flatMap((setting) => ["-c", setting]), ...words];
    // What speaks to a host for it may wait for an answer that never comes: it has to end with it as well.
    const tied = tiedCommand("git", args, bounds.transports === undefined ? {} : { startsOthers: true });
    const child = watchOver(
      spawn(tied.file, tied.args, {
        // In a group of its own, without a terminal to ask at: it is ended together with all that it starts.
        ...APART,
        cwd: folder,
        env: environment(transports),
        stdio: [bounds.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      }),
    );
    const output: Buffer[] = [];
    let length = 0;
    let said = "";
    let stopped: Ran["stopped"];
    const stop = (why: NonNullable<Ran["stopped"]>): void => {
      stopped ??= why;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    };
    const clock = setTimeout(() => stop("time"), bounds.seconds * 1000);
    const scale = setInterval(async () => {
      if ((await bounds.tooLarge?.()) === true) stop("size");
    }, 200);
    child.stdout?.on("data", (piece: Buffer) => {
      length += piece.length;
      if (length > bounds.output) stop("output");
      else output.push(piece);
    });
    child.stderr?.on("data", (piece: Buffer) => {
      said = `${said}${piece.toString("utf8")}`.slice(-4000);
    });
    const end = (code: number | undefined): void => {
      clearTimeout(clock);
      clearInterval(scale);
      const ran = { code, output: Buffer.concat(output), said };
      resolve(stopped === undefined ? ran : { ...ran, stopped });
    };
    child.on("error", () => {
      stopped ??= "missing";
      end(undefined);
    });
    child.on("close", (code) => {
      if (code === NO_SUCH_COMMAND) stopped ??= "missing";
      end(code ?? undefined);
    });
    // It may end before it has read everything.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(bounds.input);
  });
}

/** For calls that read objects: seconds, and a few megabytes of names. */
export const READING: Bounds = { seconds: LIMITS.seconds, output: 32 * 1024 * 1024 };
