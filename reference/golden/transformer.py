"""Golden numbers of the transformer: what PyTorch's own layers say in float64, on the same weights."""

import math

import torch
from torch import nn
from torch.nn.utils.stateless import functional_call

from golden import Golden, normal, padding, seed, uniform

seed(53)
golden = Golden(__file__)


# PyTorch's names for our weights. Its matrices stand on the left of the tokens, ours on the right.


def attention_state(p, prefix):
    d = p["wq"].shape[0]
    bias = lambda name: p.get(name, torch.zeros(d, dtype=torch.float64))
    return {
        f"{prefix}.in_proj_weight": torch.cat([p["wq"].T, p["wk"].T, p["wv"].T]),
        f"{prefix}.in_proj_bias": torch.cat([bias("bq"), bias("bk"), bias("bv")]),
        f"{prefix}.out_proj.weight": p["wo"].T,
        f"{prefix}.out_proj.bias": bias("bo"),
    }


def network_state(p):
    return {"linear1.weight": p["w1"].T, "linear1.bias": p["b1"], "linear2.weight": p["w2"].T, "linear2.bias": p["b2"]}


def norm_state(p, name):
    return {f"{name}.weight": p["gamma"], f"{name}.bias": p["beta"]}


def encoder_state(p):
    norms = norm_state(p["norm1"], "norm1") | norm_state(p["norm2"], "norm2")
    return attention_state(p["attention"], "self_attn") | network_state(p["feedForward"]) | norms


def decoder_state(p):
    own = attention_state(p["selfAttention"], "self_attn")
    cross = attention_state(p["crossAttention"], "multihead_attn")
    norms = {name: value for i in "123" for name, value in norm_state(p[f"norm{i}"], f"norm{i}").items()}
    return own | cross | network_state(p["feedForward"]) | norms


def within(prefix, state):
    return {f"{prefix}.{name}": value for name, value in state.items()}


def sizes(d, h, ff, mode):
    return dict(
        d_model=d,
        nhead=h,
        dim_feedforward=ff,
        dropout=0.0,
        batch_first=True,
        norm_first=mode == "pre",
        dtype=torch.float64,
    )


def listen(attention, heard):
    """Lets a module of attention append the weights of its heads to `heard`; layers do not ask for them."""
    forward = attention.forward

    def loud(query, key, value, **options):
        options |= {"need_weights": True, "average_attn_weights": False}
        output, weights = forward(query, key, value, **options)
        heard.append(weights)
        return output, weights

    attention.forward = loud


# PyTorch's masks are true where a query may NOT look.


def forbidden_keys(source_mask):
    return ~source_mask[:, 0, 0, :]


def forbidden_pairs(target_mask, h):
    return ~target_mask.repeat_interleave(h, dim=1).flatten(0, 1)


# 5.9 encoderLayer


def encoder_layer(x, p, h, source_mask, mode):
    layer = nn.TransformerEncoderLayer(**sizes(x.shape[2], h, p["feedForward"]["w1"].shape[1], mode)).eval()
    weights = []
    listen(layer.self_attn, weights)
    output = functional_call(layer, encoder_state(p), (x,), {"src_key_padding_mask": forbidden_keys(source_mask)})
    return {"output": output, "weights": weights[0]}


def attention(d, biases=True):
    matrices = {name: normal(d, d, scale=0.5) for name in ["wq", "wk", "wv", "wo"]}
    return matrices | ({name: normal(d, scale=0.5) for name in ["bq", "bk", "bv", "bo"]} if biases else {})


def network(d, ff):
    return {"w1": normal(d, ff, scale=0.5), "b1": normal(ff), "w2": normal(ff, d, scale=0.5), "b2": normal(d)}


def norm(d):
    return {"gamma": uniform(0.5, 2, d), "beta": normal(d)}


def encoder_params(d, ff, biases=True):
    return {"attention": attention(d, biases), "feedForward": network(d, ff), "norm1": norm(d), "norm2": norm(d)}


def keys(lengths, n):
    return padding(lengths, n).reshape(len(lengths), 1, 1, n)


case = golden.of("encoderLayer", encoder_layer)
for mode in "pre", "post":
    case(f"distinct sizes, {mode}", normal(2, 3, 4), encoder_params(4, 5), 2, keys([3, 2], 3), mode)
    case(f"square, {mode}", normal(4, 4, 4), encoder_params(4, 4), 4, keys([4, 1, 3, 2], 4), mode, gradients=False)
    case(f"no biases, one head, {mode}", normal(1, 3, 4), encoder_params(4, 6, False), 1, keys([3], 3), mode)
    case(f"one token, {mode}", normal(2, 1, 4), encoder_params(4, 3), 2, keys([1, 1], 1), mode, gradients=False)
    case(f"large inputs, {mode}", normal(1, 3, 4, scale=30), encoder_params(4, 3), 2, keys([2], 3), mode)


