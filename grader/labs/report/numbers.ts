/** Numbers as a report writes them. */
import type { Metric } from "./report.js";

const NOTHING = "—";

/** "98.2 %", "0.974", "3.21 s" */
export function written({ value, form }: Pick<Metric, "value" | "form">, more = 0): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (form === "share") return `${(100 * value).toFixed(1 + more)}\u00a0%`;
  if (form === "seconds") return `${value.toFixed(2 + more)}\u00a0s`;
  return form === "score" ? value.toFixed(3 + more) : short(value, 4 + more);
}

/** A figure and what is due, with as many digits as it takes to tell them apart: not "90.0 %, at least 90.0 %". */
export function apart(metric: Pick<Metric, "value" | "form">, due: number): readonly [value: string, due: string] {
  const both = (more: number) => [written(metric, more), written({ ...metric, value: due }, more)] as const;
  const enough = [0, 1, 2, 3].find((more) => new Set(both(more)).size > 1);
  return both(metric.value === due ? 0 : (enough ?? 0));
}

/** A number in four digits or so, for tables. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 0.001 && size < 100000 ? String(Number(value.toPrecision(digits))) : value.toExponential(2);
}
