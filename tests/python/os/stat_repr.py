# The whole seconds of `os.stat_result` have no names of their own: they go by those of the exact ones.

import os

result = os.stat_result(range(19))
print(result)
print(result.st_atime, result[7], result.n_unnamed_fields)
