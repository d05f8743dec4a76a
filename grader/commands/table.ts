/** The commands, one table. */
import { bench } from "./bench.js";
import { gradeOfRecord } from "./class.js";
import type { Command } from "./command.js";
import { mutants } from "./mutants.js";
import { release } from "./release.js";
import { stubs } from "./stubs.js";
import { STUDENTS } from "./students.js";

export const COMMANDS: readonly Command[] = [...STUDENTS, release, gradeOfRecord, stubs, bench, mutants];
