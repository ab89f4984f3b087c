/* set: its table. */
#define PySet_MINSIZE 8
%struct setentry
%struct PySetObject
#define _PySet_CAST(so) (assert(PyAnySet_Check(so)), _Py_CAST(PySetObject *, (so)))
static inline Py_ssize_t PySet_GET_SIZE(PyObject *so)
{
    return _PySet_CAST(so)->used;
}
%cast PySet_GET_SIZE(so)
