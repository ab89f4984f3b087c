"""torch.compile: frames of Python functions are seen, traced and replaced (PEP 523)."""

import warnings

import torch

warnings.simplefilter("ignore")
# Without a compiler for C++, so that only the tracing of Python code counts.
BACKEND = "aot_eager"


@torch.compile(backend=BACKEND)
def blend(a, b, steps=3):
    total = a
    for i in range(steps):
        if i % 2:
            total = total + torch.sin(b)
        else:
            total = total * 0.5
    return total, {"sum": total.sum()}


@torch.compile(backend=BACKEND)
def breaks(x):
    y = x + 1
    print("a graph break", tuple(y.shape))
    return [y * 2 for _ in range(2)]


def main():
    a, b = torch.ones(3), torch.zeros(3)
    print(blend(a, b), blend(a, b, steps=4))
    print(breaks(a))
    model = torch.compile(torch.nn.Linear(3, 2), backend=BACKEND)
    out = model(a)
    out.sum().backward()
    print(out.shape, model.bias.grad)
    explained = torch._dynamo.explain(lambda x: x.relu() + 1)(a)
    print(explained.graph_count, explained.graph_break_count, explained.op_count)
    program = torch.export.export(torch.nn.Linear(3, 2), (torch.ones(1, 3),))
    print([node.op for node in program.graph.nodes])


if __name__ == "__main__":
    main()
