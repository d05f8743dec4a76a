/** What is seen while a model is trained: a bar on one line, or, where lines cannot be replaced, a line now and then. */
import type { Screen } from "../publish/screen.js";
import type { Progress } from "./loop.js";
import type { LabWords } from "./words.js";

const BAR = 14;
/** Lines of a run that cannot show a bar. */
const LINES = 10;
/** Milliseconds between two drawings. */
const PAUSE = 100;

export function openMeter(screen: Screen, words: LabWords): (progress: Progress) => void {
  let drawn = 0;
  return (progress) => {
    const { step, of } = progress;
    if (!screen.interactive) {
      if (step % Math.max(1, Math.round(of / LINES)) === 0 || step === of)
        screen.print(` ${lineOf(progress, words)}\n`);
      return;
    }
    if (Date.now() - drawn < PAUSE && step < of) return;
    drawn = Date.now();
    const full = Math.round((step / of) * BAR);
    const bar = screen.chalk.cyan("█".repeat(full)) + screen.chalk.dim("░".repeat(BAR - full));
    screen.status(` ${bar} ${lineOf(progress, words)}`);
  };
}

function lineOf({ step, of, losses, rate, tokens, secondsLeft }: Progress, words: LabWords): string {
  const loss = losses.map((value) => value.toFixed(3)).join(" ");
  return `${step}/${of} · ${words.progress(loss, rate.toPrecision(2), Math.round(tokens).toString(), minutes(secondsLeft))}`;
}

/** "42 s", "1 min 05 s". */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
