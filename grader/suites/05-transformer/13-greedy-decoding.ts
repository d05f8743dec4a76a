import * as tf from "@tensorflow/tfjs";
import { both, type Text } from "#grader/language.js";
import {
  callable,
  close,
  EXACT,
  expectThat,
  holds,
  op,
  type Random,
  type SeenCall,
  suite,
  together,
} from "#grader/suite/index.js";
import { greedyDecode } from "#reference";
import type { DecodingModel, DecodingOptions } from "../../../exercises/types.js";

export const greedyDecodingSuite = suite("5.13", { greedyDecode })(({ agrees, callsHold, law }) => {
  const once = {
    en: "encode is called once, with the source as it is",
    es: "encode se llama una sola vez, con la frase de origen tal cual",
  };
  const whole = {
    en: "decode is given the whole prefix for every word: bos first, and no eos",
    es: "decode recibe el prefijo completo para cada palabra: bos al principio y ningún eos",
  };
  const shorter = {
    en: "with a smaller maxLength it says the beginning of the same sentence",
    es: "con un maxLength menor dice el principio de la misma frase",
  };
  /** What is said comes of the model alone: these two do not listen to the source. */
  const comesOfTheModel = (name: Text, points: number) =>
    law(name, points, "greedyDecode", "eosTooLate", (ask, [model, source, options]) => {
      const words = ask.greedyDecode(model, source, options);
      const others = ask.greedyDecode(script([6, 4, 7, 2]), source, options);
      return [
        close(
          ask.greedyDecode(model, [9, 2, 6], options),
          words,
          {
            en: "the words for another source, of a model that says the same about all",
            es: "las palabras para otra frase de origen, con un modelo que dice lo mismo de todas",
          },
          EXACT,
        ),
        holds(op.logicalNot(op.same(words, others)), {
          en: "two models that say different words got the same answer",
          es: "dos modelos que dicen palabras distintas recibieron la misma respuesta",
        }),
      ];
    });

  return {
    cases: (random) => ({
      greedyDecode: {
        ended: conversation(random, 11, 6, [5, 3, 8, 4]),
        endedToo: conversation(random, 13, 5, [12, 7]),
        cutShort: conversation(random, 11, 6, [2, 9, 6], 2),
        repeating: [script([5, 3, 3, 8, 2, 4]), [5, 3], { bos: 1, eos: 2, maxLength: 9 }],
        equals: equalLogits(random),
        eosAmongEquals: eosAmongEquals(random, "after the word"),
        eosFirstOfEquals: eosAmongEquals(random, "before the word"),
        allBelowZero: allBelowZero(random),
        long: [script([...LONG, 2]), [7], { bos: 1, eos: 2, maxLength: 60 }],
        zeroIsBos: [script([4, 6, 3, 9]), [7, 2], { bos: 0, eos: 9, maxLength: 6 }],
        zeroIsAWord: [script([4, 0, 6, 0, 9]), [7], { bos: 3, eos: 9, maxLength: 6 }],
        zeroIsEos: [script([4, 6, 6, 0, 5]), [7, 2], { bos: 3, eos: 0, maxLength: 6 }],
        eosAtOnce: [script([2, 5]), [7, 4, 3], { bos: 1, eos: 2, maxLength: 6 }],
        eosTooLate: [script([5, 3, 8, 2]), [7, 4], { bos: 1, eos: 2, maxLength: 3 }],
        nothingWanted: [script([4, 5]), [7, 4, 3], { bos: 1, eos: 2, maxLength: 0 }],
        bosAgain: [script([4, 3, 6, 3, 3, 9]), [7, 4], { bos: 3, eos: 9, maxLength: 8 }],
        bosAtOnce: [script([3, 4, 9]), [7], { bos: 3, eos: 9, maxLength: 4 }],
        noting: [script([5, 3, 8, 4, 2], "noting-decoder"), [7, 4, 3], { bos: 1, eos: 2, maxLength: 6 }],
      },
    }),

    checks: [
      agrees(
        { en: "agrees with the reference, up to eos", es: "coincide con la referencia, hasta eos" },
        3,
        "greedyDecode",
        [
          ...["ended", "endedToo", "repeating", "long", "equals", "eosAmongEquals", "eosFirstOfEquals"],
          ...["allBelowZero", "zeroIsAWord", "zeroIsEos", "zeroIsBos", "bosAgain", "bosAtOnce"],
        ],
        EXACT,
      ),
      agrees(
        {
          en: "says at most maxLength words, and none when eos comes at once",
          es: "dice maxLength palabras como máximo, y ninguna si eos llega de inmediato",
        },
        2,
        "greedyDecode",
        ["cutShort", "eosTooLate", "eosAtOnce", "nothingWanted"],
        EXACT,
      ),
      agrees(
        {
          en: "agrees with the reference when the decoder keeps notes with the memory",
          es: "coincide con la referencia cuando el decodificador guarda notas junto a la memoria",
        },
        1,
        "greedyDecode",
        ["noting"],
        EXACT,
      ),
      together(
        callsHold(once, 1, "greedyDecode", ["ended", "cutShort", "eosAtOnce"], expectOneEncoding),
        comesOfTheModel(once, 1),
      ),
      together(
        callsHold(
          whole,
          2,
          "greedyDecode",
          ["ended", "endedToo", "cutShort", "repeating", "zeroIsBos"],
          expectWholePrefixes,
        ),
        comesOfTheModel(whole, 2),
      ),
      together(
        law(shorter, 1, "greedyDecode", "ended", (ask, [model, source, options]) =>
          [0, 1, 2].map((maxLength) =>
            close(
              ask.greedyDecode(model, source, { ...options, maxLength }),
              op.head(ask.greedyDecode(model, source, options), maxLength),
              {
                en: `the words with maxLength = ${maxLength}, against those with ${options.maxLength}`,
                es: `las palabras con maxLength = ${maxLength}, frente a las de ${options.maxLength}`,
              },
              EXACT,
            ),
          ),
        ),
        comesOfTheModel(shorter, 1),
      ),
    ],

    mistakes: {
      "never-stops": {
        variant: { greedyDecode: saying({ stops: () => false }) },
        hint: {
          en: "This is what comes out when eos is a word like any other: the model goes on after the end of its sentence. Stop as soon as the best word is eos, and leave eos out.",
          es: "Esto es lo que sale cuando eos es una palabra como las demás: el modelo sigue hablando después del final de su frase. Detente en cuanto la mejor palabra sea eos, y no la incluyas.",
        },
      },
      "first-position": {
        variant: { greedyDecode: saying({ position: () => 0 }) },
        hint: {
          en: "This is what comes out of the logits at position 0: they are about the first word, whatever has been said since. The next word is in the logits of the last position, t − 1.",
          es: "Esto es lo que sale de los logits de la posición 0: se refieren a la primera palabra, se haya dicho lo que se haya dicho después. La siguiente palabra está en los logits de la última posición, t − 1.",
        },
      },
      "last-token-only": {
        variant: { greedyDecode: saying({ heard: (prefix) => prefix.slice(-1) }) },
        hint: {
          en: "This is what comes out when decode gets the last word alone: it has no memory of its own, and forgets all that came before. Give it the whole prefix, bos included (Vaswani et al. 2017, §3).",
          es: "Esto es lo que sale cuando decode recibe solo la última palabra: no tiene memoria propia y olvida todo lo anterior. Dale el prefijo completo, con bos (Vaswani et al. 2017, §3).",
        },
      },
      "re-encodes": {
        variant: { greedyDecode: saying({ encodes: "for every word" }) },
        hint: {
          en: "This is what comes out when encode is called for every word: a decoder that keeps notes with the memory loses them, and the work is done again and again. The source does not change: encode it once, before the loop.",
          es: "Esto es lo que sale cuando se llama a encode para cada palabra: un decodificador que guarda notas junto a la memoria las pierde, y el trabajo se repite una y otra vez. La frase de origen no cambia: codifícala una sola vez, antes del ciclo.",
        },
      },
      "starts-with-eos": {
        variant: { greedyDecode: saying({ first: ({ eos }) => eos }) },
        hint: {
          en: "This is what comes out when the prefix begins with eos. The decoder has learned to begin after bos: the first prefix is [bos].",
          es: "Esto es lo que sale cuando el prefijo empieza con eos. El decodificador aprendió a empezar después de bos: el primer prefijo es [bos].",
        },
      },
      "last-of-equals": {
        variant: { greedyDecode: saying({ choose: (logits) => logits.lastIndexOf(Math.max(...logits)) }) },
        hint: {
          en: "This is what comes out when, of equal logits, the last id wins: a comparison with >= gives way to every equal that follows. Let the smaller id win, as tf.argMax does: replace the best one only when another is larger (>).",
          es: "Esto es lo que sale cuando, entre logits iguales, gana el último id: una comparación con >= cede ante cada igual que viene después. Debe ganar el id menor, como en tf.argMax: cambia el mejor solo cuando otro es mayor (>).",
        },
      },
      "stops-at-bos": {
        variant: { greedyDecode: saying({ stops: (word, { bos, eos }) => word === eos || word === bos }) },
        hint: {
          en: "This is what comes out when the sentence also ends at bos. Only eos ends it: a bos that the model says itself is a word like any other.",
          es: "Esto es lo que sale cuando la frase también termina en bos. Solo la termina eos: un bos que dice el propio modelo es una palabra como las demás.",
        },
      },
      "bos-removed": {
        variant: {
          greedyDecode: (model, source, options) =>
            greedyDecode(model, source, options).filter((id) => id !== options.bos),
        },
        hint: {
          en: "These sentences lack every bos, also those that the model said itself. Only the bos that you put at the start is left out: slice(1), not filter.",
          es: "A estas frases les falta todo bos, también los que dijo el propio modelo. Solo se quita el bos que tú pusiste al principio: slice(1), no filter.",
        },
      },
      "keeps-eos": {
        variant: { greedyDecode: saying({ keeps: "eos" }) },
        hint: {
          en: "The words are right, but eos is among them. It says that the sentence is over and is no part of it: stop before you append it.",
          es: "Las palabras están bien, pero eos está entre ellas. Indica que la frase terminó y no forma parte de ella: detente antes de agregarlo.",
        },
      },
      "returns-bos": {
        variant: { greedyDecode: (model, source, options) => [options.bos, ...greedyDecode(model, source, options)] },
        hint: {
          en: "The words are right, but bos stands before them. Nobody said it, it only starts the decoder: return the prefix without its first id.",
          es: "Las palabras están bien, pero bos está delante de ellas. Nadie la dijo, solo pone en marcha el decodificador: devuelve el prefijo sin su primer id.",
        },
      },
      "counts-bos": {
        variant: {
          greedyDecode: (model, source, options) =>
            greedyDecode(model, source, { ...options, maxLength: Math.max(0, options.maxLength - 1) }),
        },
        hint: {
          en: "This sentence ends one word early: bos was counted among the maxLength words. Only words that are said count.",
          es: "Esta frase termina una palabra antes: se contó bos entre las maxLength palabras. Solo cuentan las palabras dichas.",
        },
      },
    },

    routes: {
      "plain numbers of the last position": {
        greedyDecode: (model, source, { bos, eos, maxLength }) => {
          const memory = model.encode(tf.tensor([source], [1, source.length], "int32"));
          const prefix = [bos];
          for (;;) {
            if (prefix.length > maxLength) return prefix.slice(1);
            const [logits = []] = model.decode(memory, row(prefix)).arraySync() as number[][][];
            const last = logits.at(-1) ?? [];
            const next = last.indexOf(Math.max(...last));
            if (next === eos) return prefix.slice(1);
            prefix.push(next);
          }
        },
      },
      "the prefix as a tensor that grows; cut at eos afterwards": {
        greedyDecode: (model, source, { bos, eos, maxLength }) =>
          tf.tidy(() => {
            const memory = model.encode(row(source));
            let prefix: tf.Tensor = row([bos]); // [1, t]
            while ((prefix.shape[1] ?? 0) <= maxLength) {
              const best = model.decode(memory, prefix).argMax(-1).toInt(); // [1, t]
              const next = best.slice([0, (best.shape[1] ?? 0) - 1], [1, 1]);
              prefix = tf.concat([prefix, next], 1);
              if (next.dataSync()[0] === eos) break;
            }
            const said = [...prefix.dataSync()].slice(1);
            return said.includes(eos) ? said.slice(0, said.indexOf(eos)) : said;
          }),
      },
      "word by word, by recursion": {
        greedyDecode: (model, source, { bos, eos, maxLength }) => {
          const memory = model.encode(row(source));
          const goOn = (ids: number[]): number[] => {
            if (ids.length >= maxLength) return ids;
            const logits = model.decode(memory, row([bos, ...ids])).squeeze([0]); // [t, V]
            const { indices } = tf.topk(logits.slice(ids.length, 1), 1);
            const [next = eos] = indices.dataSync();
            return next === eos ? ids : goOn([...ids, next]);
          };
          return goOn([]);
        },
      },
      "the next word is asked for before it is known whether it is wanted": {
        greedyDecode: (model, source, { bos, eos, maxLength }) => {
          const memory = model.encode(row(source));
          const prefix = [bos];
          const best = () => model.decode(memory, row(prefix)).argMax(2).dataSync()[prefix.length - 1] ?? eos;
          let next = best();
          while (next !== eos && prefix.length <= maxLength) {
            prefix.push(next);
            next = best();
          }
          return prefix.slice(1);
        },
      },
      "decode is asked twice for a word: for its size, then for its numbers": {
        greedyDecode: (model, source, { bos, eos, maxLength }) => {
          const memory = model.encode(row(source));
          const ids: number[] = [];
          while (ids.length < maxLength) {
            const prefix = row([bos, ...ids]);
            const [, t = 1, V = 1] = model.decode(memory, prefix).shape;
            const [next = eos] = model
              .decode(memory, prefix)
              .slice([0, t - 1, 0], [1, 1, V])
              .argMax(2)
              .dataSync();
            if (next === eos) break;
            ids.push(next);
          }
          return ids;
        },
      },
      "no more is asked where nothing is wanted": {
        greedyDecode: (model, source, options) =>
          options.maxLength === 0 ? [] : tf.tidy(() => [...greedyDecode(model, source, options)]),
      },
    },
  };
});

