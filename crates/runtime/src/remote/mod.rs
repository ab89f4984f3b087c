//! Other processes that run Python: their memory, and where they say what is where in it.
//!
//! CPython's executable has a section `.PyRuntime` that begins with a table of offsets (`_Py_DebugOffsets`), and so has
//! ours. Whoever may trace a process reads its interpreters, threads, frames and objects with them, and has it run a
//! script (PEP 768). Nothing that is read is trusted: it is copied, and lengths are limited.

mod process;

pub use process::{Process, Trouble};

use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::ptr::{from_ref, null, null_mut};
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use taipan_abi::{
    _PyInterpreterFrame, _PyRemoteDebuggerSupport, PyASCIIObject, PyBytesObject, PyCodeObject, PyDictObject,
    PyFloatObject, PyGenObject, PyListObject, PyLongObject, PyObject, PySetObject, PyThreadState, PyTupleObject,
    PyTypeObject, PyUnicodeObject, PyVarObject,
};

use crate::gc::GcState;
use crate::interpreter::Interpreter;
use crate::thread::AsyncioState;

/// The version of CPython whose layouts these are.
const VERSION: u64 = 0x030e_08f0;
/// What the table begins with.
const COOKIE: [u8; 8] = *b"xdebugpy";
/// How long the path of a script may be, with its null.
pub const SCRIPT_PATH: usize = 512;

