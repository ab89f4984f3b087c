//! Code objects (`Objects/codeobject.c`): CPython's layout, the instructions behind the header.

use core::ffi::{CStr, c_int, c_void};
use core::sync::atomic::{AtomicU32, Ordering};
use std::collections::HashMap;
use std::sync::Arc;
use taipan_bytecode::code::{CodeObject, Const, Str};
use taipan_bytecode::marshal::CodeFields;
use taipan_bytecode::opcode::{CACHES, DEOPT, Opcode, SHOWN};
use taipan_bytecode::tables::{co as co_flags, co_fast};
use taipan_bytecode::{exception_table, location};
use taipan_object::abi::*;
use taipan_object::{
    Args, CompareOp, Object, Own, Owned, PyBytes, PyFloat, PyInt, PyResult, PyStr, PyTuple, PyType, class, err, layout,
    name, singletons, typeobject,
    watch::{self, CodeEvent},
};
use taipan_runtime::{Thread, mem, refcount};

layout!(
    /// `code`.
    PyCode,
    PyCodeObject
);

/// Where the instructions begin.
pub const CODE_OFFSET: usize = core::mem::offset_of!(PyCodeObject, co_code_adaptive);

pub mod deferred;
pub mod extra;
pub mod translate;
pub mod uses;

/// What a code object's header says of its body and of its frames.
struct Counts {
    argcount: c_int,
    posonlyargcount: c_int,
    kwonlyargcount: c_int,
    stacksize: c_int,
    flags: c_int,
    firstlineno: c_int,
    nlocalsplus: c_int,
    nlocals: c_int,
    ncellvars: c_int,
    nfreevars: c_int,
    units: usize,
}

/// The objects that a code object's body consists of besides its instructions.
struct Parts {
    consts: Owned<PyTuple>,
    names: Owned<PyTuple>,
    localsplusnames: Owned<PyTuple>,
    localspluskinds: Owned<PyBytes>,
    linetable: Owned<PyBytes>,
    exceptiontable: Owned<PyBytes>,
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

/// The code of the frame beneath an `__init__` that the evaluation loop enters itself (`_Py_InitCleanup`): checks that
/// `None` was returned and gives the instance, which lies on its stack.
pub fn init_cleanup(t: &Thread) -> PyResult<Owned<PyCode>> {
    let bytes = |b: &[u8]| PyBytes::new(t, b).map(Owned::into_object);
    let empty = || PyTuple::empty().as_object().own();
    let name = || PyStr::intern_str(t, "__init__").map(Owned::into_object);
    PyCode::new(
        t,
        &CodeFields {
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 2,
            flags: co_flags::OPTIMIZED as i32,
            code: bytes(&[Opcode::EXIT_INIT_CHECK as u8, 0, Opcode::RETURN_VALUE as u8, 0])?,
            consts: empty(),
            names: empty(),
            localsplusnames: empty(),
            localspluskinds: bytes(&[])?,
            filename: name()?,
            name: name()?,
            qualname: name()?,
            firstlineno: 1,
            linetable: bytes(&[])?,
            exceptiontable: bytes(&[])?,
        },
    )
}

impl PyCode {
    /// Makes a code object from its parts.
    pub fn new(t: &Thread, f: &CodeFields<Owned>) -> PyResult<Owned<Self>> {
        let text = |o: &Owned, what: &str| -> PyResult<Owned<PyStr>> {
            match o.downcast::<PyStr>() {
                Some(s) => Ok(s.own()),
                None => Err(err!(t, TypeError, "code: {what} must be str, not {}", o.class().name_lossy())),
            }
        };
        let bytes = |o: &Owned, what: &str| -> PyResult<Owned<PyBytes>> {
            match o.downcast::<PyBytes>() {
                Some(s) => Ok(s.own()),
                None => Err(err!(t, TypeError, "code: {what} must be bytes, not {}", o.class().name_lossy())),
            }
        };
        let tuple = |o: &Owned, what: &str| -> PyResult<Owned<PyTuple>> {
            match o.downcast::<PyTuple>() {
                Some(s) => Ok(s.own()),
                None => Err(err!(t, TypeError, "code: {what} must be tuple, not {}", o.class().name_lossy())),
            }
        };
        let code = bytes(&f.code, "code")?;
        let consts = tuple(&f.consts, "consts")?;
        let names = tuple(&f.names, "names")?;
        let localsplusnames = tuple(&f.localsplusnames, "localsplusnames")?;
        let localspluskinds = bytes(&f.localspluskinds, "localspluskinds")?;
        let filename = text(&f.filename, "filename")?;
        let co_name = text(&f.name, "name")?;
        let qualname = text(&f.qualname, "qualname")?;
        let mut linetable = bytes(&f.linetable, "linetable")?;
        if crate::state::state(t).no_debug_ranges.get() {
            linetable = PyBytes::new(t, &location::without_columns(linetable.as_bytes(), f.firstlineno))?;
        }
        let exceptiontable = bytes(&f.exceptiontable, "exceptiontable")?;
        let n = code.len();
        let nlocalsplus = localsplusnames.len();
        if n % 2 != 0 {
            return Err(err!(t, ValueError, "code: co_code is malformed"));
        }
        if localspluskinds.len() != nlocalsplus
            || names.as_slice().iter().chain(localsplusnames.as_slice()).any(|o| !o.is_instance_of::<PyStr>())
        {
            return Err(err!(t, ValueError, "code: locals are inconsistent"));
        }
        let kinds = localspluskinds.as_bytes();
        let nlocals = kinds.iter().filter(|&&k| k & co_fast::LOCAL != 0).count();
        let ncellvars = kinds.iter().filter(|&&k| k & co_fast::CELL != 0).count();
        let nfreevars = kinds.iter().filter(|&&k| k & co_fast::FREE != 0).count();
        let parameters = i64::from(f.argcount)
            + i64::from(f.kwonlyargcount)
            + i64::from(f.flags & co_flags::VARARGS as i32 != 0)
            + i64::from(f.flags & co_flags::VARKEYWORDS as i32 != 0);
        if f.argcount < f.posonlyargcount
            || f.posonlyargcount < 0
            || f.kwonlyargcount < 0
            || f.stacksize < 0
            || parameters > nlocals as i64
            || f.stacksize as usize > (1 << 24)
        {
            return Err(err!(t, ValueError, "code: argument counts are inconsistent"));
        }
        for name in names.as_slice() {
            if let Some(s) = name.downcast::<PyStr>() {
                intern_in_place(s);
            }
        }
        let counts = Counts {
            argcount: f.argcount,
            posonlyargcount: f.posonlyargcount,
            kwonlyargcount: f.kwonlyargcount,
            stacksize: f.stacksize,
            flags: f.flags,
            firstlineno: f.firstlineno,
            nlocalsplus: nlocalsplus as c_int,
            nlocals: nlocals as c_int,
            ncellvars: ncellvars as c_int,
            nfreevars: nfreevars as c_int,
            units: n / 2,
        };
        let made = Self::with_header(t, &counts, filename, PyStr::interned(co_name), PyStr::interned(qualname))?;
        let parts = Parts { consts, names, localsplusnames, localspluskinds, linetable, exceptiontable };
        // SAFETY: a fresh code object with room for the instructions.
        unsafe {
            let units = core::slice::from_raw_parts(code.as_bytes().as_ptr().cast::<[u8; 2]>(), n / 2);
            let opcode = |i: usize| units[i][0];
            let mut first = 0;
            while first < n / 2 && opcode(first) != Opcode::RESUME as u8 {
                first += 1 + caches_of(opcode(first));
            }
            (*made.raw())._co_firsttraceable = first as c_int;
            made.put_body(code.as_bytes(), parts);
        }
        if watch::code_watched() {
            watch::code(CodeEvent::Create, made.as_object());
        }
        Ok(made)
    }

