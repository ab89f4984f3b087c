//! Python 3.14 source to syntax tree, with CPython's syntax errors. Needs no runtime.
#![forbid(unsafe_code)]

pub mod ast;
