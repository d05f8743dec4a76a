/** Wrong ways to write the exercises, by people who do not know which mistakes the workbook knows. */

export interface WrongVariant {
  /** What is wrong with it, as who wrote it would say. */
  readonly wrong: string;
  /** Changes of the solution's text: what stands there once, and what stands there then. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** The explanations that are true of it, by their ids: any other mistake or probe that is named for it is false. */
  readonly truths: readonly string[];
}

export type WrongVariants = Readonly<Record<string, WrongVariant>>;
