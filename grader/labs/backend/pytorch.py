"""Seconds that a step of training takes in PyTorch, on one thread: the models of ../bench.ts, the median of 20 steps."""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
settings = json.loads(sys.argv[1])


class Layers(nn.Module):
    """Two layers of an encoder under a causal mask, between an embedding and a readout."""

    def __init__(self, d, h, ff, layers, words, length, **_):
        super().__init__()
        layer = nn.TransformerEncoderLayer(d, h, ff, dropout=0, batch_first=True, norm_first=True)
        self.embedding = nn.Embedding(words, d)
        self.layers = nn.TransformerEncoder(layer, layers)
        self.output = nn.Linear(d, words, bias=False)
        self.mask = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)

    def forward(self, source, _):
        return self.output(self.layers(self.embedding(source), mask=self.mask))


class Translation(nn.Module):
    """An encoder and a decoder, between embeddings and a readout."""

    def __init__(self, d, h, ff, layers, words, length):
        super().__init__()
        self.source, self.target = nn.Embedding(words, d), nn.Embedding(words, d)
        self.transformer = nn.Transformer(
            d, h, layers, layers, ff, dropout=0, batch_first=True, norm_first=True
        )
        self.output = nn.Linear(d, words, bias=False)
        self.mask = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)

    def forward(self, source, target):
        return self.output(self.transformer(self.source(source), self.target(target), tgt_mask=self.mask))


if settings["id"] == "layers":
    sizes = {name: settings[name] for name in ("d", "h", "ff", "layers", "words", "length")}
    batch = settings["batch"]
    model = Layers(**sizes)
else:
    task = settings["translate"]
    sizes = {name: task[name] for name in ("d", "h", "ff", "layers")} | {"words": 200, "length": 9}
    batch = task["batch"]
    model = Translation(**sizes)

words = lambda: torch.randint(0, sizes["words"], (batch, sizes["length"]))
source, target, expected = words(), words(), words()
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), eps=1e-9)

times = []
for _ in range(25):
    began = time.perf_counter()
    optimizer.zero_grad()
    loss = criterion(model(source, target).flatten(0, 1), expected.flatten())
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    times.append(time.perf_counter() - began)
print(sorted(times[5:])[10])