# 5.10 decoderLayer


def decoder_layer(y, memory, p, h, source_mask, target_mask, mode):
    layer = nn.TransformerDecoderLayer(**sizes(y.shape[2], h, p["feedForward"]["w1"].shape[1], mode)).eval()
    self_weights, cross_weights = [], []
    listen(layer.self_attn, self_weights)
    listen(layer.multihead_attn, cross_weights)
    masks = {
        "tgt_mask": forbidden_pairs(target_mask, h),
        "memory_key_padding_mask": forbidden_keys(source_mask),
    }
    output = functional_call(layer, decoder_state(p), (y, memory), masks)
    return {"output": output, "selfWeights": self_weights[0], "crossWeights": cross_weights[0]}


def decoder_params(d, ff, biases=True):
    return {
        "selfAttention": attention(d, biases),
        "crossAttention": attention(d, biases),
        "feedForward": network(d, ff),
        **{f"norm{i}": norm(d) for i in "123"},
    }


def past(lengths, m):
    """Causal, and without the padding: [B, 1, m, m]."""
    return keys(lengths, m) & torch.ones(m, m).tril().bool()


case = golden.of("decoderLayer", decoder_layer)
for mode in "pre", "post":
    masks = keys([4, 2], 4), past([3, 2], 3)
    args = normal(2, 3, 6), normal(2, 4, 6), decoder_params(6, 5), 3, *masks, mode
    case(f"distinct sizes, {mode}", *args, gradients=False)
    masks = keys([3, 1, 2], 3), past([1, 3, 2], 3)
    case(f"square, {mode}", normal(3, 3, 3), normal(3, 3, 3), decoder_params(3, 3), 3, *masks, mode)
    masks = keys([3], 3), past([2], 2)
    args = normal(1, 2, 4), normal(1, 3, 4), decoder_params(4, 5, False), 2, *masks, mode
    case(f"no biases in attention, {mode}", *args)
    masks = keys([1], 1), past([1], 1)
    args = normal(1, 1, 4), normal(1, 1, 4), decoder_params(4, 3), 2, *masks, mode
    case(f"one word on either side, {mode}", *args, gradients=False)


# 5.11 transformer, initTransformer, countParameters


def positions(n, d):
    angles = torch.arange(n).unsqueeze(1) * 10000.0 ** (-torch.arange(0, d, 2).double() / d)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)[:, :d]


def enter(ids, table):
    d = table.shape[1]
    return nn.functional.embedding(ids, table) * math.sqrt(d) + positions(ids.shape[1], d)


def stacks(config):
    """PyTorch's model: encoder and decoder end in a norm in mode pre, and in none in mode post."""
    size = sizes(config["d"], config["h"], config["ff"], config["mode"])
    last = lambda: nn.LayerNorm(config["d"], dtype=torch.float64) if config["mode"] == "pre" else None
    layers = nn.TransformerEncoderLayer(**size), nn.TransformerDecoderLayer(**size)
    encoder = nn.TransformerEncoder(layers[0], config["layers"], last(), enable_nested_tensor=False)
    decoder = nn.TransformerDecoder(layers[1], config["layers"], last())
    own = dict(custom_encoder=encoder, custom_decoder=decoder, batch_first=True)
    return nn.Transformer(config["d"], config["h"], **own).eval()


def transformer(p, config, source, target_in, source_mask, target_mask):
    model = stacks(config)
    heard = {"encoder": [], "decoder": [], "cross": []}
    state = {}
    for i, layer in enumerate(p["encoder"]):
        state |= within(f"encoder.layers.{i}", encoder_state(layer))
        listen(model.encoder.layers[i].self_attn, heard["encoder"])
    for i, layer in enumerate(p["decoder"]):
        state |= within(f"decoder.layers.{i}", decoder_state(layer))
        listen(model.decoder.layers[i].self_attn, heard["decoder"])
        listen(model.decoder.layers[i].multihead_attn, heard["cross"])
    if config["mode"] == "pre":
        state |= norm_state(p["encoderNorm"], "encoder.norm") | norm_state(p["decoderNorm"], "decoder.norm")
    masks = {
        "tgt_mask": forbidden_pairs(target_mask, config["h"]),
        "src_key_padding_mask": forbidden_keys(source_mask),
        "memory_key_padding_mask": forbidden_keys(source_mask),
    }
    words = enter(source, p["sourceEmbedding"]), enter(target_in, p["targetEmbedding"])
    y = functional_call(model, state, words, masks)
    output = p["targetEmbedding"].T if config["tied"] else p["output"]
    return {"logits": nn.functional.linear(y, output.T), "weights": heard}