type Arguments = Parameters<typeof greedyDecode>;

/** A model that has said a word would rather say another: so sentences have more than one. */
function model(random: Random, size: number, d: number): DecodingModel {
  const embedding = random.normal([size, d], 1.5);
  return {
    encode: callable("embedding-encoder", { embedding: random.normal([13, d]) }),
    decode: callable("mean-decoder", { embedding, output: random.normal([d, size]).sub(embedding.transpose()) }),
  };
}

function script(ids: number[], name: "script-decoder" | "noting-decoder" = "script-decoder"): DecodingModel {
  const embedding = tf.eye(11);
  return { encode: callable("embedding-encoder", { embedding }), decode: callable(name, { ids, size: 11 }) };
}

/**
 * The two best words of the first step have equal logits. Either of them turns the sign of all logits, so that what was
 * the worst one comes next: eos.
 */
function equalLogits(random: Random): Arguments {
  const [bos = 0, one = 0, other = 0, eos = 0] = random.permutation(7);
  const values = { [one]: 3, [other]: 3, [eos]: -3 };
  const output = Array.from({ length: 7 }, (_, id) => values[id] ?? random.integer(-20, 20) / 10);
  return [widthOne(output, (id) => (id === one || id === other ? -8 : 0)), [4, 2, 5], { bos, eos, maxLength: 6 }];
}

