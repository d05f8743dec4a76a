import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { root } from "../store.js";
import { lock } from "./lock.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "workbook-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("one at a time", async () => {
  const unlock = await lock(folder, "taken");
  await expect(lock(folder, "taken")).rejects.toThrow("taken");
  unlock();
  (await lock(folder, "taken"))();
});

test("a killed process keeps nothing", async () => {
  const file = pathToFileURL(path.join(root, "grader/class/lock.ts")).href;
  const script = `import { lock } from ${JSON.stringify(file)};
await lock(${JSON.stringify(folder)}, "taken"); console.log("locked"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  await expect(lock(folder, "taken")).rejects.toThrow("taken");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  (await lock(folder, "taken"))();
});
