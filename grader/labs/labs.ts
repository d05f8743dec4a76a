/** All labs. */
import type { Lab, SequenceLab } from "./lab.js";
import { sequenceLab } from "./sequences/index.js";
import { dates, reverse, sort, translate } from "./sequences/tasks.js";

export const SPEAKING: readonly SequenceLab[] = [reverse, sort, dates, translate].map(sequenceLab);

export const LABS: readonly Lab[] = SPEAKING;
