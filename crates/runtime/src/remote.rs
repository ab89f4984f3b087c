//! Other processes that run Python: their memory, and where they say what is where in it.
//!
//! CPython's executable has a section `.PyRuntime` that begins with a table of offsets (`_Py_DebugOffsets`), and so has
//! ours. Whoever may trace a process reads its interpreters, threads, frames and objects with them, and has it run a
//! script (PEP 768). Nothing that is read is trusted: it is copied, and lengths are limited.

use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use taipan_abi::{
    _PyInterpreterFrame, _PyRemoteDebuggerSupport, PyASCIIObject, PyBytesObject, PyCodeObject, PyDictObject,
    PyFloatObject, PyGenObject, PyListObject, PyLongObject, PyObject, PySetObject, PyThreadState, PyTupleObject,
    PyTypeObject, PyUnicodeObject, PyVarObject,
};

use crate::interpreter::Interpreter;

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
    interpreter_size: size_of::<Interpreter>();
    interpreter_id: offset_of!(Interpreter, id);
    /// Of the next interpreter, zero here: the list has the main one.
    interpreter_next: crate::interpreter::NEXT_OFFSET;
    interpreter_threads: offset_of!(Interpreter, threads);
    interpreter_main_thread: offset_of!(Interpreter, main_thread);
    interpreter_gc: offset_of!(Interpreter, gc);
    interpreter_modules: 7688;
    interpreter_sysdict: 7672;
    interpreter_builtins: 7680;
    interpreter_gil: offset_of!(Interpreter, gil);
    interpreter_gil_state: 7784;
    interpreter_gil_enabled: 0;
    interpreter_gil_locked: 7800;
    interpreter_gil_holder: 7792;
    interpreter_code_generation: 7992;
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
    gc_size: 264;
    gc_collecting: 192;
    generator_size: size_of::<PyGenObject>();
    generator_name: offset_of!(PyGenObject, gi_name);
    generator_frame: offset_of!(PyGenObject, gi_iframe);
    generator_state: offset_of!(PyGenObject, gi_frame_state);
    node_next: 0;
    node_prev: 8;
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
    finalizing: AtomicPtr::new(core::ptr::null_mut()),
    _reserved: [0; 2],
    interpreters: AtomicPtr::new(core::ptr::null_mut()),
};

/// Shows the main interpreter to other processes, or nothing.
pub fn show(interp: Option<&'static Interpreter>) {
    let pointer = interp.map_or(core::ptr::null_mut(), |interp| core::ptr::from_ref(interp).cast_mut());
    SECTION.interpreters.store(pointer, Ordering::Release);
}

/// Why a process can't be looked into.
#[derive(Debug)]
pub enum Trouble {
    /// The system refuses, or the process or its memory is not there.
    System(io::Error),
    /// There is no process, or no Python in it that can be looked into.
    NoSection,
    /// What the section begins with is no table of offsets.
    NoCookie,
    /// It is a Python without a GIL.
    FreeThreaded,
    /// It runs another version of Python; its major and minor number.
    Version(u64, u64),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Another process, or this one.
pub struct Process {
    pid: c_int,
}

/// A mapping of a file in a process.
struct Mapped {
    start: u64,
    path: String,
    deleted: bool,
}

impl Process {
    pub fn new(pid: c_int) -> Self {
        Self { pid }
    }

    pub fn pid(&self) -> c_int {
        self.pid
    }

    /// Copies memory of the process.
    pub fn read(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let local = libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: into.len() };
        let remote = libc::iovec { iov_base: at as *mut c_void, iov_len: into.len() };
        // SAFETY: the kernel checks the other process's addresses, and ours are those of the slice.
        let done = unsafe { libc::process_vm_readv(self.pid, &local, 1, &remote, 1, 0) };
        Self::all(done, into.len())
    }

    /// Writes memory of the process.
    pub fn write(&self, at: u64, from: &[u8]) -> io::Result<()> {
        let local = libc::iovec { iov_base: from.as_ptr().cast_mut().cast(), iov_len: from.len() };
        let remote = libc::iovec { iov_base: at as *mut c_void, iov_len: from.len() };
        // SAFETY: as above; our slice is only read.
        let done = unsafe { libc::process_vm_writev(self.pid, &local, 1, &remote, 1, 0) };
        Self::all(done, from.len())
    }

    fn all(done: isize, wanted: usize) -> io::Result<()> {
        match usize::try_from(done) {
            Ok(done) if done == wanted => Ok(()),
            Ok(_) => Err(io::Error::from_raw_os_error(libc::EFAULT)),
            Err(_) => Err(io::Error::last_os_error()),
        }
    }

