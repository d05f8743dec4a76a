"""Golden numbers of gradients derived by hand: what autograd finds, in float64."""

import torch
from torch.autograd import grad
from torch.autograd.functional import jacobian
from torch.nn.functional import layer_norm

from golden import Golden, callable_, normal, padding, seed, uniform

seed(51)
golden = Golden(__file__)


def free(*tensors):
    return [tensor.detach().clone().requires_grad_() for tensor in tensors]


# 5.1 softmaxJacobian, softmaxVjp, centralDifference

case = golden.of("softmaxJacobian", lambda p: jacobian(lambda s: s.softmax(0), p.log()))
for n in 2, 5:
    case(f"{n} numbers", normal(n).softmax(0), gradients=False)


def softmax_vjp(p, g):
    (s,) = free(p.log())
    return grad((s.softmax(-1) * g).sum(), s)[0]


case = golden.of("softmaxVjp", softmax_vjp)
case("rows", normal(5, 3).softmax(-1), normal(5, 3), gradients=False)
case("square", normal(4, 4).softmax(-1), normal(4, 4), gradients=False)
case("heads", normal(2, 3, 2, 4).softmax(-1), normal(2, 3, 2, 4), gradients=False)


def numbers(*shape):
    return normal(*shape).tolist()


def central_difference(f, x, eps=1e-5):
    """By autograd, where a step makes no difference to the result; a cubic is off by a·ε²."""
    (point,) = free(torch.tensor(x, dtype=torch.float64))
    slope = grad(f(point), point)[0]
    excess = torch.tensor(f.data["a"], dtype=torch.float64) * (eps or 1e-5) ** 2 if f.name == "cubic" else 0
    return (slope + excess).tolist()


def quadratic(data, x):
    a, b = (torch.tensor(data[name], dtype=torch.float64) for name in "ab")
    return data["c"] + b @ x + x @ a @ x


case = golden.of("centralDifference", central_difference)
f = callable_("quadratic", {"a": numbers(3, 3), "b": numbers(3), "c": 2}, quadratic)
case("a quadratic", f, numbers(3), gradients=False)
case("a quadratic, a long step", f, numbers(3), 0.5, gradients=False)
cubic = callable_("cubic", {"a": numbers(4)}, lambda data, x: (torch.tensor(data["a"], dtype=torch.float64) * x**3).sum())
case("a cubic, a long step", cubic, numbers(4), 0.25, gradients=False)
case("the softmax of x", callable_("log-sum-exp", {}, lambda _, x: x.logsumexp(0)), numbers(5), gradients=False)


# 5.2 attentionGradient


def attend(q, k, v, mask=None):
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1) @ v


def attention_gradient(q, k, v, d_out, mask=None):
    q, k, v = free(q, k, v)
    return dict(zip(["dq", "dk", "dv"], grad((attend(q, k, v, mask) * d_out).sum(), [q, k, v])))


def inputs(batch, n, m, dk, dv):
    return normal(*batch, n, dk), normal(*batch, m, dk), normal(*batch, m, dv), normal(*batch, n, dv)


case = golden.of("attentionGradient", attention_gradient)
case("distinct sizes", *inputs([], 5, 7, 4, 6), gradients=False)
case("square", *inputs([], 4, 4, 4, 4), gradients=False)
case("a batch of heads", *inputs([2, 3], 2, 3, 2, 4), gradients=False)
holes = torch.tensor([[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1]]).bool()
case("a mask", *inputs([2], 3, 4, 2, 3), holes, gradients=False)
case("padding", *inputs([2, 2], 2, 4, 2, 3), padding([3, 1], 4)[:, None, None, :], gradients=False)


# 5.3 selfAttentionGradient


def self_attention_gradient(x, p, d_out):
    x, wq, wk, wv = free(x, p["wq"], p["wk"], p["wv"])
    loss = (attend(x @ wq, x @ wk, x @ wv) * d_out).sum()
    return dict(zip(["dx", "dwq", "dwk", "dwv"], grad(loss, [x, wq, wk, wv])))


case = golden.of("selfAttentionGradient", self_attention_gradient)
for name, n, d, dk, dv in [("distinct sizes", 5, 4, 3, 6), ("square", 4, 4, 4, 4), ("one token", 1, 3, 2, 2)]:
    p = {"wq": normal(d, dk), "wk": normal(d, dk), "wv": normal(d, dv)}
    case(name, normal(n, d), p, normal(n, dv), gradients=False)


# 5.4 layerNormGradient


def layer_norm_gradient(x, p, d_out, eps=1e-5):
    x, gamma, beta = free(x, p["gamma"], p["beta"])
    loss = (layer_norm(x, x.shape[-1:], gamma, beta, eps or 1e-5) * d_out).sum()
    return dict(zip(["dx", "dgamma", "dbeta"], grad(loss, [x, gamma, beta])))


case = golden.of("layerNormGradient", layer_norm_gradient)
for name, shape, *eps in [("tokens", [5, 7]), ("a batch", [2, 3, 4]), ("square", [4, 4]), ("a large epsilon", [3, 5], 0.1)]:
    p = {"gamma": uniform(0.5, 2, shape[-1]), "beta": normal(shape[-1])}
    case(name, normal(*shape), p, normal(*shape), *eps, gradients=False)

golden.write()
