/* Warnings with the place that they are about. */
%fn int PyErr_WarnExplicitFormat(PyObject *, const char *, int, const char *, PyObject *, const char *, ...)
%fn PyErr_WarnExplicitObject
#define PyErr_Warn(category, msg) PyErr_WarnEx((category), (msg), 1)
