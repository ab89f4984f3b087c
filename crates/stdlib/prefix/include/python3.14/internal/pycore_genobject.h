/* Taipan's C API: internal/pycore_genobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_genobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_GENOBJECT_H
#define Py_INTERNAL_PYCORE_GENOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Generators. */
#include "pycore_interpframe_structs.h"
static inline PyGenObject *_PyGen_GetGeneratorFromFrame(_PyInterpreterFrame *frame)
{
    assert(frame->owner == FRAME_OWNED_BY_GENERATOR);
    return _Py_CONTAINER_OF(frame, PyGenObject, gi_iframe);
}
/* The iterator that await op uses; a new reference. */
PyAPI_FUNC(PyObject *) _PyCoro_GetAwaitableIter(PyObject *op);
/* The value of the StopIteration in flight, or None without an exception in flight; a new
   reference. */
PyAPI_FUNC(int) _PyGen_FetchStopIterationValue(PyObject **place);
/* Sets StopIteration with a value. */
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *value);
/* What a generator is delegating to (yield from); a new reference, or null without an
   exception. */
PyAPI_FUNC(PyObject *) _PyGen_yf(PyGenObject *op);
#ifdef __cplusplus
}
#endif
#endif
#endif
