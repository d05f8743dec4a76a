"""Golden numbers of softmax and of attention over recurrent states: what PyTorch says in float64."""

import torch

from golden import EXTREME, Golden, normal, padding, seed, uniform
from recurrent import gru_cell, gru_params

seed(11)
golden = Golden(__file__)


# 1.1 stableSoftmax


def softmax(x):
    return torch.softmax(x, dim=-1)


case = golden.of("stableSoftmax", softmax)
rows = normal(6, 7) + torch.tensor([1000.0, 0, -1000, 1000, 0, -1000], dtype=torch.float64).unsqueeze(1)
spread = uniform(-1000, 1000, 3, 5)
for name, x in {
    "rank 1": normal(5),
    "distinct sizes": normal(5, 7, scale=2),
    "rank 3": normal(2, 3, 4),
    "rank 4": normal(2, 3, 2, 4),
    "square": normal(4, 4, scale=2),
    "one column": normal(3, 1),
    "equal entries": torch.full((2, 4), 0.25, dtype=torch.float64),
}.items():
    case(name, x)
case("extreme: rows near 1000, 0 and -1000", rows, tolerance=EXTREME)
case("extreme: entries from -1000 to 1000", spread, tolerance=EXTREME)


# 1.4 alignmentScores


def alignment_scores(query, states, scorer):
    """Each example and each position on its own."""

    def score(s, h):
        kind = scorer["kind"]
        if kind == "dot":
            return torch.dot(s, h)
        if kind == "general":
            return torch.einsum("i,ij,j->", s, scorer["wa"], h)
        if kind == "additive":
            return torch.dot(torch.tanh(scorer["wa"].T.mv(s) + scorer["ua"].T.mv(h)), scorer["va"])
        return torch.dot(torch.tanh(scorer["wa"].T.mv(torch.cat([s, h]))), scorer["va"])

    return torch.stack([torch.stack([score(s, h) for h in hs]) for s, hs in zip(query, states)])


def dot():
    return {"kind": "dot"}


def general(ds, dh):
    return {"kind": "general", "wa": normal(ds, dh)}


def additive(ds, dh, da, scale=0.6):
    return {"kind": "additive", "wa": normal(ds, da, scale=scale), "ua": normal(dh, da, scale=scale), "va": normal(da)}


def concat(ds, dh, da, scale=0.6):
    return {"kind": "concat", "wa": normal(ds + dh, da, scale=scale), "va": normal(da)}


case = golden.of("alignmentScores", alignment_scores)
case("dot, distinct sizes", normal(2, 4), normal(2, 5, 4), dot())
for scorer in general(3, 4), additive(3, 4, 6), concat(3, 4, 6):
    case(f"{scorer['kind']}, distinct sizes", normal(2, 3), normal(2, 5, 4), scorer)
for scorer in dot(), general(3, 3), additive(3, 3, 3), concat(3, 3, 3):
    case(f"{scorer['kind']}, square", normal(3, 3), normal(3, 3, 3), scorer)
for scorer in dot(), general(4, 4), additive(4, 4, 1), concat(4, 4, 1):
    case(f"{scorer['kind']}, T = 1", normal(2, 4), normal(2, 1, 4), scorer)
case("dot, extreme", 30 * normal(2, 4), 30 * normal(2, 5, 4), dot(), tolerance=EXTREME)
case("additive, saturated", normal(2, 3, scale=20), normal(2, 5, 4), additive(3, 4, 6, scale=5))


# 1.5 contextVector


def context_vector(scores, states, mask=None):
    """Softmax over the allowed positions alone; a row without any is uniform."""
    weights, length = [], scores.shape[1]
    for row in range(scores.shape[0]):
        allowed = torch.arange(length) if mask is None else mask[row].nonzero().flatten()
        if len(allowed) == 0:
            weights.append(0 * scores[row] + 1 / length)
        else:
            weights.append(torch.zeros_like(scores[row]).index_put((allowed,), torch.softmax(scores[row, allowed], 0)))
    weights = torch.stack(weights)
    return {"weights": weights, "context": torch.einsum("bt,bth->bh", weights, states)}


holes = torch.tensor([[1, 0, 1, 1, 0], [0, 0, 1, 0, 1], [0, 1, 1, 1, 1]]).bool()
signs = torch.tensor([[1000.0], [-1000], [0]], dtype=torch.float64)
case = golden.of("contextVector", context_vector)
case("distinct sizes", normal(2, 5), normal(2, 5, 4))
case("square", normal(3, 3), normal(3, 3, 3))
case("T = 1", normal(2, 1), normal(2, 1, 4))
case("padding of different length", normal(3, 5), normal(3, 5, 4), padding([5, 2, 1], 5))
case("mask with holes", normal(3, 5, scale=2), normal(3, 5, 4), holes)
case("square, masked", normal(3, 3), normal(3, 3, 3), padding([1, 3, 2], 3))
case("a fully masked row", normal(3, 4), normal(3, 4, 2), padding([0, 4, 2], 4))
case("extreme", signs + normal(3, 5), normal(3, 5, 4), tolerance=EXTREME)
case("extreme, masked", signs + normal(3, 5), normal(3, 5, 4), holes, tolerance=EXTREME)


# 1.6 bahdanauStep


