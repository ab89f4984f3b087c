/* Allocators that can be replaced. */
typedef enum {
    /* Without the GIL. */
    PYMEM_DOMAIN_RAW,
    PYMEM_DOMAIN_MEM,
    /* Objects. */
    PYMEM_DOMAIN_OBJ
} PyMemAllocatorDomain;

typedef enum {
    PYMEM_ALLOCATOR_NOT_SET = 0,
    PYMEM_ALLOCATOR_DEFAULT = 1,
    PYMEM_ALLOCATOR_DEBUG = 2,
    PYMEM_ALLOCATOR_MALLOC = 3,
    PYMEM_ALLOCATOR_MALLOC_DEBUG = 4,
    PYMEM_ALLOCATOR_PYMALLOC = 5,
    PYMEM_ALLOCATOR_PYMALLOC_DEBUG = 6,
    PYMEM_ALLOCATOR_MIMALLOC = 7,
    PYMEM_ALLOCATOR_MIMALLOC_DEBUG = 8
} PyMemAllocatorName;

%struct PyMemAllocatorEx
%fn void PyMem_GetAllocator(PyMemAllocatorDomain, PyMemAllocatorEx *)
%fn void PyMem_SetAllocator(PyMemAllocatorDomain, PyMemAllocatorEx *)
%fn PyMem_SetupDebugHooks
