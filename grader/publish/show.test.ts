/** What a person sees while a grade is made. */
import { Chalk } from "chalk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openReport } from "./show.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A report on a screen that keeps what it is given. */
function watchReport(interactive: boolean) {
  const seen = { printed: [] as string[], status: "" };
  const report = openReport(["1.1", "1.2"], 1, "en", {
    chalk: new Chalk({ level: 0 }),
    print: (line) => seen.printed.push(line),
    status: (line) => {
      seen.status = line;
    },
    width: 80,
    interactive,
  });
  return { report, seen };
}

test("the line of what is graded tells the check, and after five seconds how long it has taken", () => {
  const { report, seen } = watchReport(true);
  report.onProgress({ is: "grading", id: "1.2", index: 1, of: 2 });
  report.onProgress({ is: "checking", id: "1.2", check: 1, of: 6 });
  report.onProgress({ is: "checking", id: "1.2", check: 2, of: 6 });
  vi.advanceTimersByTime(4000);
  expect(seen.status).toBe(" grading 1.2 bidirectional recurrent network … (2/2) · check 2 of 6");
  vi.advanceTimersByTime(3000);
  expect(seen.status).toMatch(/check 2 of 6 · this one takes longer: 7 s so far$/);
  report.onProgress({ is: "checking", id: "1.2", check: 3, of: 6 });
  expect(seen.status).toMatch(/ … \(2\/2\) · check 3 of 6$/);
});

test("where lines cannot be replaced, one line says that an exercise takes longer", () => {
  const { report, seen } = watchReport(false);
  report.onProgress({ is: "grading", id: "1.1", index: 0, of: 2 });
  vi.advanceTimersByTime(20_000);
  report.onProgress({ is: "grading", id: "1.2", index: 1, of: 2 });
  vi.advanceTimersByTime(3000);
  expect(seen.printed.filter((line) => line.includes("takes longer"))).toEqual([
    " 1.1: this one takes longer: 5 s so far\n",
  ]);
});