def bahdanau_params(ds, dh, da, de, vocabulary):
    alignment = additive(ds, dh, da)
    return {
        **{name: alignment[name] for name in ("wa", "ua", "va")},
        "gru": gru_params(de + dh, ds),
        "wo": normal(ds + dh + de, vocabulary, scale=0.6),
        "bo": normal(vocabulary),
    }


def bahdanau_step(previous, state, states, p, mask=None):
    scores = alignment_scores(state, states, {**p, "kind": "additive"})
    attended = context_vector(scores, states, mask)
    new = gru_cell(torch.cat([previous, attended["context"]], dim=1), state, p["gru"])
    read = torch.cat([new, attended["context"], previous], dim=1)
    return {"state": new, **attended, "logits": torch.nn.functional.linear(read, p["wo"].T, p["bo"])}


def bahdanau_inputs(batch, length, ds, dh, da, de, vocabulary):
    return normal(batch, de), normal(batch, ds), normal(batch, length, dh), bahdanau_params(ds, dh, da, de, vocabulary)


case = golden.of("bahdanauStep", bahdanau_step)
case("distinct sizes", *bahdanau_inputs(3, 5, 4, 6, 7, 2, 11), gradients=False)
case("distinct sizes, masked", *bahdanau_inputs(2, 5, 4, 3, 6, 1, 7), padding([2, 5], 5))
case("square", *bahdanau_inputs(3, 3, 3, 3, 3, 3, 3), padding([3, 1, 2], 3))
case("T = 1 and V = 1", *bahdanau_inputs(2, 1, 4, 3, 5, 2, 1))
case("a fully masked row", *bahdanau_inputs(2, 4, 3, 2, 5, 2, 3), padding([0, 3], 4))


# 1.7 luongGlobal, luongLocal


def luong_global(target, source, p):
    scores = alignment_scores(target, source, {"kind": "general", "wa": p["wa"]})
    attended = context_vector(scores, source)
    attentional = torch.tanh(torch.cat([attended["context"], target], dim=1) @ p["wc"])
    return {"weights": attended["weights"], "attentional": attentional}


def luong_local(target, source, p, half_width):
    """Position by position; positions outside the window take no part at all."""
    scores = alignment_scores(target, source, {"kind": "general", "wa": p["wa"]})
    length, sigma = source.shape[1], half_width / 2
    centers, weights = [], []
    for example in range(target.shape[0]):
        center = length * torch.sigmoid(torch.tanh(target[example] @ p["wp"]) @ p["vp"])
        window = [s for s in range(length) if abs(s - center.item()) <= half_width]
        gap = min(abs(abs(s - center.item()) - half_width) for s in range(length))
        assert gap > 1e-3, "a position on the edge of the window: float32 could see it on the other side"
        total = sum(torch.exp(scores[example, s]) for s in window)
        row = [torch.zeros((), dtype=torch.float64)] * length
        for s in window:
            row[s] = torch.exp(scores[example, s]) / total * torch.exp(-((s - center) ** 2) / (2 * sigma**2))
        centers.append(center)
        weights.append(torch.stack(row))
    return {"center": torch.stack(centers), "weights": torch.stack(weights)}


def luong_params(dh):
    return {"wa": normal(dh, dh, scale=0.6), "wc": normal(2 * dh, dh, scale=0.6)}


def local_params(dh, da, scale=1.0):
    return {"wa": normal(dh, dh, scale=0.6), "wp": normal(dh, da), "vp": normal(da, scale=scale)}


def shifted(shifts, length, dh):
    """Inputs whose scores are shifted by `shifts[b]` in row b, by way of the last coordinate, which wc ignores."""
    target, source, p = normal(len(shifts), dh), normal(len(shifts), length, dh), luong_params(dh)
    target[:, -1] = torch.tensor(shifts, dtype=torch.float64)
    source[:, :, -1] = 1
    p["wa"][-1] = p["wa"][:, -1] = 0
    p["wa"][-1, -1] = 1
    p["wc"][-1] = 0
    return target, source, p


def toward(place, dh, da):
    """Local weights whose center is S·σ(`place`) for targets that begin with 1, where tanh saturates."""
    p = local_params(dh, da)
    p["wp"][0] = 40
    p["vp"] = torch.full((da,), place / da, dtype=torch.float64)
    return p


case = golden.of("luongGlobal", luong_global)
case("distinct sizes", normal(2, 4), normal(2, 5, 4), luong_params(4))
case("square", normal(3, 3), normal(3, 3, 3), luong_params(3))
case("S = 1", normal(2, 4), normal(2, 1, 4), luong_params(4))
case("extreme", *shifted([1000, 0, -1000], 5, 4), tolerance=EXTREME)

case = golden.of("luongLocal", luong_local)
case("distinct sizes", normal(3, 4), normal(3, 9, 4), local_params(4, 5), 2)
case("square", normal(3, 3), normal(3, 3, 3), local_params(3, 3), 1)
case("narrowest window", normal(4, 3), normal(4, 7, 3), local_params(3, 2), 1)
case("a window of fractional width", normal(2, 4), normal(2, 11, 4), local_params(4, 5), 2.5)
case("a window over the whole source", normal(2, 4), normal(2, 6, 4), local_params(4, 5), 10)
case("S = 1", normal(2, 4), normal(2, 1, 4), local_params(4, 5), 1)
for name, place in {"center near 0": -6, "center near S": 6}.items():
    start = normal(2, 4)
    start[:, 0] = 1
    case(name, start, normal(2, 7, 4), toward(place, 4, 3), 2)

golden.write()
