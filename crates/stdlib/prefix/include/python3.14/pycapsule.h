/* Taipan's C API: pycapsule.h. Made by `cargo xtask headers` from crates/capi/headers/pycapsule.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYCAPSULE_H
#define Py_PYCAPSULE_H
#ifdef __cplusplus
extern "C" {
#endif
/* Capsules: C pointers that modules hand to each other. */
typedef void (*PyCapsule_Destructor)(PyObject *capsule);
PyAPI_DATA(PyTypeObject) PyCapsule_Type;
/* The context, or null. */
PyAPI_FUNC(void *) PyCapsule_GetContext(PyObject *op);
/* The destructor, or null. */
PyAPI_FUNC(PyCapsule_Destructor) PyCapsule_GetDestructor(PyObject *op);
/* The name, or null. */
PyAPI_FUNC(const char *) PyCapsule_GetName(PyObject *op);
/* The pointer; null with an exception if the name is another. */
PyAPI_FUNC(void *) PyCapsule_GetPointer(PyObject *op, const char *name);
/* The pointer of the capsule that the attribute of a module module.attribute is; null with an
   exception. */
PyAPI_FUNC(void *) PyCapsule_Import(const char *name, int no_block);
/* Whether it is a capsule of this name that holds a pointer. */
PyAPI_FUNC(int) PyCapsule_IsValid(PyObject *op, const char *name);
/* A capsule; a new reference. */
PyAPI_FUNC(PyObject *) PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destructor);
/* Sets the context. */
PyAPI_FUNC(int) PyCapsule_SetContext(PyObject *op, void *context);
/* Sets the destructor. */
PyAPI_FUNC(int) PyCapsule_SetDestructor(PyObject *op, PyCapsule_Destructor destructor);
/* Sets the name. */
PyAPI_FUNC(int) PyCapsule_SetName(PyObject *op, const char *name);
/* Sets the pointer, which is not null. */
PyAPI_FUNC(int) PyCapsule_SetPointer(PyObject *op, void *pointer);
#define PyCapsule_CheckExact(op) Py_IS_TYPE((op), &PyCapsule_Type)
#ifdef __cplusplus
}
#endif
#endif
