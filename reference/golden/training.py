"""Golden numbers of training: autograd through the golden transformer, clip_grad_norm_ and torch.optim.Adam, in float64."""

import torch
from torch.nn import CrossEntropyLoss
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from golden import Golden, normal, seed, uniform
from transformer import config_of, keys, model_params, past, transformer  # its own numbers are written anew, unchanged

seed(59)
golden = Golden(__file__)


def tensors_of(tree):
    """The tensors of a tree, in the order of its keys."""
    if isinstance(tree, torch.Tensor):
        return [tree]
    inner = tree.values() if isinstance(tree, dict) else tree
    return [tensor for node in inner for tensor in tensors_of(node)]


def with_tensors(tensors, like):
    """A tree like `like`, of the next tensors of an iterator."""
    if isinstance(like, torch.Tensor):
        return next(tensors)
    if isinstance(like, dict):
        return {name: with_tensors(tensors, inner) for name, inner in like.items()}
    return [with_tensors(tensors, inner) for inner in like]


def noam(step, d, warmup, factor):
    return factor * d**-0.5 * min(step**-0.5, step * warmup**-1.5)


def train(state, batches, config, options):
    thetas = [tensor.detach().clone().requires_grad_() for tensor in tensors_of(state["params"])]
    params = with_tensors(iter(thetas), state["params"])
    optimizer = Adam(thetas, betas=(options["beta1"], options["beta2"]), eps=options["eps"])
    for theta, m, v in zip(thetas, tensors_of(state["m"]), tensors_of(state["v"])):
        moments = {"exp_avg": m.detach().clone(), "exp_avg_sq": v.detach().clone()}
        optimizer.state[theta] = {"step": torch.tensor(float(state["step"]))} | moments
    criterion = CrossEntropyLoss(label_smoothing=options["smoothing"], ignore_index=options["pad"])
    losses = []
    for i, batch in enumerate(batches):
        optimizer.zero_grad()
        masks = batch["sourceMask"], batch["targetMask"]
        logits = transformer(params, config, batch["source"], batch["targetIn"], *masks)["logits"]
        loss = criterion(logits.flatten(0, 1), batch["targetOut"].flatten().long())
        loss.backward()
        if "clipNorm" in options:
            clip_grad_norm_(thetas, options["clipNorm"])
        for group in optimizer.param_groups:
            group["lr"] = noam(state["step"] + i + 1, config["d"], options["warmup"], options["factor"])
        optimizer.step()
        losses.append(loss.item())
    remembered = lambda name: with_tensors(iter([optimizer.state[theta][name] for theta in thetas]), state["m"])
    after = {"params": params, "m": remembered("exp_avg"), "v": remembered("exp_avg_sq")}
    return {"state": after | {"step": state["step"] + len(batches)}, "losses": losses}


def train_step(state, batch, config, options):
    after = train(state, [batch], config, options)
    return {"state": after["state"], "loss": after["losses"][0]}


def state_of(config, step):
    params = model_params(config)
    drawn = lambda draw: with_tensors(iter([draw(tensor.shape) for tensor in tensors_of(params)]), params)
    means = {"m": drawn(lambda shape: normal(*shape, scale=0.1)), "v": drawn(lambda shape: uniform(0.05, 0.2, *shape))}
    zeros = {"m": drawn(lambda shape: torch.zeros(*shape).double()), "v": drawn(lambda shape: torch.zeros(*shape).double())}
    return {"params": params, **(means if step > 0 else zeros), "step": step}


def batch_of(source, target_in, target_out, sources, targets):
    n, m = len(source[0]), len(target_in[0])
    return {
        "source": torch.tensor(source),
        "targetIn": torch.tensor(target_in),
        "targetOut": torch.tensor(target_out),
        "sourceMask": keys(sources, n),
        "targetMask": past(targets, m),
        "tokens": sum(targets),
    }


short = batch_of([[3, 4, 2], [4, 2, 0]], [[1, 5, 0], [1, 3, 4]], [[5, 2, 0], [3, 4, 2]], [3, 2], [2, 3])
long = batch_of([[4, 3, 3, 2]], [[1, 3, 5]], [[3, 5, 2]], [4], [3])
options = {"beta1": 0.9, "beta2": 0.98, "eps": 1e-3, "warmup": 8, "factor": 1, "smoothing": 0.1, "pad": 0}
pre, post = config_of(1, "pre", False), config_of(1, "post", True)

case = golden.of("trainStep", train_step)
case("the first step, pre", state_of(pre, 0), short, pre, options, gradients=False)
case("clipped, post, tied", state_of(post, 9), short, post, options | {"clipNorm": 0.25}, gradients=False)
case("a norm that is never reached", state_of(post, 3), long, post, options | {"clipNorm": 1000}, gradients=False)

case = golden.of("train", train)
case("two batches, no smoothing", state_of(post, 1), [short, long], post, options | {"smoothing": 0}, gradients=False)

golden.write()
