/* bytearray: the bytes start at ob_start, which moves when the front is cut off. */
%struct PyByteArrayObject
%data char _PyByteArray_empty_string[]
#define _PyByteArray_CAST(op) (assert(PyByteArray_Check(op)), _Py_CAST(PyByteArrayObject *, (op)))
static inline char *PyByteArray_AS_STRING(PyObject *op)
{
    PyByteArrayObject *self = _PyByteArray_CAST(op);
    return Py_SIZE(self) ? self->ob_start : _PyByteArray_empty_string;
}
%cast PyByteArray_AS_STRING(op)
static inline Py_ssize_t PyByteArray_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyByteArray_CAST(op));
}
%cast PyByteArray_GET_SIZE(op)
