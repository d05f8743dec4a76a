"""Golden numbers of permutations and of how far functions are from respecting them: what PyTorch says in float64."""

import math

import torch

from golden import Golden, callable_, normal, seed

seed(24)
golden = Golden(__file__)


# 2.4 permuteRows, permuteGraph, equivarianceError, invarianceError


def permute_graph(a, perm):
    """By the product with the permutation matrix."""
    p = torch.eye(len(perm), dtype=a.dtype)[perm]
    return p @ a @ p.T


def equivariance_error(f, x, perm):
    return (f(x[perm]) - f(x)[perm]).abs().max().item()


def invariance_error(f, x, perm):
    return (f(x[perm]) - f(x)).abs().max().item()


def affine(p, x):
    return x @ p["w"] + p.get("b", 0)


def attention(p, x, mask=None):
    """Token by token, over those that it may look at alone."""
    q, k, v = x @ p["wq"], x @ p["wk"], x @ p["wv"]
    rows = []
    for i in range(len(x)):
        seen = i + 1 if mask == "causal" else len(x)
        weights = torch.softmax(k[:seen] @ q[i] / math.sqrt(q.shape[1]), 0)
        rows.append(weights @ v[:seen])
    return torch.stack(rows)


FUNCTIONS = {
    "zeros": lambda p, x: torch.zeros_like(x),
    "linear": affine,
    "tanh-linear": lambda p, x: torch.tanh(affine(p, x)),
    "mixing": lambda p, x: p["a"] @ x,
    "mean-of-rows": lambda p, x: x.mean(0),
    "first-row": lambda p, x: x[0],
    "self-attention": attention,
    "causal-attention": lambda p, x: attention(p, x, "causal"),
    "attention-with-positions": lambda p, x: attention(p, x + p["positions"]),
}


def function(name, **data):
    return callable_(name, data, FUNCTIONS[name])


def running_sum(n):
    """Each row plus all before it, as a mix of the rows."""
    return function("mixing", a=torch.ones(n, n).tril().double())


def head(d, dk, dv):
    return {"wq": normal(d, dk, scale=0.6), "wk": normal(d, dk, scale=0.6), "wv": normal(d, dv, scale=0.6)}


CYCLE = [2, 0, 4, 1, 3]  # none of these is its own inverse
SHIFT = [1, 2, 3, 0]
SIX = [3, 5, 0, 1, 2, 4]
COLUMN = torch.tensor([[1.0], [2.0], [4.0]]).double()

case = golden.of("permuteRows", lambda x, perm: x[perm])
case("distinct sizes", normal(5, 3), CYCLE)
case("square", normal(4, 4), SHIFT)
case("more columns than rows", normal(4, 6), SHIFT)
case("nothing moves", normal(3, 2), [0, 1, 2])
case("two rows", normal(2, 3), [1, 0])
case("one row", normal(1, 3), [0])

case = golden.of("permuteGraph", permute_graph)
case("real numbers", normal(5, 5), CYCLE)
case("four nodes", normal(4, 4), SHIFT)
case("six nodes", (normal(6, 6) > 0).double(), SIX)
case("nothing moves", normal(3, 3), [0, 1, 2])
case("one node", normal(1, 1), [0])

case = golden.of("equivarianceError", equivariance_error)
case("zeros", function("zeros"), normal(5, 3), CYCLE, gradients=False)
case("linear", function("linear", w=normal(3, 4), b=normal(4)), normal(5, 3), CYCLE, gradients=False)
case("tanh of linear", function("tanh-linear", w=normal(3, 4)), normal(5, 3), CYCLE, gradients=False)
case("self-attention", function("self-attention", **head(4, 3, 6)), normal(5, 4), CYCLE, gradients=False)
case("self-attention, square", function("self-attention", **head(4, 4, 4)), normal(4, 4), SHIFT, gradients=False)
case("causal attention", function("causal-attention", **head(4, 3, 6)), normal(5, 4), CYCLE, gradients=False)
positions = function("attention-with-positions", positions=normal(5, 4), **head(4, 3, 6))
case("attention with positions", positions, normal(5, 4), CYCLE, gradients=False)
case("mixing", function("mixing", a=normal(6, 6)), normal(6, 2), SIX, gradients=False)
case("running sum", running_sum(4), normal(4, 4), SHIFT, gradients=False)
case("running sum, as in the lesson", running_sum(3), COLUMN, [2, 0, 1], gradients=False)
case("nothing moves", running_sum(3), normal(3, 2), [0, 1, 2], gradients=False)

case = golden.of("invarianceError", invariance_error)
case("zeros", function("zeros"), normal(5, 3), CYCLE, gradients=False)
case("mean of the rows", function("mean-of-rows"), normal(5, 3), CYCLE, gradients=False)
case("first row", function("first-row"), normal(5, 3), CYCLE, gradients=False)
case("linear", function("linear", w=normal(3, 4)), normal(5, 3), CYCLE, gradients=False)
case("self-attention", function("self-attention", **head(4, 3, 6)), normal(5, 4), CYCLE, gradients=False)
case("mixing", function("mixing", a=normal(6, 6)), normal(6, 2), SIX, gradients=False)
case("running sum", running_sum(4), normal(4, 4), SHIFT, gradients=False)
case("running sum, as in the lesson", running_sum(3), COLUMN, [2, 0, 1], gradients=False)
case("nothing moves", function("first-row"), normal(3, 2), [0, 1, 2], gradients=False)

golden.write()
