"""Golden numbers of Adam and of Noam's learning rate: torch.optim.Adam and torch's own scheduler, in float64."""

import torch
from torch.optim import Adam
from torch.optim.lr_scheduler import LambdaLR

from golden import Golden, normal, seed, uniform

seed(55)
golden = Golden(__file__)


# 5.5 adamStep


def adam_step(theta, gradient, state, options):
    """PyTorch's Adam, put into the state that is given."""
    theta = theta.detach().clone().requires_grad_()
    theta.grad = gradient.detach().clone()
    betas = (options["beta1"], options["beta2"])
    optimizer = Adam([theta], lr=options["lr"], betas=betas, eps=options["eps"])
    optimizer.state[theta] = {
        "step": torch.tensor(float(state["t"])),
        "exp_avg": state["m"].detach().clone(),
        "exp_avg_sq": state["v"].detach().clone(),
    }
    optimizer.step()
    after = optimizer.state[theta]
    return {
        "theta": theta.detach(),
        "state": {"m": after["exp_avg"], "v": after["exp_avg_sq"], "t": int(after["step"])},
    }


def fresh(*shape):
    return {"m": torch.zeros(*shape).double(), "v": torch.zeros(*shape).double(), "t": 0}


def warm(t, *shape):
    return {"m": normal(*shape, scale=0.5), "v": uniform(0.125, 1, *shape), "t": t}


paper = {"lr": 0.05, "beta1": 0.9, "beta2": 0.98, "eps": 1e-9}
large = {"lr": 0.25, "beta1": 0.8, "beta2": 0.95, "eps": 0.1}
usual = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}

case = golden.of("adamStep", adam_step)
case("the first step", normal(3, 5), normal(3, 5), fresh(3, 5), paper, gradients=False)
case("the second step", normal(3, 5), normal(3, 5), warm(1, 3, 5), paper, gradients=False)
case("the third step of a vector", normal(7), normal(7), warm(2, 7), paper, gradients=False)
case("the tenth step, square", normal(4, 4), normal(4, 4), warm(9, 4, 4), paper, gradients=False)
case("a large epsilon, first step", normal(2, 3, 4), normal(2, 3, 4), fresh(2, 3, 4), large, gradients=False)
case("a large epsilon, tenth step", normal(2, 3, 4), normal(2, 3, 4), warm(9, 2, 3, 4), large, gradients=False)
case("the usual decays, after 1000 steps", normal(3, 2), normal(3, 2), warm(1000, 3, 2), usual, gradients=False)
case("large gradients", normal(5), normal(5, scale=1000), fresh(5), paper, gradients=False)
case("one number", normal(1), normal(1), warm(4, 1), large, gradients=False)


# 5.6 noamRate


def noam_rate(step, d, warmup=4000, factor=1.0):
    """The rate that a scheduler of PyTorch arrives at, where few steps allow to go them all; else the rule itself."""

    def rule(count):
        return factor * d**-0.5 * min(count**-0.5, count * warmup**-1.5)

    if step > 100:
        return rule(step)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = LambdaLR(optimizer, lambda count: rule(count + 1))
    for _ in range(step - 1):
        optimizer.step()
        scheduler.step()
    return scheduler.get_last_lr()[0]


RATE = {"absolute": 0, "relative": 1e-9}

case = golden.of("noamRate", noam_rate)
for name, args in {
    "the first step": (1, 512),
    "before the warm-up's end": (1000, 512),
    "the highest rate": (4000, 512),
    "after the warm-up": (100_000, 512),
    "a short warm-up, before": (7, 64, 20),
    "a short warm-up, at its end": (20, 64, 20),
    "a short warm-up, after": (90, 64, 20),
    "a factor": (50, 12, 30, 2.5),
    "a small factor": (50, 12, 400, 0.5),
    "no warm-up to speak of": (3, 1, 1, 1),
}.items():
    case(name, *args, gradients=False, tolerance=RATE)

golden.write()
