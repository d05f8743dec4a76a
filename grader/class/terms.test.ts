/** Deadlines, late days, shards, turns: what a class agrees on. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDue } from "./due.js";
import { daysLate, deadlineOf } from "./late.js";
import { inTurn } from "./once.js";
import { fingerprintOf, inShard, readShard } from "./shards.js";
import { classWords } from "./words.js";

const words = classWords("en");

describe("deadlines", () => {
  test("a date is its last minute; an instant needs its offset", () => {
    expect(readDue("2026-12-01")).toBe("2026-12-01T23:59Z");
    expect(readDue("2026-12-01T23:59-06:00")).toBe("2026-12-01T23:59-06:00");
    for (const word of ["2026-12-01T23:59", "2026-13-01", "2026-02-30", "1.12.2026", "2026-12-01T25:00Z", "now", ""]) {
      expect(readDue(word), word).toBeUndefined();
    }
  });

  test("a begun day is a day, and nothing is late without a deadline", () => {
    const deadline = deadlineOf({ id: "a" }, { due: "2026-12-01T12:00Z", lateDays: 2 });
    const late = (when: string) => daysLate(new Date(when), deadline);
    expect(
      ["2026-11-30T00:00Z", "2026-12-01T12:00Z", "2026-12-01T12:01Z", "2026-12-02T12:00Z", "2026-12-03T00:00Z"].map(
        late,
      ),
    ).toEqual([...[0, 0, 1, 1, 2]]);
    expect(deadline.last?.toISOString()).toBe("2026-12-03T12:00:00.000Z");
    expect(daysLate(new Date(), deadlineOf({ id: "a" }, { lateDays: 0 }))).toBe(0);
  });

  test("a student's own deadline and bank count before the class's", () => {
    const own = deadlineOf(
      { id: "a", due: "2027-01-01T00:00Z", lateDays: 5 },
      { due: "2026-12-01T12:00Z", lateDays: 2 },
    );
    expect([own.due?.toISOString(), own.bank]).toEqual(["2027-01-01T00:00:00.000Z", 5]);
  });
});

describe("shards", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 });

  test("each student is in one shard, whatever the order of the list, and shards are of one size", () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (names, of) => {
        const students = names.map((id) => ({ id }));
        const shards = Array.from({ length: of }, (_, i) => inShard(students, { index: i + 1, of }));
        expect(
          shards
            .flat()
            .map(({ id }) => id)
            .sort(),
        ).toEqual([...names].sort());
        const sizes = shards.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const reversed = inShard([...students].reverse(), { index: 1, of });
        expect(reversed).toEqual(shards[0]);
      }),
    );
  });

  test("another class has another fingerprint, the same in another order the same", () => {
    expect(fingerprintOf([{ id: "a" }, { id: "b" }])).toBe(fingerprintOf([{ id: "b" }, { id: "a" }]));
    expect(fingerprintOf([{ id: "a" }])).not.toBe(fingerprintOf([{ id: "b" }]));
  });

  test.each(["0/3", "4/3", "1/0", "1", "1/257", "-1/3", "a/b", "1/3/5"])("refuses %s", (word) => {
    expect(() => readShard(word, words)).toThrow(/expected i\/N/);
  });
});

describe("turns", () => {
  test("what is being done for the first time is waited for; what is done is not", async () => {
    const turn = inTurn(60_000);
    const log: string[] = [];
    const job = (name: string, files: string[]) =>
      turn(files, async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${name} ends`);
      });
    await Promise.all([job("a", ["x", "y"]), job("b", ["y"]), job("c", ["z"])]);
    expect(log.indexOf("b begins")).toBeGreaterThan(log.indexOf("a ends"));
    expect(log.indexOf("c begins")).toBeLessThan(log.indexOf("a ends"));
    log.length = 0;
    await Promise.all([job("d", ["x"]), job("e", ["x"])]);
    expect(log.slice(0, 2)).toEqual(["d begins", "e begins"]);
  });

  test("nobody waits longer than so long: then it is done twice", async () => {
    const turn = inTurn(20);
    let release = () => {};
    const never = turn(["x"], () => new Promise<void>((resolve) => (release = resolve)));
    expect(await turn(["x"], async () => "done")).toBe("done");
    release();
    await never;
  });

  test("who waits for the same goes one after the other, also when the first one fails", async () => {
    const turn = inTurn(60_000);
    let running = 0;
    let most = 0;
    const job = (fails: boolean) =>
      turn(["x"], async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        if (fails) throw new Error("broken");
      });
    const ended = await Promise.allSettled([job(true), job(false), job(false)]);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(most).toBeLessThanOrEqual(2); // the two that are left find it done
  });
});
