/** Parts of a class, for several machines: who is in which depends on their ids alone. */
import { createHash } from "node:crypto";
import { UsageError } from "../errors.js";
import type { Student } from "./students.js";
import type { ClassWords } from "./words.js";

/** The i-th of n, from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Shard = { index: 1, of: 1 };

const MOST_SHARDS = 256; // jobs of one matrix

/** @throws UsageError for anything but `i/N` with 1 ≤ i ≤ N */
export function readShard(word: string, words: ClassWords): Shard {
  const [, index = "0", of = "0"] = /^(\d{1,4})\/(\d{1,4})$/.exec(word) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index < 1 || shard.index > shard.of || shard.of > MOST_SHARDS) throw new UsageError(words.badShard(word));
  return shard;
}

/** The students of a shard. All shards are of one size, up to one student. */
export function inShard(students: readonly Student[], { index, of }: Shard): Student[] {
  const rank = (id: string) => createHash("sha256").update(id).digest("hex");
  const ranked = students.map((student) => ({ student, rank: rank(student.id) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.filter((_, place) => place % of === index - 1).map(({ student }) => student);
}

/** Changes when the class does: shards of different classes are not merged. */
export const fingerprintOf = (students: readonly Student[]): string =>
  createHash("sha256")
    .update(JSON.stringify(students.map(({ id }) => id).sort()))
    .digest("hex")
    .slice(0, 16);