    /// A copy of so many bytes.
    pub fn bytes<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read(at, &mut bytes)?;
        Ok(bytes)
    }

    /// A word: a pointer, a size.
    pub fn word(&self, at: u64) -> io::Result<u64> {
        self.bytes(at).map(u64::from_le_bytes)
    }

    /// A C `int`.
    pub fn int(&self, at: u64) -> io::Result<i32> {
        self.bytes(at).map(i32::from_le_bytes)
    }

    /// The first mapping of every file.
    fn mapped(&self) -> io::Result<Vec<Mapped>> {
        let mut text = String::new();
        File::open(format!("/proc/{}/maps", self.pid))?.read_to_string(&mut text)?;
        let mut found: Vec<Mapped> = Vec::new();
        for line in text.lines() {
            let Some((range, path)) = line.find('/').and_then(|at| Some((line.split('-').next()?, line.get(at..)?)))
            else {
                continue;
            };
            let deleted = path.ends_with(" (deleted)");
            let path = path.trim_end_matches(" (deleted)");
            let known = found.iter().any(|known| known.path == path);
            if let Ok(start) = u64::from_str_radix(range, 16)
                && !known
            {
                found.push(Mapped { start, path: path.to_owned(), deleted });
            }
        }
        Ok(found)
    }

    /// Where a section of the executable, or of a library whose file is called so, is in the process's memory.
    pub fn section(&self, name: &str, file: fn(&str) -> bool) -> io::Result<Option<u64>> {
        let executable = std::fs::read_link(format!("/proc/{}/exe", self.pid)).unwrap_or_default();
        let executable = executable.to_string_lossy();
        let executable = executable.trim_end_matches(" (deleted)");
        for mapped in self.mapped()? {
            let base = mapped.path.rsplit('/').next().unwrap_or_default();
            let is_executable = mapped.path == executable;
            if !is_executable && !file(base) {
                continue;
            }
            let path = match (is_executable, mapped.deleted) {
                (true, _) => format!("/proc/{}/exe", self.pid),
                (false, false) => mapped.path,
                (false, true) => continue,
            };
            if let Ok(Some((address, absolute))) = File::open(path).and_then(|file| elf_section(&file, name)) {
                return Ok(Some(if absolute { address } else { mapped.start.wrapping_add(address) }));
            }
        }
        Ok(None)
    }

    /// The address of the section and the offsets at its begin, of a Python of our version.
    pub fn runtime(&self) -> Result<(u64, Offsets), Trouble> {
        let named = |base: &str| base.contains("python") || base.contains("taipan");
        let address = match self.section(".PyRuntime", named) {
            Ok(Some(address)) => address,
            Ok(None) => return Err(Trouble::NoSection),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Trouble::NoSection),
            Err(error) => return Err(error.into()),
        };
        let offsets = Offsets::from_bytes(&self.bytes(address)?);
        if offsets.cookie != COOKIE {
            return Err(Trouble::NoCookie);
        }
        // Of released versions, those with the same minor number agree.
        if offsets.version >> 16 != VERSION >> 16 {
            return Err(Trouble::Version(offsets.version >> 24, offsets.version >> 16 & 0xff));
        }
        if offsets.free_threaded != 0 {
            return Err(Trouble::FreeThreaded);
        }
        Ok((address, offsets))
    }
}

/// The address of a section in an ELF file, and whether it is not moved when the file is loaded.
fn elf_section(file: &File, name: &str) -> io::Result<Option<(u64, bool)>> {
    const ET_EXEC: u16 = 2;
    /// Larger tables are not read.
    const LIMIT: u64 = 1 << 24;
    let number = |bytes: &[u8], at: usize, size: usize| -> u64 {
        let mut word = [0; 8];
        if let (Some(to), Some(from)) = (word.get_mut(..size), bytes.get(at..at + size)) {
            to.copy_from_slice(from);
        }
        u64::from_le_bytes(word)
    };
    let mut header = [0; 64];
    file.read_exact_at(&mut header, 0)?;
    if header.get(..6) != Some(b"\x7fELF\x02\x01") {
        return Ok(None);
    }
    let (table, size) = (number(&header, 40, 8), number(&header, 58, 2) as usize);
    let (count, names) = (number(&header, 60, 2) as usize, number(&header, 62, 2) as usize);
    if size < 64 || names >= count {
        return Ok(None);
    }
    let mut sections = vec![0; size * count];
    file.read_exact_at(&mut sections, table)?;
    let entry = |at: usize| sections.get(at * size..).unwrap_or_default();
    let (start, length) = (number(entry(names), 24, 8), number(entry(names), 32, 8));
    if length > LIMIT {
        return Ok(None);
    }
    let mut text = vec![0; length as usize];
    file.read_exact_at(&mut text, start)?;
    for at in 0..count {
        let section = entry(at);
        let called = text.get(number(section, 0, 4) as usize..).unwrap_or_default();
        if called.split(|&byte| byte == 0).next() == Some(name.as_bytes()) {
            return Ok(Some((number(section, 16, 8), number(&header, 16, 2) as u16 == ET_EXEC)));
        }
    }
    Ok(None)
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
