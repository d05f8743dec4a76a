/** The pictures of the lessons, drawn from the reference's own numbers: `npm run pictures` writes them anew. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { LANGUAGES } from "../language.js";
import { root } from "../store.js";
import { UNITS } from "../syllabus.js";
import { drawPicture, type Picture } from "./pictures/picture.js";

export interface Drawing {
  /** `exercises/02-self-attention/pictures/heat-map.es.svg` */
  readonly file: string;
  readonly svg: string;
}

/** Draws every module of `grader/lessons/pictures/<unit>`, in each language. */
export async function drawAll(): Promise<Drawing[]> {
  const folder = path.join(root, "grader", "lessons", "pictures");
  const drawings: Drawing[] = [];
  for (const { folder: unit } of UNITS) {
    for (const name of readdirSync(folder).includes(unit) ? readdirSync(path.join(folder, unit)).sort() : []) {
      const picture = await load(path.join(folder, unit, name));
      for (const language of LANGUAGES) {
        const ending = language === "en" ? ".svg" : `.${language}.svg`;
        const file = path.posix.join("exercises", unit, "pictures", name.replace(/\.ts$/, ending));
        drawings.push({ file, svg: tf.tidy(() => drawPicture(picture, language)) });
      }
    }
  }
  return drawings;
}

async function load(file: string): Promise<Picture> {
  const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(file).href);
  const picture = Object.values(module)[0] as Partial<Picture> | undefined;
  if (picture?.draw === undefined) throw new Error(`${file} must export a picture, and nothing else`);
  return picture as Picture;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  tf.enableProdMode();
  for (const { file, svg } of await drawAll()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), svg);
  }
}
