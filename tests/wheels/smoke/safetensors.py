"""Save and load arrays."""
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

data = save({"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1, 2])}, metadata={"k": "v"})
print({k: v.tolist() for k, v in sorted(load(data).items())}, data[8:60])
try:
    load(b"junk")
except SafetensorError as error:
    print(error)
