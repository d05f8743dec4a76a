/** Laws relate a student's own answers, wherever they are judged. */
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { record } from "../../class/release/record.js";
import { both } from "../../language.js";
import type { Connection } from "../connection.js";
import { connectInProcess } from "../in-process.js";
import { packRecording, unpackRecording } from "../recording.js";
import { replay } from "../replay.js";
import { runSuite } from "../run.js";
import { suite } from "../suite.js";
import type { Limits } from "./law.js";
import { close, holds, type Relation } from "./relation.js";
import { op } from "./term.js";

const twice = (x: tf.Tensor) => ({ doubled: x.mul(2), list: [1, 2, 3] });
const say = (text: string) => both(() => text);

/** A suite of one law, and the same as it is recorded. */
async function lawful(
  state: (ask: { twice: (x: tf.Tensor) => never }, x: tf.Tensor) => readonly Relation[],
  limits?: Limits,
) {
  const whole = suite("1.1", { twice })(({ agrees, law }) => ({
    cases: (random) => ({ twice: { plain: [random.normal([2, 3])] } }),
    checks: [
      agrees(say("agrees"), 1, "twice", ["plain"]),
      law(say("a law"), 1, "twice", "plain", (ask, [x]) => state(ask as never, x), limits),
    ],
    mistakes: {},
  }));
  return [whole, replay(unpackRecording(packRecording(await record(whole, [3]))))] as const;
}

/** What the law says of functions, fresh and recorded. */
async function verdicts(suites: Awaited<ReturnType<typeof lawful>>, f: (x: tf.Tensor) => unknown) {
  const said: (string | undefined)[] = [];
  for (const one of suites) {
    const [, law] = await runSuite(one, 3, connectInProcess({ twice: f as never }));
    said.push(law?.failure?.text.en);
  }
  return said;
}

test("a law holds of wrong answers as well, if it does", async () => {
  const linear = await lawful((ask, x) => {
    const [once, thrice] = [ask.twice(x) as { doubled: never }, ask.twice(x.mul(3)) as { doubled: never }];
    return [close(thrice.doubled, op.mul(once.doubled, 3), say("the answer to 3·x"))];
  });
  expect(await verdicts(linear, (x) => ({ doubled: x.mul(5), list: [4, 4, 4] }))).toEqual([undefined, undefined]);
  for (const text of await verdicts(linear, (x) => ({ doubled: x.square(), list: [4, 4, 4] })))
    expect(text).toMatch(/^the answer to 3·x \[2, 3\]: 6 of 6 values off/);
});

test("answers may be asked about, and lists be taken apart", async () => {
  const chained = await lawful((ask, x) => {
    const { doubled, list } = ask.twice(x) as unknown as { doubled: never; list: never[] };
    const again = ask.twice(doubled) as unknown as { doubled: never };
    return [
      close(again.doubled, op.mul(x, 4), say("the answer to the answer")),
      close(op.pick(list, [2, 0]), [3, 1], say("the ends")),
      holds(op.less(list[0] as never, 2), say("the first is {0}"), { shows: [list[0] as never] }),
    ];
  });
  expect(await verdicts(chained, twice)).toEqual([undefined, undefined]);
  const wrong = await verdicts(chained, (x) => ({ doubled: x.mul(-2), list: [9, 2, 1] }));
  for (const text of wrong) expect(text).toMatch(/^the ends/);
  const late = await verdicts(chained, (x) => ({ doubled: x.mul(-2), list: [3, 2, 3] }));
  for (const text of late) expect(text).toMatch(/^the ends/);
});

test("a list may be longer or shorter than the reference's, and is judged by what is said of it", async () => {
  const listed = await lawful((ask, x) => {
    const [one, other] = [ask.twice(x), ask.twice(x.mul(3))] as unknown as [{ list: never }, { list: never }];
    return [
      close(one.list, op.head(other.list, 2), say("the list")),
      holds(op.same(one.list, other.list), say("the lists differ")),
    ];
  });
  const listing = (list: unknown) => (x: tf.Tensor) => ({ doubled: x.mul(2), list });
  expect(await verdicts(listed, listing([7, 8]))).toEqual([undefined, undefined]);
  expect(await verdicts(listed, listing([]))).toEqual([undefined, undefined]);
  for (const text of await verdicts(listed, listing([7, 8, 9, 10]))) expect(text).toMatch(/^the list/);
  for (const text of await verdicts(listed, listing(["7"]))) expect(text).toMatch(/list/);
  for (const text of await verdicts(listed, listing(7))) expect(text).toMatch(/number/);
});

test("a call that is to be afforded has its own seconds, and where it fails says how to do with less", async () => {
  const advice = say("Take one after the other.");
  const suites = await lawful((ask, x) => [close(ask.twice(x.mul(3)), 0, say("zero"))], { seconds: 0.25, advice });
  for (const one of suites) {
    const asked: (number | undefined)[] = [];
    const own = connectInProcess({ twice: twice as never });
    const connection: Connection = {
      ...own,
      call: async (name, args, seconds) => {
        asked.push(seconds);
        if (seconds === undefined) return await own.call(name, args);
        return { is: "failed", failure: { kind: "timed out", text: say("too long") }, rangeError: false };
      },
    };
    const [agrees, law] = await runSuite(one, 3, connection);
    expect(agrees?.failure).toBeUndefined(); // a case of the suite has the seconds that all calls have
    expect(law?.failure).toMatchObject({ kind: "timed out", advice });
    expect(asked.filter((seconds) => seconds !== undefined)).toEqual([0.25]);
  }
});

test("what is no finite number satisfies nothing", async () => {
  const equal = await lawful((ask, x) => {
    const { doubled } = ask.twice(x) as { doubled: never };
    return [close(doubled, doubled, say("the answer"))];
  });
  for (const text of await verdicts(equal, (x) => ({
    doubled: tf.where(x.greater(0), Number.NaN, x),
    list: [1, 2, 3],
  })))
    expect(text).toMatch(/finite/);
});

test.each([
  ["always the same", (_: tf.Tensor) => tf.ones([2, 3]), /same/],
  ["never the same", (_: tf.Tensor) => tf.randomNormal([2, 3]), /again/],
  ["of another shape", (x: tf.Tensor) => x.transpose(), /shape/],
])("what is %s satisfies nothing", async (_, doubled, reason) => {
  const nothing = await lawful((ask, x) => {
    const answer = ask.twice(x) as { doubled: never };
    return [close(op.zerosLike(answer.doubled), tf.zeros([2, 3]), say("nothing"))];
  });
  for (const text of await verdicts(nothing, (x) => ({ doubled: doubled(x), list: [1, 2, 3] })))
    expect(text).toMatch(reason);
});
