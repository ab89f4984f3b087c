/* Hashes. */
#ifndef Py_HASH_CUTOFF
#  define Py_HASH_CUTOFF 0
#endif
#define Py_HASH_EXTERNAL 0
#define Py_HASH_SIPHASH24 1
#define Py_HASH_FNV 2
#define Py_HASH_SIPHASH13 3
#ifndef Py_HASH_ALGORITHM
#  define Py_HASH_ALGORITHM Py_HASH_SIPHASH13
#endif
%full
#include "cpython/pyhash.h"
%end
