import * as tf from "@tensorflow/tfjs";
import { close, EXACT, holds, ORDINARY, op, type Random, suite, type Term, together } from "#grader/suite/index.js";
import {
  adamStep,
  initTransformer,
  makeBatch,
  noamRate,
  smoothedCrossEntropy,
  train,
  trainStep,
  transformer,
} from "#reference";
import type {
  Batch,
  MultiHeadParams,
  TrainOptions,
  TrainState,
  TransformerConfig,
  TransformerParams,
} from "../../../exercises/types.js";
import { tensorsOf, withTensors } from "../../../reference/trees.js";

const IDS = { pad: 0, bos: 1, eos: 2 };
/** Here 0 is a word like others. */
const OTHER_IDS = { pad: 6, bos: 1, eos: 2 };
const SMALL: TransformerConfig = {
  sourceSize: 7,
  targetSize: 8,
  d: 6,
  h: 2,
  ff: 8,
  layers: 1,
  mode: "pre",
  tied: false,
};
const TIED: TransformerConfig = { ...SMALL, mode: "post", tied: true };
// With an eps near 0 the first step would be ±rate however small a gradient is, and with it the rounding noise of key biases.
// A factor of 1 would not be missed.
const OPTIONS: TrainOptions = { beta1: 0.9, beta2: 0.98, eps: 1e-3, warmup: 8, factor: 0.7, smoothing: 0.1, pad: 0 };

/** What is learned by heart, by a model that always starts at the same place. */
const LEARNER: TransformerConfig = { ...SMALL, targetSize: 7, d: 12, ff: 16 };
const MEMORISED = [{ source: [3, 4], target: [4, 5] }];
const STEPS = 6;

/** The places where a step of training can go wrong, each with the right way. */
const RIGHT = {
  rate: ({ step }: TrainState, { d }: TransformerConfig, { warmup, factor }: TrainOptions) =>
    noamRate(step + 1, d, warmup, factor),
  target: ({ targetOut }: Batch): tf.Tensor => targetOut,
  pad: ({ pad }: TrainOptions): number | undefined => pad,
  smoothing: ({ smoothing }: TrainOptions) => smoothing,
  change: (gradients: tf.Tensor[]) => gradients,
  clip: clipped,
  before: (tensor: tf.Tensor): tf.Tensor => tensor,
  next: ({ step }: TrainState) => step + 1,
  measured: "before the update" as "before the update" | "after the update",
};

