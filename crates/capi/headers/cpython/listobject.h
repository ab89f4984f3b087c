/* list: its items. */
%struct PyListObject
#define _PyList_CAST(op) (assert(PyList_Check(op)), _Py_CAST(PyListObject *, (op)))
static inline Py_ssize_t PyList_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyList_CAST(op));
}
%cast PyList_GET_SIZE(op)
#define PyList_GET_ITEM(op, index) (_PyList_CAST(op)->ob_item[(index)])
/* Fills a new list: the reference is taken over, an old item is not given up. */
static inline void PyList_SET_ITEM(PyObject *op, Py_ssize_t index, PyObject *value)
{
    assert(index >= 0 && index < _PyList_CAST(op)->allocated);
    _PyList_CAST(op)->ob_item[index] = value;
}
#define PyList_SET_ITEM(op, index, value) PyList_SET_ITEM(_PyObject_CAST(op), (index), _PyObject_CAST(value))
%fn PyList_Clear
%fn PyList_Extend
