/* Warnings. */
%fn PyErr_WarnEx
%fn PyErr_WarnExplicit
%fn PyErr_WarnFormat
%since 3.6
%fn PyErr_ResourceWarning
%end
%full
#include "cpython/warnings.h"
%end