export const trainingStepSuite = suite("5.12", { trainStep, train })(({ agrees, leavesNothing, law }) => {
  const tidy = {
    en: "train agrees with the reference, and leaves no tensor over but those of the state that comes back",
    es: "train coincide con la referencia y no deja más tensores que los del estado que se devuelve",
  };

  return {
    cases: (random) => ({
      trainStep: {
        first: [steep(begin(random, SMALL)), sentences(random), SMALL, OPTIONS],
        later: [
          underway(random, SMALL, 3),
          sentences(random, OTHER_IDS),
          SMALL,
          { ...OPTIONS, smoothing: 0, pad: OTHER_IDS.pad },
        ],
        tiedPost: [underway(random, TIED, 9), forgetful(sentences(random)), TIED, OPTIONS],
        nothingDue: [unbiased(underway(random, SMALL, 5)), onlyPadding(sentences(random)), SMALL, OPTIONS],
        clipped: [unbiased(underway(random, SMALL, 2)), sentences(random), SMALL, { ...OPTIONS, clipNorm: 0.05 }],
        // No gradient and no eps: only means that are as small as 1e-9 tell whether there is none.
        clippedAway: [
          faint(unbiased(underway(random, SMALL, 2))),
          sentences(random),
          SMALL,
          { ...OPTIONS, clipNorm: 0, eps: 0 },
        ],
        shortEnough: [
          unbiased(underway(random, SMALL, 2)),
          sentences(random),
          SMALL,
          { ...OPTIONS, clipNorm: 1000, beta1: 0, beta2: 0, factor: 0 },
        ],
      },
      train: {
        three: [unbiased(begin(random, SMALL)), times(3, () => sentences(random)), SMALL, OPTIONS],
        none: [underway(random, SMALL, 4), [], SMALL, OPTIONS],
      },
    }),

    checks: [
      agrees(
        {
          en: "the loss of trainStep agrees with the reference",
          es: "la pérdida de trainStep coincide con la referencia",
        },
        3,
        "trainStep",
        ["first", "later", "tiedPost", "nothingDue"],
        ORDINARY,
        "loss",
      ),
      agrees(
        {
          en: "the state of trainStep agrees with the reference: parameters, means and step",
          es: "el estado de trainStep coincide con la referencia: parámetros, medias y paso",
        },
        3,
        "trainStep",
        ["first", "later", "tiedPost"],
        ORDINARY,
        "state",
      ),
      agrees(
        {
          en: "the state of trainStep agrees with the reference when clipNorm is given",
          es: "el estado de trainStep coincide con la referencia cuando se da clipNorm",
        },
        1,
        "trainStep",
        ["clipped", "clippedAway", "shortEnough"],
        ORDINARY,
        "state",
      ),
      law(
        {
          en: "trainStep clips all gradients together to the length clipNorm, and only when they are longer",
          es: "trainStep recorta todos los gradientes juntos a la longitud clipNorm, y solo cuando son más largos",
        },
        1,
        "trainStep",
        "first",
        (ask, [state, batch, config, options]) => {
          // The means begin at 0: after one step they are (1 − beta1) times the gradients.
          const meansAt = (clipNorm?: number) =>
            op.vector(
              ask.trainStep(state, batch, config, clipNorm === undefined ? options : { ...options, clipNorm }).state.m,
            );
          const [free, short, long] = [undefined, 0.05, 1e6].map(meansAt) as [Term, Term, Term];
          const lengthOf = (means: Term) => op.sqrt(op.sum(op.square(means)));
          return [
            close(lengthOf(short), (1 - options.beta1) * 0.05, {
              en: "the length of m after one step from 0 with clipNorm = 0.05, against (1 − beta1)·0.05",
              es: "la longitud de m tras un paso desde 0 con clipNorm = 0.05, frente a (1 − beta1)·0.05",
            }),
            close(op.div(short, lengthOf(short)), op.div(free, lengthOf(free)), {
              en: "the direction of m with clipNorm = 0.05, against the one without clipNorm",
              es: "la dirección de m con clipNorm = 0.05, frente a la de sin clipNorm",
            }),
            close(long, free, {
              en: "m with clipNorm = 1000000, against the one without clipNorm",
              es: "m con clipNorm = 1000000, frente al de sin clipNorm",
            }),
          ];
        },
      ),
      law(
        {
          en: "train on k batches is k calls of trainStep, and on none the state as it came",
          es: "train con k lotes equivale a llamar k veces a trainStep, y sin ninguno devuelve el estado tal cual",
        },
        4,
        "train",
        "three",
        (ask, [state, batches, config, options]) => {
          const whole = ask.train(state, batches, config, options);
          const nothing = ask.train(state, [], config, options);
          let current: Parameters<typeof ask.trainStep>[0] = state;
          const losses: Term[] = [];
          for (const batch of batches) {
            const step = ask.trainStep(current, batch, config, options);
            current = step.state;
            losses.push(step.loss);
          }
          return [
            close(whole.losses, losses, {
              en: "the losses of train, against those of trainStep",
              es: "las pérdidas de train, frente a las de trainStep",
            }),
            close(whole.state, current as Term, {
              en: "the state after train, against the one after trainStep",
              es: "el estado tras train, frente al de trainStep",
            }),
            ...(["params", "m", "v"] as const).map((part) =>
              close(
                op.vector(nothing.state[part]),
                joined(state[part]),
                { en: `${part} after no batch`, es: `${part} tras ningún lote` },
                EXACT,
              ),
            ),
            close(nothing.state.step, state.step, { en: "step after no batch", es: "step tras ningún lote" }, EXACT),
            holds(op.equal(op.length(nothing.losses), 0), {
              en: "there is a loss although there was no batch",
              es: "hay una pérdida aunque no hubo ningún lote",
            }),
          ];
        },
      ),
      together(agrees(tidy, 2, "train", ["three", "none"]), leavesNothing(tidy, 2, "train", ["three"])),
      law(
        {
          en: `learns one batch by heart: from a loss near ln V to one below 0.05 in ${STEPS} steps`,
          es: `se aprende un lote de memoria: de una pérdida cerca de ln V a una menor que 0.05 en ${STEPS} pasos`,
        },
        1,
        "train",
        "three",
        (ask) => {
          const batch = makeBatch(MEMORISED, IDS);
          const { losses } = ask.train(
            unbiased(fresh(initTransformer(LEARNER, 1))),
            times(STEPS, () => batch),
            LEARNER,
            { ...OPTIONS, warmup: 3, factor: 1, smoothing: 0 },
          );
          const [start, lowest] = [op.part(losses, 0), op.min(losses)];
          const classes = Math.log(LEARNER.targetSize);
          return [
            holds(
              op.less(op.abs(op.sub(start, classes)), 0.1 * classes),
              {
                en: `the loss starts at {0}; a model that knows nothing yet has about ln V = ${classes.toFixed(3)}`,
                es: `la pérdida empieza en {0}; un modelo que aún no sabe nada tiene cerca de ln V = ${classes.toFixed(3)}`,
              },
              { shows: [start] },
            ),
            holds(
              op.less(lowest, 0.05),
              {
                en: `the lowest of ${STEPS} losses is {0}: on one batch, over and over, it should fall below 0.05`,
                es: `la menor de ${STEPS} pérdidas es {0}: con un solo lote, una y otra vez, debería bajar de 0.05`,
              },
              { shows: [lowest] },
            ),
          ];
        },
      ),
    ],

    mistakes: {
      "rate-from-previous-step": {
        variant: both({
          rate: ({ step }, { d }, { warmup, factor }) => noamRate(Math.max(step, 1), d, warmup, factor),
        }),
        hint: {
          en: "This is what comes out with the learning rate of the step before. This update is number state.step + 1, and both Noam's rate and Adam's correction belong to that number.",
          es: "Esto es lo que sale con la tasa de aprendizaje del paso anterior. Esta actualización es la número state.step + 1, y a ese número corresponden tanto la tasa de Noam como la corrección de Adam.",
        },
      },
      "factor-ignored": {
        variant: both({ rate: ({ step }, { d }, { warmup }) => noamRate(step + 1, d, warmup) }),
        hint: {
          en: "This is what comes out with factor 1: options.factor never reaches Noam's rate. Pass it on: noamRate(step + 1, d, warmup, factor).",
          es: "Esto es lo que sale con factor 1: options.factor no llega a la tasa de Noam. Pásalo también: noamRate(step + 1, d, warmup, factor).",
        },
      },
      ascent: {
        variant: both({ change: (gradients) => gradients.map((gradient) => gradient.neg()) }),
        hint: {
          en: "The parameters move up the gradient here, and the loss grows. Adam subtracts: give it the gradient of the loss itself, not of its negative.",
          es: "Aquí los parámetros se mueven a favor del gradiente, y la pérdida crece. Adam resta: dale el gradiente de la propia pérdida, no el de su negativo.",
        },
      },
      "pads-in-loss": {
        variant: both({ target: ({ targetOut }) => targetOut, pad: () => undefined }),
        hint: {
          en: "This is what comes out when padding counts in the loss: the model is trained to say padding, most of all after short sentences. Pass options.pad on to the loss.",
          es: "Esto es lo que sale cuando el relleno cuenta en la pérdida: el modelo se entrena para decir relleno, sobre todo tras las frases cortas. Pasa options.pad a la pérdida.",
        },
      },
      "unshifted-target": {
        variant: both({ target: ({ targetIn }) => targetIn }),
        hint: {
          en: "The loss compares with targetIn here, the words that the decoder has just read: it learns to repeat them. What it has to say is one word ahead: targetOut.",
          es: "Aquí la pérdida compara con targetIn, las palabras que el decodificador acaba de leer: aprende a repetirlas. Lo que debe decir va una palabra adelante: targetOut.",
        },
      },
      "moments-reset": {
        variant: both({ before: (tensor) => tf.zerosLike(tensor) }),
        hint: {
          en: "This is what comes out when Adam's means start at 0 in every step: nothing is remembered of earlier gradients. Take m and v from the state, and put the new ones into the next.",
          es: "Esto es lo que sale cuando las medias de Adam parten de 0 en cada paso: no recuerdan nada de los gradientes anteriores. Toma m y v del estado, y guarda los nuevos en el siguiente.",
        },
      },
      "smoothing-ignored": {
        variant: both({ smoothing: () => 0 }),
        hint: {
          en: "This is what comes out without label smoothing. Pass options.smoothing on to the loss (Vaswani et al. 2017, §5.4).",
          es: "Esto es lo que sale sin suavizar las etiquetas. Pasa options.smoothing a la pérdida (Vaswani et al. 2017, §5.4).",
        },
      },
      "loss-after-update": {
        variant: both({ measured: "after the update" }),
        hint: {
          en: "The state is right, but this is the loss at the new parameters. Return the one whose gradient you took, at the old ones: tf.valueAndGrads gives both at once.",
          es: "El estado está bien, pero esta es la pérdida con los parámetros nuevos. Devuelve la que derivaste, con los anteriores: tf.valueAndGrads da las dos cosas a la vez.",
        },
      },
      "step-not-counted": {
        variant: both({ next: ({ step }) => step }),
        hint: {
          en: "The parameters are right, but the state that comes back still has the old step: every update would then be the same one again, with the rate of the first. Return step + 1.",
          es: "Los parámetros están bien, pero el estado que se devuelve conserva el paso anterior: cada actualización volvería a ser la misma, con la tasa de la primera. Devuelve step + 1.",
        },
      },
      "clip-ignored": {
        variant: both({ clip: (gradients) => gradients }),
        hint: {
          en: "This is what comes out without clipping. When options.clipNorm is given, multiply all gradients by min(1, clipNorm/‖all gradients‖₂).",
          es: "Esto es lo que sale sin recortar. Cuando se da options.clipNorm, multiplica todos los gradientes por min(1, clipNorm/‖todos los gradientes‖₂).",
        },
      },
      "clipped-one-by-one": {
        variant: both({ clip: (gradients, limit) => gradients.flatMap((gradient) => clipped([gradient], limit)) }),
        hint: {
          en: "Each gradient is clipped by its own length here, which turns the step into another direction. Take one length of all gradients together, and multiply all by the same number.",
          es: "Aquí cada gradiente se recorta según su propia longitud, y así el paso cambia de dirección. Toma una sola longitud de todos los gradientes juntos y multiplícalos todos por el mismo número.",
        },
      },
      "always-scaled": {
        variant: both({ clip: (gradients, limit) => gradients.map((g) => g.mul(tf.div(limit, length(gradients)))) }),
        hint: {
          en: "The gradients get the length clipNorm even when they are shorter. Clipping only shortens: multiply by min(1, clipNorm/‖all gradients‖₂).",
          es: "Los gradientes quedan con longitud clipNorm aunque sean más cortos. Recortar solo acorta: multiplica por min(1, clipNorm/‖todos los gradientes‖₂).",
        },
      },
      "train-starts-anew": {
        variant: {
          train: (state, batches, config, options) => {
            const steps = batches.map((batch) => trainStep(state, batch, config, options));
            return { state: steps.at(-1)?.state ?? state, losses: steps.map(({ loss }) => loss) };
          },
        },
        hint: {
          en: "Every step of train starts from the state that was given here, so only the last batch is learned. Go on from the state that the step before returned.",
          es: "Aquí cada paso de train parte del estado que se dio, así que solo se aprende el último lote. Continúa desde el estado que devolvió el paso anterior.",
        },
      },
    },

    routes: {
      "in one tidy": both({}),
      "the loss first, then tf.grads": {
        trainStep: (state, batch, config, options) => {
          const thetas = tensorsOf(state.params);
          const loss = tf.tidy(() => lossOf(thetas, state, batch, config, options).dataSync()[0] ?? Number.NaN);
          const gradients = tf.tidy(() =>
            clipped(
              tf.grads((...tensors) => lossOf(tensors, state, batch, config, options))(thetas),
              options.clipNorm ?? Number.POSITIVE_INFINITY,
            ),
          );
          const next = updated(
            state,
            gradients,
            noamRate(state.step + 1, config.d, options.warmup, options.factor),
            options,
          );
          tf.dispose(gradients);
          return { state: next, loss };
        },
      },
      "with variables": {
        trainStep: (state, batch, config, options) => {
          const variables = tensorsOf(state.params).map((tensor) => tf.variable(tensor));
          const { value, grads } = tf.variableGrads(() => lossOf(variables, state, batch, config, options), variables);
          const gradients = variables.map(({ name }) => grads[name] as tf.Tensor);
          const short = tf.tidy(() => clipped(gradients, options.clipNorm ?? Number.POSITIVE_INFINITY));
          const rate = noamRate(state.step + 1, config.d, options.warmup, options.factor);
          const loss = value.dataSync()[0] ?? Number.NaN;
          const next = updated(state, short, rate, options);
          tf.dispose([value, ...gradients, ...short, ...variables]);
          return { state: next, loss };
        },
      },
      "tensors kept inside of tidy": {
        trainStep: (state, batch, config, options) =>
          tf.tidy(() => {
            const { state: next, loss } = trainStep(state, batch, config, options);
            for (const tensor of everything(next)) tf.keep(tensor);
            return { state: next, loss } as never;
          }),
      },
      "train by recursion": {
        train: function learn(state, batches, config, options): ReturnType<typeof train> {
          const [batch, ...rest] = batches;
          if (batch === undefined) return { state, losses: [] };
          const { state: next, loss } = trainStep(state, batch, config, options);
          const after = learn(next, rest, config, options);
          if (rest.length > 0) tf.dispose(everything(next));
          return { state: after.state, losses: [loss, ...after.losses] };
        },
      },
    },
  };
});

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** Two pairs of different length, so that there is padding on both sides; 0 is among the words where it can be one. */
function sentences(random: Random, ids = IDS): Batch {
  const [lowest, highest] = ids.pad === 0 ? [3, 6] : [3, 5];
  const words = (length: number) =>
    times(length, (at) => (ids.pad !== 0 && at === 0 ? 0 : random.integer(lowest, highest)));
  return makeBatch(
    [
      { source: words(3), target: words(2) },
      { source: words(1), target: words(4) },
    ],
    ids,
  );
}

