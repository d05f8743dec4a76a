"""Golden numbers of convolutions as matrices: what PyTorch's convolutions do to the columns of the identity."""

import torch
from torch.nn.functional import conv1d, conv2d

from golden import Golden, normal, seed

seed(26)
golden = Golden(__file__)


# 2.6 convolutionMatrix1d, convolutionMatrix2d


def matrix_1d(kernel, n):
    """Column j of M is the response to a signal that is 1 at j alone; padding is zeros, the kernel is not flipped."""
    weights = torch.tensor(kernel).double().reshape(1, 1, -1)
    signals = torch.eye(n).double().unsqueeze(1)  # [n, 1, n], one signal an example
    return conv1d(signals, weights, padding=len(kernel) // 2).squeeze(1).T


def matrix_2d(kernel, height, width):
    weights = torch.tensor(kernel).double().reshape(1, 1, 3, 3)
    images = torch.eye(height * width).double().reshape(-1, 1, height, width)
    return conv2d(images, weights, padding=1).reshape(-1, height * width).T


def numbers(*shape):
    """Signed numbers, in lists."""
    return normal(*shape).tolist()


case = golden.of("convolutionMatrix1d", matrix_1d)
case("five taps", numbers(5), 8, gradients=False)
case("three taps", numbers(3), 5, gradients=False)
case("as many taps as positions", numbers(5), 5, gradients=False)
case("fewer positions than taps", numbers(7), 4, gradients=False)
case("no position has all its neighbours", numbers(9), 2, gradients=False)
case("one position", numbers(3), 1, gradients=False)
case("one tap", numbers(1), 4, gradients=False)
case("an average", [0.25, 0.5, 0.25], 6, gradients=False)
case("a slope", [-1, 0, 1], 6, gradients=False)
case("of integers, as in the lesson", [1, 2, 3], 4, gradients=False)

case = golden.of("convolutionMatrix2d", matrix_2d)
case("wide", numbers(3, 3), 3, 5, gradients=False)
case("tall", numbers(3, 3), 5, 3, gradients=False)
case("square", numbers(3, 3), 4, 4, gradients=False)
case("two by two", numbers(3, 3), 2, 2, gradients=False)
case("one row", numbers(3, 3), 1, 4, gradients=False)
case("one column", numbers(3, 3), 4, 1, gradients=False)
case("one pixel", numbers(3, 3), 1, 1, gradients=False)
case("of integers, as in the lesson", [[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2, 3, gradients=False)

golden.write()
