/** Keeps two submissions from grading the same thing at the same time: the second one waits, and finds the result. */

/**
 * Runs jobs, each with the names of what it may be the first to do. A job begins when nothing of its is being done
 * for the first time by another.
 */
export function inTurn(): <T>(names: readonly string[], job: () => Promise<T>) => Promise<T> {
  const done = new Set<string>();
  const doing = new Map<string, Promise<unknown>>();
  return async (names, job) => {
    for (let other = find(names); other !== undefined; other = find(names)) await other;
    const first = names.filter((name) => !done.has(name));
    const running = job();
    const ended = running.catch(() => {});
    for (const name of first) doing.set(name, ended);
    try {
      return await running;
    } finally {
      for (const name of first) {
        doing.delete(name);
        done.add(name);
      }
    }
  };

  function find(names: readonly string[]): Promise<unknown> | undefined {
    const busy = names.find((name) => doing.has(name));
    return busy === undefined ? undefined : doing.get(busy);
  }
}
