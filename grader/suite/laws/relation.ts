/** What a law says of answers: each is a statement that is true or not, whatever the reference would answer. */
import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "../../language.js";
import { ORDINARY, type Tolerance } from "../compare.js";
import { digits } from "../excerpt.js";
import { expectClose, expectDistribution } from "../expect.js";
import { fail } from "../failure.js";
import { mapNode, type Node, nodeOf, type Operand, type Term } from "./term.js";

export type Relation<N = Node> =
  | {
      readonly is: "close";
      readonly got: N;
      readonly expected: N;
      /** What is compared: "the output for permuted keys". */
      readonly what: Text;
      readonly tolerance: Tolerance;
    }
  | { readonly is: "distribution"; readonly weights: N; readonly mask?: N }
  | {
      readonly is: "holds";
      readonly that: N;
      /** What to say when it does not; {0}, {1} … are the numbers of `shows`. */
      readonly otherwise: Text;
      readonly shows: readonly N[];
      /** The id of the mistake that is known to break it. */
      readonly suspect?: string;
    };

/** Two values agree: tensors, numbers, or lists and objects of them. */
export const close = (got: Term, expected: Operand, what: Text, tolerance = ORDINARY): Relation => ({
  is: "close",
  got: nodeOf(got),
  expected: nodeOf(expected),
  what,
  tolerance,
});

/** Each row of weights [..., m] is ≥ 0, sums to one, and is exactly 0 where the mask forbids. */
export const distribution = (weights: Term, mask?: tf.Tensor): Relation => ({
  is: "distribution",
  weights: nodeOf(weights),
  ...(mask !== undefined && { mask: nodeOf(mask) }),
});

/** A truth: a boolean, or a tensor whose entries are all true. `otherwise` may show numbers as {0}, {1} … */
export const holds = (
  that: Term,
  otherwise: Text,
  { shows = [], suspect }: { readonly shows?: readonly Term[]; readonly suspect?: string } = {},
): Relation => ({
  is: "holds",
  that: nodeOf(that),
  otherwise,
  shows: shows.map(nodeOf),
  ...(suspect !== undefined && { suspect }),
});

/** Fails the check unless the relation holds. */
export function expectRelation(relation: Relation, valueAt: (node: Node) => unknown): void {
  if (relation.is === "close") {
    expectClose(valueAt(relation.got), valueAt(relation.expected), relation.what, relation.tolerance);
  } else if (relation.is === "distribution") {
    const mask = relation.mask && valueAt(relation.mask);
    expectDistribution(valueAt(relation.weights) as tf.Tensor, mask as tf.Tensor | undefined);
  } else if (!isTrue(valueAt(relation.that))) {
    const numbers = relation.shows.map((node) => digits(numberOf(valueAt(node))));
    const said = (text: string) => text.replace(/\{(\d+)\}/g, (_, place: string) => numbers[Number(place)] ?? "?");
    fail(
      "wrong",
      both((language) => said(relation.otherwise[language])),
      relation.suspect,
    );
  }
}

const isTrue = (value: unknown): boolean =>
  value instanceof tf.Tensor ? value.dataSync().every((entry) => Boolean(entry)) : Boolean(value);

const numberOf = (value: unknown): number => Number(value instanceof tf.Tensor ? value.dataSync()[0] : value);

/** The same relation, with the known values of its nodes held in another way. */
export function mapRelation<A, B>(
  relation: Relation<Node<A>>,
  change: (held: { readonly is: "value" } & A) => B,
): Relation<Node<B>> {
  const map = (node: Node<A>) => mapNode(node, change);
  switch (relation.is) {
    case "close":
      return { ...relation, got: map(relation.got), expected: map(relation.expected) };
    case "distribution": {
      const { is, weights, mask } = relation;
      return { is, weights: map(weights), ...(mask !== undefined && { mask: map(mask) }) };
    }
    case "holds":
      return { ...relation, that: map(relation.that), shows: relation.shows.map(map) };
  }
}
