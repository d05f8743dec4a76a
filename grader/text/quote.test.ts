/** No text of a student's code is a command of a terminal or of a workflow, also when its line is broken elsewhere. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteLine, quoteLines } from "./quote.js";

test.each([
  ["::error::x", ": :error: :x"],
  [" :::error foo=:::x", " : : :error foo=: : :x"], // broken at a space, it would begin with ::
  ["##[error]x ####[group]", "# #[error]x ### #[group]"],
  ["##vso[task.x]", "# #vso[task.x]"],
  ["a\tb\u001b[2J\r", "a  b�[2J�"],
])("%j", (line, quoted) => expect(quoteLine(line)).toBe(quoted));

test("whatever it is", () => {
  const sign = fc.constantFrom(":", "#", "[", " ", "a", "\t", "\u001b", "\u2028");
  fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 30 }), (text) => {
      expect(quoteLine(text)).not.toMatch(/::|##\w*\[|\p{Cc}/u);
    }),
  );
});

test("lines are those of the text, without an empty last one", () => {
  expect(quoteLines("a\r\n::b\n")).toEqual(["a", ": :b"]);
});
