"""Golden numbers of BLEU: Counters of k-grams, whose intersection clips, and fractions to the end."""

import math
from collections import Counter
from fractions import Fraction

from golden import Golden

golden = Golden(__file__)

EXACT = {"absolute": 1e-12, "relative": 1e-12}


def grams(sentence, k):
    return Counter(zip(*(sentence[i:] for i in range(k))))


def bleu(hypotheses, references, max_n=4):
    product = Fraction(1)
    for k in range(1, max_n + 1):
        counts = [(grams(h, k), grams(r, k)) for h, r in zip(hypotheses, references)]
        total = sum(sum(h.values()) for h, _ in counts)
        if total == 0:
            return 0
        product *= Fraction(sum(sum((h & r).values()) for h, r in counts), total)
    c, r = (sum(map(len, sentences)) for sentences in (hypotheses, references))
    brevity = 1.0 if c > r else math.exp(1 - r / c)
    return brevity * float(product) ** (1 / max_n)


def words(*sentences):
    return [sentence.split() for sentence in sentences]


mat = words("the cat is on the mat")
papineni = words(
    "It is a guide to action which ensures that the military always obeys the commands of the party",
    "he read the book because he was interested in world history",
)
references = words(
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "he was interested in world history because he read the book",
)
spanish = words("el perro ve al gato negro en la casa", "la niña lee un libro", "no")
right = words("el perro ve al gato en la casa grande", "la niña lee un libro muy viejo", "no , gracias")

case = golden.of("bleu", bleu)
for name, args in {
    "the sentences of Papineni": (papineni, references),
    "the other way round": (references, papineni),
    "Spanish, shorter than the references": (spanish, right),
    "Spanish, longer than the references": (right, spanish),
    "words alone": (spanish, right, 1),
    "pairs of words": (spanish, right, 2),
    "as long as the references": (words("the cat sat on the mat today"), words("a cat sat on the mat now")),
    "identical": (right, right),
    "the seven times": (words("the the the the the the the"), mat, 1),
    "no pair in common": (words("the the the the the the the"), mat, 2),
    "names of methods": (words("constructor __proto__ toString x"), words("toString constructor __proto__"), 2),
    "an empty sentence": ([[], *words("a b c d e")], [*words("x y"), *words("a b c d f")], 3),
    "hypotheses shorter than maxN": (words("a b c", "d e"), words("a b c d", "d e f g")),
    "no words": ([[], []], words("a b", "c")),
    "no sentences": ([], []),
}.items():
    case(name, *args, gradients=False, tolerance=EXACT)

golden.write()
