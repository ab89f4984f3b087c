/* string.templatelib.Template. */
%fn PyObject *_PyTemplate_Build(PyObject *, PyObject *)
