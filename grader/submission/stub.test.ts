import { expect, test } from "vitest";
import { cutStub } from "./stub.js";

const SOLUTION = `export function a(): number {
  // TODO: one.
  // #region solution
  return 1;
  // #endregion
}

export function b(): number {
  // #region solution
  if (a() > 0) {
    return 2;
  }
  return 3;
  // #endregion
}
`;

test("each region becomes the TODO of its function", () => {
  expect(cutStub("9.9", SOLUTION)).toBe(`export function a(): number {
  // TODO: one.
  throw new Error("TODO 9.9: a");
}

export function b(): number {
  throw new Error("TODO 9.9: b");
}
`);
});

test.each([
  ["without a region", "export function a() {}\n", /no "\/\/ #region solution"/],
  [
    "with a region outside of a function",
    "  // #region solution\n  // #endregion\nexport function a() {}\n",
    /before the first exported function/,
  ],
])("a solution %s is refused", (_, solution, message) => {
  expect(() => cutStub("9.9", solution)).toThrow(message);
});
