/** Small changes of the solutions lose points: a tenth of them here, always the same; all with `npm run mutants`. */
import { describe, expect, test } from "vitest";
import { EXERCISES } from "../syllabus.js";
import { gradeMutants, mutantsOfAll, reasonOf, tenthOf } from "./grade.js";
import { judgeAll } from "./judges.js";
import { mutantsOf } from "./make.js";
import { REASONS } from "./reasons.js";

/** On a machine that is busy with something else. */
const LONG = 15 * 60_000;

const ids = EXERCISES.map(({ id }) => id);
const all = mutantsOfAll(ids);

const solution = (body: string) => `import * as tf from "@tensorflow/tfjs";

export function stableSoftmax(x: tf.Tensor): tf.Tensor {
  const outside = 1;
  // #region solution
${body}
  // #endregion
}
`;

const madeOf = (body: string) =>
  mutantsOf("1.1", solution(body)).map(({ what, after, equal }) => `${what}: ${after}${equal ? ` (${equal})` : ""}`);

describe("making them", () => {
  test("one change each, inside of what students write", () => {
    expect(madeOf("  return tf.exp(x.sub(x.max(-1, true)));")).toEqual([
      "tf.exp away: return (x.sub(x.max(-1, true)));",
      "sub to add: return tf.exp(x.add(x.max(-1, true)));",
      ".sub(…) away: return tf.exp(x);",
      "max to min: return tf.exp(x.sub(x.min(-1, true)));",
      "arguments 1 and 2 exchanged: return tf.exp(x.sub(x.max(true, -1)));",
      "last argument away: return tf.exp(x.sub(x.max(-1)));",
      "- away: return tf.exp(x.sub(x.max(1, true)));",
      "1 to 2: return tf.exp(x.sub(x.max(-2, true)));",
      "1 to 0: return tf.exp(x.sub(x.max(-0, true)));",
      "true to false: return tf.exp(x.sub(x.max(-1, false)));",
    ]);
  });

  test("defaults of parameters are changed as well", () => {
    const source = solution("  return x;").replace("x: tf.Tensor)", "x: tf.Tensor, eps = 1e-5, scale = true)");
    expect(mutantsOf("1.1", source).map(({ what, name }) => `${what}, ${name.split(":")[0]}`)).toEqual([
      "0.00001 to 1.00001, stableSoftmax",
      "0.00001 to 0.01, stableSoftmax",
      "true to false, stableSoftmax",
    ]);
  });

  test("conditions, refusals, statements, loops and types are known", () => {
    expect(
      madeOf(`  if (x.rank < 1) throw new RangeError("no");
  const list: [1, 2] = [y as 5, z];
  list.push(x);`),
    ).toEqual([
      'if to false: if (false) throw new RangeError("no");',
      '< to <=: if (x.rank <= 1) throw new RangeError("no");',
      '1 to 2: if (x.rank < 2) throw new RangeError("no");',
      '1 to 0: if (x.rank < 0) throw new RangeError("no");',
      'RangeError to Error: if (x.rank < 1) throw new Error("no");',
      "elements 1 and 2 exchanged: const list: [1, 2] = [z, y as 5];",
      "statement away: ",
      "push to unshift: list.unshift(x);",
    ]);
  });

  test("what does the same by rule is told, and only that", () => {
    const equal = (body: string) => madeOf(body).filter((line) => line.endsWith("\u0029") && / \([^)]*\)$/.test(line));
    expect(
      equal("  const [n = 0] = x.shape;\n  const [m = 0] = x.list;").map((line) => line.split(" (").at(-1)),
    ).toEqual(["an axis that is there needs no default)"]);
    expect(equal("  return tf.maximum(x, y).sub(tf.sub(x, y));").length).toBe(1);
    expect(equal('  if (x) throw new RangeError("one " + y);').length).toBe(1);
    expect(equal("  return tf.matMul(x, y, true, false).sum([-1, -2]);").length).toBe(2);
    expect(equal("  return f(x.shape.at(1) ?? 1, x.list.at(1) ?? 1, y.dataSync()[0] ?? 0, y ?? 0);").length).toBe(6);
  });

  test("each has a name of its own, which stays when lines are put before it", () => {
    for (const id of ids) {
      const names = all.filter((mutant) => mutant.id === id).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
    const [one, other] = [solution("  return x.max(1);"), `// first\n\n${solution("  return x.max(1); // [n]")}`];
    const [before, after] = [mutantsOf("1.1", one), mutantsOf("1.1", other)];
    expect(after.map(({ hash }) => hash)).toEqual(before.map(({ hash }) => hash));
    expect(after.map(({ line }) => line)).not.toEqual(before.map(({ line }) => line));
  });

  test("there are some of every exercise, and a tenth is a tenth", () => {
    for (const id of ids) expect(all.filter((mutant) => mutant.id === id).length, id).toBeGreaterThan(3);
    expect(all.length).toBeGreaterThan(2000);
    expect(tenthOf(all).length / all.length).toBeCloseTo(0.1, 1);
  });
});

describe("judging them", () => {
  test(
    "what is right passes, what is wrong does not, whatever it does",
    async () => {
      const bodies = [
        "  return tf.softmax(x);",
        "  return tf.sigmoid(x);",
        "  return nothing(x);",
        "  for (;;) {}",
        "  for (const all = [[x]]; ; ) all.push(Array(1e6).fill(x));",
      ];
      const judged = await judgeAll(
        bodies.map((body) => ({ id: "1.1", source: solution(body), seed: 1 })),
        2,
      );
      expect(judged.map(({ verdict }) => verdict.is)).toEqual([
        ...["passed", "rejected", "rejected"],
        ...["cut short", "cut short"],
      ]);
    },
    LONG,
  );

  test(
    "what passes here and breaks a rule of a class is no survivor",
    async () => {
      const [mutant] = all.filter(({ id }) => id === "1.1");
      if (mutant === undefined) throw new Error("1.1 has no mutants");
      const made = (body: string) => ({ ...mutant, name: body, source: solution(body) });
      const forbidden = made("  return tf.softmax(x);");
      const wrong = made("  return tf.exp(x.sub(x.max(-1, true))).div(1);");
      const right = made("  const e = tf.exp(x.sub(x.max(-1, true)));\n  return e.div(e.sum(-1, true));");
      const { survivors, rejected } = await gradeMutants([forbidden, wrong, right], { seeds: [1], processes: 2 });
      expect(survivors).toEqual([{ mutant: expect.objectContaining({ name: right.name }), seeds: [1] }]);
      expect(rejected).toBe(2);
    },
    LONG,
  );
});

test("reasons are of mutants that there are, and that no rule tells", () => {
  const known = new Set(all.filter(({ equal }) => equal === undefined).map(({ id, name }) => `${id} ${name}`));
  for (const [id, names] of Object.entries(REASONS))
    for (const name of Object.keys(names)) expect(known).toContain(`${id} ${name}`);
});

test(
  "a tenth of all mutants is rejected, or stands with a reason",
  async () => {
    const { survivors } = await gradeMutants(tenthOf(all), { seeds: [1], processes: 2 });
    expect(survivors.map(({ mutant: { id, line, before, after } }) => ({ id, line, before, after }))).toEqual([]);
    expect(tenthOf(all).some((mutant) => reasonOf(mutant) === undefined)).toBe(true);
  },
  LONG,
);
