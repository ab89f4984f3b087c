"""torch: a network is trained, its gradients, a loader with worker processes, its state saved and loaded."""

import io
import warnings

import torch

warnings.simplefilter("ignore")
torch.manual_seed(0)


class Squares(torch.utils.data.Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        return torch.tensor([i, i * i])


def main():
    x = torch.randn(64, 10)
    y = x @ torch.randn(10, 1)
    model = torch.nn.Sequential(torch.nn.Linear(10, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(200):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(losses[-1] < losses[0] / 20, sum(p.numel() for p in model.parameters()))
    for workers in 0, 2:
        loader = torch.utils.data.DataLoader(Squares(), batch_size=4, num_workers=workers)
        print([batch.tolist() for batch in loader])
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    state = torch.load(file)
    print({name: tuple(tensor.shape) for name, tensor in state.items()})
    print(torch.func.grad(lambda v: (v**3).sum())(torch.tensor([1.0, 2.0])))
    print(torch.func.vmap(torch.dot)(torch.ones(2, 3), torch.arange(6.0).reshape(2, 3)))
    a = torch.arange(6).reshape(2, 3)
    print(a.numpy().sum(axis=0), torch.from_numpy(a.numpy()) is not a, a[:, 1:].T, a.dtype)
    try:
        torch.ones(2, 3) @ torch.ones(2, 3)
    except RuntimeError as error:
        print(error)

    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, value):
            ctx.save_for_backward(value)
            return value * 2

        @staticmethod
        def backward(ctx, gradient):
            (value,) = ctx.saved_tensors
            return gradient * 2 + 0 * value

    v = torch.tensor([1.0, 2.0], requires_grad=True)
    Double.apply(v).sum().backward()
    print(v.grad)


if __name__ == "__main__":
    main()