    /// A code object without a body, with room for its code units and one more.
    fn with_header(
        t: &Thread,
        counts: &Counts,
        filename: Owned<PyStr>,
        name: Owned<PyStr>,
        qualname: Owned<PyStr>,
    ) -> PyResult<Owned<Self>> {
        let object = Self::class_().alloc(t, counts.units + 1)?;
        // SAFETY: a fresh zeroed code object.
        unsafe {
            let made: Owned<Self> = object.cast_unchecked();
            let c = made.raw();
            let stacksize = counts.stacksize.max(1);
            (*c).ob_base.ob_size = counts.units as isize;
            (*c).co_flags = counts.flags;
            (*c).co_argcount = counts.argcount;
            (*c).co_posonlyargcount = counts.posonlyargcount;
            (*c).co_kwonlyargcount = counts.kwonlyargcount;
            (*c).co_stacksize = stacksize;
            (*c).co_firstlineno = counts.firstlineno;
            (*c).co_nlocalsplus = counts.nlocalsplus;
            (*c).co_framesize = counts.nlocalsplus + stacksize + FRAME_SPECIALS as c_int;
            (*c).co_nlocals = counts.nlocals;
            (*c).co_ncellvars = counts.ncellvars;
            (*c).co_nfreevars = counts.nfreevars;
            (*c).co_version = NEXT_VERSION.fetch_add(1, Ordering::Relaxed);
            (*c).co_filename = filename.into_object().into_ptr();
            (*c).co_name = name.into_object().into_ptr();
            (*c).co_qualname = qualname.into_object().into_ptr();
            (*c)._co_unique_id = -1;
            Ok(made)
        }
    }

    /// Puts instructions and tables into a code object that has only a header.
    ///
    /// # Safety
    /// It has room for the instructions, as many as its header says, and does not run.
    unsafe fn put_body(&self, code: &[u8], parts: Parts) {
        let n = code.len() / 2;
        // SAFETY: the caller's promise.
        unsafe {
            let c = self.raw();
            core::ptr::copy_nonoverlapping(code.as_ptr(), self.code_ptr().cast(), n * 2);
            crate::eval::specialize::prepare(self.code_ptr(), n);
            // Who runs past the end (native code makes code objects without instructions) gets an exception.
            *self.code_ptr().add(n) = u16::from(Opcode::RESERVED as u8);
            (*c).co_names = parts.names.into_object().into_ptr();
            (*c).co_exceptiontable = parts.exceptiontable.into_object().into_ptr();
            (*c).co_localsplusnames = parts.localsplusnames.into_object().into_ptr();
            (*c).co_localspluskinds = parts.localspluskinds.into_object().into_ptr();
            (*c).co_linetable = parts.linetable.into_object().into_ptr();
            (*c).co_consts = parts.consts.into_object().into_ptr();
        }
    }

    fn class_() -> &'static PyType {
        <Self as taipan_object::Class>::class()
    }

