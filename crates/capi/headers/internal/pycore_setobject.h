/* set. */
%data PyObject *_PySet_Dummy
%fn int _PySet_AddTakeRef(PySetObject *, PyObject *)
%fn int _PySet_Contains(PySetObject *, PyObject *)
%fn int _PySet_NextEntry(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *)
%fn int _PySet_NextEntryRef(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *)
%fn _PySet_Update
