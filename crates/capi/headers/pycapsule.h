/* Capsules: C pointers that modules hand to each other. */
typedef void (*PyCapsule_Destructor)(PyObject *capsule);
%data PyTypeObject PyCapsule_Type
%fn PyCapsule_GetContext
%fn PyCapsule_Destructor PyCapsule_GetDestructor(PyObject *)
%fn PyCapsule_GetName
%fn PyCapsule_GetPointer
%fn PyCapsule_Import
%fn PyCapsule_IsValid
%fn PyObject *PyCapsule_New(void *, const char *, PyCapsule_Destructor)
%fn PyCapsule_SetContext
%fn int PyCapsule_SetDestructor(PyObject *, PyCapsule_Destructor)
%fn PyCapsule_SetName
%fn PyCapsule_SetPointer
#define PyCapsule_CheckExact(op) Py_IS_TYPE((op), &PyCapsule_Type)