    /// Makes a code object from plain data.
    pub fn from_plain(t: &Thread, code: &CodeObject) -> PyResult<Owned<Self>> {
        Merger { t, known: HashMap::new() }.code(code)
    }

    /// The parts of the code object, as the constructor takes them.
    pub fn fields(&self, t: &Thread) -> PyResult<CodeFields<Owned>> {
        self.load(t)?;
        // SAFETY: a live code object; its fields never change.
        unsafe {
            let c = self.raw();
            let own = |p: *mut PyObject| Object::from_ptr(p).own();
            Ok(CodeFields {
                argcount: (*c).co_argcount,
                posonlyargcount: (*c).co_posonlyargcount,
                kwonlyargcount: (*c).co_kwonlyargcount,
                stacksize: (*c).co_stacksize,
                flags: (*c).co_flags,
                code: self.co_code_bytes(t)?.into_object(),
                consts: own((*c).co_consts),
                names: own((*c).co_names),
                localsplusnames: own((*c).co_localsplusnames),
                localspluskinds: own((*c).co_localspluskinds),
                filename: own((*c).co_filename),
                name: own((*c).co_name),
                qualname: own((*c).co_qualname),
                firstlineno: (*c).co_firstlineno,
                linetable: own((*c).co_linetable),
                exceptiontable: own((*c).co_exceptiontable),
            })
        }
    }

    /// The first instruction.
    #[inline(always)]
    pub fn code_ptr(&self) -> *mut u16 {
        // SAFETY: the instructions follow the header.
        unsafe { self.raw().cast::<u8>().add(CODE_OFFSET).cast() }
    }

    /// The number of code units.
    #[inline(always)]
    pub fn units(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_base.ob_size as usize }
    }

    /// The general form of the instruction that begins at a unit, which is within the code.
    #[inline]
    pub fn opcode(&self, i: usize) -> u8 {
        // SAFETY: the caller's promise.
        unsafe { self.opcode_at(self.code_ptr().add(i)) }
    }

    /// The same by the instruction's address.
    ///
    /// # Safety
    /// `ip` points into the instructions.
    #[inline]
    pub unsafe fn opcode_at(&self, ip: *const u16) -> u8 {
        // SAFETY: the caller's promise.
        let op = generic(unsafe { *ip } as u8);
        if op == Opcode::INSTRUMENTED_INSTRUCTION as u8 { crate::tracing::instrumented_opcode(self, ip) } else { op }
    }

    /// `co_code`: the instructions without specialisation and with empty caches.
    pub fn co_code_bytes(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.load(t)?;
        let n = self.units();
        let mut out = Vec::with_capacity(n * 2);
        let mut i = 0;
        while i < n {
            // SAFETY: within the instructions.
            let unit = unsafe { *self.code_ptr().add(i) };
            let op = self.opcode(i);
            out.extend_from_slice(&[op, (unit >> 8) as u8]);
            let caches = caches_of(op);
            for _ in 0..caches.min(n - i - 1) {
                out.extend_from_slice(&[0, 0]);
            }
            i += 1 + caches;
        }
        PyBytes::new(t, &out)
    }

    /// `co_flags`.
    #[inline(always)]
    pub fn flags(&self) -> i32 {
        // SAFETY: plain field.
        unsafe { (*self.raw()).co_flags }
    }

    /// The constants.
    #[inline(always)]
    pub fn consts(&self) -> &PyTuple {
        if !self.is_loaded() && !self.load_quietly() {
            return PyTuple::empty();
        }
        // SAFETY: a live code object keeps what it has loaded.
        unsafe { Object::from_ptr((*self.raw()).co_consts).cast_unchecked() }
    }

    /// The constants of code that runs.
    ///
    /// # Safety
    /// The code is loaded.
    #[inline(always)]
    pub unsafe fn running_consts(&self) -> *const *mut PyObject {
        // SAFETY: the caller's promise.
        unsafe { Object::from_ptr((*self.raw()).co_consts).cast_unchecked::<PyTuple>().items_ptr() }
    }

    /// The names.
    #[inline(always)]
    pub fn names(&self) -> &PyTuple {
        if !self.is_loaded() && !self.load_quietly() {
            return PyTuple::empty();
        }
        // SAFETY: a live code object keeps what it has loaded.
        unsafe { Object::from_ptr((*self.raw()).co_names).cast_unchecked() }
    }

    /// The names of code that runs.
    ///
    /// # Safety
    /// The code is loaded.
    #[inline(always)]
    pub unsafe fn running_names(&self) -> *const *mut PyObject {
        // SAFETY: the caller's promise.
        unsafe { Object::from_ptr((*self.raw()).co_names).cast_unchecked::<PyTuple>().items_ptr() }
    }

    /// The names of locals, cells and free variables.
    #[inline(always)]
    pub fn localsplusnames(&self) -> &PyTuple {
        if !self.is_loaded() && !self.load_quietly() {
            return PyTuple::empty();
        }
        // SAFETY: a live code object keeps what it has loaded.
        unsafe { Object::from_ptr((*self.raw()).co_localsplusnames).cast_unchecked() }
    }

    /// `CO_FAST_*` of each.
    #[inline(always)]
    pub fn localspluskinds(&self) -> &[u8] {
        if !self.is_loaded() && !self.load_quietly() {
            return &[];
        }
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_localspluskinds).cast_unchecked::<PyBytes>().as_bytes() }
    }

    /// The exception table.
    pub fn exception_table(&self) -> &[u8] {
        if !self.is_loaded() && !self.load_quietly() {
            return &[];
        }
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_exceptiontable).cast_unchecked::<PyBytes>().as_bytes() }
    }

    /// The location table.
    pub fn linetable(&self) -> &[u8] {
        if !self.is_loaded() && !self.load_quietly() {
            return &[];
        }
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_linetable).cast_unchecked::<PyBytes>().as_bytes() }
    }

    /// `co_name`.
    pub fn name(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_name).cast_unchecked() }
    }

    /// `co_qualname`.
    pub fn qualname(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_qualname).cast_unchecked() }
    }

    /// `co_filename`.
    pub fn filename(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).co_filename).cast_unchecked() }
    }

    /// Sets `co_filename`.
    pub fn set_filename(&self, filename: &PyStr) {
        // SAFETY: the code object owns the field.
        unsafe {
            let new = filename.as_object().own().into_ptr();
            refcount::xdecref(core::mem::replace(&mut (*self.raw()).co_filename, new));
        }
    }

    /// The line of the instruction at a byte offset; -1 for before the first, `None` if it has none.
    pub fn line_of(&self, byte_offset: isize) -> Option<i32> {
        // SAFETY: plain field.
        let first = unsafe { (*self.raw()).co_firstlineno };
        if byte_offset < 0 || !self.is_loaded() && !self.load_quietly() {
            return Some(first);
        }
        location::line_at(self.linetable(), first, byte_offset as usize)
    }

    /// The line of every code unit, -1 for those without one.
    pub fn unit_lines(&self) -> Vec<i32> {
        // SAFETY: plain field.
        let first = unsafe { (*self.raw()).co_firstlineno };
        let mut lines = vec![-1; self.units()];
        for entry in location::Decoder::new(self.linetable(), first) {
            let end = (entry.end / 2).min(lines.len());
            if entry.start / 2 < end {
                lines[entry.start / 2..end].fill(entry.position.line.unwrap_or(-1));
            }
        }
        lines
    }

    /// The handler for an exception raised at a code unit.
    pub fn handler(&self, unit: u32) -> Option<exception_table::Entry> {
        exception_table::lookup(self.exception_table(), unit)
    }

    fn names_of_kind(&self, t: &Thread, wanted: u8) -> PyResult<Owned<PyTuple>> {
        let items = self
            .localsplusnames()
            .as_slice()
            .iter()
            .zip(self.localspluskinds())
            .filter(|(_, kind)| **kind & wanted != 0)
            .map(|(name, _)| name.own())
            .collect();
        PyTuple::from_vec(t, items)
    }
}

