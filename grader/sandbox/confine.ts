/** The command line that starts a sandbox with as little as the system lets it have. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { V8_FLAGS } from "./snapshot.js";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Node's own permission model, with nothing allowed: no files, no processes, no threads, no native code. */
export function permissionFlag(version = process.versions.node): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13)
    ? "--permission"
    : "--experimental-permission";
}

/** A sandbox may use this much processor time (seconds): the end of a loop whose parent is gone. */
const PROCESSOR_SECONDS = 300;

/** The program beside a watch that ends it, within a second, when the process that started the shell is gone. */
const WATCHED = `exec 3<&0; "$@" <&3 & child=$!; exec 3<&-
(while kill -0 "$PPID" && kill -0 "$child"; do sleep 1; done; kill -9 "$child") >/dev/null 2>&1 & watch=$!
wait "$child"; code=$?; kill -9 "$watch" 2>/dev/null; exit "$code"`;

/**
 * A program with limits (no core dumps, no files written, so much processor time) that ends with the process that
 * starts it, however that ends: by the kernel's word where it can be had, by a watch elsewhere.
 */
export function tiedCommand(
  file: string,
  args: readonly string[],
  { processorSeconds }: { readonly processorSeconds: number },
  tools: Pick<Tools, "setpriv"> = findTools(),
): Command {
  if (process.platform === "win32") return { file, args };
  const limits = `ulimit -c 0; ulimit -f 0; ulimit -t ${processorSeconds};`;
  const [script, tied] = tools.setpriv
    ? ['exec "$@"', ["setpriv", "--pdeathsig", "KILL", "--", file, ...args]]
    : [WATCHED, [file, ...args]];
  return { file: "/bin/sh", args: ["-c", `${limits} ${script}`, "tied", ...tied] };
}

export function sandboxCommand(snapshot: string, tools: Tools = findTools()): Command {
  const node = process.execPath;
  const flags = [permissionFlag(), "--no-warnings", ...V8_FLAGS, "--snapshot-blob", snapshot, "sandbox"];
  const [file, args] = tools.bubblewrap
    ? ["bwrap", [...bubblewrapArguments(node, snapshot), node, ...flags]]
    : [node, flags];
  return tiedCommand(file, args, { processorSeconds: PROCESSOR_SECONDS }, tools);
}

/** Programs that make the sandbox stronger where they are installed and work. */
export interface Tools {
  readonly bubblewrap: boolean;
  readonly setpriv: boolean;
}

let found: Tools | undefined;

export function findTools(): Tools {
  found ??= {
    bubblewrap: works("bwrap", [...NAMESPACES, "--ro-bind", "/", "/", "true"]),
    setpriv: works("setpriv", ["--pdeathsig", "KILL", "true"]),
  };
  return found;
}

function works(file: string, args: readonly string[]): boolean {
  if (process.platform !== "linux") return false;
  try {
    execFileSync(file, args, { stdio: "ignore", timeout: 2000 });
    return true;
  } catch {
    return false;
  }
}

const NAMESPACES = ["--unshare-all", "--die-with-parent", "--new-session"];

/** An empty file system with the libraries that Node needs, the snapshot, and nothing else; no network. */
function bubblewrapArguments(node: string, snapshot: string): string[] {
  const libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"].filter(existsSync);
  const readOnly = [...libraries, node, realpathSync(node), snapshot].flatMap((file) => ["--ro-bind", file, file]);
  return [...NAMESPACES, ...readOnly, "--proc", "/proc", "--dev", "/dev", "--chdir", "/", "--clearenv"];
}
