/* An allocator that says that there is no memory, for as many blocks as it is told. */

#include "api.h"

typedef struct {
    void *ctx;
    void *(*malloc)(void *, size_t);
    void *(*calloc)(void *, size_t, size_t);
    void *(*realloc)(void *, void *, size_t);
    void (*free)(void *, void *);
} Allocator;

void PyMem_GetAllocator(int domain, Allocator *allocator);
void PyMem_SetAllocator(int domain, Allocator *allocator);

static Allocator below[3];
static int installed;
static long count, first, last;

static int refuses(void) {
    count++;
    return count > first && (last <= 0 || count <= last);
}

static void *hook_malloc(void *ctx, size_t size) {
    Allocator *a = ctx;
    return refuses() ? 0 : a->malloc(a->ctx, size);
}

static void *hook_calloc(void *ctx, size_t n, size_t size) {
    Allocator *a = ctx;
    return refuses() ? 0 : a->calloc(a->ctx, n, size);
}

static void *hook_realloc(void *ctx, void *block, size_t size) {
    Allocator *a = ctx;
    return refuses() ? 0 : a->realloc(a->ctx, block, size);
}

static void hook_free(void *ctx, void *block) {
    Allocator *a = ctx;
    a->free(a->ctx, block);
}

/* refuse(first, last): no memory from the block after number `first` on, up to number `last` if that is not 0. */
static PyObject *refuse(PyObject *self, PyObject *args) {
    long from, to = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "l|l", &from, &to)) {
        return NULL;
    }
    count = 0;
    first = from;
    last = to;
    if (!installed) {
        for (int domain = 0; domain < 3; domain++) {
            PyMem_GetAllocator(domain, &below[domain]);
            Allocator hook = {&below[domain], hook_malloc, hook_calloc, hook_realloc, hook_free};
            PyMem_SetAllocator(domain, &hook);
        }
        installed = 1;
    }
    return NEWREF(&_Py_NoneStruct);
}

/* There is memory again; whether the allocator was asked. */
static PyObject *allow(PyObject *self, PyObject *none) {
    (void)self;
    (void)none;
    if (installed) {
        for (int domain = 0; domain < 3; domain++) {
            PyMem_SetAllocator(domain, &below[domain]);
        }
        installed = 0;
    }
    return Py_BuildValue("i", count > 0);
}

static PyMethodDef methods[] = {{"refuse", refuse, METH_VARARGS, NULL}, {"allow", allow, METH_NOARGS, NULL}, {0}};
static PyModuleDef def = {HEAD, .m_name = "nomemory", .m_size = 0, .m_methods = methods};

PyObject *PyInit_nomemory(void) {
    return PyModuleDef_Init(&def);
}
