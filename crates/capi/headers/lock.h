/* A mutex of one byte. */
%full
#include "cpython/lock.h"
%end
