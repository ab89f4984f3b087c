//! The ring of unsafe code beneath the objects: allocator, reference counts, cycle collector, thread state, GIL.
//!
//! This crate deliberately knows no type of object: it works on `PyObject` headers and type slots. What it must ask
//! of the layers above (raise, call a weak reference's callback) goes through [`hooks::HOOKS`].

pub mod dealloc;
pub mod descriptors;
pub mod dynamic;
pub mod gc;
pub mod gil;
pub mod hooks;
pub mod interpreter;
pub mod links;
pub mod lock;
pub mod mem;
pub mod native_stack;
pub mod refcount;
pub mod reftracer;
pub mod remote;
pub mod resident;
pub mod thread;
pub mod tracemalloc;

pub use interpreter::Interpreter;
pub use taipan_abi as abi;
pub use thread::Thread;
