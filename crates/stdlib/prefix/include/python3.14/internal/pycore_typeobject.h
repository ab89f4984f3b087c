/* Taipan's C API: internal/pycore_typeobject.h. Made by `cargo xtask headers` from crates/capi/headers/internal/pycore_typeobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_INTERNAL_PYCORE_TYPEOBJECT_H
#define Py_INTERNAL_PYCORE_TYPEOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Types. */
/* The built-in static types; a new reference. */
PyAPI_FUNC(PyObject *) _PyStaticType_GetBuiltins(void);
/* Makes a static type of an extension module ready. */
PyAPI_FUNC(int) _PyStaticType_InitForExtension(PyInterpreterState *interp, PyTypeObject *ty);
/* getattr(super(ty, op), name); a new reference. A method is not bound if *method can say so,
   which it does not. */
PyAPI_FUNC(PyObject *) _PySuper_Lookup(PyTypeObject *ty, PyObject *op, PyObject *name, int *method);
/* The nearest base with a token, borrowed, through out (unless null): 1, 0 or -1. */
PyAPI_FUNC(int) _PyType_GetBaseByToken_Borrow(PyTypeObject *ty, void *token, PyTypeObject **out);
/* The dictionary of a type, borrowed. */
PyAPI_FUNC(PyObject *) _PyType_GetDict(PyTypeObject *ty);
/* The names of the special methods that stand for slots; a new reference. */
PyAPI_FUNC(PyObject *) _PyType_GetSlotWrapperNames(void);
/* Sets the type's version, for tests. */
PyAPI_FUNC(void) _PyType_SetVersion(PyTypeObject *ty, unsigned int version);
#ifdef __cplusplus
}
#endif
#endif
#endif
