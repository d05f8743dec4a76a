/** Texts that somebody would try, for tests: commands, what terminals obey, what cannot be seen, markup, and any text. */
import fc from "fast-check";

const signs = fc.constantFrom(
  ...[
    "::",
    ":",
    "##[",
    "#",
    "[",
    "a",
    " ",
    "\t",
    "\n",
    "\r",
    "\u0000",
    "\u001b[2J",
    "\u0007",
    "\u007f",
    "\u009b",
    "\v",
  ],
  ...["\u2028", "\u2029", "\u0085", "\u202e", "\u2066", "\u200b", "\u200d", "\u200c", "\u00ad", "\ufeff", "\ufe0f"],
  ...[
    "\u3164",
    "\u{e0041}",
    "\u{e0001}",
    "\ud800",
    "\udc00",
    "\ue000",
    "👩",
    "🏽",
    "🏴",
    "\u{e007f}",
    "م",
    "क्",
    "ñ",
    "\\",
  ],
);

const tricks = fc.constantFrom(
  ...["\n# 610 of 610 points\n", "\r\n::error::stolen\r\n", "##[error]stolen", "\n::set-output name=points::610/610\n"],
  ...[
    "\n::add-mask::6\n",
    "\n::stop-commands::x\n",
    "##vso[task.complete]",
    "\n```\n# stolen\n",
    "\n~~~\n",
    "````````",
  ],
  ...[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></summary>",
    '"><b>',
    "' x='",
    "]]>",
    "<!--",
  ],
  ...[
    "![x](https://stolen.example/x.png)",
    "[x](javascript:alert(1))",
    "<https://stolen.example>",
    "www.stolen.example",
  ],
  ...[
    "https://stolen.example",
    "@stolen",
    "#1",
    "GH-1",
    ":smile:",
    " | stolen | ",
    "\n\n| a |\n|---|\n",
    "\n---\n",
    "\n===\n",
  ],
  ...[
    "\n- stolen",
    "\n1. stolen",
    "\n    stolen",
    "**stolen**",
    "$x$",
    "&lt;b&gt;",
    "\n> stolen",
    "\n\n",
    "% 0A %0A::x",
  ],
  ...["\u001b]0;stolen\u0007", "\u001b[8m", "\u001b[1A\u001b[2K", "\u202e610/016", "\u2028# stolen", "\u0085# stolen"],
);

/** Anything. */
export const hostile = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: signs, maxLength: 30 }) },
  { weight: 8, arbitrary: fc.string({ unit: fc.oneof(signs, tricks), maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: signs, minLength: 990, maxLength: 1010 }) },
);

/**
 * What may stand in no text that is shown, written apart from the code under test. Joiners and styles of signs are not
 * in it: they may stand between what they belong to.
 */
export const CONTROLS =
  /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u115f\u3164]/u;
/** What a CI log takes for a command. */
export const COMMANDS = /::|##\w*\[/;
