"""Save a plot in three formats."""
import io
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 6, 50)
fig, (a, b) = plt.subplots(1, 2, figsize=(6, 3))
a.plot(x, np.sin(x), label=r"$\sin x$")
a.legend()
a.set_title("Title ä")
b.contourf(np.outer(x, x))
b.imshow(np.eye(5))
for form in "png", "svg", "pdf":
    out = io.BytesIO()
    fig.savefig(out, format=form)
    print(form, out.getvalue()[:4], len(out.getvalue()) > 5000)
fig.canvas.draw()
print(np.asarray(fig.canvas.buffer_rgba()).shape)
