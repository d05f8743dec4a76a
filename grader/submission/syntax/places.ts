/** Lines and columns of a text. */

/** A line and a column, both from 1. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Tells the places of a text: its lines are looked for once. */
export function placesOf(source: string): (offset: number) => LineAndColumn {
  const starts = [0];
  for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
