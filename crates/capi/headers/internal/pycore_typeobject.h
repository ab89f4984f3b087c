/* Types. */
%fn _PyStaticType_GetBuiltins
%fn int _PyStaticType_InitForExtension(PyInterpreterState *, PyTypeObject *)
%fn PyObject *_PySuper_Lookup(PyTypeObject *, PyObject *, PyObject *, int *)
%fn _PyType_GetBaseByToken_Borrow
%fn PyObject *_PyType_GetDict(PyTypeObject *)
%fn _PyType_GetSlotWrapperNames
%fn _PyType_SetVersion
