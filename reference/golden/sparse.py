"""Golden numbers of sparse attention: masks by sets of keys, paths by powers of graphs, attention by a dense mask."""

import math

import torch

from golden import EXTREME, Golden, normal, seed

seed(48)
golden = Golden(__file__)


# 4.8 windowMask, stridedMasks, fixedMasks, reach: query by query, the set of its keys


def mask_of(n, keys):
    """True where key j is one of keys(i)."""
    mask = torch.zeros(n, n, dtype=torch.bool)
    for i in range(n):
        for j in keys(i):
            if 0 <= j <= i:
                mask[i, j] = True
    return mask


def window_mask(n, k):
    return mask_of(n, lambda i: range(i - k + 1, i + 1))


def strided_masks(n, l):
    return [mask_of(n, lambda i: range(i - l, i + 1)), mask_of(n, lambda i: range(i, -1, -l))]


def fixed_masks(n, l, c):
    def block(i):
        return range(i - i % l, i + 1)

    def summaries(i):
        return [end - back for end in range(l - 1, n + l, l) for back in range(c)]

    return [mask_of(n, block), mask_of(n, summaries)]


def reach(masks):
    """From each output, layer by layer down, the set of positions that it hangs on."""
    n = masks[0].shape[0]
    seen = torch.zeros(n, n, dtype=torch.bool)
    for i in range(n):
        positions = {i}
        for mask in reversed(masks):
            positions = {j for at in positions for j in range(n) if mask[at, j]}
        seen[i, list(positions)] = True
    return seen


case = golden.of("windowMask", window_mask)
case("three keys", 7, 3, gradients=False)
case("one key", 5, 1, gradients=False)
case("as many keys as positions", 6, 6, gradients=False)
case("more keys than positions", 4, 9, gradients=False)
case("one position", 1, 2, gradients=False)

case = golden.of("stridedMasks", strided_masks)
case("the length is no multiple", 11, 3, gradients=False)
case("the length is a multiple", 12, 4, gradients=False)
case("square", 9, 3, gradients=False)
case("stride one", 5, 1, gradients=False)
case("longer than the sequence", 4, 6, gradients=False)

case = golden.of("fixedMasks", fixed_masks)
case("the length is no multiple", 11, 4, 2, gradients=False)
case("the length is a multiple", 12, 3, 1, gradients=False)
case("whole blocks sum up", 7, 3, 3, gradients=False)
case("blocks of one", 5, 1, 1, gradients=False)
case("longer than the sequence", 4, 6, 3, gradients=False)

case = golden.of("reach", reach)
random = [normal(6, 6) > 0.6 for _ in range(3)]
case("one layer", random[:1], gradients=False)
case("two layers", random[:2], gradients=False)
case("three layers", random, gradients=False)
case("three layers, the other way round", random[::-1], gradients=False)
case("four windows", [window_mask(12, 3)] * 4, gradients=False)
case("strided", strided_masks(10, 3), gradients=False)
case("fixed", fixed_masks(10, 4, 1), gradients=False)
case("fixed, the other way round", fixed_masks(10, 4, 1)[::-1], gradients=False)
case("nobody looks at anybody", [torch.zeros(4, 4, dtype=torch.bool), random[0][:4, :4]], gradients=False)


# 4.9 sparseAttention: the dense scores, masked; a row without keys is not defined here


def sparse_attention(q, k, v, indices, valid):
    n = len(q)
    allowed = torch.zeros(n, n, dtype=torch.bool)
    for i in range(n):
        allowed[i, indices[i][valid[i]].long()] = True
    scores = (q @ k.T / math.sqrt(q.shape[1])).masked_fill(~allowed, -math.inf)
    return torch.softmax(scores, 1) @ v


def keys(n, w, counts):
    """counts[i] distinct keys for each query, then filler: indices [n, w] and valid [n, w]."""
    indices, valid = torch.zeros(n, w, dtype=torch.int32), torch.zeros(n, w, dtype=torch.bool)
    for i, count in enumerate(counts):
        order = torch.argsort(normal(n))[:count]
        indices[i, :count] = order.int()
        valid[i, :count] = True
    return indices, valid


case = golden.of("sparseAttention", sparse_attention)
case("distinct sizes", normal(7, 4), normal(7, 4), normal(7, 6), *keys(7, 3, [3, 1, 2, 3, 3, 2, 1]))
case("square", normal(4, 4), normal(4, 4), normal(4, 4), *keys(4, 4, [4, 2, 3, 1]))
case("all keys", normal(5, 3), normal(5, 3), normal(5, 2), *keys(5, 5, [5, 5, 5, 5, 5]))
case("one key each", normal(6, 2), normal(6, 2), normal(6, 3), *keys(6, 1, [1, 1, 1, 1, 1, 1]))
indices, valid = keys(6, 4, [4, 2, 3, 1, 4, 2])
turn = torch.tensor([2, 0, 3, 1])
case("filler between keys", normal(6, 3), normal(6, 3), normal(6, 5), indices[:, turn], valid[:, turn])
one = torch.zeros(1, 1, dtype=torch.int32)
case("one position", normal(1, 3), normal(1, 3), normal(1, 4), one, one == 0)
far = torch.tensor([[1000.0], [-1000.0], [0.0], [1000.0], [-1000.0]]).double()
q, k = torch.cat([torch.ones(5, 1).double(), normal(5, 2)], 1), torch.cat([torch.zeros(5, 1).double(), normal(5, 2)], 1)
far_keys = keys(5, 3, [3, 2, 3, 1, 2])
case("scores near ±1000", q * (1 + far.abs() / 40), k, normal(5, 3), *far_keys, tolerance=EXTREME, gradients=False)

golden.write()
