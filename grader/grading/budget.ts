/** Processor time that all exercises of a submission share: nobody's work may hold up a class. */
export interface Budget {
  /** All of it. */
  readonly seconds: number;
  readonly left: () => number;
  readonly spend: (seconds: number) => void;
}

export function openBudget(seconds: number): Budget {
  let spent = 0;
  return {
    seconds,
    left: () => Math.max(0, seconds - spent),
    spend: (more) => {
      spent += more;
    },
  };
}
