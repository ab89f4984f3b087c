/* Atomic operations for inline functions of other headers. */
%full
#include "cpython/pyatomic.h"
%end
