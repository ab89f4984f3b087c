/* Taipan's C API: structseq.h. Made by `cargo xtask headers` from crates/capi/headers/structseq.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_STRUCTSEQ_H
#define Py_STRUCTSEQ_H
#ifdef __cplusplus
extern "C" {
#endif
/* Tuples whose items have names. */
typedef struct PyStructSequence_Field {
    const char *name;
    const char *doc;
} PyStructSequence_Field;
typedef struct PyStructSequence_Desc {
    const char *name;
    const char *doc;
    PyStructSequence_Field *fields;
    int n_in_sequence;
} PyStructSequence_Desc;
PyAPI_DATA(const char *const) PyStructSequence_UnnamedField;
/* A field, borrowed. */
PyAPI_FUNC(PyObject *) PyStructSequence_GetItem(PyObject *op, Py_ssize_t i);
/* A structure sequence of null fields, which C fills in; a new reference. */
PyAPI_FUNC(PyObject *) PyStructSequence_New(PyTypeObject *ty);
/* A type of structure sequences; a new reference. */
PyAPI_FUNC(PyTypeObject *) PyStructSequence_NewType(PyStructSequence_Desc *desc);
/* Sets a field; takes the reference over. */
PyAPI_FUNC(void) PyStructSequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *value);
#ifndef Py_LIMITED_API
/* Makes a static type one of structure sequences. */
PyAPI_FUNC(void) PyStructSequence_InitType(PyTypeObject *ty, PyStructSequence_Desc *desc);
/* Makes a static type one of structure sequences. */
PyAPI_FUNC(int) PyStructSequence_InitType2(PyTypeObject *ty, PyStructSequence_Desc *desc);
#endif
#ifndef Py_LIMITED_API
typedef PyTupleObject PyStructSequence;
#define PyStructSequence_SET_ITEM PyStructSequence_SetItem
#define PyStructSequence_GET_ITEM PyStructSequence_GetItem
#endif
#ifdef __cplusplus
}
#endif
#endif
