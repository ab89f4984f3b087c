//! `taipan`: runs Python programs.

use taipan_program::{command_line, program};

#[global_allocator]
static ALLOCATOR: taipan_runtime::mem::RustAllocator = taipan_runtime::mem::RustAllocator;

/// Native stack of the thread that runs the program: as large as a main thread's by default.
const STACK: usize = 16 << 20;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("Fatal Python error: {info}");
    }));
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
    // The thread of the program alone takes signals, and at once: a program that signals itself sees it before `kill`
    // returns.
    let mask = taipan_runtime::native_stack::block_signals();
    // The main thread's stack is limited by the environment; a thread of our own has a known size.
    let code = std::thread::Builder::new()
        .name("main".to_string())
        .stack_size(STACK)
        .spawn(move || -> i32 {
            taipan_runtime::native_stack::allow_signals(&mask);
            // The process ends here rather than in the first thread, which a forked child does not have.
            std::process::exit(program::program(&config))
        })
        .map(std::thread::JoinHandle::join);
    match code {
        Ok(Ok(code)) => std::process::exit(code),
        Ok(Err(_)) => std::process::abort(),
        Err(error) => {
            eprintln!("taipan: can't start: {error}");
            std::process::exit(1);
        }
    }
}
