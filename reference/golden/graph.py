"""Golden numbers of layers on graphs, graph attention networks and attention pooling: what PyTorch says in float64."""

import math

import torch
from torch.nn.functional import elu, leaky_relu

from golden import EXTREME, Golden, normal, seed

seed(25)
golden = Golden(__file__)


def graph(*rows):
    """The matrix of a graph; it is int32, so that no gradient is taken by it."""
    return torch.tensor([[int(entry) for entry in row] for row in rows])


def real(a):
    """The same in float32, as the exercises have it."""
    return a.double()


def path(n):
    return graph(*("".join("1" if abs(u - v) == 1 else "0" for v in range(n)) for u in range(n)))


def heard_by(a, u, itself):
    """Those that u listens to, and itself if asked."""
    return [v for v in range(len(a)) if a[u, v] != 0 or (itself and u == v)]


UNDIRECTED = graph("01110", "10100", "11000", "10001", "00010")
DIRECTED = graph("01100", "00010", "11011", "00000", "10110")
ISOLATED = graph("01010", "10010", "00000", "11001", "00010")
SQUARE = graph("0110", "0010", "1101", "1000")
COMPLETE = graph("0111", "1011", "1101", "1110")
ALONE = graph("0")

GRAPHS = {
    "undirected": (UNDIRECTED, 3),
    "directed": (DIRECTED, 3),
    "an isolated node": (ISOLATED, 2),
    "square": (SQUARE, 4),
    "complete": (COMPLETE, 3),
    "a path": (path(6), 2),
    "one node": (ALONE, 3),
}
"""Graphs, each with the width of its features."""


# 2.5 graphConvolution, graphSelfAttention, messagePassing


def graph_convolution(x, a, w):
    """Node by node and neighbour by neighbour."""
    degree = [len(heard_by(a, u, True)) for u in range(len(a))]
    rows = [sum(x[v] / math.sqrt(degree[u] * degree[v]) for v in heard_by(a, u, True)) for u in range(len(a))]
    return torch.relu(torch.stack(rows) @ w)


def graph_self_attention(x, a, p):
    """Each node on its own, over those that it listens to alone."""
    q, k, v = x @ p["wq"], x @ p["wk"], x @ p["wv"]
    rows = []
    for u in range(len(a)):
        heard = heard_by(a, u, True)
        weights = torch.softmax(k[heard] @ q[u] / math.sqrt(q.shape[1]), 0)
        rows.append(weights @ v[heard])
    return torch.relu(torch.stack(rows))


def message_passing(x, a, p):
    """Message by message."""
    rows = []
    for u in range(len(a)):
        messages = [torch.relu(torch.cat([x[u], x[v]]) @ p["wm"]) for v in heard_by(a, u, False)]
        total = sum(messages, torch.zeros(p["wm"].shape[1], dtype=x.dtype))
        rows.append(torch.relu(torch.cat([x[u], total]) @ p["wu"]))
    return torch.stack(rows)


def attention_params(d, dk, dv):
    return {"wq": normal(d, dk), "wk": normal(d, dk), "wv": normal(d, dv)}


def message_params(d, dm, d_out):
    return {"wm": normal(2 * d, dm, scale=0.6), "wu": normal(d + dm, d_out, scale=0.6)}


def far(d, dk, dv):
    """Five nodes whose scores are near 1000 in the even rows and near -1000 in the odd ones."""
    x, p = normal(5, d), attention_params(d, dk, dv)
    x[:, 0] = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0])
    x[:, 1] = 1
    for name, row in ("wq", 0), ("wk", 1):
        p[name][:, 0] = 0
        p[name][row] = 0
        p[name][row, 0] = 1000 * math.sqrt(dk) if name == "wq" else 1
    return x, p


case = golden.of("graphConvolution", graph_convolution)
for name, (a, d) in GRAPHS.items():
    case(name, normal(len(a), d), a, normal(d, 4))
case("directed, of floats", normal(5, 3), real(DIRECTED), normal(3, 4), gradients=False)

case = golden.of("graphSelfAttention", graph_self_attention)
for name, (a, d) in GRAPHS.items():
    case(name, normal(len(a), d), a, attention_params(d, 4 if name == "square" else 2, 4))
case("directed, of floats", normal(5, 3), real(DIRECTED), attention_params(3, 2, 4), gradients=False)
x, p = far(4, 4, 3)
case("extreme", x, DIRECTED, p, tolerance=EXTREME)

case = golden.of("messagePassing", message_passing)
for name, (a, d) in GRAPHS.items():
    width = 4 if name == "square" else 2
    silent = name == "one node"  # no message, so nothing depends on wm
    case(name, normal(len(a), d), a, message_params(d, width, 4), gradients=not silent)
case("directed, of floats", normal(5, 3), real(DIRECTED), message_params(3, 2, 4), gradients=False)


# 2.7 gatHead, gat


