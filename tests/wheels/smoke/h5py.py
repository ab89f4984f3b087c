"""Data sets, groups, attributes and references of an HDF5 file."""
import os
import tempfile
import h5py
import numpy as np

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "f.h5")
    with h5py.File(path, "w") as f:
        d = f.create_dataset("g/data", data=np.arange(12).reshape(3, 4), compression="gzip", chunks=True)
        d.attrs["unit"] = "m"
        f.create_dataset("names", data=["a", "bc"], dtype=h5py.string_dtype())
        f["ref"] = d.ref
    with h5py.File(path) as f:
        print(f["g/data"][1:, ::2], f["g/data"].attrs["unit"], [s.decode() for s in f["names"]], f[f["ref"][()]].name)
        found = []
        f.visit(found.append)
        print(found)
        try:
            f["none"]
        except KeyError as error:
            print(error)
