/** Numbers as a report writes them. */
import type { Metric } from "./report.js";

const NOTHING = "—";

/** "98.2 %", "0.974", "12.4 s" */
export function written({ value, form }: Pick<Metric, "value" | "form">): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (form === "share") return `${(100 * value).toFixed(1)}\u00a0%`;
  if (form === "seconds") return `${value.toFixed(1)}\u00a0s`;
  return form === "score" ? value.toFixed(3) : short(value);
}

/** A number in four digits or so, for tables. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 0.001 && size < 100000 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}
