"""Golden numbers of smoothed cross-entropy: torch.nn.CrossEntropyLoss in float64."""

import torch
from torch.nn import CrossEntropyLoss

from golden import EXTREME, Golden, normal, seed

seed(57)
golden = Golden(__file__)


def ids(*numbers):
    return torch.tensor(numbers)


def smoothed_cross_entropy(logits, targets, eps, pad=None):
    if pad is not None and (targets == pad).all():
        return (0 * logits).sum()  # PyTorch divides 0 by 0 here
    options = {} if pad is None else {"ignore_index": pad}
    return CrossEntropyLoss(label_smoothing=eps, **options)(logits, targets)


case = golden.of("smoothedCrossEntropy", smoothed_cross_entropy)
case("no smoothing", normal(5, 11), ids(3, 0, 10, 7, 3), 0)
case("smoothing", normal(5, 11), ids(3, 0, 10, 7, 3), 0.1)
case("square", normal(4, 4), ids(2, 2, 0, 1), 0.3)
case("padding", normal(6, 7), ids(3, 0, 6, 0, 1, 0), 0.1, 0)
case("padding with another id", normal(6, 7), ids(3, 0, 6, 0, 1, 0), 0.2, 3)
case("padding without smoothing", normal(6, 7), ids(3, 0, 6, 0, 1, 0), 0, 0)
case("padding that does not occur", normal(3, 5), ids(2, 4, 1), 0.1, 0)
case("nothing but padding", normal(3, 5), ids(2, 2, 2), 0.1, 2)
case("nothing but smoothing", normal(3, 5), ids(2, 4, 1), 1)
case("two classes, one row", normal(1, 2), ids(1), 0.1)

shifts = torch.tensor([[1000.0], [0.0], [-1000.0], [1000.0]]).double()
case("rows near ±1000", normal(4, 6) + shifts, ids(5, 1, 0, 3), 0.1, 3, tolerance=EXTREME)
spread = 1000 * torch.tensor([[1, -1, 0, -1, 0], [-1, 0, -1, 1, -1], [0, 0, 1, 0, -1]]).double()
case("logits of ±1000 in a row", normal(3, 5) + spread, ids(0, 4, 3), 0.1, tolerance=EXTREME)
case("sure and right at 1000", normal(3, 5) + spread, ids(0, 3, 2), 0, tolerance=EXTREME)

golden.write()
