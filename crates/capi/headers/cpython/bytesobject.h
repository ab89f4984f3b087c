/* bytes: behind the bytes stands a zero that is not counted. */
%struct PyBytesObject | ob_shash: Py_DEPRECATED(3.11) Py_hash_t ob_shash
%fn PyBytes_Join
%fn _PyBytes_Resize
#define _PyBytes_CAST(op) (assert(PyBytes_Check(op)), _Py_CAST(PyBytesObject *, (op)))
static inline char *PyBytes_AS_STRING(PyObject *op)
{
    return _PyBytes_CAST(op)->ob_sval;
}
%cast PyBytes_AS_STRING(op)
static inline Py_ssize_t PyBytes_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyBytes_CAST(op));
}
%cast PyBytes_GET_SIZE(op)
Py_DEPRECATED(3.14) static inline PyObject *_PyBytes_Join(PyObject *sep, PyObject *iterable)
{
    return PyBytes_Join(sep, iterable);
}
