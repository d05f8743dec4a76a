/** What a lab of sequences is about: texts that are turned into other texts. All else is the same for each of them. */
import type { Example } from "../../../data/files.js";
import type { Text } from "../../language.js";

export interface SequenceTask {
  readonly name: string;
  readonly title: Text;
  readonly summary: Text;
  /** What it learns from. */
  readonly training: () => readonly Example[];
  /** What it is judged on, the most important first. */
  readonly tests: readonly TestSet[];
  /** What its settings were chosen with; nothing else may be. */
  readonly validation: readonly (() => readonly Example[])[];
  /** The words of a text that somebody asks about. */
  readonly wordsOf: (text: string) => string[];
  /** The text of the words that come out. */
  readonly textOf: (words: readonly string[]) => string;
  readonly settings: SequenceSettings;
}

export interface TestSet {
  readonly id: string;
  readonly name: Text;
  readonly examples: () => readonly Example[];
  /** What the solutions reach on each of three seeds. */
  readonly due: Partial<Record<"exact" | "bleu" | "alignment", number>>;
}

/** The size of the transformer, and how it is trained. */
export interface SequenceSettings {
  readonly d: number;
  readonly h: number;
  readonly ff: number;
  readonly layers: number;
  readonly steps: number;
  /** Sentences of a step. */
  readonly batch: number;
  readonly warmup: number;
  readonly factor: number;
  readonly smoothing: number;
}
