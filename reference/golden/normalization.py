"""Golden numbers of batch and layer normalisation: what PyTorch says in float64."""

import torch
from torch.nn import functional

from golden import EXTREME, Golden, normal, seed

seed(37)
golden = Golden(__file__)


def params(d):
    return {"gamma": 1 + normal(d, scale=0.5), "beta": normal(d)}


# 3.7 batchNorm


def batch_norm(x, p, running, mode, momentum=0.9, eps=1e-5):
    """PyTorch's momentum weighs the new statistics; it updates the running ones in place."""
    mean, variance = running["mean"].detach().clone(), running["variance"].detach().clone()
    train = mode == "train"
    if not train:
        output = functional.batch_norm(x, mean, variance, p["gamma"], p["beta"], False, 1 - momentum, eps)
        return {"output": output, "running": {"mean": mean, "variance": variance}}
    output = functional.batch_norm(x, None, None, p["gamma"], p["beta"], True, 0.0, eps)
    with torch.no_grad():
        functional.batch_norm(x, mean, variance, None, None, True, 1 - momentum, eps)
    return {"output": output, "running": {"mean": mean, "variance": variance}}


def statistics(d):
    return {"mean": normal(d), "variance": normal(d).square() + 0.25}


case = golden.of("batchNorm", batch_norm)
for mode in "train", "eval":
    case(f"{mode}, distinct sizes", normal(5, 3), params(3), statistics(3), mode, gradients=False)
    case(f"{mode}, square", normal(4, 4), params(4), statistics(4), mode, gradients=False)
    case(f"{mode}, momentum 0.7, eps 0.1", normal(3, 4), params(4), statistics(4), mode, 0.7, 0.1, gradients=False)
    far = normal(4, 3, scale=2) + 1000
    case(f"{mode}, near 1000", far, params(3), statistics(3), mode, gradients=False, tolerance=EXTREME)
case("train, two examples", normal(2, 3), params(3), statistics(3), "train", gradients=False)
case("eval, one example", normal(1, 3), params(3), statistics(3), "eval", gradients=False)


# 3.8 layerNorm


def layer_norm(x, p, eps=1e-5):
    return functional.layer_norm(x, x.shape[-1:], p["gamma"], p["beta"], eps)


case = golden.of("layerNorm", layer_norm)
case("rank 1", normal(5), params(5))
case("rank 2", normal(5, 4), params(4))
case("rank 3", normal(2, 5, 4), params(4))
case("rank 4", normal(2, 3, 5, 4), params(4))
case("square", normal(4, 4, 4), params(4))
case("eps 0.1", normal(3, 6), params(6), 0.1)
case("a constant row", torch.full((2, 4), 3.0, dtype=torch.float64), params(4), gradients=False)
case("d = 1", normal(3, 1), params(1), gradients=False)
signs = torch.tensor([[1000.0], [-1000], [0]], dtype=torch.float64)
case("extreme", normal(3, 6, scale=2) + signs, params(6), gradients=False, tolerance=EXTREME)

golden.write()