/** Far more words than the source has; one of them three times in a row. */
const LONG = Array.from({ length: 40 }, (_, i) => [5, 3, 3, 3, 8, 4, 0][i % 7] ?? 0);

/** At the first step eos and a word have the best logits, which are equal: the smaller id wins. Then the worst word wins. */
function eosAmongEquals(random: Random, place: "before the word" | "after the word"): Arguments {
  const [bos = 0, ...ids] = random.permutation(7);
  const [worst = 0, ...two] = ids.slice(0, 3);
  const [least = 0, most = 0] = two.sort((a, b) => a - b);
  const [word, eos] = place === "after the word" ? [least, most] : [most, least];
  const values = { [word]: 3, [eos]: 3, [worst]: -3 };
  const output = Array.from({ length: 7 }, (_, id) => values[id] ?? random.integer(-20, 20) / 10);
  return [widthOne(output, (id) => (id === word ? -8 : 0)), [4, 2, 5], { bos, eos, maxLength: 3 }];
}

/** All logits are far below 0, that of id 0 among the worst. */
function allBelowZero(random: Random): Arguments {
  const [bos = 1, eos = 2, word = 3] = random.permutation(6).map((id) => id + 1);
  const output = Array.from(
    { length: 7 },
    (_, id) => -2000 - (id === word ? 0 : random.integer(50, 90) + 10 * Number(id === 0)),
  );
  return [widthOne(output, () => 0), [4, 2, 5], { bos, eos, maxLength: 2 }];
}

