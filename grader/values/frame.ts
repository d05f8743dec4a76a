/**
 * A message on a pipe: 4 bytes with the length of the head, 4 with that of the body (little-endian), the head as
 * JSON, the body as it is. The head is ASCII (other characters are escaped), so bytes and characters are the same.
 */
import type { Parcel } from "./wire.js";

export const PREFIX = 8;

export function frame(parcel: Parcel<unknown>): Uint8Array {
  const head = JSON.stringify(parcel.head).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const bytes = new Uint8Array(PREFIX + head.length + parcel.body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, head.length, true);
  view.setUint32(4, parcel.body.length, true);
  for (let i = 0; i < head.length; i++) bytes[PREFIX + i] = head.charCodeAt(i);
  bytes.set(parcel.body, PREFIX + head.length);
  return bytes;
}

/** The lengths that a prefix announces. */
export function announced(prefix: Uint8Array): { readonly head: number; readonly body: number } {
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX);
  return { head: view.getUint32(0, true), body: view.getUint32(4, true) };
}

/** The characters of ASCII bytes. */
export function ascii(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  }
  return text;
}

/** The JSON of a head. Throws SyntaxError when it is none. */
export function parseHead(bytes: Uint8Array): unknown {
  return JSON.parse(ascii(bytes));
}
