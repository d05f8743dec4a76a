/** The commands of those who solve the exercises. A repository for students has these and no others. */
import type { Command } from "./command.js";
import { doctor } from "./doctor.js";
import { grade } from "./grade.js";
import { hint } from "./hint.js";
import { list } from "./list.js";
import { publish } from "./publish.js";
import { reset } from "./reset.js";
import { dates, train, translate } from "./train.js";
import { watch } from "./watch.js";

export const STUDENTS: readonly Command[] = [
  ...[grade, watch, hint, list, reset, doctor],
  ...[train, translate, dates, publish],
];
