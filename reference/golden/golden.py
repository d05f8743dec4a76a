"""Words to write golden numbers in: exact inputs from a seed, gradients by autograd, and the JSON they go to."""

import json
from pathlib import Path

import numpy
import torch

EXTREME = {"absolute": 1e-3, "relative": 1e-3}
"""Tolerance of cases whose inputs are near ±1000, where a float32 has steps of 6e-5."""

_random = numpy.random.default_rng(0)


def seed(number):
    """Starts the inputs over from a seed; each unit has its own."""
    global _random
    _random = numpy.random.default_rng(number)


def normal(*shape, scale=1.0):
    """Normal numbers, rounded to multiples of 1/32: they are the same in float32, float64 and a short decimal."""
    return _grid(scale * _random.standard_normal(shape))


def uniform(low, high, *shape):
    """Uniform numbers, rounded like those of `normal`."""
    return _grid(_random.uniform(low, high, shape))


def _grid(values):
    return torch.tensor(numpy.round(values * 32) / 32, dtype=torch.float64)


def padding(lengths, width):
    """A mask [B, width] that allows the first `lengths[b]` positions of row b."""
    return torch.arange(width) < torch.tensor(lengths).unsqueeze(1)


class Map:
    """A `Map` of TypeScript; its keys are texts."""

    def __init__(self, entries):
        self.entries = dict(entries)


class callable_:
    """A function that crosses by name, with its data; called, it does what `compute` does with the data and its arguments."""

    def __init__(self, name, data, compute=None):
        self.name = name
        self.data = data
        self.compute = compute

    def __call__(self, *args):
        return self.compute(self.data, *args)


class Golden:
    """The cases of one unit, and the file that they are written to."""

    def __init__(self, script):
        self.script = Path(script)
        self.cases = []

    def of(self, function, compute):
        """A function that adds cases of `function`, its name in TypeScript, by way of `compute`, PyTorch's version.

        `compute` returns a tensor, or a dict or list of them.
        """
        return lambda name, *args, **options: self._add(function, name, compute, args, **options)

    def _add(self, function, name, compute, args, gradients=True, tolerance=None):
        """Adds `compute(*args)` in float64, and its gradients for a random upstream gradient.

        gradients  also differentiate sum(output · upstream) with respect to every float tensor in `args`
        tolerance  instead of the usual one, for values and gradients, such as EXTREME
        """
        args = _map(args, lambda x: x.clone().requires_grad_() if x.is_floating_point() else x)
        output = compute(*args)
        case = {"function": function, "name": name, "args": _encode(args)}
        if tolerance is not None:
            case["tolerance"] = tolerance
        case["expected"] = _encode(output)
        if gradients:
            upstream = _map(output, lambda x: normal(*x.shape))
            pairs = zip(_leaves(output), _leaves(upstream))
            sum((x * g).sum() for x, g in pairs).backward()
            case["upstream"] = _encode(upstream)
            gradients = _map(args, lambda x: x.grad if x.requires_grad else None, keep=False)
            case["gradients"] = _encode(gradients, digits=6)
        self.cases.append(case)

    def write(self):
        """Writes the cases beside the script, one field a line."""
        target = self.script.with_suffix(".json")
        head = {"made_by": f"reference/golden/{self.script.name}", "torch": torch.__version__}
        fields = [",\n ".join(f"{json.dumps(k)}: {_dump(v)}" for k, v in case.items()) for case in self.cases]
        cases = ",\n".join("{" + field + "}" for field in fields)
        start = ", ".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in head.items())
        target.write_text(f'{{{start}, "cases": [\n{cases}\n]}}\n')
        print(f"{target.name}: {len(self.cases)} cases, {target.stat().st_size / 1024:.0f} KB")


def _dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _map(node, change, keep=True):
    """`node` with every tensor changed; what is no tensor stays, or becomes None."""
    if isinstance(node, torch.Tensor):
        return change(node)
    if isinstance(node, dict):
        return {name: _map(inner, change, keep) for name, inner in node.items()}
    if isinstance(node, (list, tuple)):
        return [_map(inner, change, keep) for inner in node]
    return node if keep else None


def _write_down(node):
    """Maps and callables, of tensors already encoded, as JSON."""
    if isinstance(node, Map):
        return {"map": [[key, _write_down(inner)] for key, inner in node.entries.items()]}
    if isinstance(node, callable_):
        return {"callable": node.name, "data": _write_down(_encode(node.data))}
    if isinstance(node, dict):
        return {name: _write_down(inner) for name, inner in node.items()}
    if isinstance(node, list):
        return [_write_down(inner) for inner in node]
    return node


def _leaves(node):
    """The tensors of a nested value, in order."""
    found = []
    _map(node, found.append)
    return found


def _encode(node, digits=8):
    """Tensors as {shape, dtype, values}, a flat list with so many significant digits."""
    return _write_down(_map(node, lambda x: {"shape": list(x.shape), **_values(x.detach().flatten(), digits)}))


def _values(x, digits):
    if x.is_floating_point():
        return {"dtype": "float32", "values": [_short(value, digits) for value in x.tolist()]}
    return {"dtype": "bool" if x.dtype == torch.bool else "int32", "values": x.int().tolist()}


def _short(value, digits):
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded
