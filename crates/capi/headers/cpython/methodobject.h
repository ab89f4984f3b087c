/* Functions written in C: their fields. */
%struct PyCFunctionObject
%struct PyCMethodObject
%data PyTypeObject PyCMethod_Type
#define PyCMethod_Check(op) PyObject_TypeCheck((op), &PyCMethod_Type)
#define PyCMethod_CheckExact(op) Py_IS_TYPE((op), &PyCMethod_Type)
#define _PyCFunctionObject_CAST(func) (assert(PyCFunction_Check(func)), _Py_CAST(PyCFunctionObject *, (func)))
#define _PyCMethodObject_CAST(func) (assert(PyCMethod_Check(func)), _Py_CAST(PyCMethodObject *, (func)))
static inline PyCFunction PyCFunction_GET_FUNCTION(PyObject *func)
{
    return _PyCFunctionObject_CAST(func)->m_ml->ml_meth;
}
%cast PyCFunction_GET_FUNCTION(func)
static inline int PyCFunction_GET_FLAGS(PyObject *func)
{
    return _PyCFunctionObject_CAST(func)->m_ml->ml_flags;
}
%cast PyCFunction_GET_FLAGS(func)
static inline PyObject *PyCFunction_GET_SELF(PyObject *func)
{
    PyCFunctionObject *self = _PyCFunctionObject_CAST(func);
    return self->m_ml->ml_flags & METH_STATIC ? _Py_NULL : self->m_self;
}
%cast PyCFunction_GET_SELF(func)
static inline PyTypeObject *PyCFunction_GET_CLASS(PyObject *func)
{
    if (_PyCFunctionObject_CAST(func)->m_ml->ml_flags & METH_METHOD) {
        return _PyCMethodObject_CAST(func)->mm_class;
    }
    return _Py_NULL;
}
%cast PyCFunction_GET_CLASS(func)
