/* Taipan's C API: sliceobject.h. Made by `cargo xtask headers` from crates/capi/headers/sliceobject.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_SLICEOBJECT_H
#define Py_SLICEOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif
/* slice and Ellipsis. */
#ifndef Py_LIMITED_API
typedef struct {
    PyObject_HEAD
    PyObject *start;
    PyObject *stop;
    PyObject *step;
} PySliceObject;
#endif
PyAPI_DATA(PyObject) _Py_EllipsisObject;
PyAPI_DATA(PyTypeObject) PyEllipsis_Type;
PyAPI_DATA(PyTypeObject) PySlice_Type;
/* Start, stop and step for a length; -1 without an exception if they do not fit. Kept for old
   callers. */
PyAPI_FUNC(int) PySlice_GetIndices(PyObject *op, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step);
/* Start, stop, step and the number of items for a length. */
PyAPI_FUNC(int) PySlice_GetIndicesEx(PyObject *op, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step, Py_ssize_t *count);
/* A slice; null stands for None. A new reference. */
PyAPI_FUNC(PyObject *) PySlice_New(PyObject *start, PyObject *stop, PyObject *step);
#ifndef Py_LIMITED_API
/* A slice of two indices; a new reference. */
PyAPI_FUNC(PyObject *) _PySlice_FromIndices(Py_ssize_t start, Py_ssize_t stop);
/* A slice's indices for a sequence of a length that is an int, as ints (new references): 0, or
   -1 with an exception. */
PyAPI_FUNC(int) _PySlice_GetLongIndices(PySliceObject *op, PyObject *length, PyObject **start, PyObject **stop, PyObject **step);
#endif
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030d0000
#  define Py_Ellipsis Py_GetConstantBorrowed(Py_CONSTANT_ELLIPSIS)
#else
#  define Py_Ellipsis (&_Py_EllipsisObject)
#endif
#define PySlice_Check(op) Py_IS_TYPE((op), &PySlice_Type)
/* The function of this name asks for the length too early: a slice's attributes may change what it is taken of. */
#if !defined(Py_LIMITED_API) || (Py_LIMITED_API+0 >= 0x03050400 && Py_LIMITED_API+0 < 0x03060000) \
    || Py_LIMITED_API+0 >= 0x03060100
/* Clips start and stop to a length: how many items the slice has. */
PyAPI_FUNC(Py_ssize_t) PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t step);
/* Start, stop and step, clipped to the range of Py_ssize_t. */
PyAPI_FUNC(int) PySlice_Unpack(PyObject *op, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step);
#  define PySlice_GetIndicesEx(slice, length, start, stop, step, slicelen) \
      (PySlice_Unpack((slice), (start), (stop), (step)) < 0 \
           ? ((*(slicelen) = 0), -1) \
           : ((*(slicelen) = PySlice_AdjustIndices((length), (start), (stop), *(step))), 0))
#endif
#ifdef __cplusplus
}
#endif
#endif
