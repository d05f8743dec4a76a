"""Golden numbers of words as vectors: lists by plain Python, and what PyTorch says in float64."""

import math

import torch
from torch.nn import functional

from golden import Golden, Map, normal, seed

seed(31)
golden = Golden(__file__)

SPECIALS = ["[pad]", "[unk]", "[bos]", "[eos]"]


# 3.1 buildVocabulary, encode, decode


def build_vocabulary(corpus, specials):
    """Searches the list for every word: slow, and without a dictionary that a word could confuse."""
    tokens = []
    for token in specials + [word for sentence in corpus for word in sentence]:
        if token not in tokens:
            tokens.append(token)
    return {"tokens": tokens, "ids": Map({token: tokens.index(token) for token in tokens})}


def encode(words, vocabulary, options=None):
    tokens, options = vocabulary["tokens"], options or {}
    sentence = ["[bos]"] * options.get("bos", False) + words + ["[eos]"] * options.get("eos", False)
    return [tokens.index(word if word in tokens else "[unk]") for word in sentence]


def decode(ids, vocabulary):
    names = {number: token for token, number in vocabulary["ids"].entries.items()}
    return [names[number] for number in ids]


spanish = ["el perro ve al gato".split(), "El gato no ve al perro".split(), "mañana sí , quizá".split()]
english = ["the cat saw the dog".split(), [], "the dog slept".split()]
odd = ["constructor __proto__ toString constructor".split(), "__proto__ hasOwnProperty 7 3 7".split()]
marked = ["[bos] un [unk] [eos]".split(), "[mask] un día [mask]".split()]

case = golden.of("buildVocabulary", build_vocabulary)
case("Spanish", spanish, SPECIALS, gradients=False)
case("English, with an empty sentence", english, SPECIALS, gradients=False)
case("names of methods and digits", odd, SPECIALS, gradients=False)
case("specials that occur in the corpus", marked, SPECIALS, gradients=False)
case("no specials", english, [], gradients=False)
case("nothing but specials", [], ["[eos]", "[unk]"], gradients=False)

known = build_vocabulary(spanish, SPECIALS)
strange = build_vocabulary(odd, ["[eos]", "[unk]", "[bos]"])
bare = build_vocabulary(english, [])

case = golden.of("encode", encode)
case("known words", "el gato ve al gato".split(), known, gradients=False)
case("unknown words", "el caballo ve al Gato y al caballo".split(), known, gradients=False)
case("bos", "mañana no".split(), known, {"bos": True}, gradients=False)
case("eos", "mañana no".split(), known, {"bos": False, "eos": True}, gradients=False)
case("bos and eos", "quizá mañana".split(), known, {"bos": True, "eos": True}, gradients=False)
case("a special as a word", "[pad] gato [pad]".split(), known, gradients=False)
case("names of methods", "toString valueOf __proto__ 3".split(), strange, {"eos": True}, gradients=False)
case("no specials, none needed", "the dog saw the cat".split(), bare, gradients=False)
case("an empty sentence", [], known, gradients=False)
case("an empty sentence between bos and eos", [], strange, {"bos": True, "eos": True}, gradients=False)

case = golden.of("decode", decode)
case("words", [4, 8, 6, 7, 5], known, gradients=False)
case("specials are kept", [2, 9, 1, 3, 0, 0], known, gradients=False)
case("names of methods and digits", [3, 4, 6, 8, 7, 0], strange, gradients=False)
case("nothing", [], known, gradients=False)


# 3.2 embed, inputEncoding


def integers(rows):
    return torch.tensor(rows)


def input_encoding(ids, table, positions, scale=True):
    words = functional.embedding(ids, table) * (math.sqrt(table.shape[1]) if scale else 1)
    return words + functional.embedding(torch.arange(ids.shape[1]).expand_as(ids), positions)


case = golden.of("embed", functional.embedding)
case("distinct sizes", integers([[3, 10, 0, 7, 5], [9, 1, 6, 2, 4]]), normal(11, 4))
case("repeated ids", integers([[2, 2, 0, 2], [4, 2, 0, 4]]), normal(5, 3))
case("square", integers([[0, 1, 3], [2, 2, 1], [3, 0, 0]]), normal(4, 4))
case("one word", integers([[1]]), normal(2, 3))

case = golden.of("inputEncoding", input_encoding)
case("distinct sizes", integers([[3, 10, 0, 7, 5], [9, 1, 6, 2, 4]]), normal(11, 4), normal(7, 4))
case("repeated ids", integers([[2, 2, 0, 2], [4, 2, 0, 4]]), normal(5, 3), normal(6, 3), True)
case("not scaled", integers([[2, 2, 0, 2], [4, 2, 0, 4]]), normal(5, 3), normal(6, 3), False)
case("square", integers([[0, 1, 3, 1], [2, 2, 1, 0], [3, 0, 0, 2], [1, 3, 2, 1]]), normal(4, 4), normal(4, 4))
case("T = L = 1", integers([[1], [0], [1]]), normal(2, 5), normal(1, 5))


# 3.6 projectToVocabulary, valueOutputMatrix, queryKeyMatrix


def project_to_vocabulary(v, table):
    return functional.linear(v, table)


def value_output_matrix(wv, wo, table):
    return torch.einsum("ia,ab,bc,jc->ij", table, wv, wo, table)


def query_key_matrix(wq, wk, table):
    return torch.einsum("ia,ab,cb,jc->ij", table, wq, wk, table)


case = golden.of("projectToVocabulary", project_to_vocabulary)
case("distinct sizes", normal(4, 5), normal(7, 5))
case("square", normal(4, 4), normal(4, 4))
case("one vector", normal(1, 3), normal(5, 3))

case = golden.of("valueOutputMatrix", value_output_matrix)
case("distinct sizes", normal(5, 3), normal(3, 5), normal(7, 5))
case("square", normal(4, 4), normal(4, 4), normal(4, 4))
case("dk = 1", normal(4, 1), normal(1, 4), normal(6, 4))
case("dk above d", normal(3, 5), normal(5, 3), normal(2, 3))

case = golden.of("queryKeyMatrix", query_key_matrix)
case("distinct sizes", normal(5, 3), normal(5, 3), normal(7, 5))
case("square", normal(4, 4), normal(4, 4), normal(4, 4))
case("dk = 1", normal(4, 1), normal(4, 1), normal(6, 4))
case("dk above d", normal(3, 5), normal(3, 5), normal(2, 3))

golden.write()
