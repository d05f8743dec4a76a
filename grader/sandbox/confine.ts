/** The command line that starts a sandbox with as little as the system lets it have. */
import { existsSync, realpathSync } from "node:fs";
import { type Command, findTools, NAMESPACES, type Tools, tiedCommand } from "../tied.js";
import { V8_FLAGS } from "./snapshot.js";

/** Node's own permission model, with nothing allowed: no files, no processes, no threads, no native code. */
export function permissionFlag(version = process.versions.node): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13)
    ? "--permission"
    : "--experimental-permission";
}

/** Beyond what the calls of any exercise may take: the end of a loop that nobody watches any more. */
const PROCESSOR_SECONDS = 300;

export function sandboxCommand(snapshot: string, tools: Tools = findTools()): Command {
  const node = process.execPath;
  const flags = [permissionFlag(), "--no-warnings", ...V8_FLAGS, "--snapshot-blob", snapshot, "sandbox"];
  const [file = node, ...args] = tools.bubblewrap
    ? ["bwrap", ...bubblewrapArguments(node, snapshot), node, ...flags]
    : [node, ...flags];
  return tiedCommand(file, args, { processorSeconds: PROCESSOR_SECONDS, files: "none" }, tools);
}

/** An empty file system with the libraries that Node needs, the snapshot, and nothing else; no network. */
function bubblewrapArguments(node: string, snapshot: string): string[] {
  const libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"].filter(existsSync);
  const readOnly = [...libraries, node, realpathSync(node), snapshot].flatMap((file) => ["--ro-bind", file, file]);
  return [...NAMESPACES, ...readOnly, "--proc", "/proc", "--dev", "/dev", "--chdir", "/", "--clearenv"];
}
