/* The compiler and the platform under names of their own. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <sys/types.h>
%c

#ifdef __has_builtin
#  define _Py__has_builtin(name) __has_builtin(name)
#else
#  define _Py__has_builtin(name) 0
#endif
#ifdef __has_attribute
#  define _Py__has_attribute(name) __has_attribute(name)
#else
#  define _Py__has_attribute(name) 0
#endif

/* Casts, and the null pointer, that neither C nor C++ complains about. */
#define _Py_CAST(type, expr) ((type)(expr))
#ifdef __cplusplus
#  define _Py_STATIC_CAST(type, expr) static_cast<type>(expr)
#else
#  define _Py_STATIC_CAST(type, expr) ((type)(expr))
#endif
/* Between types of functions: by way of a type that compilers accept for any function. */
#define _Py_FUNC_CAST(type, func) _Py_CAST(type, _Py_CAST(void (*)(void), (func)))
#if (defined(__cplusplus) && __cplusplus >= 201103L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#  define _Py_NULL nullptr
#else
#  define _Py_NULL NULL
#endif

#if (defined(Py_BUILD_CORE_BUILTIN) || defined(Py_BUILD_CORE_MODULE)) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif
#ifdef Py_LIMITED_API
#  undef Py_BUILD_CORE
#  undef Py_BUILD_CORE_BUILTIN
#  undef Py_BUILD_CORE_MODULE
#endif

/* Integers. */
#ifndef HAVE_LONG_LONG
#  define HAVE_LONG_LONG 1
#endif
#ifndef PY_LONG_LONG
#  define PY_LONG_LONG long long
#  define PY_LLONG_MIN LLONG_MIN
#  define PY_LLONG_MAX LLONG_MAX
#  define PY_ULLONG_MAX ULLONG_MAX
#endif
#define PY_INT32_T int32_t
#define PY_UINT32_T uint32_t
#define PY_INT64_T int64_t
#define PY_UINT64_T uint64_t
#define PY_DWORD_MAX 4294967295U
#ifndef PYLONG_BITS_IN_DIGIT
#  define PYLONG_BITS_IN_DIGIT 30
#endif

typedef uintptr_t Py_uintptr_t;
typedef intptr_t Py_intptr_t;
#ifndef HAVE_PY_SSIZE_T
typedef ssize_t Py_ssize_t;
#  define PY_SSIZE_T_MAX SSIZE_MAX
#endif
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_SIZE_MAX SIZE_MAX
typedef Py_ssize_t Py_ssize_clean_t;
typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
#define SIZEOF_PY_HASH_T SIZEOF_SIZE_T
#define SIZEOF_PY_UHASH_T SIZEOF_SIZE_T
#ifndef PY_FORMAT_SIZE_T
#  define PY_FORMAT_SIZE_T "z"
#endif
#ifndef LONG_BIT
#  define LONG_BIT (8 * SIZEOF_LONG)
#endif
#ifndef Py_LL
#  define Py_LL(x) x##LL
#endif
#ifndef Py_ULL
#  define Py_ULL(x) Py_LL(x##U)
#endif
#define PY_BIG_ENDIAN 0
#define PY_LITTLE_ENDIAN 1

#define Py_ARITHMETIC_RIGHT_SHIFT(type, value, bits) ((value) >> (bits))
#define Py_FORCE_EXPANSION(x) x
#ifdef Py_DEBUG
#  define Py_SAFE_DOWNCAST(value, wide, narrow) \
      (assert(_Py_STATIC_CAST(wide, _Py_STATIC_CAST(narrow, (value))) == (value)), _Py_STATIC_CAST(narrow, (value)))
#else
#  define Py_SAFE_DOWNCAST(value, wide, narrow) _Py_STATIC_CAST(narrow, (value))
#endif
#define Py_VA_COPY va_copy
%before 3.11
#define Py_MEMCPY memcpy
%end

/* Attributes. */
#define Py_LOCAL(type) static type
#define Py_LOCAL_INLINE(type) static inline type
#define Py_GCC_ATTRIBUTE(attribute) __attribute__(attribute)
#define Py_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define Py_DEPRECATED(version) __attribute__((__deprecated__))
#ifdef Py_BUILD_CORE
#  define _Py_DEPRECATED_EXTERNALLY(version)
#else
#  define _Py_DEPRECATED_EXTERNALLY(version) Py_DEPRECATED(version)
#endif
#ifdef Py_DEBUG
#  define Py_ALWAYS_INLINE
#else
#  define Py_ALWAYS_INLINE __attribute__((always_inline))
#endif
#define Py_NO_INLINE __attribute__((noinline))
#define _Py_HOT_FUNCTION __attribute__((hot))
#ifndef _Py_NO_RETURN
#  define _Py_NO_RETURN __attribute__((__noreturn__))
#endif
#define _Py_TYPEOF(expr) __typeof__(expr)
#if _Py__has_attribute(fallthrough)
#  define _Py_FALLTHROUGH __attribute__((fallthrough))
#else
#  define _Py_FALLTHROUGH do { } while (0)
#endif
#if _Py__has_attribute(nonstring)
#  define _Py_NONSTRING __attribute__((nonstring))
#else
#  define _Py_NONSTRING
#endif

/* Warnings about deprecated functions, off between these. */
#ifdef __clang__
#  define _Py_COMP_DIAG_PUSH _Pragma("clang diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS _Pragma("clang diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("clang diagnostic pop")
#else
#  define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")
#endif

/* Sanitizers. */
#ifdef __has_feature
#  if __has_feature(memory_sanitizer)
#    define _Py_MEMORY_SANITIZER
#    define _Py_NO_SANITIZE_MEMORY __attribute__((no_sanitize_memory))
#  endif
#  if __has_feature(address_sanitizer)
#    define _Py_ADDRESS_SANITIZER
#  endif
#  if __has_feature(thread_sanitizer)
#    define _Py_THREAD_SANITIZER
#  endif
#endif
#ifdef __SANITIZE_ADDRESS__
#  define _Py_ADDRESS_SANITIZER
#endif
#ifdef __SANITIZE_THREAD__
#  define _Py_THREAD_SANITIZER
#endif
#ifndef _Py_NO_SANITIZE_MEMORY
#  define _Py_NO_SANITIZE_MEMORY
#endif
#define _Py_NO_SANITIZE_ADDRESS __attribute__((no_sanitize_address))
#define _Py_NO_SANITIZE_THREAD __attribute__((no_sanitize_thread))
#define _Py_NO_SANITIZE_UNDEFINED __attribute__((no_sanitize_undefined))

/* Threads are always there. */
#ifndef WITH_THREAD
#  define WITH_THREAD
#endif
#define Py_CAN_START_THREADS 1
#ifdef Py_BUILD_CORE
#  define HAVE_THREAD_LOCAL 1
#  ifdef __cplusplus
#    define _Py_thread_local thread_local
#  else
#    define _Py_thread_local _Thread_local
#  endif
#endif

/* C++ wants const where keyword lists are passed; C would warn about arrays that are not. */
#ifndef PY_CXX_CONST
#  ifdef __cplusplus
#    define PY_CXX_CONST const
#  else
#    define PY_CXX_CONST
#  endif
#endif

#include "exports.h"
