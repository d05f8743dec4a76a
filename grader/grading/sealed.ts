/**
 * The hidden suites, as they travel in a repository for students: sealed with a key that only the instructor and the
 * course's runners have. They are opened in this process and stay in its memory.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import * as v from "valibot";
import { WorkbookError } from "../errors.js";
import { release } from "../release.js";
import { root } from "../store.js";

/** Sources by their path from the root: `reference/index.ts`. */
export type Sources = ReadonlyMap<string, string>;

export const SEALED_FILE = "grader/suites/suites.sealed";
export const KEY_VARIABLE = "WORKBOOK_KEY";

/** A key shorter than this could be guessed. */
export const SHORTEST_KEY = 16;

const MAGIC = Buffer.from("workbook/sealed/v1\n");
const [SALT, NONCE, TAG] = [16, 12, 16]; // bytes

// Taken out of the environment at once: no process that is started from here inherits it.
const key = process.env[KEY_VARIABLE]?.trim(); // a pasted secret may end in a line break
delete process.env[KEY_VARIABLE];

/** The key that the program was started with, if any. */
export const givenKey = (): string | undefined => (key === "" ? undefined : key);

/** A key as good as any: 256 random bits. */
export const newKey = (): string => randomBytes(32).toString("base64url");

/** Sources, compressed and sealed with AES-256-GCM; its key comes from `key` by scrypt. */
export function seal(sources: Sources, key: string): Buffer {
  const [salt, nonce] = [randomBytes(SALT), randomBytes(NONCE)];
  const cipher = createCipheriv("aes-256-gcm", scryptSync(key, salt, 32), nonce).setAAD(MAGIC);
  const clear = brotliCompressSync(JSON.stringify([...sources]));
  const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([MAGIC, salt, nonce, cipher.getAuthTag(), sealed]);
}

/**
 * What `seal` has sealed.
 *
 * @throws WorkbookError when the key is another, or the file was changed
 */
export function unseal(file: Buffer, key: string): Sources {
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${SEALED_FILE} holds no sealed suites`);
  const [salt, nonce, tag, sealed] = [SALT, NONCE, TAG, undefined].map((length, i, lengths) => {
    const start = MAGIC.length + lengths.slice(0, i).reduce<number>((sum, before) => sum + (before ?? 0), 0);
    return file.subarray(start, length === undefined ? undefined : start + length);
  }) as [Buffer, Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv("aes-256-gcm", scryptSync(key, salt, 32), nonce)
      .setAAD(MAGIC)
      .setAuthTag(tag);
    const clear = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return new Map(v.parse(entries, JSON.parse(brotliDecompressSync(clear).toString())));
  } catch {
    throw new WorkbookError({
      en: `${KEY_VARIABLE} does not open ${SEALED_FILE}: it is another key than the one this repository was made with, or the file was changed. Set the right key, or none to grade on the recorded cases.`,
      es: `${KEY_VARIABLE} no abre ${SEALED_FILE}: es otra clave que aquella con la que se hizo este repositorio, o el archivo cambió. Pon la clave correcta, o ninguna para calificar con los casos grabados.`,
    });
  }
}

const entries = v.array(v.tuple([v.string(), v.string()]));

/**
 * The sealed suites and their reference, in a repository for students, when the key is given.
 *
 * @throws WorkbookError when they are missing, or the key does not open them
 */
export function openSealed(): Sources | undefined {
  if (key === undefined || key === "" || release === undefined) return undefined;
  const file = path.join(root, SEALED_FILE);
  if (existsSync(file)) return unseal(readFileSync(file), key);
  throw new WorkbookError({
    en: `${SEALED_FILE} is missing, which ${KEY_VARIABLE} is there to open: get it back with git checkout -- ${SEALED_FILE}, or set no key to grade on the recorded cases.`,
    es: `Falta ${SEALED_FILE}, que ${KEY_VARIABLE} debe abrir: recupéralo con git checkout -- ${SEALED_FILE}, o no pongas clave para calificar con los casos grabados.`,
  });
}
