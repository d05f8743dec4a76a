import * as tf from "@tensorflow/tfjs";

/**
 * How each output of softmax changes with each of its inputs.
 *
 *     J_ij = ∂p_i/∂s_j = p_i·([i = j] − p_j),   that is J = diag(p) − p·pᵀ
 *
 * @param p [n], an output of softmax: positive, sums to 1; n may be 1 (`tf.oneHot` needs a depth of 2)
 * @returns J [n, n]
 */
export function softmaxJacobian(p: tf.Tensor): tf.Tensor {
  // TODO: put p on a diagonal, and subtract the product of p with itself.
  throw new Error("TODO 5.1: softmaxJacobian");
}

/**
 * The gradient that flows back through softmax, without ever writing J down: with p = softmax(s) and g the gradient of the
 * loss by p, the gradient by s is
 *
 *     J·g = p ⊙ (g − Σ_k g_k·p_k)        row by row
 *
 * @param p [..., n], rows that softmax returned
 * @param g [..., n], the gradient of the loss by p
 * @returns [..., n], the gradient of the loss by the inputs of softmax
 */
export function softmaxVjp(p: tf.Tensor, g: tf.Tensor): tf.Tensor {
  // TODO: subtract from each gradient the mean of its row, weighed with p, and multiply by p.
  throw new Error("TODO 5.1: softmaxVjp");
}

/**
 * The gradient of a function without knowing its formula: what every derivation can be checked against.
 *
 *     ∂f/∂x_i ≈ (f(x + ε·e_i) − f(x − ε·e_i))/(2·ε)
 *
 * @param f a function of a list of numbers; call it twice for each entry of x, and no more
 * @param x where the gradient is taken; must be as it was when the function returns
 * @param eps ε, the step to both sides
 * @returns one number for each entry of x
 */
export function centralDifference(f: (x: number[]) => number, x: number[], eps = 1e-5): number[] {
  // TODO: for each entry call f a little to its right and a little to its left, and divide by the way between the two.
  throw new Error("TODO 5.1: centralDifference");
}
