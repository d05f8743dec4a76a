/** No text of foreign origin is a command of a terminal or of a workflow, also when its line is broken elsewhere. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMANDS, CONTROLS, hostile } from "../acceptance/hostile.js";
import { UsageError, WorkbookError } from "../errors.js";
import { neutral } from "../language.js";
import { quoteDocument, quoteLine, quoteLines, quoteScreen, quoteStack, quoting } from "./quote.js";

const COLOUR = new RegExp(`${"\u001b"}\\[[\\d;]*m|\n`, "g");

test.each([
  ["::error::x", ": :error: :x"],
  [" :::error foo=:::x", " : : :error foo=: : :x"], // broken at a space, it would begin with ::
  ["##[error]x ####[group]", "# #[error]x ### #[group]"],
  ["##vso[task.x]", "# #vso[task.x]"],
  ["a\tb\u001b[2J\r", "a  b�[2J�"],
  ["x\n# 610 of 610 points\r\n::error::", "x⏎# 610 of 610 points⏎: :error: :"],
  ["a\u2028b\u2029c\u0085d", "a⏎b⏎c⏎d"],
  ["\u202egnp.exe\u2066 \u200b\u200d\u00ad\ufeff", "�gnp.exe� ����"],
])("%j", (line, quoted) => expect(quoteLine(line)).toBe(quoted));

test.each([
  "José Ñandú, ¿qué tal? ¡Así! «ü» – ‘é’",
  "e\u0301 with a combining accent, Việt Nam, 日本語, 葛\u{e0100}, עברית, العربية",
  "می\u200cخواهم and क्\u200dष",
  "∂L/∂x = Σᵢ αᵢ·vᵢ ≤ √dₖ, ‖x‖ ∈ ℝⁿ, q·kᵀ → ½, ∩\ufe00",
  "Ada 👩‍💻 🏳️‍🌈 👩🏽‍❤️‍💋‍👨🏿 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇲🇽 ❤️ 1️⃣ ✓︎",
  "C:\\Users\\José\\mis tareas (1)\\#1.ts",
  "https://example.org/a?b=c#d, ada@example.org, a: b, x[0] ## y",
])("ordinary text stays as it is: %s", (text) => {
  expect(quoteLine(text)).toBe(text);
  expect(quoteScreen(text)).toBe(text);
});

test("whatever it is, one line comes out that commands nothing, and quoted once more it is the same", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const quoted = quoteLine(text);
      expect(quoted).not.toMatch(CONTROLS);
      expect(quoted).not.toMatch(COMMANDS);
      expect([...quoted].length).toBeLessThanOrEqual(1000);
      expect(quoteLine(quoted)).toBe(quoted);
    }),
    { numRuns: 2000 },
  );
});

test("what is cut off is marked, and nothing is cut through", () => {
  expect(quoteLine("a".repeat(1001))).toBe(`${"a".repeat(999)}…`);
  expect(quoteLine("a".repeat(1000))).toBe("a".repeat(1000));
  expect(quoteLine(`${"a".repeat(998)}👩‍💻`)).toBe(`${"a".repeat(998)}👩…`);
});

test("lines are those of the text, without an empty last one", () => {
  expect(quoteLines("a\r\n::b\n")).toEqual(["a", ": :b"]);
});

test("a document keeps its form, and each text in it is quoted", () => {
  const document = { a: "x\n::y", list: ["\u001b", 1, null, { message: "1\n\u001b2" }], is: true };
  expect(quoteDocument(document, new Set(["message"]))).toEqual({
    a: "x⏎: :y",
    list: ["�", 1, null, { message: "1\n�2" }],
    is: true,
  });
});

describe("what is said", () => {
  const words = quoting({
    own: "lines\nof its own",
    of: (name: string, many: readonly string[], count: number) => `${name}: ${many.join(", ")} (${count})\n`,
    yes: /^y$/,
    deeper: { in: (it: string) => `<${it}>` },
  });

  test("quotes what is put into it, as one line each", () => {
    expect(words.own).toBe("lines\nof its own");
    expect(words.of("a\n# b", ["::c", "\u001b"], 3)).toBe("a⏎# b: : :c, � (3)\n");
    expect(words.deeper.in("\r\n")).toBe("<⏎>");
    expect(words.yes.test("y")).toBe(true);
  });

  test("complaints and what is the same in both languages are quoted wherever they come from", () => {
    expect(new UsageError("a\u001b\n::b").message).toBe("a�\n: :b");
    const damage = new WorkbookError({ en: "::a", es: "\u202eb" });
    expect([damage.message, damage.text]).toEqual([": :a", { en: ": :a", es: "�b" }]);
    expect(neutral("a\n::b")).toEqual({ en: "a⏎: :b", es: "a⏎: :b" });
  });
});

test("a screen gets lines and colours, and nothing else that it obeys", () => {
  const red = "\u001b[31mred\u001b[39m";
  expect(quoteScreen(` ${red}\n\u001b[1;2mx\u001b[0m\n`)).toBe(` ${red}\n\u001b[1;2mx\u001b[0m\n`);
  expect(quoteScreen("\u001b[2J\u001b]8;;x\u0007\r\n::error::")).toBe("�[2J�]8;;x��\n: :error: :");
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = quoteScreen(text);
      expect(shown.replace(COLOUR, "")).not.toMatch(CONTROLS);
      expect(shown).not.toMatch(COMMANDS);
      expect(quoteScreen(shown)).toBe(shown);
    }),
  );
});

test("an error that nobody expected shows its message line by line, none of which stands for itself, and its stack", () => {
  const error = new TypeError("bad\n# 610 of 610 points\n    at nowhere\n::error::x");
  const [first, ...more] = quoteStack(error).split("\n");
  expect(first).toBe("TypeError: bad");
  expect(more.slice(0, 3)).toEqual(["    │ # 610 of 610 points", "    │     at nowhere", "    │ : :error: :x"]);
  expect(more[3]).toMatch(/^ {4}at .*quote\.test\.ts/);
  expect(quoteStack("\u001b")).toBe("�");
});
