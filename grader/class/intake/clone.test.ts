import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import {
  commit,
  DEADLINE,
  forgetFolders,
  gitIn,
  gru,
  history,
  inGit,
  newFolder,
  newRepository,
  problemsOf,
  refusal,
  SOFTMAX,
  taken,
  texts,
  write,
} from "./for-tests.js";
import { LIMITS } from "./known.js";

afterAll(forgetFolders);

/** Addresses that are cloned from: an ssh that runs the other side on this machine. */
async function overSsh<T>(act: () => Promise<T>): Promise<T> {
  const script = path.join(newFolder(), "ssh");
  // ssh [options] host command
  writeFileSync(script, '#!/bin/sh\nfor last; do :; done\nexport GIT_CONFIG_GLOBAL=/dev/null\neval "$last"\n');
  chmodSync(script, 0o755);
  vi.stubEnv("GIT_SSH_COMMAND", script);
  try {
    return await act();
  } finally {
    vi.unstubAllEnvs();
  }
}

it("clones from elsewhere, and grades as it does here", async () => {
  const folder = history(["early", "2026-11-01T00:00:00Z"], ["late", "2026-12-01T00:00:00Z"]);
  for (const url of [`ssh://git@school.example${folder}`, `git@school.example:${folder}`]) {
    const all = await overSsh(() => taken(inGit(url), { deadline: DEADLINE }));
    expect(texts(all)).toEqual({ [SOFTMAX]: "early" });
    expect(all.committed).toBe("2026-11-01T00:00:00.000Z");
  }
  const empty = await overSsh(() => refusal(inGit(`git@school.example:${newRepository()}`)));
  expect(empty).toContain("no commit on its branch");
  const gone = await overSsh(() => refusal(inGit("git@school.example:/nowhere")));
  expect(gone).toMatch(/could not be cloned: fatal/);
});

it("does not fetch what is too large, nor anything for it afterwards", async () => {
  const folder = history(["one", "2026-11-01T00:00:00Z"]);
  gitIn(folder, ["config", "uploadpack.allowFilter", "true"]);
  commit(write(folder, { [gru]: Buffer.alloc(LIMITS.digest + 10), "package.json": Buffer.alloc(LIMITS.digest + 10) }));
  const handout = async () => new Map([["package.json", "0"]]);
  const all = await overSsh(() => taken(inGit(`git@school.example:${folder}`), { handout }));
  expect(texts(all)).toEqual({ [SOFTMAX]: "one" });
  expect(problemsOf(all)).toContain("not in the repository's objects, or it is larger");
  expect(all.changed).toEqual(["package.json"]);
});

it.each([
  "--upload-pack=touch x",
  "-oProxyCommand=x",
  "ext::sh -c touch% x",
  "fd::17",
  "ssh://-oProxyCommand=touch/x",
  "git@-oProxyCommand=x:y",
  "http://school.example/x",
  "git://school.example/x",
  "https://",
  "file://other.example/x",
  "file:///%00",
  "ssh://school.example/x\n--option",
])("clones nothing from %j", async (url) => {
  expect(await refusal(inGit(url))).toMatch(/is not an address that is cloned from/);
});

it("does not show the token of an address", async () => {
  vi.stubEnv("https_proxy", "http://127.0.0.1:9");
  const text = await refusal(inGit("https://user:secret-token@school.example/x.git"));
  vi.unstubAllEnvs();
  expect(text).toContain("could not be cloned");
  expect(text).not.toContain("secret-token");
});
