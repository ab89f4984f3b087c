//! `taipan`: runs Python programs.

// Rust's own preparations are made for programs in Rust: Python has its own mind about closed descriptors, `SIGPIPE` and
// memory faults. The libraries named here hand the arguments over without them.
#![cfg_attr(all(not(test), any(target_os = "macos", all(target_os = "linux", target_env = "gnu"))), no_main)]

use taipan_program::{command_line, program};

#[global_allocator]
static ALLOCATOR: taipan_runtime::mem::RustAllocator = taipan_runtime::mem::RustAllocator;

/// Native stack of the thread that runs the program.
const STACK: usize = 16 << 20;

/// Begins the process.
///
/// # Safety
/// The system calls this, once.
#[cfg(all(not(test), any(target_os = "macos", all(target_os = "linux", target_env = "gnu"))))]
#[unsafe(export_name = "main")]
pub unsafe extern "C" fn main_of_process(
    _count: core::ffi::c_int,
    _arguments: *const *const core::ffi::c_char,
) -> core::ffi::c_int {
    main();
    0
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("Fatal Python error: {info}");
    }));
    taipan_runtime::native_stack::default_faults();
    program::register();
    let config = match command_line::parse(std::env::args_os().collect()) {
        Ok(config) => config,
        Err(exit) => {
            if exit.to_stdout {
                print!("{}", exit.message);
            } else {
                eprint!("{}", exit.message);
            }
            std::process::exit(exit.code);
        }
    };
    let run = move || -> i32 { std::process::exit(program::program(&config)) };
    // As CPython does it: what the system tells of the process (its state, its name) it tells of this thread, and a program
    // that has started no threads may do what only such a process may.
    if taipan_runtime::native_stack::grow_main(STACK) {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err() {
            std::process::abort();
        }
        return;
    }
    // The thread of the program alone takes signals, and at once: a program that signals itself sees it before `kill`
    // returns.
    let mask = taipan_runtime::native_stack::block_signals();
    let spawned = std::thread::Builder::new().stack_size(STACK).spawn(move || -> i32 {
        taipan_runtime::native_stack::allow_signals(&mask);
        // The process ends here rather than in the first thread, which a forked child does not have.
        run()
    });
    match spawned.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => std::process::exit(code),
        Ok(Err(_)) => std::process::abort(),
        Err(error) => {
            eprintln!("taipan: can't start: {error}");
            std::process::exit(1);
        }
    }
}
