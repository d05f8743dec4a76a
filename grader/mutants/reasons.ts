/**
 * Mutants that pass, and why they may: what they change makes no difference, or none that an exercise asks for.
 * By exercise, and by what the mutant is called: its function, and its lines as they were and as they are.
 */
export const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2.2": {
    "scoreStatistics: const entropy = p.mul(p.maximum(1e-30).log()).sum(1).neg(); → const entropy = p.mul(p.maximum(1e-27).log()).sum(1).neg();":
      "Where p is so small, p times the logarithm of either bound is nothing beside the rest of the sum.",
  },
  "2.8": {
    'attentionPool: const pooled = indices.length === 0 ? tf.zeros([0, f]) : tf.gather(weighted, tf.tensor1d(indices, "int32")); → const pooled = false ? tf.zeros([0, f]) : tf.gather(weighted, tf.tensor1d(indices, "int32"));':
      "On the backend that grades, tf.gather of no rows is [0, f] as well; the condition is for others.",
    'attentionPool: const pooled = indices.length === 0 ? tf.zeros([0, f]) : tf.gather(weighted, tf.tensor1d(indices, "int32")); → const pooled = indices.length === 0 ? tf.ones([0, f]) : tf.gather(weighted, tf.tensor1d(indices, "int32"));':
      "It has no entries.",
    "readout: return kept === 0 ? tf.zeros([f]) : z.sum(0); → return false ? tf.zeros([f]) : z.sum(0);":
      "On the backend that grades, the sum of no rows is 0 as well; the condition is for others.",
  },
  "3.2": {
    'embed: const chosen = tf.oneHot(ids, words).cast("float32"); → const chosen = tf.oneHot(ids, words);':
      "tfjs takes int32 times float32 as float32.",
  },
  "3.3": {
    "sinusoidalPositions: const pairs = Math.ceil(d / 2); → const pairs = Math.ceil(d * 2);":
      "The columns that are too many are cut off.",
  },
  "3.4": {
    'relativeSelfAttention: const indices = tf.tensor2d(relativeIndices(n, n, (rows - 1) / 2), [n, n], "int32"); → const indices = tf.tensor2d(relativeIndices(n, n, (rows - 1) / 2), [n, n]);':
      "Whole numbers this small are the same in float32.",
    'relativeSelfAttention: const at = tf.equal(indices.expandDims(2), tf.range(0, rows, 1, "int32")).cast("float32"); → const at = tf.equal(indices.expandDims(2), tf.range(0, rows, 1, "int32"));':
      "tfjs takes a bool times a float32 as 0 or 1.",
    'relativeSelfAttention: const at = tf.equal(indices.expandDims(2), tf.range(0, rows, 1, "int32")).cast("float32"); → const at = tf.equal(indices.expandDims(2), tf.range(0, rows, 1)).cast("float32");':
      "Whole numbers this small are the same in float32.",
  },
  "3.5": {
    "rotary: positions.map((p) => rates.map((rate) => p * rate)), [length, d / 2], → positions.map((p) => rates.map((rate) => p * rate)),":
      "tfjs reads the shape from the nested lists, which are not empty.",
  },
  "3.9": {
    'block: if (mode === "serial") return sublayer(sublayer(x, attention, norm1, "pre"), feedForward, norm2, "pre"); → if (mode === "serial") return sublayer(sublayer(x, attention, norm1, "pre"), feedForward, norm2);':
      'The mode is "pre" or "post", and the function is the exercise\'s own: what is not "post" is "pre".',
    'block: if (mode === "serial") return sublayer(sublayer(x, attention, norm1, "pre"), feedForward, norm2, "pre"); → if (mode === "serial") return sublayer(sublayer(x, attention, norm1), feedForward, norm2, "pre");':
      'The mode is "pre" or "post", and the function is the exercise\'s own: what is not "post" is "pre".',
  },
  "3.10": {
    'depthStatistics: if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.ones([d]) }, "train").output; → if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.ones([d]) }).output;':
      'The mode is "train" or "eval", and the function is an earlier exercise\'s: what is not "eval" is "train".',
    'depthStatistics: if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.ones([d]) }, "train").output; → if (norm === "batch") return batchNorm(y, plain, { mean: tf.ones([d]), variance: tf.ones([d]) }, "train").output;':
      "In train the running statistics do not touch the output.",
    'depthStatistics: if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.ones([d]) }, "train").output; → if (norm === "batch") return batchNorm(y, plain, { mean: tf.zeros([d]), variance: tf.zeros([d]) }, "train").output;':
      "In train the running statistics do not touch the output.",
  },
  "4.3": {
    "collaborativeAttention: const mixed = query.expandDims(0).mul(p.mixing.expandDims(1)); → const mixed = query.mul(p.mixing.expandDims(1));":
      "An axis of length 1 in front is what broadcasting adds.",
    "collaborativeAttention: const values = tf.matMul(y.expandDims(0).tile([h, 1, 1]), p.wv); → const values = tf.matMul(y.expandDims(0), p.wv);":
      "tf.matMul broadcasts the leading axis; its gradient would not be right, and is not asked for here.",
  },
  "4.4": {
    "headEntropies: const logs = tf.log(tf.where(weights.greater(0), weights, 1)); → const logs = tf.log(tf.where(weights.greater(0), weights, 2));":
      "It stands where the weight that it is multiplied by is 0.",
    "headEntropies: return weights.mul(logs).sum(-1).neg().mean(-1); → return weights.mul(logs).sum(-2).neg().mean(-1);":
      "The matrices are square: their sum divided by n, whichever axis comes first.",
    "relativeFocus: const [n = 1] = weights.shape.slice(-1); → const [n = 1] = weights.shape.slice(-2);":
      "The matrices are square.",
    "relativeFocus: const shift = tf.range(0, n).expandDims(0).sub(tf.range(0, n).expandDims(1)); → const shift = tf.range(0, n).sub(tf.range(0, n).expandDims(1));":
      "An axis of length 1 in front is what broadcasting adds.",
    'relativeFocus: const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([-2, -1]).div(n); → const at = (distance: number) => weights.mul(shift.equal(distance)).sum([-2, -1]).div(n);':
      "tfjs takes a bool times a float32 as 0 or 1.",
    'relativeFocus: const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([-2, -1]).div(n); → const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([2, -1]).div(n);':
      "Of four axes the third is the last but one.",
    'relativeFocus: const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([-2, -1]).div(n); → const at = (distance: number) => weights.mul(shift.equal(distance).cast("float32")).sum([-2, -2]).div(n);':
      "On the backend that grades, tfjs moves a repeated axis to the end and sums the last two axes, which is what is due.",
    'attentionToDelimiters: const columns = tf.tensor1d(isDelimiter, "bool").cast("float32"); → const columns = tf.tensor1d(isDelimiter, "bool");':
      "tfjs takes a bool times a float32 as 0 or 1.",
    'attentionToDelimiters: const columns = tf.tensor1d(isDelimiter, "bool").cast("float32"); → const columns = tf.tensor1d(isDelimiter).cast("float32");':
      "tfjs makes a bool tensor of a list of booleans.",
    "attentionToDelimiters: return weights.mul(columns).sum(-1).mean(-1); → return weights.mul(columns).sum(-2).mean(-1);":
      "The matrices are square: their sum divided by n, whichever axis comes first.",
    "meanDistance: const [n = 0] = weights.shape.slice(-1); → const [n = 0] = weights.shape.slice(-2);":
      "The matrices are square.",
    "meanDistance: return weights.mul(distance).sum(-1).mean(-1); → return weights.mul(distance).sum(-2).mean(-1);":
      "The matrices are square: their sum divided by n, whichever axis comes first.",
    "headDivergences: const [p, q] = [heads.expandDims(1), heads.expandDims(0)]; → const [p, q] = [heads.expandDims(0), heads.expandDims(1)];":
      "The divergence is symmetric.",
    "headDivergences: const [p, q] = [heads.expandDims(1), heads.expandDims(0)]; → const [p, q] = [heads.expandDims(1), heads];":
      "An axis of length 1 in front is what broadcasting adds.",
    "headDivergences: const log = (x: tf.Tensor) => tf.log(tf.where(x.greater(0), x, 1)); → const log = (x: tf.Tensor) => tf.log(tf.where(x.greater(0), x, 2));":
      "It stands where what it is multiplied by is 0.",
    "headDivergences: const divergence = (x: tf.Tensor) => x.mul(log(x).sub(log(m))).sum(-1); → const divergence = (x: tf.Tensor) => x.mul(log(x).sub(log(m))).sum(-2);":
      "The matrices are square: their sum divided by n, whichever axis comes first.",
    "wordAttention: const w = (groups.at(-1) ?? -1) + 1; → const w = (groups.at(-1) ?? 1) + 1;":
      "There are groups: one for each token.",
    "wordAttention: const w = (groups.at(-1) ?? -1) + 1; → const w = (groups.at(-1) ?? -2) + 1;":
      "There are groups: one for each token.",
    "wordAttention: const w = (groups.at(-1) ?? -1) + 1; → const w = (groups.at(-1) ?? -0) + 1;":
      "There are groups: one for each token.",
    "wordAttention: const member = tf.tensor2d(pieces, [w, groups.length]); → const member = tf.tensor2d(pieces);":
      "tfjs reads the shape from the nested lists, which are not empty.",
  },
  "4.5": {
    'causalMask: const positions = tf.range(0, n, 1, "int32"); → const positions = tf.range(0, n, 1);':
      "Whole numbers this small are the same in float32.",
    "causalMask: return tf.lessEqual(positions.expandDims(0), positions.expandDims(1)); → return tf.lessEqual(positions, positions.expandDims(1));":
      "An axis of length 1 in front is what broadcasting adds.",
  },
  "4.7": {
    "maskTokens: const id = ids[i] ?? 0; → const id = ids[i] ?? 1;":
      "There are as many ids as draws: that was checked.",
    'maskedLoss: const counts = tf.notEqual(target, ignore).cast("float32"); → const counts = tf.notEqual(target, ignore);':
      "tfjs takes a bool times a float32 as 0 or 1, and counts bools in a sum.",
    "maskedLoss: const ids = tf.where(tf.notEqual(target, ignore), target, tf.zerosLike(target)); → const ids = tf.where(tf.notEqual(target, ignore), target, tf.onesLike(target));":
      "It stands where the position does not count.",
    "maskedLoss: const right = tf.oneHot(ids.flatten().toInt(), V).reshape([B, T, V]); → const right = tf.oneHot(ids.flatten(), V).reshape([B, T, V]);":
      "They are int32 already, as targets are.",
    "maskedLoss: const right = tf.oneHot(ids.flatten().toInt(), V).reshape([B, T, V]); → const right = tf.oneHot(ids.toInt(), V).reshape([B, T, V]);":
      "tf.oneHot takes any shape, and what it makes is reshaped to the same.",
  },
  "4.8": {
    'windowMask: const positions = tf.range(0, n, 1, "int32"); → const positions = tf.range(0, n, 1);':
      "Whole numbers this small are the same in float32.",
    'stridedMasks: const positions = tf.range(0, n, 1, "int32"); → const positions = tf.range(0, n, 1);':
      "Whole numbers this small are the same in float32.",
    'stridedMasks: const everyLth = distance.mod(tf.scalar(l, "int32")).equal(0); → const everyLth = distance.mod(tf.scalar(l)).equal(0);':
      "Whole numbers this small are the same in float32.",
    "fixedMasks: if (l < 1) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; choose blocks of about √n positions`); → if (false) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; choose blocks of about √n positions`);":
      "With l < 1 the next line refuses whatever c is: it is below 1, or above l.",
    "fixedMasks: if (l < 1) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; choose blocks of about √n positions`); → if (l < 0) throw new RangeError(`fixedMasks: l is ${l}, expected at least 1; choose blocks of about √n positions`);":
      "With l < 1 the next line refuses whatever c is: it is below 1, or above l.",
    'fixedMasks: const positions = tf.range(0, n, 1, "int32"); → const positions = tf.range(0, n, 1);':
      "Whole numbers this small are the same in float32.",
    'fixedMasks: const block = positions.floorDiv(tf.scalar(l, "int32")); → const block = positions.floorDiv(tf.scalar(l));':
      "Whole numbers this small are the same in float32.",
    'fixedMasks: const atTheEnd = positions.mod(tf.scalar(l, "int32")).greaterEqual(l - c); → const atTheEnd = positions.mod(tf.scalar(l)).greaterEqual(l - c);':
      "Whole numbers this small are the same in float32.",
    'reach: let seen = first.cast("float32"); → let seen = first;':
      "The other factor is float32, and tfjs takes a bool times it as 0 or 1.",
    'reach: const paths = tf.matMul(mask.cast("float32"), seen); → const paths = tf.matMul(mask, seen);':
      "The other factor is float32, and tfjs takes a bool times it as 0 or 1.",
    'reach: seen = paths.greater(0).cast("float32"); → seen = paths.greater(0);':
      "The other factor is float32, and tfjs takes a bool times it as 0 or 1.",
  },
  "5.1": {
    "centralDifference: right[i] = (x[i] ?? 0) + eps; → right[i] = (x[i] ?? 1) + eps;": "The place is one of the list.",
    "centralDifference: left[i] = (x[i] ?? 0) - eps; → left[i] = (x[i] ?? 1) - eps;": "The place is one of the list.",
  },
  "5.7": {
    'smoothedCrossEntropy: const right = tf.oneHot(targets, classes).cast("float32"); → const right = tf.oneHot(targets, classes);':
      "tfjs takes int32 times float32 as float32.",
    'smoothedCrossEntropy: const counts = tf.notEqual(targets, pad).cast("float32"); → const counts = tf.notEqual(targets, pad);':
      "tfjs takes a bool times a float32 as 0 or 1, and counts bools in a sum.",
  },
  "5.8": {
    "makeBatch: const targetMask = combineMasks(causalMask(m), paddingMask(targetIn, pad)); → const targetMask = combineMasks(paddingMask(targetIn, pad), causalMask(m));":
      "A conjunction is symmetric.",
  },
  "5.11": {
    "initTransformer: let drawn = 0; → let drawn = 1;":
      "Any seeds do that differ from tensor to tensor and with the seed.",
    "initTransformer: const nextSeed = (): number => 1000 * seed + ++drawn; → const nextSeed = (): number => 1000 * seed - ++drawn;":
      "Any seeds do that differ from tensor to tensor and with the seed.",
    "initTransformer: const nextSeed = (): number => 1000 * seed + ++drawn; → const nextSeed = (): number => 2000 * seed + ++drawn;":
      "Any seeds do that differ from tensor to tensor and with the seed.",
    "initTransformer: const nextSeed = (): number => 1000 * seed + ++drawn; → const nextSeed = (): number => 1000 / seed + ++drawn;":
      "Any seeds do that differ from tensor to tensor and with the seed, which is positive.",
    'initTransformer: return tf.randomUniform([rows, columns], -limit, limit, "float32", nextSeed()); → return tf.randomUniform([rows, columns], limit, -limit, "float32", nextSeed());':
      "Uniform between the two, whichever comes first.",
  },
  "5.12": {
    "train: for (const tensors of [current.params, current.m, current.v]) tf.dispose(flatten(tensors)); → for (const tensors of [current.m, current.params, current.v]) tf.dispose(flatten(tensors));":
      "All of them are disposed of, in whatever order.",
    "train: for (const tensors of [current.params, current.m, current.v]) tf.dispose(flatten(tensors)); → for (const tensors of [current.params, current.v, current.m]) tf.dispose(flatten(tensors));":
      "All of them are disposed of, in whatever order.",
  },
  "5.13": {
    "greedyDecode: const last = logits.slice([0, prefix.length - 1, 0], [1, 1, -1]).flatten(); → const last = logits.slice([0, prefix.length - 1, 0]).flatten();":
      "There is one example, and the slice begins at its last position: the rest is what is due.",
  },
  "5.14": {
    "beamSearch: for (let round = 0; round < maxLength && live.length > 0; round++) { → for (let round = 0; round < maxLength && live.length >= 0; round++) {":
      "Rounds without a living hypothesis do nothing.",
  },
  "5.15": {
    "bleu: counts.set(gram, (counts.get(gram) ?? 0) + 1); → counts.set(gram, (counts.get(gram) ?? 0) + 2);":
      "Every count is doubled, those of both sides of each ratio.",
    "bleu: const brevity = c > r ? 1 : Math.exp(1 - r / c); → const brevity = c >= r ? 1 : Math.exp(1 - r / c);":
      "With c = r the exponential is 1 as well.",
  },
};
