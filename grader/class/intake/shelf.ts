/** What is kept of an archive's entries while it is read. */
import { createHash } from "node:crypto";
import type { Text } from "../../language.js";
import { LIMITS } from "./known.js";
import type { Why } from "./words.js";

/** What is known of an entry. */
export type Shelved =
  | { readonly is: "bytes"; readonly bytes: Buffer }
  | { readonly is: "digest"; readonly sha256: string }
  | { readonly is: "not taken"; readonly why: Why };

/** An entry as it is put on the shelf: where it can be, it is read only when it turns out to count. */
export type Put = Shelved | (() => Promise<Shelved>);

/** What a reader of archives tells besides the entries. */
export interface Notes {
  /** An entry whose name no file should have. */
  readonly unsafe: (name: string) => void;
  readonly add: (text: Text) => void;
}

export type Refused = { readonly refused: Text };

/** MiB, for people. */
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

/** Keeps a file up to the limit, or digests it: what comes in pieces. */
export function gatherer(wish: "exercise" | "other"): {
  readonly take: (piece: Buffer) => boolean;
  readonly done: () => Shelved;
} {
  const limit = wish === "exercise" ? LIMITS.file : LIMITS.digest;
  return wish === "exercise" ? gathering(limit) : digesting(limit);
}

function gathering(limit: number): ReturnType<typeof gatherer> {
  let pieces: Buffer[] = [];
  let total = 0;
  return {
    take: (piece) => {
      total += piece.length;
      // Copied: a piece is a view of a larger buffer, which would be held with it.
      if (total <= limit) pieces.push(Buffer.from(piece));
      else pieces = [];
      return total <= limit;
    },
    done: () => (total <= limit ? { is: "bytes", bytes: Buffer.concat(pieces) } : { is: "not taken", why: "large" }),
  };
}

function digesting(limit: number): ReturnType<typeof gatherer> {
  const hash = createHash("sha256");
  let total = 0;
  return {
    take: (piece) => {
      total += piece.length;
      if (total <= limit) hash.update(piece);
      return total <= limit;
    },
    done: () => (total <= limit ? { is: "digest", sha256: hash.digest("hex") } : { is: "not taken", why: "large" }),
  };
}
