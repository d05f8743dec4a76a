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

/** A text as bytes, two for each of its units (little-endian): what code may be, whatever signs it has. */
export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

/** The text of bytes that `utf16` has made. */
export function textOf16(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    const units = new Uint16Array(Math.min(4096, (bytes.length - start) / 2));
    for (let i = 0; i < units.length; i++) {
      units[i] = (bytes[start + 2 * i] as number) | ((bytes[start + 2 * i + 1] as number) << 8);
    }
    text += String.fromCharCode(...units);
  }
  return text;
}

/** The JSON of a head. Throws SyntaxError when it is none. */
export function parseHead(bytes: Uint8Array): unknown {
  return JSON.parse(ascii(bytes));
}
