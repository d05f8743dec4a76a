/** `npm run bench -- train`: what a step of training takes on each backend, and in PyTorch where it is installed. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { EncoderLayerParams } from "../../exercises/types.js";
import type { Language } from "../language.js";
import type { Screen } from "../publish/screen.js";
import { root } from "../store.js";
import { openSubmission } from "../submission/find.js";
import { randomOf } from "../suite/random.js";
import { useBackend } from "./backend/index.js";
import { registerKernels, restoreKernels } from "./backend/kernels.js";
import type { State, Update } from "./lab.js";
import { loadParts, type Parts } from "./parts.js";
import { sequenceModel } from "./sequences/model.js";
import { translate } from "./sequences/tasks.js";
import { tensorsOf } from "./trees.js";
import { begin, descend, type StateOf } from "./updates.js";
import { weights } from "./weights.js";

/** Something that is trained step by step. */
interface Trainable {
  readonly name: string;
  /** How the script of PyTorch calls it. */
  readonly id: string;
  readonly open: () => { readonly start: () => State; readonly update: (state: State) => Update };
  /** Steps that are measured on each backend; the first of each warms up and does not count. */
  readonly steps: Readonly<Record<Column, number>>;
}

const COLUMNS = ["cpu", "wasm", "ours"] as const;
type Column = (typeof COLUMNS)[number];
const NAMES: Readonly<Record<Column, string>> = { cpu: "stock cpu", wasm: "stock wasm", ours: "ours" };

/** A language model of two layers, as large as the one that the figures of wasm's kernels came from. */
const TWO_LAYERS = { batch: 32, length: 32, d: 128, ff: 512, h: 4, words: 64, layers: 2 };

export async function benchTraining(screen: Screen, language: Language): Promise<number> {
  const solutions = openSubmission(path.join(root, "solutions"), language);
  const ids = ["3.1", "3.2", "3.3", "4.5", "5.5", "5.6", "5.7", "5.8", "5.9", "5.11", "5.12"];
  const { parts } = await loadParts({ ids, originOf: () => solutions, language });
  await useBackend("wasm");
  const rows: string[][] = [];
  for (const model of [twoLayers(parts), translation(parts)]) {
    const seconds = await measured(model, (what) => screen.status(` ${model.name}: ${what} …`));
    screen.status(` ${model.name}: PyTorch …`);
    const torch = pytorch(model.id);
    rows.push([
      model.name,
      ...COLUMNS.map((column) => written(seconds[column])),
      `${(seconds.wasm / seconds.ours).toFixed(1)} ×`,
      torch === undefined ? "not installed" : written(torch),
      torch === undefined ? "" : `${(seconds.ours / torch).toFixed(1)} ×`,
    ]);
  }
  const head = [
    ...["a step of", ...COLUMNS.map((column) => NAMES[column])],
    ...["stock wasm / ours", "PyTorch, 1 thread", "ours / PyTorch"],
  ];
  screen.print(table([head, ...rows]));
  return 0;
}

const written = (seconds: number): string => `${(1000 * seconds).toFixed(seconds < 0.1 ? 1 : 0)} ms`;

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return rows.map((row) => ` ${line(row)}\n`).join("");
}

/** Median seconds of a step; the backends take turns, so that all of them see the same machine. */
async function measured(model: Trainable, onColumn: (what: string) => void): Promise<Record<Column, number>> {
  const runs = new Map<Column, { readonly update: (state: State) => Update; state: State; readonly times: number[] }>();
  for (let round = 0; round < Math.max(...Object.values(model.steps)); round++) {
    for (const column of COLUMNS.filter((name) => round < model.steps[name])) {
      onColumn(NAMES[column]);
      await use(column);
      if (!runs.has(column)) {
        const { start, update } = model.open();
        runs.set(column, { update, state: start(), times: [] });
      }
      const run = runs.get(column);
      if (run === undefined) continue;
      const began = performance.now();
      const next = tf.tidy(() => run.update(run.state).state as unknown as tf.TensorContainer) as unknown as State;
      run.times.push((performance.now() - began) / 1000);
      tf.dispose([run.state.params, run.state.m, run.state.v].flatMap(tensorsOf));
      run.state = next;
    }
  }
  await use("ours");
  return Object.fromEntries([...runs].map(([column, { times }]) => [column, median(times.slice(1))])) as Record<
    Column,
    number
  >;
}

async function use(column: Column): Promise<void> {
  if (column === "ours") registerKernels();
  else restoreKernels();
  await tf.setBackend(column === "cpu" ? "cpu" : "wasm");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

interface LayersParams {
  readonly table: tf.Tensor;
  readonly layers: readonly EncoderLayerParams[];
  readonly output: tf.Tensor;
}

function twoLayers(parts: Parts): Trainable {
  const { batch, length, d, ff, h, words, layers } = TWO_LAYERS;
  return {
    name: `2 layers, d = ${d}, ff = ${ff}, ${batch} × ${length} words`,
    id: "layers",
    steps: { cpu: 3, wasm: 8, ours: 8 },
    open: () => {
      const random = randomOf(1, "bench");
      const { matrix, embedding, layer } = weights(random);
      const ids = () =>
        tf.tensor2d(
          Array.from({ length: batch }, () => Array.from({ length }, () => random.integer(0, words - 1))),
          undefined,
          "int32",
        );
      const [input, target] = [ids(), ids()];
      const loss = (p: LayersParams) => {
        const mask = parts.causalMask(length).reshape([1, 1, length, length]);
        let x = parts.inputEncoding(input, p.table, parts.sinusoidalPositions(length, d));
        for (const one of p.layers) x = parts.encoderLayer(x, one, h, mask, "pre").output;
        const logits = x.reshape([batch * length, d]).matMul(p.output);
        return parts.smoothedCrossEntropy(logits, target.flatten(), 0.1);
      };
      return {
        start: () =>
          begin<LayersParams>({
            table: embedding(words, d),
            layers: Array.from({ length: layers }, () => layer(d, ff)),
            output: matrix(d, words),
          }),
        update: (state) => {
          const { state: next, loss: value } = descend(parts, state as StateOf<LayersParams>, loss, 0.001);
          return { state: next, losses: [value], rate: 0.001, tokens: batch * length };
        },
      };
    },
  };
}

function translation(parts: Parts): Trainable {
  const { d, ff, batch } = translate.settings;
  return {
    name: `translate, d = ${d}, ff = ${ff}, ${batch} sentences`,
    id: "translate",
    steps: { cpu: 4, wasm: 12, ours: 12 },
    open: () => sequenceModel(translate, parts, { seed: 1, ablation: undefined }),
  };
}

/** Seconds of a step of the same model in PyTorch, or nothing where it is not installed. */
function pytorch(id: string): number | undefined {
  const script = path.join(root, "grader", "labs", "backend", "pytorch.py");
  const { words, ...sizes } = TWO_LAYERS;
  const settings = JSON.stringify({ id, ...sizes, words, translate: translate.settings });
  for (const python of ["python3", "/usr/bin/python3"]) {
    const { status, stdout } = spawnSync(python, ["-B", script, settings], {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    });
    if (status === 0) return Number(stdout);
  }
  return undefined;
}
