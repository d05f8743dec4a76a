import * as tf from "@tensorflow/tfjs";
import { callable, close, op, type Random, suite, together } from "#grader/suite/index.js";
import { block, layerNorm, sublayer } from "#reference";
import type { Layer, NormParams } from "../../../exercises/types.js";

export const residualBlocksSuite = suite("3.9", { sublayer, block })(({ agrees, callsAgree, law }) => {
  const once = { en: "each layer is called exactly once", es: "cada capa se llama exactamente una vez" };

  return {
    cases: (random) => ({
      sublayer: {
        post: [spread(random), tokenwise(random, 4), norm(random, 4), "post"],
        pre: [spread(random), tokenwise(random, 4), norm(random, 4), "pre"],
        postMixing: [random.normal([2, 5, 4]), mixing(random, 5), norm(random, 4), "post"],
        preMixing: [random.normal([2, 5, 4]), mixing(random, 5), norm(random, 4), "pre"],
        postSquare: [random.normal([4, 4]), attention(random, 4), norm(random, 4), "post"],
        preSquare: [random.normal([4, 4]), attention(random, 4), norm(random, 4), "pre"],
        postOneToken: [random.normal([1, 6], 3), tokenwise(random, 6), norm(random, 6), "post"],
        preOneToken: [random.normal([1, 6], 3), tokenwise(random, 6), norm(random, 6), "pre"],
      },
      block: {
        serial: [random.normal([2, 5, 4]), mixing(random, 5), tokenwise(random, 4), ...norms(random, 4), "serial"],
        parallel: [random.normal([2, 5, 4]), mixing(random, 5), tokenwise(random, 4), ...norms(random, 4), "parallel"],
        serialSquare: [
          random.normal([4, 4]),
          attention(random, 4),
          tokenwise(random, 4),
          ...norms(random, 4),
          "serial",
        ],
        parallelSquare: [
          random.normal([4, 4]),
          attention(random, 4),
          tokenwise(random, 4),
          ...norms(random, 4),
          "parallel",
        ],
        serialWide: [random.normal([3, 6], 3), mixing(random, 3), tokenwise(random, 6), ...norms(random, 6), "serial"],
      },
    }),

    checks: [
      agrees(
        {
          en: "sublayer agrees with the reference, normalised after and before",
          es: "sublayer coincide con la referencia, con la normalización después y antes",
        },
        4,
        "sublayer",
        ["post", "pre", "postMixing", "preMixing", "postSquare", "preSquare", "postOneToken", "preOneToken"],
      ),
      agrees(
        {
          en: "block agrees with the reference, serial and parallel",
          es: "block coincide con la referencia, en serie y en paralelo",
        },
        5,
        "block",
        ["serial", "parallel", "serialSquare", "parallelSquare", "serialWide"],
      ),
      law(
        {
          en: "around a layer of zeros, pre is the identity, and post gives tokens of mean 0 and variance 1, scaled and shifted",
          es: "alrededor de una capa de ceros, pre es la identidad y post da tokens de media 0 y varianza 1, escalados y desplazados",
        },
        2,
        "sublayer",
        "pre",
        (ask, [x, , p]) => {
          const zeros = callable("zeros");
          const post = op.div(op.sub(ask.sublayer(x, zeros, p, "post"), p.beta), p.gamma); // [2, 5, 4]
          const loose = { absolute: 2e-3, relative: 2e-3 }; // eps shows a little
          return [
            close(ask.sublayer(x, zeros, p, "pre"), x, {
              en: "pre around a layer of zeros, against x",
              es: "pre alrededor de una capa de ceros, frente a x",
            }),
            close(
              op.mean(post, -1),
              tf.zeros([2, 5]),
              {
                en: "the means of post around a layer of zeros, without scale and shift",
                es: "las medias de post alrededor de una capa de ceros, sin escala ni desplazamiento",
              },
              loose,
            ),
            close(
              op.mean(op.square(post), -1),
              tf.ones([2, 5]),
              {
                en: "the variances of post around a layer of zeros, without scale and shift",
                es: "las varianzas de post alrededor de una capa de ceros, sin escala ni desplazamiento",
              },
              loose,
            ),
          ];
        },
      ),
      law(
        {
          en: "pre lets x through as it is: a number added to a whole token, which LN does not see, is added to the result",
          es: "pre deja pasar x intacta: un número sumado a todo un token, que LN no ve, se suma al resultado",
        },
        1,
        "sublayer",
        "pre",
        (ask, [x, f, p], random) => {
          const shift = random.uniform([2, 5, 1], -3, 3);
          return [
            close(
              ask.sublayer(x.add(shift), f, p, "pre"),
              op.add(ask.sublayer(x, f, p, "pre"), shift),
              {
                en: "pre of x + c, against pre of x, plus c,",
                es: "pre de x + c, frente a pre de x, más c,",
              },
              { absolute: 1e-3, relative: 1e-3 },
            ),
          ];
        },
      ),
      law(
        {
          en: "the parallel block does not tell its branches apart",
          es: "el bloque en paralelo no distingue entre sus ramas",
        },
        1,
        "block",
        "parallel",
        (ask, [x, f, g, norm1, norm2]) => {
          const plain = ask.block(x, f, g, norm1, norm2, "parallel");
          return [
            close(ask.block(x, g, f, norm1, norm2, "parallel"), plain, {
              en: "the parallel block with its branches exchanged, against the block as it was",
              es: "el bloque en paralelo con las ramas intercambiadas, frente al bloque original",
            }),
            close(ask.block(x, f, g, norm1, norm1, "parallel"), plain, {
              en: "the parallel block with another norm2, which it does not use",
              es: "el bloque en paralelo con otra norm2, que no usa",
            }),
          ];
        },
      ),
      together(
        callsAgree(once, 2, "sublayer", ["post", "pre", "postMixing", "preMixing"]),
        callsAgree(once, 2, "block", ["serial", "parallel"]),
      ),
    ],

    mistakes: {
      "norm-after-branch": {
        variant: { sublayer: (x, f, p) => x.add(layerNorm(f(x), p)) },
        hint: {
          en: "This is what comes out of x + LN(f(x)): only the branch is normalised. In post the sum is: LN(x + f(x)); in pre the input of the branch: x + f(LN(x)) (Vaswani et al. 2017, §3.1).",
          es: "Esto es lo que sale de x + LN(f(x)): solo se normaliza la rama. En post se normaliza la suma: LN(x + f(x)); en pre, la entrada de la rama: x + f(LN(x)) (Vaswani et al. 2017, §3.1).",
        },
      },
      "pre-post-swapped": {
        variant: { sublayer: (x, f, p, mode) => sublayer(x, f, p, mode === "pre" ? "post" : "pre") },
        hint: {
          en: "This is what the other mode gives. Post normalises after the sum, LN(x + f(x)); pre before the layer, x + f(LN(x)).",
          es: "Esto es lo que da el otro modo. Post normaliza después de la suma, LN(x + f(x)); pre, antes de la capa, x + f(LN(x)).",
        },
      },
      "no-residual": {
        variant: {
          sublayer: (x, f, p, mode) => (mode === "post" ? layerNorm(f(x), p) : f(layerNorm(x, p))),
        },
        hint: {
          en: "This is what comes out without the residual connection: x itself is missing from the sum. Add x to what the layer returns (Vaswani et al. 2017, §3.1).",
          es: "Esto es lo que sale sin la conexión residual: falta x en la suma. Suma x a lo que devuelve la capa (Vaswani et al. 2017, §3.1).",
        },
      },
      "printed-shorthand": {
        variant: {
          block: serial((x, attended, feedForward, _, norm2) => x.add(feedForward(layerNorm(attended, norm2)))),
        },
        hint: {
          en: "This is what comes out of x + feedForward(LN2(x + attention(LN1 x))), as the serial form is printed in PaLM, §2: what attention added is lost from the residual. The second sum starts from x' = x + attention(LN1 x), not from x.",
          es: "Esto es lo que sale de x + feedForward(LN2(x + attention(LN1 x))), tal como está impresa la forma en serie en PaLM, §2: se pierde del residuo lo que sumó la atención. La segunda suma parte de x' = x + attention(LN1 x), no de x.",
        },
      },
      "feed-forward-unnormalised": {
        variant: { block: serial((_, attended, feedForward) => attended.add(feedForward(attended))) },
        hint: {
          en: "This is what comes out when the feed-forward network gets x' as it is. Each layer of a pre-norm block has its own normalisation before it: x' + feedForward(LN2 x').",
          es: "Esto es lo que sale cuando la red prealimentada recibe x' tal cual. En un bloque pre-norm cada capa lleva su propia normalización antes: x' + feedForward(LN2 x').",
        },
      },
      "first-norm-reused": {
        variant: {
          block: serial((_, attended, feedForward, norm1) => attended.add(feedForward(layerNorm(attended, norm1)))),
        },
        hint: {
          en: "This is what comes out when norm1 stands in both places of the serial block. Attention is normalised with norm1, the feed-forward network with norm2: the two learn different scales.",
          es: "Esto es lo que sale cuando norm1 ocupa los dos lugares del bloque en serie. La atención se normaliza con norm1 y la red prealimentada con norm2: cada una aprende otras escalas.",
        },
      },
      "parallel-uses-norm2": {
        variant: {
          block: (x, f, g, norm1, norm2, mode) =>
            mode === "serial"
              ? block(x, f, g, norm1, norm2, mode)
              : x.add(f(layerNorm(x, norm1))).add(g(layerNorm(x, norm2))),
        },
        hint: {
          en: "This is what comes out when the feed-forward branch of the parallel block is normalised with norm2. Both branches share one input, LN1 x: that is what makes the parallel form cheaper (PaLM, §2).",
          es: "Esto es lo que sale cuando la rama prealimentada del bloque en paralelo se normaliza con norm2. Las dos ramas comparten una sola entrada, LN1 x: por eso la forma en paralelo es más barata (PaLM, §2).",
        },
      },
      "serial-parallel-swapped": {
        variant: {
          block: (x, f, g, norm1, norm2, mode) =>
            block(x, f, g, norm1, norm2, mode === "serial" ? "parallel" : "serial"),
        },
        hint: {
          en: "This is what the other mode gives. Serial: the feed-forward network works on what attention left, x'. Parallel: both work on LN1 x, and x takes both results.",
          es: "Esto es lo que da el otro modo. En serie, la red prealimentada trabaja sobre lo que dejó la atención, x'. En paralelo, las dos trabajan sobre LN1 x, y x recibe ambos resultados.",
        },
      },
    },

    routes: {
      "the normalisation written out; sums in another order": {
        sublayer: (x, f, p, mode) => (mode === "post" ? normalised(f(x).add(x), p) : f(normalised(x, p)).add(x)),
        block: (x, f, g, norm1, norm2, mode) => {
          const inside = normalised(x, norm1);
          const right = mode === "parallel" ? g(inside) : undefined; // the feed-forward branch first
          const attended = f(inside).add(x);
          return (right ?? g(normalised(attended, norm2))).add(attended);
        },
      },
      "a block of two sublayers, tidied": {
        block: (x, f, g, norm1, norm2, mode) =>
          tf.tidy(() => {
            if (mode === "serial") return sublayer(sublayer(x, f, norm1, "pre"), g, norm2, "pre");
            return sublayer(x, (y) => f(y).add(g(y)), norm1, "pre"); // one branch that does both
          }),
      },
      "in plain numbers but for the layers": {
        sublayer: (x, f, p, mode) => (mode === "post" ? byNumbers(plus(x, f(x)), p) : plus(x, f(byNumbers(x, p)))),
        block: (x, f, g, norm1, norm2, mode) => {
          const inside = byNumbers(x, norm1);
          const attended = plus(x, f(inside));
          return plus(attended, g(mode === "parallel" ? inside : byNumbers(attended, norm2)));
        },
      },
      "pieces concatenated and summed": {
        sublayer: (x, f, p, mode) => {
          const sum = tf.stack([x, f(mode === "pre" ? layerNorm(x, p) : x)]).sum(0);
          return mode === "post" ? layerNorm(sum, p) : sum;
        },
      },
    },
  };
});

