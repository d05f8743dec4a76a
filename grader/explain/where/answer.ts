/** The tensors of an answer, by the field that they are in, and which of their numbers are wrong. */
import { BYTES, type Parcel, sizeOf, type Wire } from "../../values/wire.js";
import type { Compared } from "../answers.js";
import { isNear } from "../numbers.js";

/** A tensor of an answer beside the one that is due. */
export interface Beside {
  /** The field of the answer; nothing where the answer is the tensor. */
  readonly field?: string;
  readonly shape: readonly number[];
  /** Whether the number at each place is wrong. */
  readonly wrong: readonly boolean[];
}

/** Of an answer of the right form: its tensors, and those of its fields. */
export function tensorsIn({ got, due, tolerance }: Compared): Beside[] {
  const beside = (mine: Wire | undefined, right: Wire, field?: string): Beside[] => {
    if (mine?.type !== "tensor" || right.type !== "tensor") return [];
    const { shape } = right;
    if (mine.shape.join() !== shape.join() || mine.dtype !== right.dtype) return [];
    const [numbers, expected] = [read(got, mine), read(due, right)];
    const exact = right.dtype !== "float32";
    const allowed = exact ? { absolute: 0, relative: 0 } : tolerance;
    const wrong = Array.from(numbers, (x, i) => !isNear(x, expected[i] as number, allowed));
    return [{ shape, wrong, ...(field !== undefined && { field }) }];
  };
  if (due.head.type !== "object" || got.head.type !== "object") return beside(got.head, due.head);
  const fields = new Map(got.head.entries);
  return due.head.entries.flatMap(([key, right]) => beside(fields.get(key), right, key));
}

function read({ body }: Parcel<Wire>, { shape, dtype, at }: Extract<Wire, { type: "tensor" }>): ArrayLike<number> {
  const bytes = body.slice(at, at + sizeOf(shape) * BYTES[dtype]).buffer;
  if (dtype === "float32") return new Float32Array(bytes);
  return dtype === "int32" ? new Int32Array(bytes) : new Uint8Array(bytes);
}

/** The fields of an answer, nothing where it is no object. */
export function fieldsOf({ due }: Compared): readonly string[] {
  return due.head.type === "object" ? due.head.entries.map(([key]) => key) : [];
}

/** A field of an answer by itself. */
export function fieldOf({ head, body }: Parcel<Wire>, key: string): Parcel<Wire> | undefined {
  const found = head.type === "object" ? head.entries.find(([name]) => name === key) : undefined;
  return found && { head: found[1], body };
}
