/* Weak references: their fields. */
%struct PyWeakReference _PyWeakReference
%fn _PyWeakref_ClearRef
%fn PyWeakref_IsDead
#define _PyWeakref_CAST(op) (assert(PyWeakref_Check(op)), _Py_CAST(PyWeakReference *, (op)))
/* Borrowed from nobody: PyWeakref_GetRef gives a reference that lasts. */
Py_DEPRECATED(3.13) static inline PyObject *PyWeakref_GET_OBJECT(PyObject *ref)
{
    PyObject *op = _PyWeakref_CAST(ref)->wr_object;
    return Py_REFCNT(op) > 0 ? op : Py_None;
}
%cast PyWeakref_GET_OBJECT(ref)
