/** Labs of sequences: one for each task, all built alike of the transformer of unit 5. */
import * as tf from "@tensorflow/tfjs";
import type { TransformerParams } from "../../../exercises/types.js";
import { ABLATIONS, type SequenceLab } from "../lab.js";
import { decodingModel, lookedAt } from "./ask.js";
import { judgeSequences } from "./judge.js";
import { IDS, sequenceModel } from "./model.js";
import type { SequenceTask } from "./task.js";

export function sequenceLab(task: SequenceTask): SequenceLab {
  const { name, title, summary, settings } = task;
  return {
    ...{ name, title, summary },
    calls: ["3.1", "4.4", "5.6", "5.8", "5.11", "5.12", "5.13", "5.14", "5.15"],
    steps: settings.steps,
    ablations: ABLATIONS,
    open: (parts, wishes) => {
      const model = sequenceModel(task, parts, wishes);
      return {
        lossNames: [{ en: "loss", es: "pérdida" }],
        start: model.start,
        update: model.update,
        judge: (state, most) => judgeSequences(task, parts, model, state, most),
      };
    },
    speak: (parts, wishes, state) => {
      const model = sequenceModel(task, parts, wishes);
      const params = state.params as TransformerParams;
      return {
        say: (text) =>
          withoutTensors(() => {
            const source = task.wordsOf(text);
            const ids = parts.encode(source, model.sourceWords);
            const options = { bos: IDS.bos, eos: IDS.eos, maxLength: model.maxLength };
            const target = parts.greedyDecode(decodingModel(model, params), ids, options);
            const { weights } = model.read(params, [{ source: ids, target }]);
            const [looked = []] = lookedAt(weights.cross).argMax(-1).arraySync() as number[][];
            const words = parts.decode(target, model.targetWords);
            return {
              source,
              target: words,
              text: task.textOf(words),
              looked: looked.slice(0, words.length),
              unknown: source.filter((word) => !model.sourceWords.ids.has(word)),
            };
          }),
      };
    },
  };
}

/** What a function returns, without the tensors that it leaves behind. */
function withoutTensors<T>(work: () => T): T {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}
