/**
 * Where a class is kept while it is graded: files of lines that are only ever appended to, by one process. They need
 * no program to be read, an interruption costs the line that was being written and nothing else, and parts that were
 * made elsewhere are put together by reading one after the other. A database would have to be compiled, or newer than
 * the oldest Node that the workbook runs on.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { WorkbookError } from "../errors.js";
import { both } from "../language.js";
import { quoteLine } from "../text/quote.js";
import { classWords } from "./words.js";

/** Where an entry lies in its file, in bytes. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

export interface Ledger<T> {
  /** Every entry that is there, in the order in which they were written. */
  readonly entries: () => Generator<{ readonly entry: T; readonly place: Place }>;
  readonly read: (place: Place) => T;
  readonly append: (entry: T) => Place;
  readonly close: () => void;
}

const LINE_END = 10;
const CHUNK = 1 << 20; // bytes read at once
/** No entry is as long as this: a file without line ends is damaged. */
const LONGEST = 64 << 20;

/**
 * Opens a file of JSON lines. A last line without an end was being written when the program was interrupted: it is cut off.
 *
 * @throws WorkbookError when another line is no entry, with its number
 */
export function openLedger<S extends v.GenericSchema>(file: string, schema: S): Ledger<v.InferOutput<S>> {
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file)) truncateSync(file, endOfLines(file));
  const descriptor = openSync(file, "a+");
  let end = fstatSync(descriptor).size;
  return {
    entries: function* () {
      let number = 0;
      for (const { text, place } of linesOf(file)) {
        number++;
        yield { entry: parseLine(text, schema, file, number), place };
      }
    },
    read: ({ at, length }) => {
      const line = Buffer.alloc(length);
      readSync(descriptor, line, 0, length, at);
      return v.parse(schema, JSON.parse(line.toString("utf8")));
    },
    append: (entry) => {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      writeSync(descriptor, line);
      fdatasyncSync(descriptor);
      const place = { at: end, length: line.length - 1 };
      end += line.length;
      return place;
    },
    close: () => closeSync(descriptor),
  };
}

function parseLine<S extends v.GenericSchema>(line: string, schema: S, file: string, number: number): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(line));
  } catch (error) {
    throw new WorkbookError(
      both((language) => classWords(language).damagedLine(file, number, quoteLine((error as Error).message))),
    );
  }
}

/** The whole lines of a file, a part at a time: it may be larger than the memory. */
function* linesOf(file: string): Generator<{ readonly text: string; readonly place: Place }> {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(CHUNK);
    let rest: Buffer = Buffer.alloc(0);
    let at = 0; // where `rest` begins
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      rest = Buffer.concat([rest, buffer.subarray(0, read)]);
      let start = 0;
      for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END, start)) {
        yield { text: rest.toString("utf8", start, end), place: { at: at + start, length: end - start } };
        start = end + 1;
      }
      rest = Buffer.from(rest.subarray(start));
      at += start;
      if (rest.length > LONGEST)
        throw new WorkbookError(both((language) => classWords(language).longLine(file, LONGEST)));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Where the last whole line ends. */
function endOfLines(file: string): number {
  const { size } = statSync(file);
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(CHUNK);
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - CHUNK);
      const read = readSync(descriptor, buffer, 0, end - start, start);
      const last = buffer.subarray(0, read).lastIndexOf(LINE_END);
      if (last >= 0) return start + last + 1;
      end = start;
    }
    return 0;
  } finally {
    closeSync(descriptor);
  }
}
