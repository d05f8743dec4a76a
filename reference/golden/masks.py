"""Golden numbers of masks, of softmax and self-attention behind them, and of masked words, in float64."""

import torch
from torch.nn.functional import cross_entropy

from golden import EXTREME, Golden, normal, padding, seed

seed(45)
golden = Golden(__file__)


def ids(*rows):
    return torch.tensor(rows, dtype=torch.int32)


# 4.5 causalMask, paddingMask, combineMasks

case = golden.of("causalMask", lambda n: torch.ones(n, n).tril().bool())
for n in 1, 2, 5:
    case(f"length {n}", n, gradients=False)

case = golden.of("paddingMask", lambda words, pad: (words != pad)[:, None, None, :])
case("pad 0", ids([3, 4, 0, 0], [5, 0, 0, 0], [1, 2, 3, 0]), 0, gradients=False)
case("another pad", ids([9, 9], [0, 9]), 9, gradients=False)

case = golden.of("combineMasks", torch.logical_and)
words = padding([4, 2], 4)[:, None, None, :]
case("causal and padding", torch.ones(4, 4).tril().bool(), words, gradients=False)
case("one shape", torch.tensor([[True, False], [True, True]]), torch.tensor([[True, True], [False, True]]), gradients=False)


# 4.6 maskedSoftmax, causalSelfAttention


def masked_softmax(scores, mask):
    return scores.masked_fill(~mask, -torch.inf).softmax(-1)


case = golden.of("maskedSoftmax", masked_softmax)
holes = torch.tensor([[1, 1, 0, 0, 1], [0, 1, 0, 1, 0], [0, 0, 0, 0, 1]]).bool()
case("a mask for all rows", normal(2, 3, 5), holes)
case("padding", normal(2, 3, 4), padding([3, 1], 4)[:, None, :])
case("square", normal(4, 4), torch.ones(4, 4).tril().bool())
case("far away", normal(3, 5) + torch.tensor([[1000.0], [-1000.0], [0.0]]), holes, tolerance=EXTREME)


def causal_self_attention(x, p):
    q, k, v = x @ p["wq"], x @ p["wk"], x @ p["wv"]
    n = x.shape[-2]
    weights = masked_softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, torch.ones(n, n).tril().bool())
    return {"output": weights @ v, "weights": weights}


def params(d, dk, dv):
    return {"wq": normal(d, dk), "wk": normal(d, dk), "wv": normal(d, dv)}


case = golden.of("causalSelfAttention", causal_self_attention)
case("a batch", normal(2, 5, 4), params(4, 3, 6))
case("square", normal(4, 4), params(4, 4, 4))
case("one token", normal(1, 3), params(3, 2, 2))


# 4.7 maskTokens, maskedLoss


def mask_tokens(sentence, draws, options):
    rate = options.get("rate", 0.15)
    words = [word for word in range(options["vocabularySize"]) if word not in options["specials"]]
    result = {"input": [], "target": []}
    for word, (u1, u2, u3) in zip(sentence, draws):
        selected = word not in options["specials"] and u1 < rate
        fate = "same" if not selected or u2 >= 0.9 else "mask" if u2 < 0.8 else "other"
        result["input"].append({"same": word, "mask": options["mask"], "other": words[int(u3 * len(words))]}[fate])
        result["target"].append(word if selected else -100)
    return result


case = golden.of("maskTokens", mask_tokens)
options = {"mask": 4, "vocabularySize": 13, "specials": [0, 1, 4], "rate": 0.5}
sentence = [0, 5, 6, 7, 8, 9, 10, 1]
draws = [[0.1, 0.1, 0.1], [0.2, 0.5, 0.5], [0.6, 0.1, 0.1], [0.3, 0.85, 0.0], [0.4, 0.8999, 0.9999], [0, 0.9, 0.5], [0.4999, 0.8, 0.35], [0, 0, 0]]
case("every fate", sentence, draws, options, gradients=False)
usual = {name: value for name, value in options.items() if name != "rate"}
case("the usual rate", [5, 6, 7], [[0.1499, 0.1, 0], [0.15, 0.1, 0], [0.02, 0.95, 0]], usual, gradients=False)

case = golden.of("maskedLoss", lambda logits, target, ignore=-100: masked_loss(logits, target, ignore))


def masked_loss(logits, target, ignore):
    ignore = -100 if ignore is None else ignore
    if bool((target == ignore).all()):
        return 0 * logits.sum()
    return cross_entropy(logits.flatten(0, 1), target.flatten().long(), ignore_index=ignore)


case("some words", normal(2, 3, 5), ids([1, -100, 4], [-100, -100, 0]))
case("another sign to ignore", normal(2, 2, 4), ids([3, -1], [-1, 2]), -1)
case("nothing to predict", normal(1, 2, 3), ids([-100, -100]))
case("far apart", normal(1, 2, 3) + torch.tensor([1000.0, -1000.0, 0.0]), ids([1, 0]), tolerance=EXTREME)

golden.write()
