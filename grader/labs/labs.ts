/** All labs. */
import { EXERCISES } from "../syllabus.js";
import { align } from "./align.js";
import { colors } from "./colors.js";
import { karate } from "./karate.js";
import type { Lab, SequenceLab } from "./lab.js";
import { leak } from "./leak.js";
import { sequenceLab } from "./sequences/index.js";
import { dates, reverse, sort, translate } from "./sequences/tasks.js";

/** Whether this repository has the exercises of a lab: one for students may hold some units only. */
const isHere = ({ calls }: Lab): boolean => calls.every((id) => EXERCISES.some((exercise) => exercise.id === id));

export const SPEAKING: readonly SequenceLab[] = [reverse, sort, dates, translate].map(sequenceLab).filter(isHere);

export const LABS: readonly Lab[] = [align, leak, ...SPEAKING, karate, colors].filter(isHere);