/// Words of a frame before its locals.
pub const FRAME_SPECIALS: usize = core::mem::offset_of!(_PyInterpreterFrame, localsplus) / 8;

fn intern_in_place(s: &PyStr) {
    let _ = PyStr::interned(s.own());
}

/// The unspecialised form of an instruction.
pub fn generic(op: u8) -> u8 {
    DEOPT[usize::from(op)]
}

/// Cache entries after an instruction.
#[inline]
pub fn caches_of(op: u8) -> usize {
    usize::from(CACHES[usize::from(op)])
}

/// A string constant, interned if the compiler says so.
pub fn plain_str(t: &Thread, s: &Str) -> PyResult<Owned<PyStr>> {
    let made = PyStr::from_wtf8(t, s.as_bytes())?;
    Ok(if s.is_interned() { PyStr::interned(made) } else { made })
}

/// Makes the objects of a code unit and of those within it, equal parts once (`_PyCompile_ConstCacheMergeOne`).
pub(crate) struct Merger<'t> {
    t: &'t Thread,
    known: HashMap<Const, Owned>,
}

impl<'t> Merger<'t> {
    pub(crate) fn new(t: &'t Thread) -> Self {
        Merger { t, known: HashMap::new() }
    }

    /// Gives `object` for the constant from now on.
    pub(crate) fn keep(&mut self, constant: Const, object: Owned) {
        self.known.entry(constant).or_insert(object);
    }
}

