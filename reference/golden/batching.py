"""Golden numbers of batches: torch.nn.utils.rnn.pad_sequence and masks by torch.tril."""

import torch
from torch.nn.utils.rnn import pad_sequence

from golden import Golden

golden = Golden(__file__)


def make_batch(pairs, ids):
    pad, bos, eos = ids["pad"], ids["bos"], ids["eos"]

    def padded(rows):
        return pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=pad)

    framed = padded([[bos, *pair["target"], eos] for pair in pairs])  # both rows of a target, one word apart
    ends = framed == eos
    target_in = framed.masked_fill(ends, pad)[:, :-1]
    target_out = framed[:, 1:]
    source = padded([[*pair["source"], eos] for pair in pairs])
    m = target_in.shape[1]
    return {
        "source": source,
        "targetIn": target_in,
        "targetOut": target_out,
        "sourceMask": source.ne(pad)[:, None, None, :],
        "targetMask": torch.ones(m, m).tril().bool() & target_in.ne(pad)[:, None, None, :],
        "tokens": int(target_out.ne(pad).sum()),
    }


def pair(source, target):
    return {"source": source, "target": target}


usual = {"pad": 0, "bos": 1, "eos": 2}
other = {"pad": 9, "bos": 7, "eos": 0}
some = [pair([5, 3, 8, 4], [6, 4]), pair([7, 3], [3, 5, 8, 4, 6]), pair([4], [7])]
even = [pair([5, 3, 8], [6, 4, 3]), pair([7, 3, 6], [3, 5, 8])]
odd = [pair([2, 5, 1, 3], [6, 4]), pair([], [3, 5, 8]), pair([4, 1], [])]

case = golden.of("makeBatch", make_batch)
case("distinct sizes", some, usual, gradients=False)
case("sentences of one length", even, usual, gradients=False)
case("square", [*even, pair([5], [4, 5]), pair([6, 4], [8])], usual, gradients=False)
case("other ids", odd, other, gradients=False)
case("one pair", some[:1], usual, gradients=False)
case("one empty pair", [pair([], [])], usual, gradients=False)
case("no target but empty ones", [pair([3, 4], []), pair([5], [])], other, gradients=False)

golden.write()
