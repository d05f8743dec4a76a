import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { ASKPASS } from "./git.js";

const ask = (prompt: string, env: Readonly<Record<string, string>> = {}) => {
  const { stdout, status } = spawnSync(ASKPASS, [prompt], {
    env: { ...env, PATH: process.env.PATH, WORKBOOK_GIT_TOKEN: "t0ken" },
  });
  return [status, String(stdout)];
};

test("the token is for GitHub, unless another host is named, and for nobody else", () => {
  expect(ask("Username for 'https://github.com': ")).toEqual([0, "x-access-token\n"]);
  expect(ask("Password for 'https://x-access-token@github.com': ")).toEqual([0, "t0ken\n"]);
  expect(
    ask("Password for 'https://x-access-token@git.example.edu': ", { WORKBOOK_GIT_HOST: "git.example.edu" }),
  ).toEqual([0, "t0ken\n"]);
  for (const prompt of [
    "Password for 'https://x-access-token@evil.example': ",
    "Password for 'https://x-access-token@github.com.evil.example': ",
    "Password for 'https://evil.example/x-access-token@github.com': ",
    "Username for 'http://github.com': ",
  ]) {
    expect(ask(prompt), prompt).toEqual([1, ""]);
  }
});
