"""What setuptools' `.pth` file does where it is installed: `import distutils` finds setuptools' copy.

Folders of `PYTHONPATH` have no such files, and Cython's end-to-end tests import `distutils` in programs of their own.
"""

import _distutils_hack

_distutils_hack.add_shim()