impl Merger<'_> {
    pub(crate) fn code(&mut self, code: &CodeObject) -> PyResult<Owned<PyCode>> {
        let t = self.t;
        let fields = CodeFields {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags as i32,
            code: self.bytes(&code.code)?,
            consts: self.consts(&code.consts)?,
            names: self.names(&code.names)?,
            localsplusnames: self.names(&code.localsplusnames)?,
            localspluskinds: self.bytes(&code.localspluskinds)?,
            filename: plain_str(t, &code.filename)?.into_object(),
            name: plain_str(t, &code.name)?.into_object(),
            qualname: plain_str(t, &code.qualname)?.into_object(),
            firstlineno: code.firstlineno,
            linetable: self.bytes(&code.linetable)?,
            exceptiontable: self.bytes(&code.exceptiontable)?,
        };
        PyCode::new(t, &fields)
    }

    fn bytes(&mut self, bytes: &Arc<[u8]>) -> PyResult {
        self.constant(&Const::Bytes(bytes.clone()))
    }

    fn names(&mut self, names: &[Str]) -> PyResult {
        self.constant(&Const::Tuple(names.iter().map(|name| Const::Str(name.clone())).collect()))
    }

    fn consts(&mut self, consts: &Arc<[Const]>) -> PyResult {
        // Code objects are never the same, nor are tuples that have them.
        if consts.iter().any(|c| matches!(c, Const::Code(_))) {
            return self.tuple(consts).map(Owned::into_object);
        }
        self.constant(&Const::Tuple(consts.clone()))
    }

    fn tuple(&mut self, items: &[Const]) -> PyResult<Owned<PyTuple>> {
        let items: PyResult<Vec<Owned>> = items.iter().map(|c| self.constant(c)).collect();
        PyTuple::from_vec(self.t, items?)
    }

    pub(crate) fn constant(&mut self, c: &Const) -> PyResult {
        let t = self.t;
        match c {
            Const::None => return singletons::ok_none(),
            Const::True => return Ok(singletons::bool(true).own()),
            Const::False => return Ok(singletons::bool(false).own()),
            Const::Ellipsis => return Ok(singletons::ellipsis().own()),
            Const::Int(v) if PyInt::small(*v).is_some() => return PyInt::from_i64(t, *v).map(Owned::into_object),
            Const::Code(code) if !self.known.contains_key(c) => return self.code(code).map(Owned::into_object),
            _ => {}
        }
        if let Some(found) = self.known.get(c) {
            return Ok(found.clone());
        }
        let made = match c {
            Const::BigInt(v) => PyInt::from_digits(t, v.negative, &v.digits)?.into_object(),
            Const::Float(v) => PyFloat::new(t, *v)?.into_object(),
            Const::Complex(re, im) => taipan_types::new_complex(t, *re, *im)?,
            Const::Str(s) => plain_str(t, s)?.into_object(),
            Const::Bytes(b) => PyBytes::new(t, b)?.into_object(),
            Const::Tuple(items) => self.tuple(items)?.into_object(),
            Const::FrozenSet(items) => {
                let items: PyResult<Vec<Owned>> = items.iter().map(|c| self.constant(c)).collect();
                taipan_types::new_frozenset(t, items?)?
            }
            Const::Slice(parts) => {
                let [start, stop, step] = &**parts;
                taipan_types::new_slice(t, self.constant(start)?, self.constant(stop)?, self.constant(step)?)?
            }
            Const::Int(v) => PyInt::from_i64(t, *v)?.into_object(),
            Const::None | Const::True | Const::False | Const::Ellipsis | Const::Code(_) => {
                return singletons::ok_none();
            }
        };
        self.known.insert(c.clone(), made.clone());
        Ok(made)
    }
}

unsafe extern "C" fn code_dealloc(op: *mut PyObject) {
    // SAFETY: the code object is dead.
    unsafe {
        if watch::code_watched() && watch::show_dying(op, |op| watch::code(CodeEvent::Destroy, op)) {
            return;
        }
        let c = op.cast::<PyCodeObject>();
        crate::tracing::free_code_data(c);
        if !(*c).co_weakreflist.is_null() {
            taipan_object::weakref::clear_weakrefs(op);
        }
        for held in [
            (*c).co_consts,
            (*c).co_names,
            (*c).co_localsplusnames,
            (*c).co_localspluskinds,
            (*c).co_filename,
            (*c).co_name,
            (*c).co_qualname,
            (*c).co_linetable,
            (*c).co_exceptiontable,
        ] {
            refcount::xdecref(held);
        }
        if let Some(t) = taipan_runtime::thread::current_ptr().as_ref() {
            let generation = &t.interpreter().code_generation;
            generation.set(generation.get().wrapping_add(1));
        }
        extra::free(c);
        mem::free((*c)._co_cached.cast::<u8>());
        typeobject::free_instance(op, (*op).ob_type);
    }
}

const fn member(name: &'static CStr, kind: c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

macro_rules! members {
    ($($name:literal $kind:ident $field:ident;)*) => {
        [$(member($name, $kind, core::mem::offset_of!(PyCodeObject, $field)),)* PyMemberDef::END]
    };
}

impl PyCode {
    const MEMBERS_LEN: usize = 11;
}

/// Create a code object.  Not for mere mortals.
#[class(name = "code", layout, export = PyCode_Type, basicsize = CODE_OFFSET, itemsize = 2, dealloc = code_dealloc,
    getattro = taipan_object::attr::generic_getattr_slot,
    members = members![
        c"co_argcount" Py_T_INT co_argcount;
        c"co_posonlyargcount" Py_T_INT co_posonlyargcount;
        c"co_kwonlyargcount" Py_T_INT co_kwonlyargcount;
        c"co_nlocals" Py_T_INT co_nlocals;
        c"co_stacksize" Py_T_INT co_stacksize;
        c"co_flags" Py_T_INT co_flags;
        c"co_filename" _Py_T_OBJECT co_filename;
        c"co_name" _Py_T_OBJECT co_name;
        c"co_qualname" _Py_T_OBJECT co_qualname;
        c"co_firstlineno" Py_T_INT co_firstlineno;
    ])]
