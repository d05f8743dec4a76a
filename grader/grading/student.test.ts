import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sandbox } from "../sandbox/sandbox.js";
import { toParcel } from "../suite/trusted.js";
import { exerciseOf } from "../syllabus.js";
import { connectStudent } from "./student.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Answers every call with 1 after so many seconds. */
function slowSandbox(seconds: number, exports: readonly string[] = ["stableSoftmax"]): Sandbox {
  const { head, body } = toParcel(1);
  return {
    ask: async (request: { readonly head: { readonly do: string } }) => {
      if (request.head.do === "load") return { reply: { is: "loaded", exports, printed: "" }, body: new Uint8Array(0) };
      vi.advanceTimersByTime(seconds * 1000);
      return { reply: { is: "answer", value: head, spoiled: [], leaked: 0, calls: [], printed: "" }, body };
    },
    kill: () => {},
  } as unknown as Sandbox;
}

const connect = (sandbox: Sandbox) =>
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
  );

test("after half a minute in all, an exercise is asked no more", async () => {
  const student = connect(slowSandbox(4.5));
  const answers: string[] = [];
  for (let i = 0; i < 8; i++) {
    const answered = await student.call("stableSoftmax", toParcel([1]));
    answers.push(answered.is === "answer" ? "answer" : `${answered.failure.kind}: ${answered.failure.text.en}`);
  }
  expect(answers.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => "answer"));
  expect(answers[7]).toBe("timed out: not asked: the calls of this exercise took 32 s in all");
});

test("a suite that allows longer calls allows longer exercises", async () => {
  const student = connect(slowSandbox(20));
  for (let i = 0; i < 8; i++) expect((await student.call("stableSoftmax", toParcel([1]), 30)).is).toBe("answer");
});

test("among very many exports the nearest is not searched for without end", async () => {
  const names = Array.from({ length: 400_000 }, (_, i) => `stableSoftmaxx${i}`);
  const student = connect(slowSandbox(0, ["stableSoftmaxx", ...names]));
  for (let i = 0; i < 50; i++) {
    const answered = await student.call("stableSoftmax", toParcel([1]));
    expect(answered.is === "failed" && answered.failure.text.en).toContain("`stableSoftmaxx` is: rename it");
  }
});
