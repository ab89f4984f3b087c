//! Taipan as a shared library, for programs that embed Python: CPython's C API under its C names, with what the executable
//! has behind it. Not built by default; `cargo build -p taipan-embed` makes `libpython3_14.so`, which is to be called
//! `libpython3.14.so.1.0`.

pub use taipan_capi as capi;

#[global_allocator]
static ALLOCATOR: taipan_runtime::mem::RustAllocator = taipan_runtime::mem::RustAllocator;

extern "C" fn register() {
    taipan_program::program::register();
}

/// Runs when the library is loaded: the C API learns how an interpreter is started.
#[used]
#[unsafe(link_section = ".init_array")]
static REGISTER: extern "C" fn() = register;
