import { expect, test } from "vitest";
import { adjacency, EDGES, FACTIONS, NODES } from "./karate-club.js";

/** The degree of each member, as it follows from the matrix of the paper. */
const DEGREES = [
  16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2, 2, 2, 2, 3, 2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17,
];

test("there are 34 nodes and 78 distinct edges between them, none of them a loop", () => {
  expect(NODES).toBe(34);
  expect(new Set(EDGES.flat())).toEqual(new Set(Array.from({ length: NODES }, (_, node) => node)));
  expect(new Set(EDGES.map(String)).size).toBe(78);
  expect(EDGES.length).toBe(78);
  expect(EDGES.filter(([u, v]) => u >= v)).toEqual([]);
});

test("the matrix is symmetric, has zeros on the diagonal and the known degrees", () => {
  const a = adjacency();
  expect(a.map((row) => row.length)).toEqual(Array.from({ length: NODES }, () => NODES));
  expect(a[0]?.map((_, column) => a.map((row) => row[column]))).toEqual(a);
  expect(a.filter((row, node) => row[node] !== 0)).toEqual([]);
  expect(new Set(a.flat())).toEqual(new Set([0, 1]));
  const degrees = a.map((row) => row.reduce((sum, entry) => sum + entry, 0));
  expect(degrees).toEqual(DEGREES);
  expect([degrees[0], degrees[33]]).toEqual([16, 17]);
});

test("each call makes a matrix of its own", () => {
  adjacency()[0]?.fill(7);
  expect(adjacency()[0]?.[1]).toBe(1);
});

test("from node 0 every node is reached, in at most three steps", () => {
  const a = adjacency();
  let reached = new Set([0]);
  for (let step = 0; step < 3; step++) {
    reached = new Set([...reached, ...[...reached].flatMap((u) => neighbours(a, u))]);
  }
  expect(reached.size).toBe(NODES);
});

test("each side has 17 members; the ninth member went with the instructor", () => {
  expect(FACTIONS.length).toBe(NODES);
  expect([0, 1].map((side) => FACTIONS.filter((faction) => faction === side).length)).toEqual([17, 17]);
  expect([FACTIONS[0], FACTIONS[33], FACTIONS[8]]).toEqual([0, 1, 0]);
});

test("only eleven edges run between the sides", () => {
  expect(EDGES.filter(([u, v]) => FACTIONS[u] !== FACTIONS[v]).length).toBe(11);
});

const neighbours = (a: readonly (readonly number[])[], u: number): number[] =>
  (a[u] ?? []).flatMap((entry, v) => (entry === 1 ? [v] : []));
