/** Values that are not known yet: the student's answers to the calls of a law, and what is made of them. */
import type * as tf from "@tensorflow/tfjs";
import { isPlain, type Path } from "../../values/tree.js";
import { OPERATIONS, type OperationName } from "./operations.js";

/** How a value comes about, as data. `V` is how known values are held: as they are, or as their place in a recording. */
export type Node<V = { readonly value: unknown }> =
  | ({ readonly is: "value" } & V)
  /** A part of the answer to a call of the law. */
  | { readonly is: "answer"; readonly call: number; readonly path: Path }
  | { readonly is: "operation"; readonly name: OperationName; readonly of: readonly Node<V>[] }
  | { readonly is: "list"; readonly items: readonly Node<V>[] }
  | { readonly is: "object"; readonly entries: readonly (readonly [string, Node<V>])[] };

const NODE = Symbol("node");

/** Stands for a value that is not known yet. */
export interface Term {
  readonly [NODE]: Node;
}

/** The answer to a call, of which fields and entries are terms as well. */
export type Answer<R> = R extends tf.Tensor | number | string | boolean | null | undefined
  ? Term
  : Term & { readonly [K in keyof R]: Answer<R[K]> };

/** What a call may be given where the function takes an `A`: the value itself, or terms in its place or inside of it. */
export type Given<A> = A extends tf.Tensor | number | string | boolean | null | undefined
  ? A | Term
  : A extends (...args: never[]) => unknown
    ? A
    : A | Term | { readonly [K in keyof A]: Given<A[K]> };

/** What an operation may be given. */
export type Operand =
  | Term
  | tf.Tensor
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Operand[]
  | { readonly [key: string]: Operand };

/** A term of a node. Its fields and entries, whatever they are called, are terms of its parts. */
export function termOf(node: Node): Answer<unknown> {
  const get = (_: object, key: string | symbol): unknown => {
    if (key === NODE) return node;
    if (key === Symbol.iterator) return () => parts(node);
    return typeof key === "string" ? termOf(partOf(node, /^\d+$/.test(key) ? Number(key) : key)) : undefined;
  };
  return new Proxy({}, { get, has: (_, key) => key === NODE }) as Answer<unknown>;
}

function* parts(node: Node): Generator<Term> {
  for (let i = 0; ; i++) yield termOf(partOf(node, i));
}

const partOf = (node: Node, key: string | number): Node =>
  node.is === "answer"
    ? { ...node, path: [...node.path, key] }
    : { is: "operation", name: "part", of: [node, { is: "value", value: key }] };

const isTerm = (value: unknown): value is Term => typeof value === "object" && value !== null && NODE in value;

/** How a value comes about that may hold terms. */
export function nodeOf(value: unknown): Node {
  if (isTerm(value)) return value[NODE];
  if (!holdsTerm(value)) return { is: "value", value };
  if (Array.isArray(value)) return { is: "list", items: value.map(nodeOf) };
  return {
    is: "object",
    entries: Object.entries(value as object).map(([key, inner]) => [key, nodeOf(inner)] as const),
  };
}

function holdsTerm(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isTerm(value)) return true;
  if (Array.isArray(value)) return value.some(holdsTerm);
  return isPlain(value) && Object.values(value).some(holdsTerm);
}

/** The operations, on terms: `op.gather(answer.weights, order, 1)`. */
export const op = Object.fromEntries(
  Object.keys(OPERATIONS).map((name) => [
    name,
    (...of: readonly Operand[]) => termOf({ is: "operation", name: name as OperationName, of: of.map(nodeOf) }),
  ]),
) as unknown as { readonly [K in OperationName]: (...of: readonly Operand[]) => Answer<unknown> };

/**
 * The value of a node, once the calls are answered.
 *
 * @param answers by the number of the call
 */
export function evaluate(node: Node, answers: readonly unknown[]): unknown {
  switch (node.is) {
    case "value":
      return node.value;
    case "answer":
      return node.path.reduce<unknown>((value, key) => OPERATIONS.part(value, key), answers[node.call]);
    case "operation": {
      const operation = OPERATIONS[node.name] as (...of: readonly unknown[]) => unknown;
      return operation(...node.of.map((one) => evaluate(one, answers)));
    }
    case "list":
      return node.items.map((item) => evaluate(item, answers));
    case "object":
      return Object.fromEntries(node.entries.map(([key, inner]) => [key, evaluate(inner, answers)]));
  }
}

/** Whether a value depends on an answer. */
export function isAboutAnswers(node: Node): boolean {
  switch (node.is) {
    case "value":
      return false;
    case "answer":
      return true;
    case "operation":
      return node.of.some(isAboutAnswers);
    case "list":
      return node.items.some(isAboutAnswers);
    case "object":
      return node.entries.some(([, inner]) => isAboutAnswers(inner));
  }
}

/** The same node, with its known values held in another way. */
export function mapNode<A, B>(node: Node<A>, change: (held: { readonly is: "value" } & A) => B): Node<B> {
  switch (node.is) {
    case "value":
      return { is: "value", ...change(node) } as Node<B>;
    case "operation":
      return { ...node, of: node.of.map((one) => mapNode(one, change)) };
    case "list":
      return { ...node, items: node.items.map((item) => mapNode(item, change)) };
    case "object":
      return { ...node, entries: node.entries.map(([key, inner]) => [key, mapNode(inner, change)] as const) };
    default:
      return node;
  }
}
