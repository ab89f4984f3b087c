/* Tracebacks. */
%data PyTypeObject PyTraceBack_Type
%fn int PyTraceBack_Here(PyFrameObject *)
%fn PyTraceBack_Print
#define PyTraceBack_Check(v) Py_IS_TYPE((v), &PyTraceBack_Type)
%full
#include "cpython/traceback.h"
%end
