/* Text of the locale. */
#include <sys/stat.h>
%c
%since 3.5
%fn Py_DecodeLocale
%fn Py_EncodeLocale
%end
%full
#include "cpython/fileutils.h"
%end
