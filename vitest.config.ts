import { defineConfig } from "vitest/config";
import { Tally } from "./grader/tally.js";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "grader/fixtures/**"],
    setupFiles: ["grader/quiet.ts"],
    // Test files share tfjs and the reference: loading them anew for each file would take most of the time.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", ...(process.env.GITHUB_ACTIONS ? ["github-actions"] : []), new Tally()],
  },
});