/** Nothing has to be said: the loss is exactly 0. */
const onlyPadding = (batch: Batch): Batch => ({ ...batch, targetOut: tf.zerosLike(batch.targetOut) });

/** Masks that 5.8 would not make: no word but the first may look at itself. */
function forgetful(batch: Batch): Batch {
  const [m = 0] = batch.targetMask.shape.slice(-1);
  const others = tf.eye(m).equal(0).logicalOr(tf.range(0, m).equal(0)); // [m, m]
  return { ...batch, targetMask: batch.targetMask.logicalAnd(others) };
}

/** Before the first step: both means are 0. */
function fresh(params: TransformerParams): TrainState {
  const zeros = () =>
    withTensors(
      tensorsOf(params).map((tensor) => tf.zerosLike(tensor)),
      params,
    );
  return { params, m: zeros(), v: zeros(), step: 0 };
}

const begin = (random: Random, config: TransformerConfig): TrainState =>
  fresh(initTransformer(config, random.integer(1, 1e6)));

/** Without the biases of attention, which may be left out: there is less to learn. */
function unbiased(state: TrainState): TrainState {
  const bare = ({ wq, wk, wv, wo }: MultiHeadParams): MultiHeadParams => ({ wq, wk, wv, wo });
  const without = (params: TransformerParams): TransformerParams => ({
    ...params,
    encoder: params.encoder.map((layer) => ({ ...layer, attention: bare(layer.attention) })),
    decoder: params.decoder.map((layer) => ({
      ...layer,
      selfAttention: bare(layer.selfAttention),
      crossAttention: bare(layer.crossAttention),
    })),
  });
  return { ...state, params: without(state.params), m: without(state.m), v: without(state.v) };
}

