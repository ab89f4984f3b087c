/* str. */
%fn _PyUnicode_AsUTF8NoNUL
%fn PyObject *_PyUnicode_AsUTF8String(PyObject *, const char *)
%fn int _PyUnicode_CheckConsistency(PyObject *, int)
%fn PyObject *_PyUnicode_Copy(PyObject *)
%fn PyObject *_PyUnicode_DecodeUnicodeEscapeInternal2(const char *, Py_ssize_t, const char *, Py_ssize_t *, int *, const char **)
%fn _PyUnicode_EncodeUTF16
%fn _PyUnicode_EncodeUTF32
%fn _PyUnicode_Equal
%fn _PyUnicode_EqualToASCIIString
%fn void _PyUnicode_ExactDealloc(PyObject *)
%fn void _PyUnicode_InternImmortal(PyInterpreterState *, PyObject **)
%fn void _PyUnicode_InternInPlace(PyInterpreterState *, PyObject **)
%fn void _PyUnicode_InternMortal(PyInterpreterState *, PyObject **)
%fn PyObject *_PyUnicode_JoinArray(PyObject *, PyObject *const *, Py_ssize_t)
%fn Py_ssize_t _PyUnicode_ScanIdentifier(PyObject *)
%fn _PyUnicode_TransformDecimalAndSpaceToASCII
