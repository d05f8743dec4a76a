/** All ways of making probes, those that explain most first. */
import { exchanged } from "./feeds/exchanged.js";
import { leftOut } from "./feeds/left-out.js";
import { lists } from "./feeds/lists.js";
import { masks } from "./feeds/masks.js";
import { flags, flagsWithDefaults, numbers, words } from "./feeds/options.js";
import { tensors } from "./feeds/tensors.js";
import type { Probing } from "./probe.js";
import { exchangedFields, mappedAnswers, rearrangedAnswers } from "./reads/answers.js";
import { scaledAnswers, scaledTensors } from "./reads/scaled.js";

/** @param more probings that need more than the reference, such as edits of a solution */
export const probings = (more: readonly Probing[] = []): readonly Probing[] => [
  ...[leftOut, flags, flagsWithDefaults, words, masks, exchanged, exchangedFields, numbers],
  ...more,
  ...[scaledAnswers, rearrangedAnswers, tensors, scaledTensors, mappedAnswers, lists],
];