/** With an output so large that its logits are far from each other, and the gradients longer than anyone would have them. */
function steep(state: TrainState): TrainState {
  const { output, ...rest } = state.params;
  return { ...state, params: { ...rest, ...(output && { output: output.mul(1000) }) } };
}

/** With means as small as if gradients had been near 1e-9. */
function faint(state: TrainState): TrainState {
  const scaled = (tree: TransformerParams, by: number) =>
    withTensors(
      tensorsOf(tree).map((tensor) => tensor.mul(by)),
      tree,
    );
  return { ...state, m: scaled(state.m, 1e-9), v: scaled(state.v, 1e-18) };
}

/** After some steps: both means have grown. */
function underway(random: Random, config: TransformerConfig, step: number): TrainState {
  const { params, ...rest } = begin(random, config);
  const drawn = (draw: (shape: number[]) => tf.Tensor) =>
    withTensors(
      tensorsOf(rest.m).map(({ shape }) => draw(shape)),
      params,
    );
  return {
    params,
    m: drawn((shape) => random.normal(shape, 0.05)),
    v: drawn((shape) => random.uniform(shape, 0.01, 0.1)),
    step,
  };
}

/** All numbers of a tree, side by side. */
const joined = (tree: object): tf.Tensor => tf.concat(tensorsOf(tree).map((tensor) => tensor.flatten()));

