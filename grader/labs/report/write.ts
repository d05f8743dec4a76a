/** The files of a report. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Report } from "./report.js";

export async function writeReport(
  folder: string,
  report: Report,
): Promise<{ readonly page: string; readonly json: string }> {
  mkdirSync(folder, { recursive: true });
  const json = path.join(folder, "report.json");
  writeFileSync(json, JSON.stringify(report));
  return { page: json, json };
}
