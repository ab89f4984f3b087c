/* float: its value. */
%struct PyFloatObject
#define _PyFloat_CAST(op) (assert(PyFloat_Check(op)), _Py_CAST(PyFloatObject *, (op)))
static inline double PyFloat_AS_DOUBLE(PyObject *op)
{
    return _PyFloat_CAST(op)->ob_fval;
}
%cast PyFloat_AS_DOUBLE(op)
%fn PyFloat_Pack2
%fn PyFloat_Pack4
%fn PyFloat_Pack8
%fn PyFloat_Unpack2
%fn PyFloat_Unpack4
%fn PyFloat_Unpack8