const everything = ({ params, m, v }: TrainState): tf.Tensor[] => [params, m, v].flatMap(tensorsOf);

/** Both functions, with a step that goes another way at some places. */
function both(change: Partial<typeof RIGHT>): { trainStep: typeof trainStep; train: typeof train } {
  const way = { ...RIGHT, ...change };
  const step: typeof trainStep = (state, batch, config, options) => {
    const loss = (...tensors: tf.Tensor[]) => lossOf(tensors, state, batch, config, options, way);
    let number = Number.NaN;
    const tensors = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(loss)(tensorsOf(state.params));
      number = value.dataSync()[0] ?? number;
      const short = options.clipNorm === undefined ? grads : way.clip(grads, options.clipNorm);
      const remembered = (tree: TransformerParams) => withTensors(tensorsOf(tree).map(way.before), tree);
      const before = { ...state, m: remembered(state.m), v: remembered(state.v) };
      return everything(updated(before, way.change(short), way.rate(state, config, options), options));
    });
    const third = tensors.length / 3;
    const tree = (i: number) => withTensors(tensors.slice(i * third, (i + 1) * third), state.params);
    if (way.measured === "after the update") {
      number = tf.tidy(() => loss(...tensors.slice(0, third)).dataSync()[0] ?? number);
    }
    return { state: { params: tree(0), m: tree(1), v: tree(2), step: way.next(state) }, loss: number };
  };
  return {
    trainStep: step,
    train: (state, batches, config, options) => {
      const losses: number[] = [];
      let current = state;
      for (const batch of batches) {
        const { state: next, loss } = step(current, batch, config, options);
        if (current !== state) tf.dispose(everything(current));
        current = next;
        losses.push(loss);
      }
      return { state: current, losses };
    },
  };
}

