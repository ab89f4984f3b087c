//! Python 3.14 source to syntax tree, with CPython's syntax errors. Needs no runtime.
