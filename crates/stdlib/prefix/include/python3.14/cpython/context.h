/* Taipan's C API: cpython/context.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/context.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_CONTEXT_H
#define Py_CPYTHON_CONTEXT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Context variables. */
typedef struct _pycontextobject PyContext;
typedef struct _pycontextvarobject PyContextVar;
typedef struct _pycontexttokenobject PyContextToken;
/* What a watcher is told. */
typedef enum { Py_CONTEXT_SWITCHED = 1 } PyContextEvent;
typedef int (*PyContext_WatchCallback)(PyContextEvent event, PyObject *obj);
PyAPI_DATA(PyTypeObject) PyContextToken_Type;
PyAPI_DATA(PyTypeObject) PyContextVar_Type;
PyAPI_DATA(PyTypeObject) PyContext_Type;
/* The value of a context variable, or the default, or null without an exception, into *out (a
   new reference). */
PyAPI_FUNC(int) PyContextVar_Get(PyObject *var, PyObject *default_, PyObject **out);
/* A context variable; a new reference. */
PyAPI_FUNC(PyObject *) PyContextVar_New(const char *var_name, PyObject *default_);
/* Undoes the setting of a context variable. */
PyAPI_FUNC(int) PyContextVar_Reset(PyObject *var, PyObject *token);
/* Sets a context variable; its token is a new reference. */
PyAPI_FUNC(PyObject *) PyContextVar_Set(PyObject *var, PyObject *value);
/* A callback for contexts: its number, or -1 with an exception. */
PyAPI_FUNC(int) PyContext_AddWatcher(PyContext_WatchCallback callback);
/* Takes a callback for contexts back. */
PyAPI_FUNC(int) PyContext_ClearWatcher(int id);
/* A copy of a context; a new reference. */
PyAPI_FUNC(PyObject *) PyContext_Copy(PyObject *op);
/* A copy of the current context; a new reference. */
PyAPI_FUNC(PyObject *) PyContext_CopyCurrent(void);
/* Makes a context the current one. */
PyAPI_FUNC(int) PyContext_Enter(PyObject *op);
/* Makes the context before the current one again. */
PyAPI_FUNC(int) PyContext_Exit(PyObject *op);
/* An empty context; a new reference. */
PyAPI_FUNC(PyObject *) PyContext_New(void);
#define PyContext_CheckExact(o) Py_IS_TYPE((o), &PyContext_Type)
#define PyContextVar_CheckExact(o) Py_IS_TYPE((o), &PyContextVar_Type)
#define PyContextToken_CheckExact(o) Py_IS_TYPE((o), &PyContextToken_Type)
#ifdef __cplusplus
}
#endif
#endif
#endif
