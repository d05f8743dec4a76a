/** Deadlines, as they are written on a command line. */

/**
 * An instant: `2026-12-01T23:59-06:00`, or `2026-12-01` for the last minute of that day, UTC. Nothing for anything else.
 */
export function readDue(word: string): string | undefined {
  const due = /^\d{4}-\d\d-\d\d$/.test(word) ? `${word}T23:59Z` : word;
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(due);
  return isInstant && !Number.isNaN(Date.parse(due)) && isOnCalendar(due) ? due : undefined;
}

/** The 30th of February is no day, though dates are computed with it. */
function isOnCalendar(due: string): boolean {
  const [year, month, day] = due.slice(0, 10).split("-").map(Number);
  return new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).toISOString().startsWith(due.slice(0, 10));
}
