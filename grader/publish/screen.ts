/** Where text for people goes: coloured or not, with lines that can be written again or not. */
import { Chalk, type ChalkInstance, supportsColor } from "chalk";
import { quoteScreen } from "../text/quote.js";

export interface Screen {
  readonly chalk: ChalkInstance;
  /** Lines and colours; of whatever else a terminal or a log obeys nothing comes through. */
  readonly print: (text: string) => void;
  /** Shows a line that the next output replaces; nothing where lines cannot be replaced. */
  readonly status: (text: string) => void;
  /** Columns to write in. */
  readonly width: number;
  readonly interactive: boolean;
}

const WIDEST = 100;

/** @param plain no colours and no replaced lines, whatever the terminal can do */
export function openScreen(stream: NodeJS.WriteStream, plain: boolean, env: NodeJS.ProcessEnv = process.env): Screen {
  const colourless = plain || (env.NO_COLOR !== undefined && env.NO_COLOR !== "");
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0";
  const level = colourless || !(stream.isTTY || forced) ? 0 : supportsColor ? supportsColor.level : forced ? 1 : 0;
  const interactive = stream.isTTY === true && !plain && env.TERM !== "dumb";
  let shown = false;
  const clear = () => {
    if (shown) stream.write("\r\u001b[2K");
    shown = false;
  };
  return {
    chalk: new Chalk({ level }),
    print: (text) => {
      clear();
      stream.write(quoteScreen(text));
    },
    status: (text) => {
      if (!interactive) return;
      clear();
      stream.write(quoteScreen(text).slice(0, (stream.columns ?? WIDEST) - 1));
      shown = true;
    },
    width: Math.min(stream.columns ?? WIDEST, WIDEST),
    interactive,
  };
}

/** A screen that shows nothing, to lay out plain text for. */
export function plainScreen(width: number): Screen {
  const nothing = () => {};
  return { chalk: new Chalk({ level: 0 }), print: nothing, status: nothing, width, interactive: false };
}
