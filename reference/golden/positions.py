"""Golden numbers of positions: turns as complex numbers, and what PyTorch says in float64."""

import math

import torch

from golden import EXTREME, Golden, normal, seed

seed(33)
golden = Golden(__file__)


def turns(positions, d, base):
    """exp(iθ), a complex number for each position and each pair of d coordinates."""
    wavelengths = torch.tensor(base, dtype=torch.float64) ** (torch.arange(0, d, 2, dtype=torch.float64) / d)
    angles = torch.outer(torch.as_tensor(positions, dtype=torch.float64), 1 / wavelengths)
    return torch.polar(torch.ones_like(angles), angles)


# 3.3 sinusoidalPositions


def sinusoidal_positions(n, d, base=10000):
    table = torch.zeros(n, d, dtype=torch.float64)
    turned = turns(torch.arange(n), d, base)
    table[:, 0::2] = turned.imag
    table[:, 1::2] = turned.real[:, : d // 2]
    return table


case = golden.of("sinusoidalPositions", sinusoidal_positions)
case("distinct sizes", 7, 6, gradients=False)
case("square", 6, 6, gradients=False)
case("more columns than positions", 3, 10, gradients=False)
case("another base", 5, 8, 100, gradients=False)
case("a base below 1", 4, 6, 0.5, gradients=False)
case("an odd width", 5, 7, gradients=False)
case("an odd width, square, another base", 5, 5, 20, gradients=False)
case("one column", 4, 1, gradients=False)
case("one position", 1, 6, gradients=False)
case("a hundred positions", 100, 4, gradients=False)


# 3.4 relativeIndices, relativeSelfAttention


def relative_indices(n, m, k):
    """A band of ones: how many of the distances −k + 1, …, k the pair has passed."""
    distances = torch.arange(m).unsqueeze(0) - torch.arange(n).unsqueeze(1)
    return sum((distances.ge(step).int() for step in range(1 - k, k + 1)), torch.zeros(n, m).int()).tolist()


case = golden.of("relativeIndices", relative_indices)
case("more keys than queries", 4, 7, 2, gradients=False)
case("more queries than keys", 7, 4, 2, gradients=False)
case("square", 5, 5, 1, gradients=False)
case("k = 0", 3, 4, 0, gradients=False)
case("k above all distances", 3, 4, 6, gradients=False)
case("one query", 1, 5, 2, gradients=False)
case("one key", 5, 1, 2, gradients=False)


def relative_self_attention(x, p):
    """The efficient form, by products with the tables; the pairs of one distance are a diagonal."""
    n, k = x.shape[0], p["relativeKeys"].shape[0] // 2
    distance = torch.clamp(torch.arange(n).unsqueeze(0) - torch.arange(n).unsqueeze(1), -k, k)  # [n, n]
    q, key, v = x @ p["wq"], x @ p["wk"], x @ p["wv"]
    by_distance = torch.einsum("id,rd->ir", q, p["relativeKeys"])  # [n, 2k + 1]
    scores = (q @ key.T + torch.gather(by_distance, 1, distance + k)) / math.sqrt(q.shape[1])
    weights = torch.softmax(scores, dim=1)
    shares = torch.zeros_like(by_distance).scatter_add(1, distance + k, weights)  # of each distance
    return {"output": weights @ v + shares @ p["relativeValues"], "weights": weights}


def relative_params(d, dk, dv, k):
    matrices = {"wq": normal(d, dk, scale=0.5), "wk": normal(d, dk, scale=0.5), "wv": normal(d, dv, scale=0.5)}
    return {**matrices, "relativeKeys": normal(2 * k + 1, dk), "relativeValues": normal(2 * k + 1, dv)}


case = golden.of("relativeSelfAttention", relative_self_attention)
case("distinct sizes", normal(6, 7), relative_params(7, 4, 3, 2))
case("square", normal(5, 5), relative_params(5, 5, 5, 2))
case("k = 0", normal(4, 5), relative_params(5, 3, 2, 0))
case("k above all distances", normal(3, 4), relative_params(4, 2, 3, 5))
case("one token", normal(1, 4), relative_params(4, 3, 2, 1))
far = relative_params(5, 4, 3, 1)
far["relativeKeys"] = far["relativeKeys"] * 400
case("extreme", normal(5, 5), far, tolerance=EXTREME)


# 3.5 rotary


def rotary(x, positions, base=10000):
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))  # [..., T, d / 2]
    return torch.view_as_real(pairs * turns(positions, x.shape[-1], base)).reshape(x.shape)


case = golden.of("rotary", rotary)
case("distinct sizes", normal(5, 6), [0, 1, 2, 3, 4])
case("a batch, other positions", normal(2, 5, 4), [3, 9, 0, 9, 5])
case("heads", normal(2, 3, 4, 6), [2, 3, 4, 5])
case("square", normal(4, 4, 4, 4), [7, 0, 5, 1])
case("another base", normal(3, 5, 8), [4, 3, 2, 1, 0], 50)
case("one pair", normal(4, 2), [1, 4, 2, 8])
case("one vector", normal(1, 4), [11])
case("far positions", normal(3, 8), [99, 50, 75])

golden.write()
