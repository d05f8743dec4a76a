"""Golden sentences of greedy decoding and beam search: models in PyTorch, search by sets of whole hypotheses."""

import math

import torch

from golden import Golden, callable_, normal, seed

seed(513)
golden = Golden(__file__)


# 5.13 greedyDecode


def encode(p, source):
    return p["embedding"][torch.tensor(source)]


def mean_decode(p, memory, words):
    """The logits after the last of `words` alone."""
    return torch.tanh(p["embedding"][torch.tensor(words)].mean(0) + memory.mean(0)) @ p["output"]


def script_decode(p, memory, words):
    position = min(len(words) - 1, len(p["ids"]) - 1)
    return torch.nn.functional.one_hot(torch.tensor(p["ids"][position]), p["size"]).double()


MET = []


def noting_decode(p, memory, words):
    if len(words) == 1:
        MET.append(memory)
    known = any(memory is met for met in MET)
    return script_decode(p if known else {**p, "ids": p["ids"][:1]}, memory, words)


def greedy_decode(model, source, options):
    memory = model["encode"](source)
    words = [options["bos"]]
    for _ in range(options["maxLength"]):
        words.append(int(model["decode"](memory, words).argmax()))
        if words[-1] == options["eos"]:
            return words[1:-1]
    return words[1:]


def mean_model(source_size, size, d):
    """A model that has said a word would rather say another: so sentences have more than one."""
    words = normal(size, d, scale=2)
    return {
        "encode": callable_("embedding-encoder", {"embedding": normal(source_size, d)}, encode),
        "decode": callable_("mean-decoder", {"embedding": words, "output": normal(d, size) - words.T}, mean_decode),
    }


def script_model(*ids):
    encoder = callable_("embedding-encoder", {"embedding": normal(13, 3)}, encode)
    return {"encode": encoder, "decode": callable_("script-decoder", {"ids": list(ids), "size": 11}, script_decode)}


def noting_model(*ids):
    encoder = callable_("embedding-encoder", {"embedding": normal(13, 3)}, encode)
    return {"encode": encoder, "decode": callable_("noting-decoder", {"ids": list(ids), "size": 11}, noting_decode)}


def options(bos, eos, maxLength):
    return {"bos": bos, "eos": eos, "maxLength": maxLength}


case = golden.of("greedyDecode", greedy_decode)
for number in range(6):
    case(f"a small model, {number}", mean_model(13, 11, 6), [5, 3, 8, 4], options(1, 2, 7), gradients=False)
case("another bos and eos", mean_model(13, 11, 4), [12, 3], options(10, 0, 7), gradients=False)
case("a script with eos", script_model(5, 3, 3, 8, 2, 4), [5, 3], options(1, 2, 9), gradients=False)
case("a script that is cut short", script_model(5, 3, 3, 8, 2, 4), [5, 3], options(1, 2, 3), gradients=False)
case("a script without eos", script_model(5, 3, 8), [7], options(1, 2, 6), gradients=False)
case("a decoder that keeps notes", noting_model(5, 3, 8, 2), [7, 5], options(1, 2, 6), gradients=False)
case("eos at once", script_model(2, 5), [7, 4, 3], options(1, 2, 6), gradients=False)
case("no words asked for", script_model(4, 5), [7, 4, 3], options(1, 2, 0), gradients=False)


# 5.14 beamSearch: torch.topk over all extensions of all live hypotheses


def markov(p, words):
    return torch.log(torch.tensor(p["probabilities"], dtype=torch.float64)[words[-1]])


def prefix_table(p, words):
    row = p["table"].get(" ".join(map(str, words)), p["otherwise"])
    return torch.log(torch.tensor(row, dtype=torch.float64))


def beam_search(step, options):
    bos, eos = options["bos"], options["eos"]
    live, finished = [(0.0, [bos])], []
    for _ in range(options["maxLength"]):
        if not live:
            break
        sums = torch.cat([total + step(words) for total, words in live])
        best = torch.sort(sums, descending=True, stable=True)
        size = len(sums) // len(live)
        kept = [
            (total, live[at // size][1] + [at % size])
            for total, at in zip(best.values.tolist(), best.indices.tolist())
            if total > -math.inf
        ][: options["width"]]
        finished += [hypothesis for hypothesis in kept if hypothesis[1][-1] == eos]
        live = [hypothesis for hypothesis in kept if hypothesis[1][-1] != eos]
    scored = [
        {"ids": words[1:-1] if words[-1] == eos else words[1:], "score": total / ((5 + len(words) - 1) / 6) ** options["alpha"]}
        for total, words in finished + live
    ]
    return sorted(scored, key=lambda hypothesis: -hypothesis["score"])[: options["width"]]


def row(size, bos=0, eos=1):
    """Probabilities: 0 for bos, and not much for eos."""
    logits = normal(size, scale=1.5)
    logits[bos], logits[eos] = -math.inf, logits[eos] - 0.5
    return [round(p, 5) for p in torch.softmax(logits, 0).tolist()]


def chain(size):
    return callable_("markov", {"probabilities": [row(size) for _ in range(size)]}, markov)


def tree(size, depth, bos=0, eos=1):
    """Probabilities of their own after every sequence: in a chain, sentences of the same steps would be equally likely."""
    words = [word for word in range(size) if word not in (bos, eos)]
    prefixes, table = [[bos]], {}
    for _ in range(depth):
        table.update({" ".join(map(str, prefix)): row(size, bos, eos) for prefix in prefixes})
        prefixes = [[*prefix, word] for prefix in prefixes for word in words]
    return callable_("prefix-table", {"table": table, "otherwise": row(size, bos, eos)}, prefix_table)


def beam(width, alpha, maxLength, bos=0, eos=1):
    return {"width": width, "alpha": alpha, "bos": bos, "eos": eos, "maxLength": maxLength}


case = golden.of("beamSearch", beam_search)
case("width 4, alpha 0.6", tree(5, 5), beam(4, 0.6, 5), gradients=False)
case("width 3, alpha 1", tree(6, 4), beam(3, 1, 4), gradients=False)
case("width 2, no penalty", tree(4, 5), beam(2, 0, 5), gradients=False)
case("width 1", tree(5, 5), beam(1, 0.6, 5), gradients=False)
case("another bos and eos", tree(5, 4, 4, 0), beam(3, 0.6, 4, 4, 0), gradients=False)
case("wider than there are sentences", chain(4), beam(60, 0.8, 3), gradients=False)
case("cut short", tree(9, 2), beam(3, 0.6, 2), gradients=False)
case("no rounds", chain(5), beam(3, 0.6, 0), gradients=False)
table = {"0": [0, 0.125, 0.5, 0.375], "0 2": [0, 0.375, 0.3125, 0.3125], "0 3": [0, 1, 0, 0]}
crafted = callable_("prefix-table", {"table": table, "otherwise": [0, 1, 0, 0]}, prefix_table)
case("the second word pays off", crafted, beam(2, 0.6, 4), gradients=False)
case("the second word is never tried", crafted, beam(1, 0.6, 4), gradients=False)
even = callable_("prefix-table", {"table": {}, "otherwise": [0, 0.25, 0.25, 0.5]}, prefix_table)
case("ties", even, beam(2, 0.5, 3), gradients=False)
nowhere = callable_("prefix-table", {"table": {"0": [0, 0, 0.5, 0.5]}, "otherwise": [0, 0, 0, 0]}, prefix_table)
case("nothing is possible any more", nowhere, beam(3, 0.5, 3), gradients=False)

golden.write()
