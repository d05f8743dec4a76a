/** Which callables a submission called, with what. */
import { TooLarge } from "../../values/codec.js";
import { LIMITS, type Parcel, type Wire } from "../../values/wire.js";
import type { Call } from "../messages.js";

/** More calls than this are no answer to any exercise. */
const MOST_CALLS = 10_000;

export interface CallLog {
  /** Takes the next callable in; the function that it returns notes a call, whose arguments `write` writes down. */
  readonly callable: (write: (args: unknown[]) => Parcel<Wire>) => (args: unknown[]) => void;
  /** The calls, and a parcel with their arguments behind its own body. */
  readonly appendTo: (answer: Parcel<Wire>) => { readonly calls: readonly Call[]; readonly parcel: Parcel<Wire> };
}

export function keepCalls(): CallLog {
  const calls: { readonly callable: number; readonly args: Parcel<Wire> }[] = [];
  let callables = 0;
  let bytes = 0;
  let excess: TooLarge | undefined;
  return {
    callable: (write) => {
      const callable = callables++;
      return (args) => {
        if (excess !== undefined) return;
        try {
          const parcel = write(args);
          bytes += parcel.body.length;
          calls.push({ callable, args: parcel });
          if (calls.length > MOST_CALLS) excess = new TooLarge(`more than ${MOST_CALLS} calls of a function`);
          if (bytes > LIMITS.bytes) excess = new TooLarge(`more than ${LIMITS.bytes / 2 ** 20} MiB`);
        } catch (error) {
          excess = error instanceof TooLarge ? error : new TooLarge("arguments that cannot be read");
        }
      };
    },
    appendTo: (answer) => {
      if (excess !== undefined) throw excess;
      if (calls.length === 0) return { calls: [], parcel: answer };
      const body = new Uint8Array(answer.body.length + bytes);
      body.set(answer.body);
      let start = answer.body.length;
      const placed = calls.map(({ callable, args }) => {
        body.set(args.body, start);
        const call = { callable, args: args.head, start };
        start += args.body.length;
        return call;
      });
      return { calls: placed, parcel: { head: answer.head, body } };
    },
  };
}
