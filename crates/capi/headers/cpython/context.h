/* Context variables. */
typedef struct _pycontextobject PyContext;
typedef struct _pycontextvarobject PyContextVar;
typedef struct _pycontexttokenobject PyContextToken;
/* What a watcher is told. */
typedef enum { Py_CONTEXT_SWITCHED = 1 } PyContextEvent;
typedef int (*PyContext_WatchCallback)(PyContextEvent event, PyObject *obj);
%data PyTypeObject PyContextToken_Type
%data PyTypeObject PyContextVar_Type
%data PyTypeObject PyContext_Type
%fn PyContextVar_Get
%fn PyContextVar_New
%fn PyContextVar_Reset
%fn PyContextVar_Set
%fn int PyContext_AddWatcher(PyContext_WatchCallback)
%fn int PyContext_ClearWatcher(int)
%fn PyContext_Copy
%fn PyContext_CopyCurrent
%fn PyContext_Enter
%fn PyContext_Exit
%fn PyContext_New
#define PyContext_CheckExact(o) Py_IS_TYPE((o), &PyContext_Type)
#define PyContextVar_CheckExact(o) Py_IS_TYPE((o), &PyContextVar_Type)
#define PyContextToken_CheckExact(o) Py_IS_TYPE((o), &PyContextToken_Type)