def config_of(layers, mode, tied, d=4, h=2, ff=3):
    return {
        "sourceSize": 5,
        "targetSize": 6,
        "d": d,
        "h": h,
        "ff": ff,
        "layers": layers,
        "mode": mode,
        "tied": tied,
    }


def model_params(config):
    d, ff, each = config["d"], config["ff"], range(config["layers"])
    p = {
        "sourceEmbedding": normal(config["sourceSize"], d, scale=0.5),
        "targetEmbedding": normal(config["targetSize"], d, scale=0.5),
        "encoder": [encoder_params(d, ff) for _ in each],
        "decoder": [decoder_params(d, ff) for _ in each],
    }
    if config["mode"] == "pre":
        p |= {"encoderNorm": norm(d), "decoderNorm": norm(d)}
    return p if config["tied"] else p | {"output": normal(d, config["targetSize"], scale=0.5)}


source = torch.tensor([[1, 4, 2, 0], [3, 2, 0, 0]])
target = torch.tensor([[1, 5, 2], [1, 3, 0]])
masks = keys([4, 2], 4), past([3, 2], 3)
case = golden.of("transformer", transformer)
for mode in "pre", "post":
    for tied in False, True:
        config = config_of(1, mode, tied)
        args = model_params(config), config, source, target, *masks
        case(f"{mode}, {'tied' if tied else 'untied'}", *args, gradients=tied == (mode == "post"))
config = config_of(2, "pre", False, h=1, ff=2)
case("two layers, pre", model_params(config), config, source, target, *masks, gradients=False)
config = config_of(2, "post", True, d=3, h=3, ff=4)
case("two layers, post, an odd width", model_params(config), config, source, target, *masks, gradients=False)


def init_transformer(config, seed):
    """The shapes alone, from PyTorch's modules: the numbers of a seed differ from library to library."""
    torch.manual_seed(seed)
    d, ff = config["d"], config["ff"]
    model = stacks(config)

    def attention_of(module):
        wq, wk, wv = module.in_proj_weight.T.chunk(3, dim=1)
        bq, bk, bv = module.in_proj_bias.chunk(3)
        out = module.out_proj
        return {"wq": wq, "wk": wk, "wv": wv, "wo": out.weight.T, "bq": bq, "bk": bk, "bv": bv, "bo": out.bias}

    def network_of(layer):
        first, second = layer.linear1, layer.linear2
        return {"w1": first.weight.T, "b1": first.bias, "w2": second.weight.T, "b2": second.bias}

    def norm_of(module):
        return {"gamma": module.weight, "beta": module.bias}

    p = {
        "sourceEmbedding": nn.Embedding(config["sourceSize"], d).weight,
        "targetEmbedding": nn.Embedding(config["targetSize"], d).weight,
        "encoder": [
            {
                "attention": attention_of(layer.self_attn),
                "feedForward": network_of(layer),
                "norm1": norm_of(layer.norm1),
                "norm2": norm_of(layer.norm2),
            }
            for layer in model.encoder.layers
        ],
        "decoder": [
            {
                "selfAttention": attention_of(layer.self_attn),
                "crossAttention": attention_of(layer.multihead_attn),
                "feedForward": network_of(layer),
                "norm1": norm_of(layer.norm1),
                "norm2": norm_of(layer.norm2),
                "norm3": norm_of(layer.norm3),
            }
            for layer in model.decoder.layers
        ],
    }
    if config["mode"] == "pre":
        p |= {"encoderNorm": norm_of(model.encoder.norm), "decoderNorm": norm_of(model.decoder.norm)}
    return p if config["tied"] else p | {"output": nn.Linear(d, config["targetSize"], bias=False).weight.T}


case = golden.of("initTransformer", init_transformer)
anything = {"absolute": 100, "relative": 0}
case("shapes, pre, untied", config_of(1, "pre", False, d=2), 1, gradients=False, tolerance=anything)
case("shapes, post, tied", config_of(2, "post", True, d=2), 2, gradients=False, tolerance=anything)


def count_parameters(tree):
    """As PyTorch counts: what stands in two places of a module is one parameter."""
    tensors = []

    def walk(node):
        if isinstance(node, torch.Tensor):
            tensors.append(nn.Parameter(node.detach()))
        elif isinstance(node, (dict, list)):
            for inner in node.values() if isinstance(node, dict) else node:
                walk(inner)

    walk(tree)
    return sum(parameter.numel() for parameter in nn.ParameterList(tensors).parameters())


case = golden.of("countParameters", count_parameters)
case("a layer of the encoder", encoder_params(4, 6), gradients=False)
case("a layer of the decoder without biases", decoder_params(4, 6, False), gradients=False)
case("a list", [normal(2, 3), {"a": normal(4)}, []], gradients=False)
case("nothing", {}, gradients=False)

golden.write()
