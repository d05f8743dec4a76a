/** What could not be taken, and why: so many of it, the rest counted. */
import type { Text } from "../../language.js";
import { shown } from "./known.js";
import { say, type Why } from "./words.js";

/** One for every exercise, and some: a hostile submission can be wrong in a million ways. */
const MOST = 80;

export interface Problems {
  readonly add: (text: Text) => void;
  readonly notTaken: (file: string, why: Why) => void;
  readonly all: () => readonly Text[];
}

export function noProblems(): Problems {
  const texts: Text[] = [];
  let more = 0;
  const add = (text: Text): void => {
    if (texts.length < MOST) texts.push(text);
    else more += 1;
  };
  return {
    add,
    notTaken: (file, why) => add(say((words) => words.notTaken(shown(file), words.why[why]))),
    all: () => (more === 0 ? texts : [...texts, say((words) => words.more(more))]),
  };
}
