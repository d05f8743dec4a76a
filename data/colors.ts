/** Random graphs whose nodes are red, green or blue: how many are green? After Knyazev et al. 2019, COLORS. */
import { type Choices, choices, distinct } from "./random.js";

const SEED = 4;
const SIZES = { train: 1000, validation: 100, test: 100, large: 100 } as const;
export type ColorSplit = keyof typeof SIZES;

const SMALL = [4, 25] as const;
const LARGE = [26, 100] as const;

/** One line for each graph: the colours of its nodes, a tab, and its edges, "rgb\t0-1 1-2". */
export function makeColors(): Record<ColorSplit, string[]> {
  const random = choices(SEED);
  const taken = new Set<string>();
  const graphs = (count: number, [least, most]: readonly [number, number]) =>
    distinct(
      count,
      () => graph(random, random.integer(least, most)),
      (line) => line,
      taken,
    );
  return {
    train: graphs(SIZES.train, SMALL),
    validation: graphs(SIZES.validation, SMALL),
    test: graphs(SIZES.test, SMALL),
    large: graphs(SIZES.large, LARGE),
  };
}

/** At least one node is green, and any number of them is as likely as any other. Each node knows one before it, and some know a second one. */
function graph({ integer, pick, chance, shuffled }: Choices, n: number): string {
  const green = integer(1, n);
  const colors = shuffled(Array.from({ length: n }, (_, i) => (i < green ? "g" : pick(["r", "b"]))));
  const edges = new Set<string>();
  for (let i = 1; i < n; i++) {
    edges.add(`${integer(0, i - 1)}-${i}`);
    if (chance(500)) edges.add(`${integer(0, i - 1)}-${i}`);
  }
  return `${colors.join("")}\t${[...edges].join(" ")}`;
}