impl PyCode {
    #[new(
        sig = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)"
    )]
    fn new_(
        _cls: &PyType,
        t: &Thread,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &PyBytes,
        constants: &PyTuple,
        names: &PyTuple,
        varnames: &PyTuple,
        filename: &PyStr,
        name: &PyStr,
        qualname: &PyStr,
        firstlineno: i32,
        linetable: &PyBytes,
        exceptiontable: &PyBytes,
        freevars: Option<&PyTuple>,
        cellvars: Option<&PyTuple>,
    ) -> PyResult<Owned<Self>> {
        for (value, what) in [
            (argcount, "argcount"),
            (posonlyargcount, "posonlyargcount"),
            (kwonlyargcount, "kwonlyargcount"),
            (nlocals, "nlocals"),
        ] {
            if value < 0 {
                return Err(err!(t, ValueError, "code: {what} must not be negative"));
            }
        }
        if nlocals as usize != varnames.len() {
            return Err(err!(t, ValueError, "code: co_nlocals != len(co_varnames)"));
        }
        let (names_plus, kinds) = locals_plus(t, varnames, cellvars, freevars)?;
        Self::new(
            t,
            &CodeFields {
                argcount,
                posonlyargcount,
                kwonlyargcount,
                stacksize,
                flags,
                code: codestring.as_object().own(),
                consts: constants.as_object().own(),
                names: names.as_object().own(),
                localsplusnames: names_plus.into_object(),
                localspluskinds: kinds.into_object(),
                filename: filename.as_object().own(),
                name: name.as_object().own(),
                qualname: qualname.as_object().own(),
                firstlineno,
                linetable: linetable.as_object().own(),
                exceptiontable: exceptiontable.as_object().own(),
            },
        )
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        // SAFETY: plain field.
        let line = unsafe { (*self.raw()).co_firstlineno };
        PyStr::from_fmt(
            t,
            format_args!(
                "<code object {} at {:p}, file \"{}\", line {}>",
                self.name().display(),
                self.as_ptr(),
                self.filename().display(),
                if line != 0 { line } else { -1 }
            ),
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        let mut h = 20_221_211usize;
        let mut mix = |x: isize| h = (h ^ x as usize).wrapping_mul(1_000_003);
        mix(self.name().hash());
        mix(taipan_object::hash::hash(t, self.consts())?);
        mix(taipan_object::hash::hash(t, self.names())?);
        mix(taipan_object::hash::hash(t, self.localsplusnames())?);
        // SAFETY: plain fields.
        unsafe {
            mix((*self.raw()).co_argcount as isize);
            mix((*self.raw()).co_posonlyargcount as isize);
            mix((*self.raw()).co_kwonlyargcount as isize);
            mix((*self.raw()).co_firstlineno as isize);
            mix((*self.raw()).co_flags as isize);
        }
        mix(self.co_code_bytes(t)?.hash());
        Ok(h as isize)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        // SAFETY: plain fields.
        let plain = unsafe {
            let (a, b) = (self.raw(), other.raw());
            (*a).co_argcount == (*b).co_argcount
                && (*a).co_posonlyargcount == (*b).co_posonlyargcount
                && (*a).co_kwonlyargcount == (*b).co_kwonlyargcount
                && (*a).co_flags == (*b).co_flags
                && (*a).co_firstlineno == (*b).co_firstlineno
        };
        let equal = plain
            && self.name().eq(other.name())
            && self.co_code_bytes(t)?.as_bytes() == other.co_code_bytes(t)?.as_bytes()
            && self.linetable() == other.linetable()
            && self.exception_table() == other.exception_table()
            && constants_equal(t, self.consts(), other.consts())?
            && taipan_object::Object::eq(self.names(), t, other.names())?
            && taipan_object::Object::eq(self.localsplusnames(), t, other.localsplusnames())?
            && self.localspluskinds() == other.localspluskinds();
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        CODE_OFFSET + self.units() * 2
    }

    #[method(text = "")]
    fn co_lines(&self, t: &Thread) -> PyResult {
        let mut items = Vec::new();
        // SAFETY: plain field.
        let first = unsafe { (*self.raw()).co_firstlineno };
        let mut pending: Option<(usize, usize, Option<i32>)> = None;
        let mut push = |t: &Thread, (start, end, line): (usize, usize, Option<i32>)| -> PyResult<()> {
            let line = match line {
                Some(line) => PyInt::from_i64(t, i64::from(line))?.into_object(),
                None => singletons::none().own(),
            };
            let tuple = PyTuple::from_vec(
                t,
                vec![
                    PyInt::from_i64(t, start as i64)?.into_object(),
                    PyInt::from_i64(t, end as i64)?.into_object(),
                    line,
                ],
            )?;
            items.push(tuple.into_object());
            Ok(())
        };
        for entry in location::Decoder::new(self.linetable(), first) {
            pending = match pending {
                Some((start, _, line)) if line == entry.position.line => Some((start, entry.end, line)),
                Some(done) => {
                    push(t, done)?;
                    Some((entry.start, entry.end, entry.position.line))
                }
                None => Some((entry.start, entry.end, entry.position.line)),
            };
        }
        if let Some(done) = pending {
            push(t, done)?;
        }
        taipan_object::iter::get_iter(t, &*PyTuple::from_vec(t, items)?)
    }

    #[method(text = "")]
    fn co_positions(&self, t: &Thread) -> PyResult {
        let mut items = Vec::new();
        // SAFETY: plain field.
        let first = unsafe { (*self.raw()).co_firstlineno };
        let int = |v: Option<i32>| -> PyResult {
            match v {
                Some(v) => PyInt::from_i64(t, i64::from(v)).map(Owned::into_object),
                None => singletons::ok_none(),
            }
        };
        for entry in location::Decoder::new(self.linetable(), first) {
            let p = &entry.position;
            let tuple = PyTuple::from_vec(t, vec![int(p.line)?, int(p.end_line)?, int(p.column)?, int(p.end_column)?])?;
            let mut at = entry.start;
            while at < entry.end {
                items.push(tuple.clone().into_object());
                at += 2;
            }
        }
        taipan_object::iter::get_iter(t, &*PyTuple::from_vec(t, items)?)
    }

    // The branches: offsets of each, of where it goes when not taken, and of where it goes when taken.
    #[method(text = "")]
    fn co_branches(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        use taipan_bytecode::opcode::op;
        let triple = |source: usize, not_taken: usize, taken: usize| -> PyResult {
            let item = |units: usize| PyInt::from_i64(t, units as i64 * 2).map(Owned::into_object);
            PyTuple::from_vec(t, vec![item(source)?, item(not_taken)?, item(taken)?]).map(Owned::into_object)
        };
        let mut items = Vec::new();
        let (mut at, mut extended) = (0usize, 0usize);
        while at < self.units() {
            // SAFETY: within the instructions.
            let unit = unsafe { *self.code_ptr().add(at) };
            let opcode = self.opcode(at);
            let oparg = extended << 8 | usize::from(unit >> 8);
            let mut next = at + 1 + caches_of(opcode);
            extended = 0;
            match opcode {
                op::EXTENDED_ARG => extended = oparg,
                // Taken, it skips END_FOR and POP_ITER.
                op::FOR_ITER => items.push(triple(at, next, next + oparg + 2)?),
                op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
                    let target = next + oparg;
                    // NOT_TAKEN follows.
                    next += 1;
                    items.push(triple(at, next, target)?);
                }
                op::END_ASYNC_FOR => {
                    let source = next.saturating_sub(oparg);
                    // END_SEND, then NOT_TAKEN.
                    items.push(triple(source, source + 2, next)?);
                }
                _ => {}
            }
            at = next;
        }
        taipan_object::iter::get_iter(t, &*PyTuple::from_vec(t, items)?)
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(text = "($self, /, **changes)")]
    fn replace(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if !args.pos.is_empty() {
            return Err(err!(t, TypeError, "replace() takes no positional arguments"));
        }
        let mut f = self.fields(t)?;
        let mut varnames = self.names_of_kind(t, co_fast::LOCAL)?;
        let mut cellvars = self.names_of_kind(t, co_fast::CELL)?;
        let mut freevars = self.names_of_kind(t, co_fast::FREE)?;
        let mut renamed = false;
        // SAFETY: plain field.
        let mut nlocals = unsafe { (*self.raw()).co_nlocals };
        args.for_each_keyword(t, |key, value| {
            let Some(key) = key.downcast::<PyStr>() else { return Ok(()) };
            let int = || -> PyResult<i32> {
                let v = taipan_object::number::index(t, value)?.to_i64().and_then(|v| i32::try_from(v).ok());
                v.ok_or_else(|| err!(t, OverflowError, "signed integer is greater than maximum"))
            };
            let tuple = || -> PyResult<Owned<PyTuple>> {
                value.own().into_type::<PyTuple>().map_err(|o| {
                    err!(
                        t,
                        TypeError,
                        "replace() argument '{}' must be tuple, not {}",
                        key.display(),
                        o.class().name_lossy()
                    )
                })
            };
            match &*key.to_string_lossy() {
                "co_argcount" => f.argcount = int()?,
                "co_posonlyargcount" => f.posonlyargcount = int()?,
                "co_kwonlyargcount" => f.kwonlyargcount = int()?,
                "co_nlocals" => nlocals = int()?,
                "co_stacksize" => f.stacksize = int()?,
                "co_flags" => f.flags = int()?,
                "co_firstlineno" => f.firstlineno = int()?,
                "co_code" => f.code = value.own(),
                "co_consts" => f.consts = value.own(),
                "co_names" => f.names = value.own(),
                "co_varnames" => {
                    varnames = tuple()?;
                    renamed = true;
                }
                "co_freevars" => {
                    freevars = tuple()?;
                    renamed = true;
                }
                "co_cellvars" => {
                    cellvars = tuple()?;
                    renamed = true;
                }
                "co_filename" => f.filename = value.own(),
                "co_name" => f.name = value.own(),
                "co_qualname" => f.qualname = value.own(),
                "co_linetable" => f.linetable = value.own(),
                "co_exceptiontable" => f.exceptiontable = value.own(),
                _ => {
                    return Err(err!(t, TypeError, "replace() got an unexpected keyword argument '{}'", key.display()));
                }
            }
            Ok(())
        })?;
        if nlocals as usize != varnames.len() {
            return Err(err!(t, ValueError, "code: co_nlocals != len(co_varnames)"));
        }
        if renamed {
            let (names, kinds) = locals_plus(t, &varnames, Some(&cellvars), Some(&freevars))?;
            f.localsplusnames = names.into_object();
            f.localspluskinds = kinds.into_object();
        }
        Self::new(t, &f)
    }

    /// The same as replace().
    #[method(text = "($self, /, **changes)")]
    fn __replace__(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        self.replace(t, args)
    }

    /// (internal-only) Return the local variable name for the given oparg.
    ///
    /// WARNING: this method is for internal use only and may change or go away.
    #[method(sig = "(oparg)")]
    fn _varname_from_oparg(&self, t: &Thread, oparg: i32) -> PyResult {
        match usize::try_from(oparg).ok().and_then(|i| self.localsplusnames().get(i)) {
            Some(name) => Ok(name.own()),
            None => Err(err!(t, IndexError, "tuple index out of range")),
        }
    }

    #[getter(member)]
    fn co_consts(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        Ok(self.consts().as_object().own())
    }

    #[getter(member)]
    fn co_names(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        Ok(self.names().as_object().own())
    }

    #[getter(member)]
    fn co_linetable(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        // SAFETY: loaded code has its tables.
        unsafe { Ok(Object::from_ptr((*self.raw()).co_linetable).own()) }
    }

    #[getter(member)]
    fn co_exceptiontable(&self, t: &Thread) -> PyResult {
        self.load(t)?;
        // SAFETY: as above.
        unsafe { Ok(Object::from_ptr((*self.raw()).co_exceptiontable).own()) }
    }

    #[getter]
    fn co_code(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.co_code_bytes(t)
    }

    #[getter]
    fn _co_code_adaptive(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.load(t)?;
        // SAFETY: the instructions.
        let mut bytes = unsafe { core::slice::from_raw_parts(self.code_ptr().cast::<u8>(), self.units() * 2) }.to_vec();
        let mut i = 0;
        while i < bytes.len() {
            if bytes[i] == Opcode::INSTRUMENTED_INSTRUCTION as u8 {
                bytes[i] = self.opcode(i / 2);
            }
            let caches = caches_of(bytes[i]);
            bytes[i] = SHOWN[usize::from(bytes[i])];
            i += 2 + 2 * caches;
        }
        PyBytes::new(t, &bytes)
    }

    #[getter]
    fn co_varnames(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.names_of_kind(t, co_fast::LOCAL)
    }

    #[getter]
    fn co_cellvars(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.names_of_kind(t, co_fast::CELL)
    }

    #[getter]
    fn co_freevars(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.names_of_kind(t, co_fast::FREE)
    }

    #[getter]
    fn co_lnotab(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        taipan_object::errors::warn(
            t,
            taipan_object::exceptions_class!(DeprecationWarning),
            format_args!("co_lnotab is deprecated, use co_lines instead."),
            1,
        )?;
        let mut out = Vec::new();
        // SAFETY: plain field.
        let mut line = unsafe { (*self.raw()).co_firstlineno };
        let mut at = 0usize;
        for entry in location::Decoder::new(self.linetable(), line) {
            if let Some(next) = entry.position.line
                && next != line
            {
                let mut bytes = entry.start - at;
                while bytes > 255 {
                    out.extend_from_slice(&[255, 0]);
                    bytes -= 255;
                }
                let mut lines = next - line;
                while lines > 127 {
                    out.extend_from_slice(&[bytes as u8, 127]);
                    bytes = 0;
                    lines -= 127;
                }
                while lines < -128 {
                    out.extend_from_slice(&[bytes as u8, 0x80]);
                    bytes = 0;
                    lines += 128;
                }
                out.extend_from_slice(&[bytes as u8, lines as i8 as u8]);
                at = entry.start;
                line = next;
            }
        }
        PyBytes::new(t, &out)
    }
}

