"""Golden numbers of attention with several heads: what PyTorch says in float64."""

import math

import torch
from torch.nn.functional import multi_head_attention_forward

from golden import EXTREME, Golden, normal, padding, seed

seed(41)
golden = Golden(__file__)


# 4.1 splitHeads, mergeHeads, multiHeadAttention


def split_heads(x, h):
    """Head by head, its columns."""
    return torch.stack(torch.chunk(x, h, dim=2), dim=1)


def merge_heads(x):
    """Head by head, side by side."""
    return torch.cat(torch.unbind(x, dim=1), dim=-1)


def multi_head_attention(xq, xkv, p, h, mask=None):
    """PyTorch's own, whose weights stand on the left of the tokens, and whose masks are true where it may not look."""
    d = xq.shape[2]
    batch, n, m = xq.shape[0], xq.shape[1], xkv.shape[1]
    names = ["bq", "bk", "bv"]
    biases = [p.get(name, torch.zeros(d, dtype=xq.dtype)) for name in names]
    forbidden = None if mask is None else ~mask.expand(batch, h, n, m).reshape(batch * h, n, m)
    output, weights = multi_head_attention_forward(
        xq.transpose(0, 1),
        xkv.transpose(0, 1),
        xkv.transpose(0, 1),
        embed_dim_to_check=d,
        num_heads=h,
        in_proj_weight=torch.cat([p["wq"].T, p["wk"].T, p["wv"].T]),
        in_proj_bias=torch.cat(biases),
        bias_k=None,
        bias_v=None,
        add_zero_attn=False,
        dropout_p=0.0,
        out_proj_weight=p["wo"].T,
        out_proj_bias=p.get("bo", torch.zeros(d, dtype=xq.dtype)),
        attn_mask=forbidden,
        average_attn_weights=False,
    )
    return {"output": output.transpose(0, 1), "weights": weights}


def matrices(d, scale=0.5):
    return {name: normal(d, d, scale=scale) for name in ["wq", "wk", "wv", "wo"]}


def biases(d):
    return {name: normal(d) for name in ["bq", "bk", "bv", "bo"]}


