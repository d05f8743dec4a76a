/** Stubs are cut from solutions, never written twice. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../store.js";
import { placeOf } from "../syllabus.js";

const REGION = /^([ \t]*)\/\/ #region solution\n[\s\S]*?^[ \t]*\/\/ #endregion\n/gm;

/**
 * The stub of a solution: each region between `// #region solution` and `// #endregion` becomes a thrown TODO.
 *
 * @throws Error when there is no region, or one outside of an exported function
 */
export function cutStub(id: string, solution: string): string {
  let regions = 0;
  const stub = solution.replace(REGION, (_, margin: string, offset: number) => {
    regions++;
    const name = [...solution.slice(0, offset).matchAll(/^export function (\w+)/gm)].at(-1)?.[1];
    if (name === undefined) throw new Error(`${id}: a solution region stands before the first exported function`);
    return `${margin}throw new Error("TODO ${id}: ${name}");\n`;
  });
  if (regions === 0) throw new Error(`${id}: the solution has no "// #region solution" … "// #endregion"`);
  return stub;
}

export const solutionFile = (id: string): string => path.join(root, "solutions", `${placeOf(id)}.ts`);
export const exerciseFile = (id: string): string => path.join(root, "exercises", `${placeOf(id)}.ts`);

/** Where a repository without solutions keeps the stubs as they were. */
export const keptStubFile = (id: string): string => path.join(root, "grader", "stubs", `${placeOf(id)}.ts`);

/** The stub of an exercise, or nothing where this repository can neither make nor find it. */
export function stubOf(id: string): string | undefined {
  if (existsSync(solutionFile(id))) return cutStub(id, readFileSync(solutionFile(id), "utf8"));
  return existsSync(keptStubFile(id)) ? readFileSync(keptStubFile(id), "utf8") : undefined;
}
