"""Golden numbers of recurrent networks and gated units: what PyTorch says in float64."""

import torch

from golden import EXTREME, Golden, normal, seed

seed(12)
golden = Golden(__file__)


# 1.2 rnn, bidirectionalRnn


def rnn_params(dx, dh, scale=0.6):
    return {"wx": normal(dx, dh, scale=scale), "wh": normal(dh, dh, scale=scale), "b": normal(dh, scale=scale)}


def torch_weights(p):
    """The weights in the order and orientation of `torch.nn.RNN`, whose second bias is not needed."""
    return [p["wx"].T, p["wh"].T, p["b"], torch.zeros_like(p["b"])]


def run_rnn(x, initial, *params):
    """`torch.nn.RNN(batch_first=True)` in its functional form, so that gradients reach the weights as we store them."""
    weights = [weight for p in params for weight in torch_weights(p)]
    states, _ = torch.rnn_tanh(x, initial, weights, True, 1, 0.0, False, len(params) == 2, True)
    return states


def zeros_for(x, p, directions=1):
    return torch.zeros(directions, x.shape[0], p["wh"].shape[0], dtype=torch.float64)


def rnn(x, p, initial=None):
    return run_rnn(x, zeros_for(x, p) if initial is None else initial.unsqueeze(0), p)


def bidirectional_rnn(x, forward, backward):
    return run_rnn(x, zeros_for(x, forward, 2), forward, backward)


case = golden.of("rnn", rnn)
case("distinct sizes", normal(2, 5, 3), rnn_params(3, 4))
case("with an initial state", normal(2, 5, 3), rnn_params(3, 4), normal(2, 4))
case("square", normal(3, 3, 3), rnn_params(3, 3), normal(3, 3))
case("T = 1", normal(2, 1, 3), rnn_params(3, 4))
case("T = 1, with an initial state", normal(2, 1, 3), rnn_params(3, 4), normal(2, 4))
case("one example, one unit", normal(1, 6, 2), rnn_params(2, 1))
case("saturated", normal(2, 5, 3, scale=30), rnn_params(3, 4, scale=3))

case = golden.of("bidirectionalRnn", bidirectional_rnn)
case("distinct sizes", normal(2, 5, 3), rnn_params(3, 4), rnn_params(3, 4))
case("square", normal(3, 3, 3), rnn_params(3, 3), rnn_params(3, 3))
case("T = 1", normal(2, 1, 3), rnn_params(3, 4), rnn_params(3, 4))
case("T = 2", normal(3, 2, 4), rnn_params(4, 2), rnn_params(4, 2))


# 1.3 gruCell


def gru_params(dx, dh, scale=0.6):
    shapes = {"w": (dx, dh), "u": (dh, dh), "b": (dh,)}
    return {kind + gate: normal(*shapes[kind], scale=scale) for kind in "wub" for gate in "zrc"}


def gru_cell(x, state, p):
    """Entry by entry from the paper: `torch.nn.GRUCell` swaps z and resets after the product with uc."""

    def affine(gate, hidden):
        w, u, b = p["w" + gate], p["u" + gate], p["b" + gate]
        return torch.einsum("bx,xh->bh", x, w) + torch.einsum("bs,sh->bh", hidden, u) + b

    update, reset = torch.sigmoid(affine("z", state)), torch.sigmoid(affine("r", state))
    return torch.lerp(state, torch.tanh(affine("c", reset * state)), update)


def gru_cell_of_pytorch(x, state, p):
    """PyTorch's own cell, for r = 1, where the order of reset and product is all one; its z is 1 − z."""
    w = torch.cat([p["wr"], -p["wz"], p["wc"]], dim=1).T
    u = torch.cat([p["ur"], -p["uz"], p["uc"]], dim=1).T
    b = torch.cat([p["br"], -p["bz"], p["bc"]])
    new = torch.gru_cell(x, state, w, u, b, torch.zeros_like(b))
    torch.testing.assert_close(new, gru_cell(x, state, p))
    return new


def with_bias(p, **biases):
    return p | {name: torch.full_like(p[name], value) for name, value in biases.items()}


case = golden.of("gruCell", gru_cell)
case("distinct sizes", normal(2, 3), normal(2, 4), gru_params(3, 4))
case("square", normal(3, 3), normal(3, 3), gru_params(3, 3, scale=1.0))
case("one example, wide state", normal(1, 2), normal(1, 5, scale=3), gru_params(2, 5))
case("state of zeros", normal(2, 3), 0 * normal(2, 4), gru_params(3, 4), gradients=False)
kept, replaced = with_bias(gru_params(3, 4), bz=-1000), with_bias(gru_params(3, 4), bz=1000)
case("update closed: the state stays", normal(2, 3), normal(2, 4), kept, gradients=False, tolerance=EXTREME)
case("update open: the candidate", normal(2, 3), normal(2, 4), replaced, tolerance=EXTREME)
case = golden.of("gruCell", gru_cell_of_pytorch)
case("reset open: PyTorch's own cell", normal(2, 3), normal(2, 4), with_bias(gru_params(3, 4), br=40))

if __name__ == "__main__":
    golden.write()
