//! Syntax tree to code units: symbol table, code generation, flow-graph optimiser, assembler. Needs no runtime.
