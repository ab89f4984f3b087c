/* Functions written in Python. */
%struct PyFunctionObject
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
%data PyTypeObject PyClassMethod_Type
%data PyTypeObject PyFunction_Type
%data PyTypeObject PyStaticMethod_Type
%fn PyClassMethod_New
%fn int PyFunction_AddWatcher(PyFunction_WatchCallback)
%fn int PyFunction_ClearWatcher(int)
%fn PyFunction_GetAnnotations
%fn PyObject *PyFunction_GetClosure(PyObject *)
%fn PyObject *PyFunction_GetCode(PyObject *)
%fn PyObject *PyFunction_GetDefaults(PyObject *)
%fn PyObject *PyFunction_GetGlobals(PyObject *)
%fn PyObject *PyFunction_GetKwDefaults(PyObject *)
%fn PyObject *PyFunction_GetModule(PyObject *)
%fn PyFunction_New
%fn PyFunction_NewWithQualName
%fn PyFunction_SetAnnotations
%fn PyFunction_SetClosure
%fn PyFunction_SetDefaults
%fn PyFunction_SetKwDefaults
%fn PyFunction_SetVectorcall
%fn PyStaticMethod_New
#define PyFunction_Check(op) Py_IS_TYPE((op), &PyFunction_Type)
#define _PyFunction_CAST(func) (assert(PyFunction_Check(func)), _Py_CAST(PyFunctionObject *, (func)))
static inline PyObject *PyFunction_GET_CODE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_code;
}
%cast PyFunction_GET_CODE(func)
static inline PyObject *PyFunction_GET_GLOBALS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_globals;
}
%cast PyFunction_GET_GLOBALS(func)
static inline PyObject *PyFunction_GET_MODULE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_module;
}
%cast PyFunction_GET_MODULE(func)
static inline PyObject *PyFunction_GET_DEFAULTS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_defaults;
}
%cast PyFunction_GET_DEFAULTS(func)
static inline PyObject *PyFunction_GET_KW_DEFAULTS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_kwdefaults;
}
%cast PyFunction_GET_KW_DEFAULTS(func)
static inline PyObject *PyFunction_GET_CLOSURE(PyObject *func)
{
    return _PyFunction_CAST(func)->func_closure;
}
%cast PyFunction_GET_CLOSURE(func)
static inline PyObject *PyFunction_GET_ANNOTATIONS(PyObject *func)
{
    return _PyFunction_CAST(func)->func_annotations;
}
%cast PyFunction_GET_ANNOTATIONS(func)
