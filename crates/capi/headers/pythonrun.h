/* Compiling and running source. */
%data int (*PyOS_InputHook)(void)
%fn PyErr_Display
%fn PyErr_Print
%fn PyErr_PrintEx
%fn Py_CompileString
%since 3.12
%fn PyErr_DisplayException
%end
%full
#include "cpython/pythonrun.h"
%end
