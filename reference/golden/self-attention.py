"""Golden numbers of scaled dot-product attention and self-attention: what PyTorch says in float64."""

import math

import torch

from golden import EXTREME, Golden, normal, padding, seed, uniform

seed(21)
golden = Golden(__file__)


# 2.1 scaledDotProductAttention


def attention(q, k, v, mask=None):
    """Each query on its own, over its allowed keys alone; a query without any is uniform."""
    leading, n, m = q.shape[:-2], q.shape[-2], k.shape[-2]
    mask = torch.ones(n, m).bool() if mask is None else mask
    examples = zip(
        q.reshape(-1, n, q.shape[-1]),
        k.reshape(-1, m, k.shape[-1]),
        v.reshape(-1, m, v.shape[-1]),
        mask.expand(*leading, n, m).reshape(-1, n, m),
    )
    weights, outputs = [], []
    for queries, keys, values, allowed in examples:
        rows = []
        for query, row in zip(queries, allowed):
            some = row.nonzero().flatten() if row.any() else torch.arange(m)
            score = keys[some].mv(query) / math.sqrt(len(query))
            score = score if row.any() else 0 * score
            rows.append(torch.zeros(m, dtype=q.dtype).index_put((some,), torch.softmax(score, 0)))
        weights.append(torch.stack(rows))
        outputs.append(weights[-1] @ values)
    return {
        "output": torch.stack(outputs).reshape(*leading, n, v.shape[-1]),
        "weights": torch.stack(weights).reshape(*leading, n, m),
    }


def inputs(*shape, n=3, m=5, dk=4, dv=2):
    """q, k and v for examples of the leading axes `shape`."""
    return normal(*shape, n, dk), normal(*shape, m, dk), normal(*shape, m, dv)


def far(*shape, n=4, m=5, dk=4, dv=2):
    """The same with scores near 1000 in the even rows and near -1000 in the odd ones."""
    q, k, v = inputs(*shape, n=n, m=m, dk=dk, dv=dv)
    q[..., 0] = 1000 * math.sqrt(dk) * torch.tensor([1.0, -1.0]).repeat(n)[:n]
    k[..., 0] = 1
    return q, k, v


holes = torch.tensor([[1, 0, 1, 1, 0], [0, 0, 1, 0, 1], [0, 1, 1, 1, 1]]).bool()
padded = padding([5, 2], 5).reshape(2, 1, 1, 5)
case = golden.of("scaledDotProductAttention", attention)
case("rank 2", *inputs())
case("rank 3", *inputs(2))
case("rank 4", *inputs(2, 2, n=2, m=3, dk=1))
case("square", *inputs(n=3, m=3, dk=3, dv=3))
case("one query, one key", *inputs(n=1, m=1))
case("wide keys", *inputs(dk=16, dv=3))
case("mask [n, m]", *inputs(), holes)
case("mask [n, m], rank 3", *inputs(2), holes)
case("mask [B, 1, 1, m]", *inputs(2, 3, n=4, dk=2, dv=1), padded)
case("mask [B, 1, n, m]", *inputs(2, 2, n=3, dk=2, dv=1), padded & holes.tril(2))
case("square mask", *inputs(n=3, m=3, dk=3, dv=3), torch.tensor([[1, 0, 1], [1, 1, 0], [0, 0, 1]]).bool())
case("a query that may attend nowhere", *inputs(n=3, m=4), torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]]).bool())
case("extreme", *far(), tolerance=EXTREME)
case("extreme, masked", *far(n=3), holes, tolerance=EXTREME)


# 2.2 scoreStatistics


def score_statistics(q, k, scaled):
    """Entropy as PyTorch's distributions have it, and the Jacobian of softmax by autograd."""
    scores = q @ k.T / (math.sqrt(q.shape[1]) if scaled else 1)
    softmax = torch.nn.Softmax(dim=0)
    jacobians = [torch.autograd.functional.jacobian(softmax, row) for row in scores.detach()]
    return {
        "variance": torch.var(scores, unbiased=False).item(),
        "entropy": torch.distributions.Categorical(logits=scores).entropy().mean().item(),
        "jacobianNorm": torch.stack([torch.linalg.matrix_norm(jacobian) for jacobian in jacobians]).mean().item(),
    }


