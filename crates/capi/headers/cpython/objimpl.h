/* Sizes of objects, and the allocator of arenas. */
static inline size_t _PyObject_SIZE(PyTypeObject *type)
{
    return _Py_STATIC_CAST(size_t, type->tp_basicsize);
}
static inline size_t _PyObject_VAR_SIZE(PyTypeObject *type, Py_ssize_t nitems)
{
    size_t items = _Py_STATIC_CAST(size_t, nitems) * _Py_STATIC_CAST(size_t, type->tp_itemsize);
    return _Py_SIZE_ROUND_UP(_PyObject_SIZE(type) + items, SIZEOF_VOID_P);
}

typedef struct {
    void *ctx;
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *ptr, size_t size);
} PyObjectArenaAllocator;
typedef int (*gcvisitobjects_t)(PyObject *op, void *arg);
%fn PyObject **PyObject_GET_WEAKREFS_LISTPTR(PyObject *)
%fn PyObject_GetArenaAllocator
%fn PyObject_IS_GC
%fn void PyObject_SetArenaAllocator(PyObjectArenaAllocator *)
%fn int PyType_SUPPORTS_WEAKREFS(PyTypeObject *)
%fn void PyUnstable_GC_VisitObjects(gcvisitobjects_t, void *)
%fn PyUnstable_Object_GC_NewWithExtraData
