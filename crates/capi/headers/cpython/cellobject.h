/* Cells: variables that functions share. */
%struct PyCellObject
%data PyTypeObject PyCell_Type
%fn PyCell_Get
%fn PyCell_New
%fn PyCell_Set
#define PyCell_Check(op) Py_IS_TYPE((op), &PyCell_Type)
/* Borrowed; null when the cell is empty. */
static inline PyObject *PyCell_GET(PyObject *op)
{
    assert(PyCell_Check(op));
    return _Py_CAST(PyCellObject *, op)->ob_ref;
}
%cast PyCell_GET(op)
/* Takes the reference over and does not give the old one up. */
static inline void PyCell_SET(PyObject *op, PyObject *value)
{
    assert(PyCell_Check(op));
    _Py_CAST(PyCellObject *, op)->ob_ref = value;
}
%cast PyCell_SET(op, value)