units = torch.eye(5, dtype=torch.float64)
case = golden.of("scoreStatistics", score_statistics)
for scaled in False, True:
    note = "scaled" if scaled else "unscaled"
    case(f"distinct sizes, {note}", normal(5, 4), normal(7, 4), scaled, gradients=False)
    case(f"square, {note}", normal(4, 4), normal(4, 4), scaled, gradients=False)
    case(f"wide, {note}", normal(3, 64), normal(6, 64), scaled, gradients=False)
    case(f"one query, {note}", normal(1, 3), normal(6, 3), scaled, gradients=False)
    case(f"one key, {note}", normal(6, 3), normal(1, 3), scaled, gradients=False)
    case(f"d = 1, {note}", normal(3, 1), normal(5, 1), scaled, gradients=False)
    case(f"one-hot rows, {note}", 1000 * units[[2, 0, 4]], 2 * units - 1, scaled, gradients=False)
    case(f"nearly one-hot rows, {note}", normal(4, 3, scale=6), normal(5, 3), scaled, gradients=False)
    case(f"equal keys, {note}", normal(4, 3), normal(1, 3).expand(5, 3), scaled, gradients=False)


# 2.3 selfAttention, bilinearForm


def self_attention(x, p):
    """Feature by feature: the scores by way of the bilinear form."""
    form = bilinear_form(p["wq"], p["wk"])
    scores = torch.einsum("...ia,ab,...jb->...ij", x, form, x) / math.sqrt(p["wq"].shape[1])
    weights = torch.softmax(scores, dim=-1)
    return {"output": torch.einsum("...ij,...ja,ab->...ib", weights, x, p["wv"]), "weights": weights}


def bilinear_form(wq, wk):
    return torch.stack([torch.outer(a, b) for a, b in zip(wq.T, wk.T)]).sum(0)


def head(d, dk, dv):
    return {"wq": normal(d, dk, scale=0.6), "wk": normal(d, dk, scale=0.6), "wv": normal(d, dv, scale=0.6)}


def far_tokens(n, d, dk, dv):
    """Tokens that score each other near 1000 if their place is even and near -1000 if it is odd."""
    x, p = normal(n, d), head(d, dk, dv)
    x[:, 0] = torch.tensor([1.0, -1.0]).repeat(n)[:n]
    x[:, 1] = 1
    for name, row in ("wq", 0), ("wk", 1):
        p[name][:, 0] = 0
        p[name][row] = 0
        p[name][row, 0] = 1000 * math.sqrt(dk) if name == "wq" else 1
    return x, p


case = golden.of("selfAttention", self_attention)
case("distinct sizes", normal(5, 4), head(4, 3, 6))
case("a batch", normal(2, 5, 4), head(4, 3, 2))
case("rank 4", normal(2, 3, 2, 4), head(4, 3, 2))
case("square", normal(3, 3), head(3, 3, 3))
case("square batch", normal(3, 3, 3), head(3, 3, 3))
case("one token", normal(1, 4), head(4, 3, 2))
case("dk = 1", normal(4, 3), head(3, 1, 2))
case("dk above d", normal(4, 2), head(2, 5, 3))
case("extreme", *far_tokens(5, 5, 4, 3), tolerance=EXTREME)

case = golden.of("bilinearForm", bilinear_form)
case("distinct sizes", normal(5, 3), normal(5, 3))
case("square", normal(4, 4), normal(4, 4))
case("rank one", normal(4, 1), normal(4, 1))
case("dk above d", normal(2, 5), normal(2, 5))
case("large", uniform(-1000, 1000, 3, 2), uniform(-1, 1, 3, 2), tolerance=EXTREME)

golden.write()