def gat_head(x, a, head):
    """Each node on its own, over itself and those that it listens to alone; the pair is joined before the product."""
    z = x @ head["w"]
    both = torch.cat([head["a1"], head["a2"]])
    rows, weights = [], []
    for i in range(len(a)):
        heard = heard_by(a, i, True)
        scores = torch.stack([torch.dot(both, torch.cat([z[i], z[j]])) for j in heard])
        alpha = torch.softmax(leaky_relu(scores, 0.2), 0)
        rows.append(alpha @ z[heard])
        weights.append(torch.zeros(len(a), dtype=x.dtype).index_put((torch.tensor(heard),), alpha))
    aggregated = torch.stack(rows)
    return {"aggregated": aggregated, "output": elu(aggregated), "weights": torch.stack(weights)}


def gat(x, a, heads, mode):
    results = [gat_head(x, a, head) for head in heads]
    if mode == "concat":
        return torch.cat([result["output"] for result in results], dim=1)
    return elu(torch.stack([result["aggregated"] for result in results]).mean(0))


def gat_params(d, d_out):
    return {"w": normal(d, d_out), "a1": normal(d_out), "a2": normal(d_out)}


def far_head(d, d_out):
    """Five nodes whose scores are near 1000 in the even rows and near -1000 in the odd ones."""
    x, head = normal(5, d), gat_params(d, d_out)
    x[:, 0] = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0])
    head["w"][:, 0] = 0
    head["w"][0] = 0
    head["w"][0, 0] = 1
    head["a1"][0] = 1000
    return x, head


case = golden.of("gatHead", gat_head)
for name, (a, d) in GRAPHS.items():
    case(name, normal(len(a), d), a, gat_params(d, 4))
case("directed, of floats", normal(5, 3), real(DIRECTED), gat_params(3, 4), gradients=False)
case("dOut = 1", normal(5, 3), DIRECTED, gat_params(3, 1))
x, head = far_head(3, 4)
case("extreme", x, DIRECTED, head, tolerance=EXTREME)

case = golden.of("gat", gat)
for mode in "concat", "mean":
    case(f"three heads, {mode}", normal(5, 3), DIRECTED, [gat_params(3, 4) for _ in range(3)], mode)
    case(f"square, {mode}", normal(4, 4), SQUARE, [gat_params(4, 4) for _ in range(4)], mode)
    case(f"one head, {mode}", normal(5, 3), ISOLATED, [gat_params(3, 2)], mode)
    case(f"one node, {mode}", normal(1, 3), ALONE, [gat_params(3, 2) for _ in range(2)], mode)
    case(f"of floats, {mode}", normal(5, 3), real(DIRECTED), [gat_params(3, 2) for _ in range(2)], mode, gradients=False)


# 2.8 attentionPool, readout


def attention_pool(x, p, select):
    """By a stable sort, or by a comparison; nothing that is kept may be close to what is not, but for exact ties."""
    weights = torch.softmax(x @ p, 0)
    if "topK" in select:
        order = torch.sort(weights, descending=True, stable=True)
        edge = order.values[select["topK"] - 1] - order.values[select["topK"] :]
        assert all(gap == 0 or gap > 1e-4 for gap in edge), "a tie that float32 could decide otherwise"
        kept = order.indices[: select["topK"]].sort().values
    else:
        gaps = weights - select["threshold"]
        assert all(gap == 0 or abs(gap) > 1e-4 for gap in gaps), "a weight that float32 could see beyond the threshold"
        kept = torch.nonzero(weights > select["threshold"]).flatten()
    return {"weights": weights, "indices": kept.tolist(), "pooled": (weights.unsqueeze(1) * x)[kept]}


whole = torch.tensor([[1.0, 2.0, 3.0], [2.0, -1.0, 1.0], [0.0, 3.0, 3.0], [-1.0, -2.0, -3.0], [2.0, 0.0, 1.0]]).double()
ones = torch.tensor([1.0, 1.0, -1.0]).double()  # of `whole`: scores 0, 0, 0, 0 and 1

case = golden.of("attentionPool", attention_pool)
case("topK", normal(7, 4), normal(4), {"topK": 3})
case("topK, square", normal(4, 4), normal(4), {"topK": 2})
case("topK = 1", normal(5, 3), normal(3), {"topK": 1})
case("topK = n", normal(5, 3), normal(3), {"topK": 5})
case("threshold", normal(7, 4), normal(4), {"threshold": 0.1})
case("threshold, square", normal(4, 4), normal(4), {"threshold": 0.2})
case("threshold 0 keeps all", normal(5, 3), normal(3), {"threshold": 0})
case("nothing kept", normal(5, 3), normal(3), {"threshold": 1}, gradients=False)
case("a tie at topK: the lower indices", whole, ones, {"topK": 3})
case("a tie at the threshold: not kept", whole[:4], ones, {"threshold": 0.25}, gradients=False)
case("one node", normal(1, 3), normal(3), {"topK": 1})
case("one feature", normal(6, 1), normal(1), {"topK": 2})
for name, sign in {"near 1000": 1, "near -1000": -1}.items():
    features = normal(5, 3)
    features[:, 0] = sign
    far_p = normal(3)
    far_p[0] = 1000
    case(f"extreme: scores {name}", features, far_p, {"topK": 2}, tolerance=EXTREME)

case = golden.of("readout", lambda z: z.sum(0))
case("distinct sizes", normal(5, 3))
case("square", normal(4, 4))
case("one row", normal(1, 3))
case("no rows", torch.zeros(0, 3).double(), gradients=False)

golden.write()
