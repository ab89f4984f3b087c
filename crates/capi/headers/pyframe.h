/* Frames. */
%fn PyCodeObject *PyFrame_GetCode(PyFrameObject *)
%fn int PyFrame_GetLineNumber(PyFrameObject *)
%full
#include "cpython/pyframe.h"
%end
