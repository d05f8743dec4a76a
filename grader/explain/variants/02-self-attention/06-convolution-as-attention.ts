import type { WrongVariants } from "../variant.js";

export const variants = {
  "kernel-flipped": {
    wrong: "turns the kernel around",
    edits: [["kernel[j - i + r]", "kernel[i - j + r]"]],
    truths: ["transposed: result; reversed: `kernel`"],
  },
  "no-center": {
    wrong: "does not put the middle of the kernel on the diagonal",
    edits: [["kernel[j - i + r]", "kernel[j - i]"]],
    truths: [],
  },
  "rows-and-columns": {
    wrong: "exchanges rows and columns of the kernel in two dimensions",
    edits: [
      [
        "kernel[to.row - from.row + 1]?.[to.column - from.column + 1]",
        "kernel[to.column - from.column + 1]?.[to.row - from.row + 1]",
      ],
    ],
    truths: ["kernel-transposed"],
  },
  "height-for-width": {
    wrong: "numbers the pixels by the height of the image instead of its width",
    edits: [["Math.floor(p / width), column: p % width", "Math.floor(p / height), column: p % height"]],
    truths: ["exchanged: `height`, `width`"],
  },
} satisfies WrongVariants;
