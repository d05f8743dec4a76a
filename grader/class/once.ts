/** Keeps two submissions from grading the same thing at the same time: the second one waits, and finds the result. */

/**
 * Runs jobs, each with the names of what it may be the first to do. A job begins when nothing of its is being done
 * for the first time by another, or when it has waited long enough: then some of it is done twice.
 *
 * @param patience how long a job waits at most, in ms
 */
export function inTurn(patience: number): <T>(names: readonly string[], job: () => Promise<T>) => Promise<T> {
  const done = new Set<string>();
  const doing = new Map<string, Promise<unknown>>();
  return async (names, job) => {
    const until = performance.now() + patience;
    for (let other = find(names); other !== undefined; other = find(names)) {
      const left = until - performance.now();
      if (left <= 0) break;
      await atMost(left, other);
    }
    const first = names.filter((name) => !done.has(name) && !doing.has(name));
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

/** Waits for something, but not longer than so many milliseconds. */
async function atMost(milliseconds: number, awaited: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([awaited, enough]);
  clearTimeout(timer);
}
