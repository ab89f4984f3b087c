/* Sections that lock an object in a build without a GIL. */
%full
#include "cpython/critical_section.h"
%end
