import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { UsageError } from "../../errors.js";
import { forgetFolders, gitIn, newFolder, newRepository, write } from "./for-tests.js";
import { localPath, sourceOf } from "./source.js";

afterAll(forgetFolders);

it("knows folders, repositories and archives by what they are", () => {
  const folder = write(newFolder(), { "a.zip": "", "b.TAR.GZ": "", "c.tgz": "", "d.tar": "", "e.rar": "", "x/y": "" });
  expect(sourceOf(folder)).toEqual({ is: "folder", place: folder });
  expect(sourceOf(path.relative(process.cwd(), folder))).toEqual({ is: "folder", place: folder });
  for (const name of ["a.zip", "b.TAR.GZ", "c.tgz", "d.tar"])
    expect(sourceOf(path.join(folder, name))).toEqual({ is: "archive", place: path.join(folder, name) });
  expect(() => sourceOf(path.join(folder, "e.rar"))).toThrow(UsageError);
  const repository = newRepository();
  expect(sourceOf(repository)).toEqual({ is: "git", url: repository });
  expect(sourceOf(`file://${repository}`)).toEqual({ is: "git", url: repository });
  gitIn(folder, ["init", "-q", "--bare", "bare.git"]);
  expect(sourceOf(path.join(folder, "bare.git")).is).toBe("git");
});

it("takes a folder for a folder when its `.git` is no repository, or lies elsewhere", () => {
  const file = write(newFolder(), { ".git": "gitdir: /elsewhere" });
  const empty = newFolder();
  mkdirSync(path.join(empty, ".git"));
  const linked = newFolder();
  symlinkSync(path.join(newRepository(), ".git"), path.join(linked, ".git"));
  for (const folder of [file, empty, linked]) expect(sourceOf(folder)).toEqual({ is: "folder", place: folder });
});

it.each([
  "https://github.com/school/work-alice.git",
  "https://token@github.com/school/work",
  "https://[::1]:8443/x".replace("::", "0:0:0:0:0:0:0:"),
  "ssh://git@github.com/school/work.git",
  "ssh://git@host:2222/work.git",
  "git@github.com:school/work.git",
])("takes %j for an address", (url) => {
  expect(sourceOf(url)).toEqual({ is: "git", url });
});

it.each([
  "",
  "-x",
  "--upload-pack=x",
  "ext::sh -c x",
  "https::x",
  "http://school.example/x",
  "git://school.example/x",
  "ftp://school.example/x",
  "ssh://-oProxyCommand=x/y",
  "git@-host:x",
  "git@host:-x",
  "host:x y",
  "https://host/a b",
  "a\0b",
])("refuses %j, saying what is expected", (word) => {
  expect(() => sourceOf(word, "en")).toThrow(UsageError);
  expect(() => sourceOf(word, "en")).toThrow(/expected a folder|is not there/);
  expect(() => sourceOf(word, "es")).toThrow(/se esperaba|no existe/);
});

it("says of a folder that is not there that it is not there", () => {
  expect(() => sourceOf("/nowhere/x", "en")).toThrow("/nowhere/x is not there");
  expect(() => sourceOf("file:///nowhere", "en")).toThrow("is not there");
});

it("reads file: addresses as paths of this machine", () => {
  expect(localPath("file:///a%20b")).toBe("/a b");
  expect(localPath("file://localhost/a")).toBe("/a");
  expect(localPath("file:///%E0%A4%A")).toBeUndefined();
  expect(localPath("file://host/a")).toBeUndefined();
  expect(localPath("relative")).toBeUndefined();
});
