/** The rank of a matrix, as far as float32 tells it. */

/** How many pivots elimination finds; what is 10⁴ times smaller than the largest is rounding of float32. */
export function rankOf(matrix: readonly (readonly number[])[]): number {
  let rows = matrix;
  let largest = 0;
  for (let rank = 0; rank < rows.length; rank++) {
    const rest = rows.slice(rank);
    const sizes = rest.map((row) => Math.max(...row.map(Math.abs)));
    const pivot = Math.max(...sizes);
    largest ||= pivot;
    if (!(pivot > 1e-4 * largest)) return rank;
    const at = sizes.indexOf(pivot);
    const chosen = rest[at] ?? [];
    const column = chosen.findIndex((entry) => Math.abs(entry) === pivot);
    const others = rest.filter((_, i) => i !== at);
    const eliminate = (row: readonly number[]) => {
      const factor = (row[column] ?? 0) / (chosen[column] ?? 1);
      return row.map((entry, j) => entry - factor * (chosen[j] ?? 0));
    };
    rows = [...rows.slice(0, rank), chosen, ...others.map(eliminate)];
  }
  return rows.length;
}
