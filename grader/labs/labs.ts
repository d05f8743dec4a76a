/** All labs. */
import { align } from "./align.js";
import { colors } from "./colors.js";
import { karate } from "./karate.js";
import type { Lab, SequenceLab } from "./lab.js";
import { leak } from "./leak.js";
import { sequenceLab } from "./sequences/index.js";
import { dates, reverse, sort, translate } from "./sequences/tasks.js";

export const SPEAKING: readonly SequenceLab[] = [reverse, sort, dates, translate].map(sequenceLab);

export const LABS: readonly Lab[] = [align, leak, ...SPEAKING, karate, colors];