function lossOf(
  tensors: tf.Tensor[],
  { params }: TrainState,
  batch: Batch,
  config: TransformerConfig,
  options: TrainOptions,
  way: Pick<typeof RIGHT, "target" | "pad" | "smoothing"> = RIGHT,
): tf.Scalar {
  const { source, targetIn, sourceMask, targetMask } = batch;
  const p = withTensors(tensors, params);
  const { logits } = transformer(p, config, source, targetIn, sourceMask, targetMask); // [B, m, V]
  const rows = logits.reshape([-1, config.targetSize]); // [B·m, V]
  return smoothedCrossEntropy(rows, way.target(batch).flatten(), way.smoothing(options), way.pad(options)).asScalar();
}

/** The length of all tensors together. */
const length = (tensors: tf.Tensor[]): tf.Tensor => tf.addN(tensors.map((tensor) => tensor.square().sum())).sqrt();

function clipped(gradients: tf.Tensor[], limit: number): tf.Tensor[] {
  const scale = Math.min(1, limit / (tf.tidy(() => length(gradients)).dataSync()[0] ?? 1));
  return gradients.map((gradient) => gradient.mul(scale));
}

/** The state after a step of Adam for each tensor. */
function updated(state: TrainState, gradients: tf.Tensor[], lr: number, options: TrainOptions): TrainState {
  const [m, v] = [tensorsOf(state.m), tensorsOf(state.v)];
  const steps = tensorsOf(state.params).map((theta, i) =>
    tf.tidy(() => {
      const before = { m: m[i] as tf.Tensor, v: v[i] as tf.Tensor, t: state.step };
      const { theta: moved, state: after } = adamStep(theta, gradients[i] as tf.Tensor, before, { ...options, lr });
      return [moved, after.m, after.v] as const;
    }),
  );
  const tree = (place: 0 | 1 | 2) =>
    withTensors(
      steps.map((tensors) => tensors[place]),
      state.params,
    );
  return { params: tree(0), m: tree(1), v: tree(2), step: state.step + 1 };
}
