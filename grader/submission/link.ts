/** Puts files together to the one piece of code that a sandbox runs. */
import type { Place } from "../suite/failure.js";
import type { Export, Import, Module, Source } from "./module.js";

export interface Bundle {
  readonly code: string;
  /** The file and the place in it that a place in `code` comes from (both count from 1); `file` is its name among the modules. */
  readonly origin: (line: number, column: number) => Place | undefined;
}

/** What V8 counts as the end of a line. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/**
 * @param modules by name, those that others import before these; the last one is what is run
 */
export function link(modules: ReadonlyMap<string, Module>): Bundle {
  const marker = markerFor([...modules.values()]);
  const lines = [`"use strict";const ${marker}t=require("@tensorflow/tfjs"),${marker}x={};`];
  const spans: { readonly file: string; readonly first: number; readonly last: number }[] = [];
  for (const [name, module] of modules) {
    const exported = `const ${marker}e={${exportsOf(module, modules)
      .map((one) => getter(one, marker))
      .join(",")}};`;
    const bindings = module.imports.map((one) => bind(one, marker)).join("");
    // A module has no `require`, `exports` and `module`, and no `arguments`.
    const head = `${marker}x[${quoted(name)}]=(function(require,exports,module){return(function(){${bindings}${exported}`;
    const body = module.code.split(LINE_END);
    lines.push(head, ...body, `return ${marker}e})()})();`);
    spans.push({ file: name, first: lines.length - body.length, last: lines.length - 1 });
  }
  const main = [...modules.keys()].at(-1) ?? "";
  lines.push(`module.exports=${marker}x[${quoted(main)}];`);
  return {
    code: lines.join("\n"),
    origin: (line, column) => {
      const span = spans.find(({ first, last }) => line >= first && line <= last);
      return span && { file: span.file, line: line - span.first + 1, column };
    },
  };
}

/** The beginning of names that none of the files uses. */
function markerFor(modules: readonly Module[]): string {
  let marker = "$";
  while (modules.some((module) => JSON.stringify(module).includes(marker))) marker += "$";
  return marker;
}

const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);

const place = (from: Source, marker: string): string =>
  from === "tfjs" ? `${marker}t` : `${marker}x[${quoted(from)}]`;

function bind({ from, names }: Import, marker: string): string {
  const source = place(from, marker);
  return names
    .map(([name, local]) =>
      // What tools make of `import tf from "@tensorflow/tfjs"`: there is no other default.
      name === "*" || (from === "tfjs" && name === "default")
        ? `const ${local}=${source};`
        : `const {${quoted(name)}:${local}}=${source};`,
    )
    .join("");
}

function getter({ name, local, from }: Export, marker: string): string {
  const value = from === undefined ? local : `${place(from, marker)}${local === "*" ? "" : `[${quoted(local)}]`}`;
  return `get ${quoted(name)}(){return ${value}}`;
}

/** What a module exports, with what it hands on: its own names come first, and a default is not handed on. */
function exportsOf(module: Module, modules: ReadonlyMap<string, Module>): Export[] {
  const found = new Map(module.exports.map((one) => [one.name, one]));
  for (const from of module.stars) {
    const source = modules.get(from);
    for (const { name } of source === undefined ? [] : exportsOf(source, modules)) {
      if (name !== "default" && !found.has(name)) found.set(name, { name, local: name, from });
    }
  }
  return [...found.values()];
}
