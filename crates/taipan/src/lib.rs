//! What the executable and the shared library for embedding programs have in common: the command line, and a program's
//! life.

pub mod command_line;
mod library_files;
pub mod program;
