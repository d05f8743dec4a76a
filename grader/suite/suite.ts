/** One definition registers the tests, names the mistakes and lets the workbook test itself. */
import type { Definition, Functions, Suite } from "./definition.js";
import { type Words, wordsFor } from "./words.js";

/** Called with each suite as it is defined; a grade registers its tests here. */
type Registrar = (suite: Suite) => void;
const REGISTRAR = Symbol.for("workbook.registrar");

export function onSuite(registrar: Registrar | undefined): void {
  (globalThis as { [REGISTRAR]?: Registrar | undefined })[REGISTRAR] = registrar;
}

export function register(suite: Suite): void {
  (globalThis as { [REGISTRAR]?: Registrar | undefined })[REGISTRAR]?.(suite);
}

/**
 * Defines the suite of an exercise.
 *
 * @param id of the exercise
 * @param functions the reference's functions, under the names that the exercise exports
 * @returns takes its inputs, checks, mistakes and routes, written in the words that it gives
 */
export function suite<F extends Functions>(
  id: string,
  functions: F,
): (define: (words: Words<F>) => Definition<F>) => Suite {
  return (define) => {
    const definition = define(wordsFor<F>()) as unknown as Definition<Functions>;
    const whole: Suite = { ...definition, id, functions };
    register(whole);
    return whole;
  };
}
