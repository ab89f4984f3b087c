/* Bound methods. */
%struct PyMethodObject
%struct PyInstanceMethodObject
%data PyTypeObject PyInstanceMethod_Type
%data PyTypeObject PyMethod_Type
%fn PyInstanceMethod_Function
%fn PyInstanceMethod_New
%fn PyMethod_Function
%fn PyMethod_New
%fn PyMethod_Self
#define PyMethod_Check(op) Py_IS_TYPE((op), &PyMethod_Type)
#define _PyMethod_CAST(meth) (assert(PyMethod_Check(meth)), _Py_CAST(PyMethodObject *, (meth)))
static inline PyObject *PyMethod_GET_FUNCTION(PyObject *meth)
{
    return _PyMethod_CAST(meth)->im_func;
}
%cast PyMethod_GET_FUNCTION(meth)
static inline PyObject *PyMethod_GET_SELF(PyObject *meth)
{
    return _PyMethod_CAST(meth)->im_self;
}
%cast PyMethod_GET_SELF(meth)
#define PyInstanceMethod_Check(op) Py_IS_TYPE((op), &PyInstanceMethod_Type)
#define _PyInstanceMethod_CAST(meth) \
    (assert(PyInstanceMethod_Check(meth)), _Py_CAST(PyInstanceMethodObject *, (meth)))
static inline PyObject *PyInstanceMethod_GET_FUNCTION(PyObject *meth)
{
    return _PyInstanceMethod_CAST(meth)->func;
}
%cast PyInstanceMethod_GET_FUNCTION(meth)
