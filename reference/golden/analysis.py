"""Golden numbers of what heads look at: torch.special.entr and kl_div, in float64."""

import torch
from torch.special import entr, xlogy

from golden import Golden, normal, seed

seed(44)
golden = Golden(__file__)


def weights(*shape, zeros=False):
    """Rows that sum to 1 up to the rounding of a short decimal."""
    x = normal(*shape).abs() + 1 / 32
    if zeros:
        x = x * (x >= x.mean(-1, keepdim=True))
    return torch.round(x / x.sum(-1, keepdim=True) * 2**16) / 2**16


usual, square, holes = weights(2, 3, 5, 5), weights(4, 4, 4, 4), weights(2, 2, 4, 4, zeros=True)
certain = torch.eye(3, dtype=torch.float64)[[1, 2, 0]].expand(1, 2, 3, 3)
some = {"usual": usual, "square": square, "zeros": holes, "certain": certain}

case = golden.of("headEntropies", lambda a: entr(a).sum(-1).mean(-1))
for name, a in some.items():
    case(name, a, gradients=False)


def relative_focus(a):
    n = a.shape[-1]
    at = lambda offset: a.diagonal(offset, -2, -1).sum(-1) / n
    return {"previous": at(-1), "current": at(0), "next": at(1)}


case = golden.of("relativeFocus", relative_focus)
for name, a in some.items():
    case(name, a, gradients=False)

case = golden.of("attentionToDelimiters", lambda a, delimiters: a[..., torch.tensor(delimiters)].sum(-1).mean(-1))
case("two of five", usual, [True, False, False, True, False], gradients=False)
case("none", square, [False] * 4, gradients=False)


def mean_distance(a):
    positions = torch.arange(a.shape[-1])
    return (a * (positions[:, None] - positions).abs()).sum(-1).mean(-1)


case = golden.of("meanDistance", mean_distance)
for name, a in some.items():
    case(name, a, gradients=False)


def head_divergences(a):
    heads = a.flatten(0, 1)
    p, q = heads[:, None], heads[None]
    m = (p + q) / 2
    kl = lambda x: (xlogy(x, x) - xlogy(x, m)).sum(-1)
    return ((kl(p) + kl(q)) / 2).mean(-1)


case = golden.of("headDivergences", head_divergences)
for name, a in some.items():
    case(name, a, gradients=False)


def word_attention(a, groups):
    words = range(max(groups) + 1)
    places = [torch.tensor([i for i, group in enumerate(groups) if group == word]) for word in words]
    return torch.stack([torch.stack([a[i][:, j].sum(1).mean() for j in places]) for i in places])


case = golden.of("wordAttention", word_attention)
case("words of several pieces", weights(7, 7), [0, 1, 1, 1, 2, 3, 3], gradients=False)
case("whole words", weights(3, 3), [0, 1, 2], gradients=False)
case("one word", weights(2, 2), [0, 0], gradients=False)

golden.write()