/** A layer that works on each token by itself. */
const tokenwise = (random: Random, d: number): Layer =>
  callable("tanh-linear", { w: random.normal([d, d], 0.7), b: random.normal([d]) });

/** A layer that mixes tokens. */
const mixing = (random: Random, n: number): Layer => callable("mixing", { a: random.normal([n, n], 0.6) });

const attention = (random: Random, d: number): Layer =>
  callable("self-attention", {
    wq: random.normal([d, d], 0.7),
    wk: random.normal([d, d], 0.7),
    wv: random.normal([d, d]),
  });

const norm = (random: Random, d: number): NormParams => ({
  gamma: random.uniform([d], 0.5, 2),
  beta: random.normal([d]),
});

const norms = (random: Random, d: number): [NormParams, NormParams] => [norm(random, d), norm(random, d)];

/** The block whose second half is another one when it is serial. */
function serial(
  half: (x: tf.Tensor, attended: tf.Tensor, feedForward: Layer, norm1: NormParams, norm2: NormParams) => tf.Tensor,
): typeof block {
  return (x, attention, feedForward, norm1, norm2, mode) => {
    if (mode === "parallel") return block(x, attention, feedForward, norm1, norm2, mode);
    return half(x, x.add(attention(layerNorm(x, norm1))), feedForward, norm1, norm2);
  };
}

