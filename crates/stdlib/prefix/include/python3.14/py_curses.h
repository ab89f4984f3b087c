/* Taipan's C API: py_curses.h. Made by `cargo xtask headers` from crates/capi/headers/py_curses.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef Py_CURSES_H
#define Py_CURSES_H
/* What a module _curses offers other modules: import_curses(), once, before anything else. */
#if defined(__has_include)
#  if __has_include(<ncurses.h>)
#    include <ncurses.h>
#  elif __has_include(<curses.h>)
#    include <curses.h>
#  endif
#endif
#ifdef __cplusplus
extern "C" {
#endif
#ifndef Py_LIMITED_API
#define PyCurses_API_pointers 4
#define PyCurses_CAPSULE_NAME "_curses._C_API"

#ifdef OK
typedef struct PyCursesWindowObject {
    PyObject_HEAD
    WINDOW *win;
    char *encoding;
    struct PyCursesWindowObject *orig;
} PyCursesWindowObject;
#endif

#ifndef CURSES_MODULE
/* The type of windows, and functions that say whether the library has been brought so far. */
static void **PyCurses_API __attribute__((unused));
#define PyCursesWindow_Type (*_PyType_CAST(PyCurses_API[0]))
#define _PyCurses_REQUIRE(i) { if (!((int (*)(void))PyCurses_API[i])()) return NULL; }
#define PyCursesSetupTermCalled _PyCurses_REQUIRE(1)
#define PyCursesInitialised _PyCurses_REQUIRE(2)
#define PyCursesInitialisedColor _PyCurses_REQUIRE(3)
#define PyCursesWindow_Check(v) Py_IS_TYPE((v), &PyCursesWindow_Type)
#define import_curses() PyCurses_API = (void **)PyCapsule_Import(PyCurses_CAPSULE_NAME, 1);
#endif

static const char catchall_ERR[] __attribute__((unused)) = "curses function returned ERR";
static const char catchall_NULL[] __attribute__((unused)) = "curses function returned NULL";
#endif
#ifdef __cplusplus
}
#endif
#endif
