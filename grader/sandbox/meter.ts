/** How long a process has worked at what it was asked: by what the system tells of its processor time, or by the clock. */

export interface Meter {
  /** A question begins. What the process did in between is not counted. */
  readonly begin: (processorSeconds?: number) => void;
  /** The processor time that the system tells of; without it the clock counts. */
  readonly note: (processorSeconds?: number) => void;
  /** Seconds of work at this question, as of the last note: never more than have passed. */
  readonly spent: () => number;
  /** The question is answered. */
  readonly end: () => void;
  /** Seconds of work at all questions that have ended. */
  readonly total: () => number;
}

/** @param now a clock, in milliseconds */
export function openMeter(now: () => number = () => performance.now()): Meter {
  let total = 0;
  let began = 0;
  let base = 0;
  let known = 0; // processor time, told or estimated
  let noted = 0;
  const spent = () => Math.max(0, Math.min(known - base, (noted - began) / 1000));
  return {
    begin: (processorSeconds = known) => {
      known = Math.max(known, processorSeconds);
      base = known;
      began = now();
      noted = began;
    },
    note: (processorSeconds) => {
      const time = now();
      known = processorSeconds === undefined ? known + (time - noted) / 1000 : Math.max(known, processorSeconds);
      noted = time;
    },
    spent,
    end: () => {
      total += spent();
      base = known;
      began = noted;
    },
    total: () => total,
  };
}
