/* Taipan's C API: cpython/funcobject.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/funcobject.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_FUNCOBJECT_H
#define Py_CPYTHON_FUNCOBJECT_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Functions written in Python. */
typedef struct {
    PyObject_HEAD
    PyObject *func_globals;
    PyObject *func_builtins;
    PyObject *func_name;
    PyObject *func_qualname;
    PyObject *func_code;
    PyObject *func_defaults;
    PyObject *func_kwdefaults;
    PyObject *func_closure;
    PyObject *func_doc;
    PyObject *func_dict;
    PyObject *func_weakreflist;
    PyObject *func_module;
    PyObject *func_annotations;
    PyObject *func_annotate;
    PyObject *func_typeparams;
    vectorcallfunc vectorcall;
    uint32_t func_version;
} PyFunctionObject;
/* What a frame is made with. */
typedef struct {
    PyObject *fc_globals;
    PyObject *fc_builtins;
    PyObject *fc_name;
    PyObject *fc_qualname;
    PyObject *fc_code;
    PyObject *fc_defaults;
    PyObject *fc_kwdefaults;
    PyObject *fc_closure;
} PyFrameConstructor;

/* What a watcher is told. */
typedef enum {
    PyFunction_EVENT_CREATE,
    PyFunction_EVENT_DESTROY,
    PyFunction_EVENT_MODIFY_CODE,
    PyFunction_EVENT_MODIFY_DEFAULTS,
    PyFunction_EVENT_MODIFY_KWDEFAULTS
} PyFunction_WatchEvent;
#define PY_FOREACH_FUNC_EVENT(V) V(CREATE) V(DESTROY) V(MODIFY_CODE) V(MODIFY_DEFAULTS) V(MODIFY_KWDEFAULTS)
typedef int (*PyFunction_WatchCallback)(PyFunction_WatchEvent event, PyFunctionObject *func, PyObject *new_value);
PyAPI_DATA(PyTypeObject) PyClassMethod_Type;
PyAPI_DATA(PyTypeObject) PyFunction_Type;
PyAPI_DATA(PyTypeObject) PyStaticMethod_Type;
/* classmethod(op); a new reference. */
PyAPI_FUNC(PyObject *) PyClassMethod_New(PyObject *op);
/* A callback for functions: its number, or -1 with an exception. */
PyAPI_FUNC(int) PyFunction_AddWatcher(PyFunction_WatchCallback callback);
/* Takes a callback for functions back. */
PyAPI_FUNC(int) PyFunction_ClearWatcher(int id);
/* __annotations__, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyFunction_GetAnnotations(PyObject *op);
/* __closure__, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyFunction_GetClosure(PyObject *);
/* __code__, borrowed. */
PyAPI_FUNC(PyObject *) PyFunction_GetCode(PyObject *op);
/* __defaults__, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyFunction_GetDefaults(PyObject *);
/* __globals__, borrowed. */
PyAPI_FUNC(PyObject *) PyFunction_GetGlobals(PyObject *);
/* __kwdefaults__, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyFunction_GetKwDefaults(PyObject *);
/* __module__, borrowed, or null. */
PyAPI_FUNC(PyObject *) PyFunction_GetModule(PyObject *);
/* A Python function; a new reference. */
PyAPI_FUNC(PyObject *) PyFunction_New(PyObject *code, PyObject *globals);
/* A Python function with a qualified name, or null; a new reference. */
PyAPI_FUNC(PyObject *) PyFunction_NewWithQualName(PyObject *code, PyObject *globals, PyObject *qualname);
/* Sets __annotations__: a dictionary or None. */
PyAPI_FUNC(int) PyFunction_SetAnnotations(PyObject *op, PyObject *value);
/* Sets __closure__: a tuple or None. */
PyAPI_FUNC(int) PyFunction_SetClosure(PyObject *op, PyObject *value);
/* Sets __defaults__: a tuple or None. */
PyAPI_FUNC(int) PyFunction_SetDefaults(PyObject *op, PyObject *value);
/* Sets __kwdefaults__: a dictionary or None. */
PyAPI_FUNC(int) PyFunction_SetKwDefaults(PyObject *op, PyObject *value);
/* Sets the function that calls go to. */
PyAPI_FUNC(void) PyFunction_SetVectorcall(PyFunctionObject *op, vectorcallfunc vectorcall);
/* staticmethod(op); a new reference. */
PyAPI_FUNC(PyObject *) PyStaticMethod_New(PyObject *op);
#define PyFunction_Check(op) Py_IS_TYPE((op), &PyFunction_Type)
#define _PyFunction_CAST(func) (assert(PyFunction_Check(func)), _Py_CAST(PyFunctionObject *, (func)))
static inline PyObject *PyFunction_GET_CODE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_code;
}
#define PyFunction_GET_CODE(func) PyFunction_GET_CODE(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_GLOBALS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_globals;
}
#define PyFunction_GET_GLOBALS(func) PyFunction_GET_GLOBALS(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_MODULE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_module;
}
#define PyFunction_GET_MODULE(func) PyFunction_GET_MODULE(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_DEFAULTS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_defaults;
}
#define PyFunction_GET_DEFAULTS(func) PyFunction_GET_DEFAULTS(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_KW_DEFAULTS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_kwdefaults;
}
#define PyFunction_GET_KW_DEFAULTS(func) PyFunction_GET_KW_DEFAULTS(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_CLOSURE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_closure;
}
#define PyFunction_GET_CLOSURE(func) PyFunction_GET_CLOSURE(_PyObject_CAST(func))
static inline PyObject *PyFunction_GET_ANNOTATIONS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_annotations;
}
#define PyFunction_GET_ANNOTATIONS(func) PyFunction_GET_ANNOTATIONS(_PyObject_CAST(func))
#ifdef __cplusplus
}
#endif
#endif
#endif
