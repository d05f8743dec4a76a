/** Child processes that are tied to this one: however it ends, a kill included, they end with it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface Bounds {
  /** Processor time, after which the system ends it; as much as it likes unless said. */
  readonly processorSeconds?: number;
  /** "none": it can write no byte into a file. */
  readonly files?: "none";
  /** It starts others that are to end with it: all of its group do. */
  readonly startsOthers?: true;
}

/** Programs that tie and confine more strictly where they are installed and work. */
export interface Tools {
  readonly bubblewrap: boolean;
  readonly setpriv: boolean;
}

/**
 * The command line of a process that ends when the one that starts it does: by the kernel's word where that can be
 * had, or else by a watch beside it, within a second or two. Start it with `APART`, and hand it to `watchOver`.
 */
export function tiedCommand(
  file: string,
  args: readonly string[],
  bounds: Bounds = {},
  { setpriv }: Pick<Tools, "setpriv"> = findTools(),
): Command {
  if (process.platform === "win32") return { file, args };
  const parent = String(process.pid);
  const script = `${limitsOf(bounds)} ${setpriv && !bounds.startsOthers ? RUN : RUN_WATCHED}`;
  return { file: "/bin/sh", args: ["-c", script, "tied", parent, file, ...args] };
}

function limitsOf({ processorSeconds, files }: Bounds): string {
  const limits = ["ulimit -c 0;"]; // no core dumps
  if (files === "none") limits.push("ulimit -f 0;");
  if (processorSeconds !== undefined) limits.push(`ulimit -t ${processorSeconds};`);
  return limits.join(" ");
}

/** The program in place of the shell. A parent that had ended before the kernel was told is seen by its number. */
const RUN = `exec setpriv --pdeathsig KILL -- /bin/sh -c '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"' tied "$@"`;

/**
 * The program beside a watch. Whose child the shell is tells at once that the parent is gone, also one that nobody has
 * buried yet or whose number is another's by now; where that cannot be read, its number has to do. Without a `sleep` to be
 * found, the watch would turn without a pause.
 */
const RUN_WATCHED = `parent=$1; shift
tied() { if [ -r "/proc/$$/stat" ]; then read -r _ _ _ up _ <"/proc/$$/stat" && [ "$up" = "$parent" ]; else kill -0 "$parent"; fi; }
exec 9<&0; "$@" <&9 9<&- & child=$!; exec 9<&-
(PATH="$PATH:/usr/bin:/bin"; while tied && kill -0 "$child"; do sleep 1; done; kill -9 "-$$" || kill -9 "$child") </dev/null >/dev/null 2>&1 3<&- & watch=$!
wait "$child"; code=$?; kill -9 "$watch" 2>/dev/null; exit "$code"`;

/** Options for `spawn`: a process group of its own, to be ended as one. */
export const APART = { detached: process.platform !== "win32", windowsHide: true } as const;

const running = new Set<ChildProcess>();
process.on("exit", endAllTied);

/** Remembers a process that was started apart until it ends: it must not outlive this one. */
export function watchOver<C extends ChildProcess>(child: C): C {
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Runs a tied process to its end: how it ended, and what it said on both ways. */
export async function runTied(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<{ readonly code: number | null; readonly said: string }> {
  const tied = tiedCommand(file, args);
  const child = watchOver(spawn(tied.file, tied.args, { ...options, ...APART, stdio: ["ignore", "pipe", "pipe"] }));
  const [said, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, said: said + errors };
}

/** Ends every process that is still watched over. */
export function endAllTied(): void {
  for (const child of running) endTied(child);
}

/** Kills the process group: the process and everything that it started. */
export function endTied(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // already gone
  }
}

let found: Tools | undefined;

export function findTools(): Tools {
  found ??= {
    bubblewrap: works("bwrap", [...NAMESPACES, "--ro-bind", "/", "/", "true"]),
    setpriv: works("setpriv", ["--pdeathsig", "KILL", "true"]),
  };
  return found;
}

/** What bubblewrap takes from a process. */
export const NAMESPACES = ["--unshare-all", "--die-with-parent", "--new-session"] as const;

function works(file: string, args: readonly string[]): boolean {
  if (process.platform !== "linux") return false;
  try {
    execFileSync(file, args, { stdio: "ignore", timeout: 2000 });
    return true;
  } catch {
    return false;
  }
}