/** A model of width 1, where no rounding tells equals apart. */
const widthOne = (output: number[], embed: (id: number) => number): DecodingModel => ({
  encode: callable("embedding-encoder", { embedding: tf.ones([7, 1]) }),
  decode: callable("mean-decoder", {
    embedding: tf.tensor2d(output.map((_, id) => [embed(id)])),
    output: tf.tensor2d([output]),
  }),
});

/**
 * A model, a source and options with which several different words come before eos, none of them bos. The mistakes that
 * depend on the numbers come out otherwise, and each in its own way.
 */
function conversation(random: Random, size: number, d: number, source: number[], maxLength = 8): Arguments {
  for (;;) {
    const talking = model(random, size, d);
    const bos = random.integer(0, size - 1);
    const words = greedyDecode(talking, source, { bos, eos: -1, maxLength: 8 }); // without end
    const end = words.findIndex((word, at) => at >= 3 && !words.slice(0, at).includes(word));
    const said = words.slice(0, end);
    const all = words.slice(0, end + 1);
    if (end < 0 || all.includes(bos) || all.includes(0) || bos === 0 || new Set(said).size < 3) continue; // 0 has cases of its own
    const options = { bos, eos: words[end] ?? 0, maxLength: 8 };
    const ways: Way[] = [{}, { position: () => 0 }, { heard: (p) => p.slice(-1) }, { first: ({ eos }) => eos }];
    const answers = ways.map((way) => saying(way)(talking, source, options).slice(0, maxLength).join());
    if (new Set(answers).size === answers.length) return [talking, source, { ...options, maxLength }];
  }
}

