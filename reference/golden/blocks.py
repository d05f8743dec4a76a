"""Golden numbers of residual blocks and feed-forward networks: what PyTorch says in float64."""

import torch
from torch.nn import functional

from golden import Golden, callable_, normal, seed

seed(39)
golden = Golden(__file__)


def layer_norm(x, norm):
    return functional.layer_norm(x, x.shape[-1:], norm["gamma"], norm["beta"], 1e-5)


def norm_params(d):
    return {"gamma": 1 + normal(d, scale=0.5), "beta": normal(d)}


# Layers that cross by name, with what PyTorch makes of their data


def tanh_linear(d, scale=0.6):
    data = {"w": normal(d, d, scale=scale), "b": normal(d)}
    return callable_("tanh-linear", data, lambda p, x: torch.tanh(functional.linear(x, p["w"].T, p["b"])))


def mixing(n):
    return callable_("mixing", {"a": normal(n, n)}, lambda p, x: torch.einsum("ij,...jd->...id", p["a"], x))


def self_attention(d):
    def attend(p, x):
        scores = (x @ p["wq"]) @ (x @ p["wk"]).T / d**0.5
        return torch.softmax(scores, dim=-1) @ (x @ p["wv"])

    return callable_("self-attention", {name: normal(d, d, scale=0.6) for name in ("wq", "wk", "wv")}, attend)


def zeros():
    return callable_("zeros", {}, lambda p, x: torch.zeros_like(x))


# 3.9 sublayer, block


def sublayer(x, f, norm, mode):
    if mode == "post":
        return layer_norm(x + f(x), norm)
    return x + f(layer_norm(x, norm))


def block(x, attention, feed_forward, norm1, norm2, mode):
    if mode == "parallel":
        inside = layer_norm(x, norm1)
        return x + attention(inside) + feed_forward(inside)
    attended = x + attention(layer_norm(x, norm1))
    return attended + feed_forward(layer_norm(attended, norm2))


case = golden.of("sublayer", sublayer)
for mode in "post", "pre":
    case(f"{mode}, distinct sizes", normal(2, 5, 4), tanh_linear(4), norm_params(4), mode)
    case(f"{mode}, tokens mixed", normal(3, 5, 4), mixing(5), norm_params(4), mode)
    case(f"{mode}, attention, square", normal(4, 4), self_attention(4), norm_params(4), mode)
    # Around zeros, pre does not depend on its norm.
    case(f"{mode}, a layer of zeros", normal(3, 6), zeros(), norm_params(6), mode, gradients=mode == "post")

case = golden.of("block", block)
case("serial, distinct sizes", normal(2, 5, 4), mixing(5), tanh_linear(4), norm_params(4), norm_params(4), "serial")
case("serial, square", normal(4, 4), self_attention(4), tanh_linear(4), norm_params(4), norm_params(4), "serial")
parallel = mixing(5), tanh_linear(4), norm_params(4), norm_params(4), "parallel"
case("parallel, distinct sizes", normal(2, 5, 4), *parallel, gradients=False)  # norm2 takes no part


# 3.10 feedForward, swiGlu, depthStatistics


def feed_forward(x, p):
    return functional.linear(functional.relu(functional.linear(x, p["w1"].T, p["b1"])), p["w2"].T, p["b2"])


def swi_glu(x, p):
    return (functional.silu(x @ p["w"]) * (x @ p["v"])) @ p["w2"]


def feed_forward_params(d, ff):
    shapes = {"w1": (d, ff), "b1": (ff,), "w2": (ff, d), "b2": (d,)}
    return {name: normal(*shape) for name, shape in shapes.items()}


def swi_glu_params(d, ff):
    return {"w": normal(d, ff), "v": normal(d, ff), "w2": normal(ff, d)}


for function, compute, params in (
    ("feedForward", feed_forward, feed_forward_params),
    ("swiGlu", swi_glu, swi_glu_params),
):
    case = golden.of(function, compute)
    case("rank 1", normal(4), params(4, 7))
    case("rank 2", normal(5, 4), params(4, 7))
    case("rank 3", normal(2, 5, 4), params(4, 7))
    case("rank 4", normal(2, 3, 2, 4), params(4, 3))
    case("square", normal(4, 4, 4), params(4, 4))
    case("narrow", normal(3, 2), params(2, 1))


def depth_statistics(x, weights, norm):
    deviations = []
    for weight in weights:
        x = x @ weight
        if norm == "batch":
            x = functional.batch_norm(x, None, None, training=True, eps=1e-5)
        if norm == "layer":
            x = functional.layer_norm(x, x.shape[-1:], eps=1e-5)
        x = functional.relu(x)
        deviations.append(x.std(unbiased=False).item())
    return deviations


case = golden.of("depthStatistics", depth_statistics)
for norm in "none", "batch", "layer":
    case(f"norm {norm}", normal(7, 5), [normal(5, 5, scale=0.7) for _ in range(4)], norm, gradients=False)

golden.write()
