/* Descriptors: their fields. */
typedef PyObject *(*wrapperfunc)(PyObject *self, PyObject *args, void *wrapped);
typedef PyObject *(*wrapperfunc_kwds)(PyObject *self, PyObject *args, void *wrapped, PyObject *kwds);
%struct wrapperbase wrapperbase
/* The wrapper takes keywords. */
#define PyWrapperFlag_KEYWORDS 1

%struct PyDescrObject
#define PyDescr_COMMON PyDescrObject d_common
#define PyDescr_TYPE(x) (((PyDescrObject *)(x))->d_type)
#define PyDescr_NAME(x) (((PyDescrObject *)(x))->d_name)
%struct PyMethodDescrObject
%struct PyMemberDescrObject
%struct PyGetSetDescrObject
%struct PyWrapperDescrObject | d_base: struct wrapperbase *d_base
%fn PyDescr_IsData
%fn PyObject *PyDescr_NewWrapper(PyTypeObject *, struct wrapperbase *, void *)
