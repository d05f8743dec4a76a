/** The files of a report. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { renderPage } from "./page.js";
import type { Report } from "./report.js";

/** Writes `report.html` in the language of the run, and `report.json`; each is whole or not there. */
export async function writeReport(
  folder: string,
  report: Report,
): Promise<{ readonly page: string; readonly json: string }> {
  mkdirSync(folder, { recursive: true });
  const put = (name: string, content: string): string => {
    const file = path.join(folder, name);
    writeFileSync(`${file}.${process.pid}.tmp`, content);
    renameSync(`${file}.${process.pid}.tmp`, file);
    return file;
  };
  const json = put("report.json", `${JSON.stringify(report)}\n`);
  return { page: put("report.html", await renderPage(report, report.run.language)), json };
}