/** How decoding goes, where it does not go right. */
interface Way {
  readonly first?: (options: DecodingOptions) => number;
  readonly heard?: (prefix: number[]) => number[];
  readonly position?: (t: number) => number;
  /** Which id of the logits of a position. */
  readonly choose?: (logits: number[]) => number;
  readonly stops?: (word: number, options: DecodingOptions) => boolean;
  readonly encodes?: "for every word";
  readonly keeps?: "eos";
}

function saying({
  first = ({ bos }) => bos,
  heard = (prefix) => prefix,
  position = (t) => t - 1,
  choose = (logits) => logits.indexOf(Math.max(...logits)),
  stops = (word, { eos }) => word === eos,
  encodes,
  keeps,
}: Way): typeof greedyDecode {
  return (model, source, options) => {
    const memory = model.encode(row(source));
    const prefix = [first(options)];
    for (let said = 0; said < options.maxLength; said++) {
      const input = heard(prefix);
      const known = encodes === undefined || said === 0 ? memory : model.encode(row(source));
      const [logits = []] = model.decode(known, row(input)).arraySync() as number[][][]; // [t, V]
      const next = choose(logits[position(input.length)] ?? []);
      const over = stops(next, options);
      if (!over || keeps === "eos") prefix.push(next);
      if (over) break;
    }
    return prefix.slice(1);
  };
}

