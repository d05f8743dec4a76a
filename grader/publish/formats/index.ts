/** The formats that a grade is published in, besides the screen. */
import { classroom50 } from "./classroom50.js";
import { ctrf } from "./ctrf.js";
import type { Format } from "./format.js";
import { githubClassroom } from "./github-classroom.js";
import { gradescope } from "./gradescope.js";
import { html } from "./html.js";
import { json } from "./json.js";
import { junit } from "./junit.js";
import { markdown } from "./markdown.js";

export const FORMATS: readonly Format[] = [json, markdown, html, githubClassroom, classroom50, gradescope, ctrf, junit];
