/**
 * The process that reads students' files: it may hang, run out of memory or fall over a text, and costs nobody but
 * the exercise whose text that was. Started with the root of the workbook, where the parser lies.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { oxc } from "../syntax/oxc.js";
import { readTrusted, vet } from "../vet.js";
import type { Question, Reply } from "./protocol.js";

const [root = "."] = process.argv.slice(2);
const { parseSync } = createRequire(path.join(root, "package.json"))("oxc-parser") as typeof import("oxc-parser");
const parse = oxc(parseSync);

const answer = (question: Question): Reply => {
  try {
    if (question.do === "read") return { is: "read", module: readTrusted(parse, question.source) };
    return { is: "vetted", vetted: vet(parse, question.rules, question.file, question.source) };
  } catch (error) {
    if (error instanceof RangeError) return { is: "too deep" }; // the tree is deeper than our own stack
    return { is: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

const say = (reply: Reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

parse("export const warm: number = 1;\n"); // the first text would pay for loading the parser
say({ is: "ready" });
createInterface({ input: process.stdin }).on("line", (line) => say(answer(JSON.parse(line) as Question)));
