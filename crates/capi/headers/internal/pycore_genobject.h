/* Generators. */
#include "pycore_interpframe_structs.h"
static inline PyGenObject *_PyGen_GetGeneratorFromFrame(_PyInterpreterFrame *frame)
{
    assert(frame->owner == FRAME_OWNED_BY_GENERATOR);
    return _Py_CONTAINER_OF(frame, PyGenObject, gi_iframe);
}
%fn PyObject *_PyCoro_GetAwaitableIter(PyObject *)
%fn _PyGen_FetchStopIterationValue
%fn _PyGen_SetStopIterationValue
%fn PyObject *_PyGen_yf(PyGenObject *)