function normalised(x: tf.Tensor, { gamma, beta }: NormParams): tf.Tensor {
  const centered = x.sub(x.mean(-1, true)); // [..., d]
  return centered
    .mul(tf.rsqrt(centered.square().mean(-1, true).add(1e-5)))
    .mul(gamma)
    .add(beta);
}

/** Layer normalisation in float64, token by token. */
function byNumbers(x: tf.Tensor, { gamma, beta }: NormParams): tf.Tensor {
  const [values, d] = [x.dataSync(), x.shape.at(-1) ?? 1];
  const [scale, shift] = [gamma.dataSync(), beta.dataSync()];
  const result: number[] = [];
  for (let start = 0; start < values.length; start += d) {
    const token = [...values.slice(start, start + d)];
    const mean = token.reduce((sum, entry) => sum + entry, 0) / d;
    const variance = token.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / d;
    token.forEach((entry, i) => {
      result.push((scale[i] ?? 0) * ((entry - mean) / Math.sqrt(variance + 1e-5)) + (shift[i] ?? 0));
    });
  }
  return tf.tensor(result, x.shape);
}

function plus(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const other = b.dataSync();
  return tf.tensor(
    Array.from(a.dataSync(), (entry, i) => entry + (other[i] ?? 0)),
    a.shape,
  );
}

/** Tokens [2, 5, 4] of variance 1 to 9: where it is small, eps shows. */
function spread(random: Random): tf.Tensor {
  const x = random.normal([2, 5, 4]);
  const { mean, variance } = tf.moments(x, -1, true);
  return x
    .sub(mean)
    .div(variance.sqrt())
    .mul(random.uniform([2, 5, 1], 1, 3))
    .add(random.normal([2, 5, 1]));
}