fn constants_equal(t: &Thread, a: &PyTuple, b: &PyTuple) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
        let same = if x.is(y) {
            true
        } else if !x.class().is(y.class()) {
            false
        } else if let (Some(x), Some(y)) = (x.downcast_exact::<PyTuple>(), y.downcast_exact::<PyTuple>()) {
            constants_equal(t, x, y)?
        } else {
            // Zeros of either sign are told apart by their repr; that of code objects has their address.
            x.eq(t, y)? && (x.is_exact::<PyCode>() || x.repr_lossy(t) == y.repr_lossy(t))
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn locals_plus(
    t: &Thread,
    varnames: &PyTuple,
    cellvars: Option<&PyTuple>,
    freevars: Option<&PyTuple>,
) -> PyResult<(Owned<PyTuple>, Owned<PyBytes>)> {
    let mut names: Vec<Owned> = taipan_object::call::own_all(varnames.as_slice());
    let mut kinds: Vec<u8> = vec![co_fast::LOCAL; names.len()];
    for cell in cellvars.map_or(&[][..], |c| c.as_slice()) {
        let found = names.iter().position(|n| match (n.downcast::<PyStr>(), cell.downcast::<PyStr>()) {
            (Some(a), Some(b)) => a.eq(b),
            _ => false,
        });
        match found {
            Some(i) => kinds[i] |= co_fast::CELL,
            None => {
                names.push(cell.own());
                kinds.push(co_fast::CELL);
            }
        }
    }
    for free in freevars.map_or(&[][..], |c| c.as_slice()) {
        names.push(free.own());
        kinds.push(co_fast::FREE);
    }
    Ok((PyTuple::from_vec(t, names)?, PyBytes::new(t, &kinds)?))
}

/// The names that the module `marshal` needs of code objects.
pub fn is_code(object: &Object) -> bool {
    object.is_exact::<PyCode>()
}

/// Registers the type; sets the offset that the declaration cannot name.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        (*<PyCode as taipan_object::Class>::TYPE).tp_weaklistoffset =
            core::mem::offset_of!(PyCodeObject, co_weakreflist) as isize;
    }
    let _: *const c_void = core::ptr::null();
    let _ = name!(t, "co_code");
    typeobject::add_static::<PyCode>(t)
}
