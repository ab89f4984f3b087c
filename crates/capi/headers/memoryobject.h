/* memoryview. */
%data PyTypeObject PyMemoryView_Type
%fn PyMemoryView_FromObject
%fn PyMemoryView_GetContiguous
%since 3.3
%fn PyMemoryView_FromMemory
%end
%since 3.11
%fn PyMemoryView_FromBuffer
%end
#define PyMemoryView_Check(op) Py_IS_TYPE((op), &PyMemoryView_Type)
%full
#include "cpython/memoryobject.h"
%end
