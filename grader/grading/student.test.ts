import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sandbox } from "../sandbox/sandbox.js";
import { toParcel } from "../suite/trusted.js";
import { exerciseOf } from "../syllabus.js";
import { type Budget, openBudget } from "./budget.js";
import { connectStudent, type StudentConnection } from "./student.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** How a sandbox spends its time on each call, in seconds. */
interface Pace {
  readonly works?: number;
  readonly sleeps?: number;
}

/** Answers every call with 1, or is ended where it would work longer than it may. */
function sandboxOf({ works = 0, sleeps = 0 }: Pace, exports: readonly string[] = ["stableSoftmax"]): Sandbox {
  const { head, body } = toParcel(1);
  let worked = 0;
  return {
    ask: async (request: { readonly head: { readonly do: string } }, seconds: number) => {
      if (request.head.do === "load") return { reply: { is: "loaded", exports, printed: "" }, body: new Uint8Array(0) };
      worked += Math.min(works, seconds);
      vi.advanceTimersByTime((Math.min(works, seconds) + sleeps) * 1000);
      if (works > seconds) return { is: "timed out", seconds };
      return { reply: { is: "answer", value: head, spoiled: [], leaked: 0, calls: [], printed: "" }, body };
    },
    worked: () => worked,
    kill: () => {},
  } as unknown as Sandbox;
}

const connect = (sandbox: Sandbox, budget?: Budget) =>
  connectStudent(
    {
      exercise: exerciseOf("1.1"),
      bundle: { code: "", origin: () => undefined },
      nameOf: () => undefined,
      parameters: {},
      exportsDefault: false,
      forbidden: [],
    },
    async () => sandbox,
    budget,
  );

/** What so many calls come to. */
async function callsOf(student: StudentConnection, count: number, seconds?: number): Promise<string[]> {
  const answers: string[] = [];
  for (let i = 0; i < count; i++) {
    const answered = await student.call("stableSoftmax", toParcel([1]), seconds);
    answers.push(answered.is === "answer" ? "answer" : `${answered.failure.kind}: ${answered.failure.text.en}`);
  }
  return answers;
}
const answersOf = (count: number) => Array.from({ length: count }, () => "answer");

test("after half a minute of work in all, an exercise is asked no more", async () => {
  const answers = await callsOf(connect(sandboxOf({ works: 4.5 })), 8);
  expect(answers).toEqual([...answersOf(7), "timed out: not asked: the calls of this exercise took 32 s in all"]);
});

test("what waits for a busy machine is asked on: only work counts", async () => {
  expect(await callsOf(connect(sandboxOf({ works: 0.5, sleeps: 6 })), 40)).toEqual(answersOf(40));
});

test("what sleeps has an end all the same", async () => {
  const answers = await callsOf(connect(sandboxOf({ sleeps: 59 })), 8);
  expect(answers).toEqual([...answersOf(7), "timed out: not asked: the calls of this exercise took 413 s in all"]);
});

test("a suite that allows longer calls allows longer exercises", async () => {
  expect(await callsOf(connect(sandboxOf({ works: 20 })), 8, 30)).toEqual(answersOf(8));
});

test("exercises of one submission share a budget: when it is used up nothing more is asked, and that is told", async () => {
  const budget = openBudget(10);
  const first = connect(sandboxOf({ works: 3 }), budget);
  expect(await callsOf(first, 3)).toEqual(answersOf(3));
  expect(first.told()).toEqual({ printed: "", worked: 9, cutShort: false });
  const spent = "timed out: not asked: the exercises before it had used up the 10 s of processor time for all of them";
  const second = connect(sandboxOf({ works: 3 }), budget);
  expect(await callsOf(second, 2)).toEqual([spent, spent]);
  expect(second.told()).toEqual({ printed: "", worked: 1, cutShort: true });
  const third = connect(sandboxOf({ works: 3 }), budget);
  expect(await callsOf(third, 1)).toEqual([spent]);
  expect(third.told()).toEqual({ printed: "", worked: 0, cutShort: true });
});

test("a call that takes too long by itself is its own fault, also when it uses up the budget", async () => {
  const student = connect(sandboxOf({ works: 9 }), openBudget(5));
  expect(await callsOf(student, 1)).toEqual(["timed out: no answer within 5 s: does a loop never end?"]);
  expect(student.told()).toMatchObject({ worked: 5, cutShort: false });
});

test("among very many exports the nearest is not searched for without end", async () => {
  const names = Array.from({ length: 400_000 }, (_, i) => `stableSoftmaxx${i}`);
  const student = connect(sandboxOf({}, ["stableSoftmaxx", ...names]));
  for (let i = 0; i < 50; i++) {
    const answered = await student.call("stableSoftmax", toParcel([1]));
    expect(answered.is === "failed" && answered.failure.text.en).toContain("`stableSoftmaxx` is: rename it");
  }
});