macro_rules! offsets {
    ($($(#[$doc:meta])* $name:ident: $value:expr;)*) => {
        /// `_Py_DebugOffsets`, a word each.
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct Offsets {
            cookie: [u8; 8],
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Offsets {
            const OURS: Self = Self { cookie: COOKIE, $($name: $value as u64,)* };
            const WORDS: usize = [$(stringify!($name)),*].len();

            fn from_bytes(bytes: &[u8; size_of::<Self>()]) -> Self {
                let mut words = bytes.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
                let cookie = words.next().unwrap_or_default().to_le_bytes();
                Self { cookie, $($name: words.next().unwrap_or_default(),)* }
            }
        }
    };
}

offsets! {
    version: VERSION;
    free_threaded: 0;
    runtime_size: size_of::<Section>();
    runtime_finalizing: offset_of!(Section, finalizing);
    runtime_interpreters: offset_of!(Section, interpreters);
    interpreter_size: crate::interpreter::C_SIZE;
    interpreter_id: offset_of!(Interpreter, id);
    interpreter_next: offset_of!(Interpreter, next);
    interpreter_threads: offset_of!(Interpreter, threads);
    interpreter_main_thread: offset_of!(Interpreter, main_thread);
    interpreter_gc: offset_of!(Interpreter, gc);
    interpreter_modules: 7688;
    interpreter_sysdict: 7672;
    interpreter_builtins: 7680;
    interpreter_gil: offset_of!(Interpreter, gil);
    interpreter_gil_state: offset_of!(Interpreter, gil_holder) - 8;
    interpreter_gil_enabled: 0;
    interpreter_gil_locked: offset_of!(Interpreter, gil_locked);
    interpreter_gil_holder: offset_of!(Interpreter, gil_holder);
    interpreter_code_generation: offset_of!(Interpreter, code_generation);
    interpreter_tlbc_generation: 0;
    thread_size: size_of::<PyThreadState>();
    thread_prev: offset_of!(PyThreadState, prev);
    thread_next: offset_of!(PyThreadState, next);
    thread_interp: offset_of!(PyThreadState, interp);
    thread_frame: offset_of!(PyThreadState, current_frame);
    thread_id: offset_of!(PyThreadState, thread_id);
    thread_native_id: offset_of!(PyThreadState, native_thread_id);
    thread_datastack: offset_of!(PyThreadState, datastack_chunk);
    thread_status: offset_of!(PyThreadState, _status);
    frame_size: size_of::<_PyInterpreterFrame>();
    frame_previous: offset_of!(_PyInterpreterFrame, previous);
    frame_executable: offset_of!(_PyInterpreterFrame, f_executable);
    frame_instr_ptr: offset_of!(_PyInterpreterFrame, instr_ptr);
    frame_localsplus: offset_of!(_PyInterpreterFrame, localsplus);
    frame_owner: offset_of!(_PyInterpreterFrame, owner);
    frame_stackpointer: offset_of!(_PyInterpreterFrame, stackpointer);
    frame_tlbc: 0;
    code_size: size_of::<PyCodeObject>();
    code_filename: offset_of!(PyCodeObject, co_filename);
    code_name: offset_of!(PyCodeObject, co_name);
    code_qualname: offset_of!(PyCodeObject, co_qualname);
    code_linetable: offset_of!(PyCodeObject, co_linetable);
    code_firstlineno: offset_of!(PyCodeObject, co_firstlineno);
    code_argcount: offset_of!(PyCodeObject, co_argcount);
    code_localsplusnames: offset_of!(PyCodeObject, co_localsplusnames);
    code_localspluskinds: offset_of!(PyCodeObject, co_localspluskinds);
    code_adaptive: offset_of!(PyCodeObject, co_code_adaptive);
    code_tlbc: 0;
    object_size: size_of::<PyObject>();
    object_type: offset_of!(PyObject, ob_type);
    type_size: size_of::<PyTypeObject>();
    type_name: offset_of!(PyTypeObject, tp_name);
    type_repr: offset_of!(PyTypeObject, tp_repr);
    type_flags: offset_of!(PyTypeObject, tp_flags);
    tuple_size: 40;
    tuple_items: offset_of!(PyTupleObject, ob_item);
    tuple_len: offset_of!(PyVarObject, ob_size);
    list_size: size_of::<PyListObject>();
    list_items: offset_of!(PyListObject, ob_item);
    list_len: offset_of!(PyVarObject, ob_size);
    set_size: size_of::<PySetObject>();
    set_used: offset_of!(PySetObject, used);
    set_table: offset_of!(PySetObject, table);
    set_mask: offset_of!(PySetObject, mask);
    dict_size: size_of::<PyDictObject>();
    dict_keys: offset_of!(PyDictObject, ma_keys);
    dict_values: offset_of!(PyDictObject, ma_values);
    float_size: size_of::<PyFloatObject>();
    float_value: offset_of!(PyFloatObject, ob_fval);
    int_size: size_of::<PyLongObject>();
    int_tag: offset_of!(PyLongObject, lv_tag);
    int_digits: offset_of!(PyLongObject, ob_digit);
    bytes_size: 40;
    bytes_len: offset_of!(PyVarObject, ob_size);
    bytes_value: offset_of!(PyBytesObject, ob_sval);
    str_size: size_of::<PyUnicodeObject>();
    str_state: offset_of!(PyASCIIObject, state);
    str_len: offset_of!(PyASCIIObject, length);
    str_ascii_size: size_of::<PyASCIIObject>();
    gc_size: size_of::<GcState>();
    gc_collecting: offset_of!(GcState, collecting);
    generator_size: size_of::<PyGenObject>();
    generator_name: offset_of!(PyGenObject, gi_name);
    generator_frame: offset_of!(PyGenObject, gi_iframe);
    generator_state: offset_of!(PyGenObject, gi_frame_state);
    node_next: 0;
    node_prev: size_of::<usize>();
    eval_breaker: offset_of!(PyThreadState, eval_breaker);
    debugger_support: offset_of!(PyThreadState, remote_debugger_support);
    debugging_enabled: offset_of!(Interpreter, remote_debug);
    pending_call: offset_of!(_PyRemoteDebuggerSupport, debugger_pending_call);
    script_path: offset_of!(_PyRemoteDebuggerSupport, debugger_script_path);
    script_path_size: SCRIPT_PATH;
}

const _: () = assert!(size_of::<Offsets>() == 8 + 8 * Offsets::WORDS && Offsets::WORDS == 94);

/// What the section holds: the offsets, and where the rest begins.
#[repr(C)]
struct Section {
    offsets: Offsets,
    finalizing: AtomicPtr<c_void>,
    _reserved: [u64; 2],
    interpreters: AtomicPtr<Interpreter>,
}

#[used]
#[unsafe(link_section = ".PyRuntime")]
static SECTION: Section = Section {
    offsets: Offsets::OURS,
    finalizing: AtomicPtr::new(null_mut()),
    _reserved: [0; 2],
    interpreters: AtomicPtr::new(null_mut()),
};

/// Shows the main interpreter to other processes, or nothing.
pub fn show(interp: Option<&'static Interpreter>) {
    let pointer = interp.map_or(null_mut(), |interp| from_ref(interp).cast_mut());
    SECTION.interpreters.store(pointer, Ordering::Release);
}

/// Shows an interpreter that has been made beside the main one, which stays the first of the list.
pub(crate) fn show_beside(interp: &'static Interpreter) {
    let _lists = crate::thread::lock_lists();
    // SAFETY: interpreters of the list are alive, and it changes only with the lock.
    if let Some(main) = unsafe { SECTION.interpreters.load(Ordering::Acquire).as_ref() } {
        interp.next.set(main.next.replace(interp));
    }
}

/// Takes an interpreter beside the main one off the list.
pub(crate) fn hide(interp: &Interpreter) {
    let _lists = crate::thread::lock_lists();
    let mut at: *const Interpreter = SECTION.interpreters.load(Ordering::Acquire);
    // SAFETY: as above.
    while let Some(before) = unsafe { at.as_ref() } {
        at = before.next.get();
        if core::ptr::eq(at, interp) {
            before.next.set(interp.next.replace(null()));
            return;
        }
    }
}

/// Where `_asyncio` keeps what in a task, in bytes from its begin.
#[derive(Clone, Copy, Debug)]
pub struct TaskLayout {
    pub size: usize,
    /// The name, a `str`, or the number in it, an `int`.
    pub name: usize,
    /// The future or task that awaits this one, or a set of those.
    pub awaited_by: usize,
    /// Whether it is a task, not just a future; a byte.
    pub is_task: usize,
    /// Whether `awaited_by` is a set; a byte.
    pub awaited_by_is_set: usize,
    pub coroutine: usize,
    /// The [`Links`](crate::links::Links) on the ring of tasks.
    pub links: usize,
}

/// `Py_AsyncioModuleDebugOffsets`: what of `asyncio` is where, a word each.
#[derive(Clone, Copy)]
pub struct AsyncioOffsets {
    pub task: TaskLayout,
    /// Of the ring of tasks in an interpreter's state.
    pub interpreter_tasks: usize,
    /// Of what runs in a thread, and of its ring of tasks, in its state.
    pub running_loop: usize,
    pub running_task: usize,
    pub thread_tasks: usize,
}

/// How many words the offsets have.
const ASYNCIO_WORDS: usize = 13;

#[used]
#[unsafe(link_section = ".AsyncioDebug")]
static ASYNCIO: [AtomicU64; ASYNCIO_WORDS] = [const { AtomicU64::new(0) }; ASYNCIO_WORDS];

/// Tells other processes how tasks are laid out; until then there are none.
pub fn show_tasks(task: TaskLayout) {
    let asyncio = crate::thread::ASYNCIO_OFFSET;
    let words = [
        task.size,
        task.name,
        task.awaited_by,
        task.is_task,
        task.awaited_by_is_set,
        task.coroutine,
        task.links,
        crate::interpreter::C_SIZE,
        offset_of!(Interpreter, asyncio_tasks),
        crate::thread::C_SIZE,
        asyncio + offset_of!(AsyncioState, running_loop),
        asyncio + offset_of!(AsyncioState, running_task),
        asyncio + offset_of!(AsyncioState, tasks),
    ];
    // The size comes last: without it, nobody looks at the others.
    for (place, word) in ASYNCIO.iter().zip(words).rev() {
        place.store(word as u64, Ordering::Release);
    }
}

impl AsyncioOffsets {
    /// How large tasks and states are taken to be at most.
    const LIMIT: usize = 1 << 24;

    fn from_bytes(bytes: &[u8; 8 * ASYNCIO_WORDS]) -> Option<Self> {
        let mut words = [0; ASYNCIO_WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            let value = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
            *word = usize::try_from(value).ok().filter(|&value| value <= Self::LIMIT)?;
        }
        let [
            size,
            name,
            awaited_by,
            is_task,
            awaited_by_is_set,
            coroutine,
            links,
            _,
            interpreter_tasks,
            _,
            running_loop,
            running_task,
            thread_tasks,
        ] = words;
        let task = TaskLayout { size, name, awaited_by, is_task, awaited_by_is_set, coroutine, links };
        (size != 0).then_some(Self { task, interpreter_tasks, running_loop, running_task, thread_tasks })
    }
}

/// Why a process does not run a script.
#[derive(Debug)]
pub enum Refusal {
    Trouble(Trouble),
    NoInterpreter,
    Disabled,
    NoMainThread,
    LongPath,
}

impl<T: Into<Trouble>> From<T> for Refusal {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

/// Has the main thread of a process run a script soon.
pub fn run_script(pid: c_int, path: &[u8]) -> Result<(), Refusal> {
    let process = Process::new(pid);
    let (runtime, offsets) = process.runtime()?;
    let interpreter = process.word(runtime.wrapping_add(offsets.runtime_interpreters))?;
    if interpreter == 0 {
        return Err(Refusal::NoInterpreter);
    }
    if process.int(interpreter.wrapping_add(offsets.debugging_enabled))? != 1 {
        return Err(Refusal::Disabled);
    }
    let thread = process.word(interpreter.wrapping_add(offsets.interpreter_main_thread))?;
    if thread == 0 {
        return Err(Refusal::NoMainThread);
    }
    if path.len() as u64 >= offsets.script_path_size {
        return Err(Refusal::LongPath);
    }
    let support = thread.wrapping_add(offsets.debugger_support);
    let text = [path, b"\0"].concat();
    process.write(support.wrapping_add(offsets.script_path), &text)?;
    process.write(support.wrapping_add(offsets.pending_call), &1i32.to_le_bytes())?;
    let at = thread.wrapping_add(offsets.eval_breaker);
    let breaker = process.word(at)? | crate::thread::EVAL_PLEASE_STOP as u64;
    process.write(at, &breaker.to_le_bytes())?;
    Ok(())
}
