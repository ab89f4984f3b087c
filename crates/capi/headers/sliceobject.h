/* slice and Ellipsis. */
%full
%struct PySliceObject
%end
%data PyObject _Py_EllipsisObject
%data PyTypeObject PyEllipsis_Type
%data PyTypeObject PySlice_Type
%fn PySlice_GetIndices
%fn PySlice_GetIndicesEx
%fn PySlice_New
%full
%fn _PySlice_FromIndices
%fn int _PySlice_GetLongIndices(PySliceObject *, PyObject *, PyObject **, PyObject **, PyObject **)
%end
#if defined(Py_LIMITED_API) && Py_LIMITED_API+0 >= 0x030d0000
#  define Py_Ellipsis Py_GetConstantBorrowed(Py_CONSTANT_ELLIPSIS)
#else
#  define Py_Ellipsis (&_Py_EllipsisObject)
#endif
#define PySlice_Check(op) Py_IS_TYPE((op), &PySlice_Type)
/* The function of this name asks for the length too early: a slice's attributes may change what it is taken of. */
#if !defined(Py_LIMITED_API) || (Py_LIMITED_API+0 >= 0x03050400 && Py_LIMITED_API+0 < 0x03060000) \
    || Py_LIMITED_API+0 >= 0x03060100
%fn Py_ssize_t PySlice_AdjustIndices(Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t)
%fn int PySlice_Unpack(PyObject *, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *)
#  define PySlice_GetIndicesEx(slice, length, start, stop, step, slicelen) \
      (PySlice_Unpack((slice), (start), (stop), (step)) < 0 \
           ? ((*(slicelen) = 0), -1) \
           : ((*(slicelen) = PySlice_AdjustIndices((length), (start), (stop), *(step))), 0))
#endif