def far(n=3, m=4, d=4, h=2):
    """Scores near 1000 in the even rows and near -1000 in the odd ones, by way of the first column of each head."""
    xq, xkv, p = normal(1, n, d), normal(1, m, d), {**matrices(d), **biases(d)}
    first = torch.arange(0, d, d // h)
    xq[..., 0] = torch.tensor([1.0, -1.0]).repeat(n)[:n]
    p["wq"][:, first] = 0
    p["wq"][0, first] = 1000 * math.sqrt(d // h)
    p["bq"][first] = 0
    p["wk"][:, first] = 0
    p["bk"][first] = 1
    return xq, xkv, p, h


case = golden.of("splitHeads", split_heads)
case("distinct sizes", normal(2, 4, 6), 3)
case("square", normal(4, 4, 4), 2)
case("one head", normal(2, 3, 4), 1)
case("as many heads as columns", normal(1, 2, 3), 3)

case = golden.of("mergeHeads", merge_heads)
case("distinct sizes", normal(2, 3, 4, 5))
case("square", normal(2, 2, 2, 2))
case("one head", normal(2, 1, 3, 4))
case("heads of width 1", normal(1, 3, 2, 1))

holes = torch.tensor([[1, 0, 1, 1], [0, 1, 0, 0], [0, 1, 1, 1]]).bool()
padded = padding([4, 2], 4).reshape(2, 1, 1, 4)
case = golden.of("multiHeadAttention", multi_head_attention)
case("distinct sizes", normal(2, 3, 6), normal(2, 4, 6), matrices(6), 3)
case("biases", normal(2, 3, 6), normal(2, 4, 6), {**matrices(6), **biases(6)}, 2)
case("some biases", normal(1, 3, 4), normal(1, 2, 4), {**matrices(4), "bq": normal(4), "bo": normal(4)}, 2)
case("square", normal(4, 4, 4), normal(4, 4, 4), matrices(4), 4)
case("one head", normal(1, 3, 4), normal(1, 2, 4), matrices(4), 1)
case("one query, one key", normal(1, 1, 4), normal(1, 1, 4), matrices(4), 2)
case("mask [n, m]", normal(1, 3, 4), normal(1, 4, 4), matrices(4), 2, holes)
case("mask [B, 1, 1, m]", normal(2, 3, 4), normal(2, 4, 4), matrices(4), 2, padded)
case("mask [B, 1, n, m]", normal(2, 3, 4), normal(2, 4, 4), {**matrices(4), **biases(4)}, 2, padded & holes)
case("extreme", *far(), tolerance=EXTREME)


# 4.2 multiQueryAttention, kvCacheSize


def multi_query_attention(x, p, h, mask=None):
    """PyTorch's multi-head attention, with the same key and value columns for every head."""
    repeated = {"wk": p["wk"].repeat(1, h), "wv": p["wv"].repeat(1, h)}
    return multi_head_attention(x, x, {**p, **repeated}, h, mask)


def shared(d, h):
    return {**matrices(d), "wk": normal(d, d // h, scale=0.5), "wv": normal(d, d // h, scale=0.5)}


past = torch.ones(4, 4).tril().bool()
case = golden.of("multiQueryAttention", multi_query_attention)
case("distinct sizes", normal(2, 4, 6), shared(6, 3), 3)
case("square", normal(4, 4, 4), shared(4, 4), 4)
case("one head", normal(1, 3, 4), shared(4, 1), 1)
case("one token", normal(2, 1, 4), shared(4, 2), 2)
case("mask [n, n]", normal(2, 4, 6), shared(6, 2), 2, past)
case("mask [B, 1, 1, n]", normal(2, 4, 4), shared(4, 2), 2, padded)
case("mask [B, 1, n, n]", normal(2, 4, 4), shared(4, 2), 2, padded & past)


def kv_cache_size(tokens, h, dk, kind):
    """Counted on the tensors that would be stored."""
    heads = h if kind == "multi-head" else 1
    return sum(torch.empty(tokens, heads, dk).numel() for _ in ["keys", "values"])


case = golden.of("kvCacheSize", kv_cache_size)
for kind in "multi-head", "multi-query":
    case(f"distinct numbers, {kind}", 7, 3, 4, kind, gradients=False)
    case(f"one token, {kind}", 1, 8, 64, kind, gradients=False)
    case(f"one head, {kind}", 5, 1, 6, kind, gradients=False)


# 4.3 collaborativeAttention, concatenationMixing


def collaborative_attention(x, y, p, dk):
    """All heads at once, by their indices; the output head by head, each with its own rows of wo."""
    h, _, dv = p["wv"].shape
    scores = torch.einsum("na,aD,hD,bD,mb->hnm", x, p["wq"], p["mixing"], p["wk"], y) / math.sqrt(dk)
    weights = torch.softmax(scores, dim=-1)
    return {
        "output": torch.einsum("hnm,ma,hav,hvd->nd", weights, y, p["wv"], p["wo"].reshape(h, dv, -1)),
        "weights": weights,
    }


def collaborative(d, D, h, dv):
    return {
        "wq": normal(d, D, scale=0.5),
        "wk": normal(d, D, scale=0.5),
        "mixing": normal(h, D),
        "wv": normal(h, d, dv, scale=0.5),
        "wo": normal(h * dv, d, scale=0.5),
    }


case = golden.of("collaborativeAttention", collaborative_attention)
case("distinct sizes", normal(4, 6), normal(5, 6), collaborative(6, 7, 3, 2), 2)
case("square", normal(3, 3), normal(3, 3), collaborative(3, 3, 3, 3), 3)
case("D = 1", normal(2, 4), normal(3, 4), collaborative(4, 1, 2, 3), 2)
case("one head", normal(3, 4), normal(2, 4), collaborative(4, 5, 1, 3), 4)
case("one query, one key", normal(1, 3), normal(1, 3), collaborative(3, 4, 2, 2), 2)
case("no mixing", normal(3, 3), normal(4, 3), {**collaborative(3, 4, 2, 2), "mixing": torch.zeros(2, 4).double()}, 2)
distant = collaborative(3, 4, 2, 2)
distant["wq"][:, 0] = torch.tensor([2000.0, 0, 0])
distant["wk"][:, 0] = torch.tensor([0.0, 1, 0])
distant["mixing"][:, 0] = 1
asking, looked = normal(3, 3), normal(4, 3)
asking[:, 0] = torch.tensor([1.0, -1, 1])
looked[:, 1] = 1
case("extreme", asking, looked, distant, 4, tolerance=EXTREME)


def concatenation_mixing(h, dk):
    return torch.block_diag(*[torch.ones(1, dk)] * h)


case = golden.of("concatenationMixing", concatenation_mixing)
case("distinct sizes", 3, 4, gradients=False)
case("square blocks", 3, 3, gradients=False)
case("one head", 1, 5, gradients=False)
case("heads of width 1", 4, 1, gradients=False)

golden.write()
