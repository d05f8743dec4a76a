/** One run at a time in a folder: two would write into each other's files. */
import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { UsageError } from "../errors.js";

/**
 * Takes a folder for this process by listening on a socket of its name: unlike a file with a process number, it ends
 * with the process however that ends, and cannot be mistaken for another process's.
 *
 * @returns gives it back
 * @throws UsageError with `complaint` when another process has it
 */
export async function lock(folder: string, complaint: string): Promise<() => void> {
  const address = addressOf(folder);
  let server = await listen(address);
  if (server === undefined && !address.startsWith(NOWHERE)) {
    if (await answers(address)) throw new UsageError(complaint);
    // What a killed process has left: nobody listens there any more.
    rmSync(address, { force: true });
    server = await listen(address);
  }
  if (server === undefined) throw new UsageError(complaint);
  const listening = server;
  return () => listening.close();
}

/** Linux knows sockets that are in no folder: of them nothing is left, whatever ends the process. */
const NOWHERE = "\0";

/** Not in the folder itself: a socket's path has at most about 100 characters. */
function addressOf(folder: string): string {
  const digest = createHash("sha256")
    .update(`${os.userInfo().uid} ${realpathSync(folder)}`)
    .digest("hex");
  const name = `workbook-${digest.slice(0, 24)}`;
  if (process.platform === "linux") return `${NOWHERE}${name}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : path.join(os.tmpdir(), `${name}.sock`);
}

/** @returns undefined when the address is taken */
function listen(address: string): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((connection) => connection.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(address);
    connection.once("connect", () => resolve(true));
    connection.once("error", () => resolve(false));
    connection.once("close", () => connection.destroy());
  });
}
