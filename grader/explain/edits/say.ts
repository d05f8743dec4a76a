/** Edits in words: the operation and its place in the formula, never code. */
import type { Text } from "../../language.js";
import type { Did } from "../../mutants/edits.js";
import { claim } from "../probe.js";

/** What operations are called, with their article, in English and Spanish. */
const OPERATIONS: Readonly<Record<string, readonly [en: string, es: string]>> = {
  add: ["the sum", "la suma"],
  sub: ["the subtraction", "la resta"],
  mul: ["the product", "el producto"],
  div: ["the division", "la división"],
  mod: ["the remainder", "el resto"],
  pow: ["the power", "la potencia"],
  neg: ["the minus sign", "el signo menos"],
  sqrt: ["the root", "la raíz"],
  square: ["the square", "el cuadrado"],
  exp: ["the exponential", "la exponencial"],
  log: ["the logarithm", "el logaritmo"],
  abs: ["the absolute value", "el valor absoluto"],
  round: ["the rounding", "el redondeo"],
  floor: ["the rounding down", "el redondeo hacia abajo"],
  ceil: ["the rounding up", "el redondeo hacia arriba"],
  relu: ["the ReLU", "la ReLU"],
  tanh: ["the tanh", "la tanh"],
  sigmoid: ["the sigmoid", "la sigmoide"],
  elu: ["the ELU", "la ELU"],
  softplus: ["the softplus", "la softplus"],
  leakyRelu: ["the LeakyReLU", "la LeakyReLU"],
  softmax: ["the softmax", "el softmax"],
  logSoftmax: ["the log-softmax", "el log-softmax"],
  logicalNot: ["the negation", "la negación"],
  logicalAnd: ["the “and”", "el «y»"],
  logicalOr: ["the “or”", "el «o»"],
  maximum: ["the larger of the two", "el mayor de los dos"],
  minimum: ["the smaller of the two", "el menor de los dos"],
  max: ["the maximum", "el máximo"],
  min: ["the minimum", "el mínimo"],
  argMax: ["the place of the maximum", "la posición del máximo"],
  argMin: ["the place of the minimum", "la posición del mínimo"],
  sum: ["the sum", "la suma"],
  mean: ["the mean", "la media"],
  clipByValue: ["the clipping", "el recorte"],
  transpose: ["the transposition", "la transposición"],
  reverse: ["the reversal", "la inversión del orden"],
  slice: ["the cut", "el corte"],
  sort: ["the sorting", "la ordenación"],
  filter: ["the selection", "la selección"],
  sin: ["the sine", "el seno"],
  cos: ["the cosine", "el coseno"],
  zeros: ["zeros", "ceros"],
  ones: ["ones", "unos"],
  zerosLike: ["zeros", "ceros"],
  onesLike: ["ones", "unos"],
  less: ["<", "<"],
  lessEqual: ["≤", "≤"],
  greater: [">", ">"],
  greaterEqual: ["≥", "≥"],
  equal: ["=", "="],
  notEqual: ["≠", "≠"],
};

const SIGNS: Readonly<Record<string, string>> = {
  ...{ "+": "+", "-": "−", "*": "·", "/": "/", "%": "mod", "**": "power" },
  ...{ "<": "<", "<=": "≤", ">": ">", ">=": "≥", "===": "=", "!==": "≠" },
  ...{ "+=": "+", "-=": "−", "*=": "·", "/=": "/" },
};

/**
 * Nothing where there are no words for it, or none that a student knows.
 *
 * @param computes the value in whose formula it is; nothing for the result itself
 * @param words the names that students meet
 */
export function say(did: Did, computes: string | undefined, words: ReadonlySet<string>): Text | undefined {
  const names = did.is === "other value" ? [did.from, did.to].flatMap((name) => /^`(.*)`$/.exec(name)?.[1] ?? []) : [];
  const how = names.every((name) => words.has(name)) ? howOf(did) : undefined;
  if (how === undefined) return undefined;
  if (did.is === "condition" && !words.has(computes ?? "")) return undefined; // whose condition, nobody could say
  if (computes === undefined)
    return claim(`when the result is computed ${how.en}`, `cuando el resultado se calcula ${how.es}`);
  if (words.has(computes))
    return claim(`when \`${computes}\` is computed ${how.en}`, `cuando \`${computes}\` se calcula ${how.es}`);
  return claim(`when a step is computed ${how.en}`, `cuando un paso se calcula ${how.es}`);
}

function howOf(did: Did): Text | undefined {
  switch (did.is) {
    case "other operator": {
      const [from, to] = [SIGNS[did.from], SIGNS[did.to]];
      return from === undefined || to === undefined ? undefined : instead(to, from, to, from);
    }
    case "other operation": {
      const [from, to] = [OPERATIONS[did.from], OPERATIONS[did.to]];
      return from && to && instead(to[0], from[0], to[1], from[1]);
    }
    case "other value": {
      const [to, from] = [numeral(did.to), numeral(did.from)];
      return instead(to, from, to, from);
    }
    case "other axis": {
      const [to, from] = [numeral(did.to), numeral(did.from)];
      return claim(`along axis ${to} in place of axis ${from}`, `a lo largo del eje ${to} en lugar del ${from}`);
    }
    case "left out": {
      const name = did.what === "-" ? OPERATIONS.neg : did.what === "!" ? OPERATIONS.logicalNot : OPERATIONS[did.what];
      return name && claim(`without ${name[0]}`, `sin ${name[1]}`);
    }
    case "exchanged":
      return did.of === ""
        ? undefined
        : claim(`with two operands of \`${did.of}\` exchanged`, `con dos operandos de \`${did.of}\` intercambiados`);
    case "last left out":
      return did.of === ""
        ? undefined
        : claim(`without the last operand of \`${did.of}\``, `sin el último operando de \`${did.of}\``);
    case "condition":
      return did.to
        ? claim("as if its condition always held", "como si su condición se cumpliera siempre")
        : claim("as if its condition never held", "como si su condición no se cumpliera nunca");
  }
}

/** A number as one writes it; names stay as they are. */
function numeral(text: string): string {
  const value = Number(text);
  if (Number.isNaN(value)) return text;
  const written = Math.abs(value) >= 1e6 ? value.toExponential().replace("+", "") : String(value);
  return written.replace("-", "−");
}

const instead = (to: string, from: string, a: string, de: string): Text =>
  claim(`with ${to} in place of ${from}`, `con ${a} en lugar de ${de}`);
