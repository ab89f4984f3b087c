/* Taipan's C API: pymacro.h. Made by `cargo xtask headers` from crates/capi/headers/pymacro.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H
/* Small macros without a theme. */
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#if !defined(static_assert) && !defined(__cplusplus) && defined(__STDC_VERSION__) \
    && __STDC_VERSION__ >= 201112L && __STDC_VERSION__ < 202311L
#  define static_assert _Static_assert
#endif

/* Declares something of a type with at least this alignment. */
#ifndef _Py_ALIGNED_DEF
#  if (defined(__cplusplus) && __cplusplus >= 201103L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#    define _Py_ALIGNED_DEF(n, type) alignas(n) alignas(type) type
#  elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#    define _Py_ALIGNED_DEF(n, type) _Alignas(n) _Alignas(type) type
#  else
#    define _Py_ALIGNED_DEF(n, type) __attribute__((aligned(n))) type
#  endif
#endif

#define Py_MIN(x, y) (((x) > (y)) ? (y) : (x))
#define Py_MAX(x, y) (((x) > (y)) ? (x) : (y))
#define Py_ABS(x) ((x) < 0 ? -(x) : (x))
/* The absolute value in an unsigned type; the smallest number has one. */
#define _Py_ABS_CAST(type, x) ((x) >= 0 ? (type)(x) : (type)((type)(-((x) + 1)) + 1u))

#define _Py_XSTRINGIFY(x) #x
#define Py_STRINGIFY(x) _Py_XSTRINGIFY(x)
#define Py_MEMBER_SIZE(type, member) sizeof(((type *)0)->member)
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))

/* Conditions that hold, or the file is not compiled. */
#if !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#  define Py_BUILD_ASSERT_EXPR(cond) ((void)sizeof(struct { int there; _Static_assert(cond, #cond); }), 0)
#else
#  define Py_BUILD_ASSERT_EXPR(cond) (sizeof(char[1 - 2 * !(cond)]) - 1)
#endif
#if (defined(__cplusplus) && __cplusplus >= 201103L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L)
#  define Py_BUILD_ASSERT(cond) do { static_assert((cond), #cond); } while (0)
#else
#  define Py_BUILD_ASSERT(cond) do { (void)Py_BUILD_ASSERT_EXPR(cond); } while (0)
#endif

/* The length of an array; pointers are refused where the compiler can tell them. */
#if defined(__GNUC__) && !defined(__STRICT_ANSI__) && !defined(__cplusplus)
#  define Py_ARRAY_LENGTH(array) \
      (sizeof(array) / sizeof((array)[0]) \
       + Py_BUILD_ASSERT_EXPR(!__builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0]))))
#else
#  define Py_ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* Documentation strings. */
#define PyDoc_VAR(name) static const char name[]
#define PyDoc_STRVAR(name, str) PyDoc_VAR(name) = PyDoc_STR(str)
#ifdef WITH_DOC_STRINGS
#  define PyDoc_STR(str) str
#else
#  define PyDoc_STR(str) ""
#endif

/* Sizes and addresses as multiples of a power of two. */
#define _Py_SIZE_ROUND_DOWN(n, a) ((size_t)(n) & ~(size_t)((a) - 1))
#define _Py_SIZE_ROUND_UP(n, a) (((size_t)(n) + (size_t)((a) - 1)) & ~(size_t)((a) - 1))
#define _Py_ALIGN_DOWN(p, a) ((void *)((uintptr_t)(p) & ~(uintptr_t)((a) - 1)))
#define _Py_ALIGN_UP(p, a) ((void *)(((uintptr_t)(p) + (uintptr_t)((a) - 1)) & ~(uintptr_t)((a) - 1)))
#define _Py_IS_ALIGNED(p, a) (!((uintptr_t)(p) & (uintptr_t)((a) - 1)))

/* A parameter that is not used, whose name cannot be used by accident. */
#define Py_UNUSED(name) _unused_##name __attribute__((unused))
#ifdef Py_DEBUG
#  define Py_UNREACHABLE() Py_FatalError("code that cannot be reached was reached")
#else
#  define Py_UNREACHABLE() __builtin_unreachable()
#endif
#define _Py_CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
/* The value of an expression that cannot be assigned to. */
#define _Py_RVALUE(expr) ((void)0, (expr))
#define _Py_IS_TYPE_SIGNED(type) ((type)(-1) <= 0)

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
/* A version number in one word. */
PyAPI_FUNC(uint32_t) Py_PACK_FULL_VERSION(int x, int y, int z, int level, int serial);
/* A version number in one word. */
PyAPI_FUNC(uint32_t) Py_PACK_VERSION(int x, int y);
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030e0000
#define Py_PACK_FULL_VERSION _Py_PACK_FULL_VERSION
#define Py_PACK_VERSION(major, minor) Py_PACK_FULL_VERSION((major), (minor), 0, 0, 0)
#endif
#ifdef __cplusplus
}
#endif
#endif
