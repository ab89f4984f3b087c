/* Frames, for those who make them. */
#include "pyframe.h"
%full
#include "cpython/frameobject.h"
%end