const row = (ids: readonly number[]): tf.Tensor => tf.tensor2d([[...ids]], [1, ids.length], "int32");

const list = (ids: readonly number[]): string => `[${ids.join(", ")}]`;

/** What a call was given for words: `[1, 5]`, and what it is if no tensor [1, t] int32. */
function wordsOf(argument: unknown): string {
  if (!(argument instanceof tf.Tensor)) return String(argument);
  if (argument.rank !== 2 || argument.shape[0] !== 1) return `shape [${argument.shape.join(", ")}]`;
  const words = list([...argument.dataSync()]);
  return argument.dtype === "int32" ? words : `${words} (${argument.dtype})`;
}

function expectOneEncoding(calls: readonly SeenCall[], [, source]: Arguments): void {
  const given = calls.filter((call) => call.of === "encode").map(({ args }) => wordsOf(args[0]));
  const advice = {
    en: "The source does not change while words are added: encode it before the loop.",
    es: "La frase de origen no cambia mientras se agregan palabras: codifícala antes del ciclo.",
  };
  expectThat(
    given.length === 1,
    both((language) =>
      language === "en"
        ? `encode was called ${given.length} times, expected 1. ${advice.en}`
        : `encode se llamó ${given.length} veces, se esperaba 1. ${advice.es}`,
    ),
  );
  expectThat(given[0] === list(source), {
    en: `encode was given ${given[0]}, expected the source ${list(source)} as a tensor [1, n] int32`,
    es: `encode recibió ${given[0]}; se esperaba la frase de origen ${list(source)} como tensor [1, n] int32`,
  });
}

/** Each prefix is bos alone, or one that was given before and a word but eos; the same one may be given again. */
function expectWholePrefixes(calls: readonly SeenCall[], [, , { bos, eos }]: Arguments): void {
  const known = new Set<string>();
  for (const [, argument] of calls.filter((call) => call.of === "decode").map(({ args }) => args)) {
    const words = wordsOf(argument);
    const before = words.replace(/(?<=\d), \d+\]$/, "]");
    expectThat(words === list([bos]) || known.has(words) || (before !== words && known.has(before)), {
      en: `decode was given ${words}, expected a whole prefix, a tensor [1, t] int32: ${list([bos])}, or one that it was given before and one more word`,
      es: `decode recibió ${words}; se esperaba un prefijo completo, un tensor [1, t] int32: ${list([bos])}, o uno que ya recibió y una palabra más`,
    });
    expectThat(!words.endsWith(`, ${eos}]`), {
      en: `decode was given ${words}, which ends in eos = ${eos}: the sentence is over, and nothing is to follow`,
      es: `decode recibió ${words}, que termina en eos = ${eos}: la frase ya terminó y no le sigue nada`,
    });
    known.add(words);
  }
  expectThat(known.size > 0, { en: "decode was never called", es: "decode no se llamó nunca" });
}
