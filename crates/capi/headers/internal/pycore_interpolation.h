/* string.templatelib.Interpolation. */
%fn PyObject *_PyInterpolation_Build(PyObject *, PyObject *, int, PyObject *)
