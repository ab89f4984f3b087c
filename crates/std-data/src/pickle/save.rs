//! From objects to a pickle.

use super::memo::Memo;
use super::opcode::*;
use super::{Globals, dotted_path, follow, module_named, note, number, raise};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;
use taipan_object::attr::none_if_none;
use taipan_object::buffer::{is_c_contiguous, is_f_contiguous, to_contiguous};
use taipan_object::call::enter_recursive;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyDict, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, PyType, Raised, Slot,
    Thread, Traverse, Visitor, err, errors, exceptions, iter, name, singletons, state,
};
use taipan_types::{PyByteArray, PyFrozenSet, PyPickleBuffer, PySet};

const BATCH: usize = 1000;
const FRAME_TARGET: usize = 64 * 1024;
const FRAME_HEADER: usize = 9;
const FRAME_MIN: usize = 4;
/// How deep the `fast` mode goes without looking for cycles.
const FAST_NESTING: isize = 50;

/// What a pickler keeps.
pub struct Core {
    pub memo: RefCell<Memo>,
    out: RefCell<Vec<u8>>,
    /// Where the open frame begins.
    frame: Cell<Option<usize>>,
    framing: Cell<bool>,
    pub proto: Cell<u8>,
    pub bin: Cell<i32>,
    pub fast: Cell<i32>,
    nesting: Cell<isize>,
    fast_memo: RefCell<HashSet<usize>>,
    fix_imports: Cell<bool>,
    pub write: Slot,
    buffer_callback: Slot,
    pub dispatch_table: Slot,
    /// Whether anything has been pickled.
    dumped: Cell<bool>,
}

impl Default for Core {
    fn default() -> Self {
        Self {
            memo: RefCell::default(),
            out: RefCell::default(),
            frame: Cell::new(None),
            framing: Cell::new(false),
            proto: Cell::new(0),
            bin: Cell::new(0),
            fast: Cell::new(0),
            nesting: Cell::new(0),
            fast_memo: RefCell::default(),
            fix_imports: Cell::new(false),
            write: Slot::empty(),
            buffer_callback: Slot::empty(),
            dispatch_table: Slot::empty(),
            dumped: Cell::new(false),
        }
    }
}

impl Traverse for Core {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.memo.traverse(visitor);
        self.write.traverse(visitor);
        self.buffer_callback.traverse(visitor);
        self.dispatch_table.traverse(visitor);
    }
    fn clear(&self) {
        self.memo.clear();
        self.write.clear();
        self.buffer_callback.clear();
        self.dispatch_table.clear();
    }
}

impl Core {
    /// Sets the protocol.
    pub fn set_protocol(&self, t: &Thread, protocol: Option<&Object>, fix_imports: bool) -> PyResult<()> {
        let proto = match none_if_none(protocol) {
            None => i64::from(DEFAULT_PROTOCOL),
            Some(protocol) => {
                let index = taipan_object::number::index(t, protocol)?;
                let proto = index.to_i64().and_then(|n| i32::try_from(n).ok());
                let Some(proto) = proto else {
                    return Err(err!(t, OverflowError, "Python int too large to convert to C int"));
                };
                if proto < 0 { i64::from(HIGHEST_PROTOCOL) } else { i64::from(proto) }
            }
        };
        if proto > i64::from(HIGHEST_PROTOCOL) {
            return Err(err!(t, ValueError, "pickle protocol must be <= {HIGHEST_PROTOCOL}"));
        }
        self.proto.set(proto as u8);
        self.bin.set(i32::from(proto > 0));
        self.fix_imports.set(fix_imports && proto < 3);
        Ok(())
    }

    /// Sets the file.
    pub fn set_output(&self, t: &Thread, file: &Object) -> PyResult<()> {
        match file.getattr_opt(t, name!(t, "write"))? {
            Some(write) => self.write.set(Some(write)),
            None => return Err(err!(t, TypeError, "file must have a 'write' attribute")),
        }
        Ok(())
    }

    /// Sets who is asked about buffers.
    pub fn set_buffer_callback(&self, t: &Thread, callback: Option<&Object>) -> PyResult<()> {
        let callback = none_if_none(callback);
        if callback.is_some() && self.proto.get() < 5 {
            return Err(err!(t, ValueError, "buffer_callback needs protocol >= 5"));
        }
        self.buffer_callback.set(callback.map(Own::own));
        Ok(())
    }

    /// Forgets what was seen.
    pub fn clear_memo(&self) {
        self.memo.clear();
    }

    /// Forgets what was written.
    pub fn clear_output(&self) {
        self.out.borrow_mut().clear();
        self.frame.set(None);
        self.framing.set(false);
        self.nesting.set(0);
        self.fast_memo.borrow_mut().clear();
    }

    /// The room that the output takes, as CPython lays it out: a buffer that the first dump uses up.
    pub fn output_size(&self) -> usize {
        let out = self.out.borrow();
        match (out.is_empty(), self.dumped.get()) {
            (true, true) => 0,
            _ => 33 + out.len().max(4096),
        }
    }

    /// Hands everything written so far to the file.
    pub fn flush_to_file(&self, t: &Thread) -> PyResult<()> {
        let Some(write) = self.write.get() else { return Ok(()) };
        let data = self.result(t)?;
        write.call(t, &[&data])?;
        Ok(())
    }

    /// Everything written so far.
    pub fn result(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        let data = std::mem::take(&mut *self.out.borrow_mut());
        PyBytes::new(t, &data)
    }

    fn write(&self, data: &[u8]) {
        let mut out = self.out.borrow_mut();
        if self.framing.get() && self.frame.get().is_none() {
            self.frame.set(Some(out.len()));
            out.extend_from_slice(&[0; FRAME_HEADER]);
        }
        out.extend_from_slice(data);
    }

    fn op(&self, op: u8) {
        self.write(&[op]);
    }

    fn close_frame(&self) {
        let Some(start) = self.frame.take() else { return };
        let mut out = self.out.borrow_mut();
        let len = out.len() - start - FRAME_HEADER;
        if len >= FRAME_MIN {
            out[start] = FRAME;
            out[start + 1..start + FRAME_HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            out.drain(start..start + FRAME_HEADER);
        }
    }

    /// Closes the frame if it is full: called between instructions.
    fn boundary(&self, t: &Thread) -> PyResult<()> {
        let Some(start) = self.frame.get() else { return Ok(()) };
        if self.out.borrow().len() - start - FRAME_HEADER < FRAME_TARGET {
            return Ok(());
        }
        self.close_frame();
        self.flush_to_file(t)
    }
}

/// One pickling.
pub struct Run<'a> {
    t: &'a Thread,
    core: &'a Core,
    globals: &'static Globals,
    persistent_id: Option<Owned>,
    reducer_override: Option<Owned>,
}

impl<'a> Run<'a> {
    /// With the methods of a pickler object, if there is one.
    pub fn new(t: &'a Thread, core: &'a Core, hooks: Option<(Option<Owned>, Option<Owned>)>) -> PyResult<Self> {
        let (persistent_id, reducer_override) = hooks.unwrap_or((None, None));
        Ok(Self { t, core, globals: Globals::of(t)?, persistent_id, reducer_override })
    }

    /// Pickles one object.
    pub fn dump(&self, object: &Object) -> PyResult<()> {
        let core = self.core;
        let proto = core.proto.get();
        if proto >= 2 {
            core.write(&[PROTO, proto]);
        }
        core.framing.set(proto >= 4);
        core.dumped.set(true);
        let saved = self.save(object, false);
        if saved.is_ok() {
            core.op(STOP);
            core.close_frame();
        }
        core.framing.set(false);
        saved
    }

    #[cold]
    fn error(&self, message: fmt::Arguments<'_>) -> Raised {
        raise(self.t, &self.globals.pickling_error, message)
    }

    /// Adds "when serializing CLASS WHAT".
    #[cold]
    fn noted(&self, raised: Raised, object: &Object, what: fmt::Arguments<'_>) -> Raised {
        let t = self.t;
        let exception = errors::take_raised(t, raised);
        match object.class().fully_qualified_name(t) {
            Ok(class) => {
                let raised = errors::restore_raised(t, exception);
                note(t, raised, format_args!("when serializing {} {what}", class.display()))
            }
            Err(other) => other,
        }
    }

    fn proto(&self) -> u8 {
        self.core.proto.get()
    }

    fn bin(&self) -> bool {
        self.core.bin.get() != 0
    }

    fn mark(&self) {
        self.core.op(MARK);
    }

    fn in_memo(&self, object: &Object) -> Option<usize> {
        self.core.memo.borrow().get(object)
    }

    fn memo_get(&self, index: usize) -> PyResult<()> {
        if !self.bin() {
            self.core.write(format!("g{index}\n").as_bytes());
        } else if let Ok(short) = u8::try_from(index) {
            self.core.write(&[BINGET, short]);
        } else if let Ok(long) = u32::try_from(index) {
            let [a, b, c, d] = long.to_le_bytes();
            self.core.write(&[LONG_BINGET, a, b, c, d]);
        } else {
            return Err(self.error(format_args!("memo id too large for LONG_BINGET")));
        }
        Ok(())
    }

    fn memo_put(&self, object: &Object) -> PyResult<()> {
        if self.core.fast.get() != 0 {
            return Ok(());
        }
        let index = self.core.memo.borrow().len();
        self.core.memo.borrow_mut().insert(object.own(), index);
        if self.proto() >= 4 {
            self.core.op(MEMOIZE);
        } else if !self.bin() {
            self.core.write(format!("p{index}\n").as_bytes());
        } else if let Ok(short) = u8::try_from(index) {
            self.core.write(&[BINPUT, short]);
        } else if let Ok(long) = u32::try_from(index) {
            let [a, b, c, d] = long.to_le_bytes();
            self.core.write(&[LONG_BINPUT, a, b, c, d]);
        } else {
            return Err(self.error(format_args!("memo id too large for LONG_BINPUT")));
        }
        Ok(())
    }

    /// Pickles an object; `no_pid`: it is itself the identifier of one.
    fn save(&self, object: &Object, no_pid: bool) -> PyResult<()> {
        let t = self.t;
        self.core.boundary(t)?;
        if !no_pid && self.save_persistent(object)? {
            return Ok(());
        }
        if object.is(singletons::none()) {
            self.core.op(NONE);
            return Ok(());
        }
        if object.is(singletons::bool(true)) || object.is(singletons::bool(false)) {
            let truth = object.is(singletons::bool(true));
            if self.proto() >= 2 {
                self.core.op(if truth { NEWTRUE } else { NEWFALSE });
            } else {
                self.core.write(if truth { b"I01\n" } else { b"I00\n" });
            }
            return Ok(());
        }
        if let Some(value) = object.downcast_exact::<PyInt>() {
            return self.save_int(value);
        }
        if let Some(value) = object.downcast_exact::<PyFloat>() {
            return self.save_float(value);
        }
        if let Some(index) = self.in_memo(object) {
            return self.memo_get(index);
        }
        if let Some(bytes) = object.downcast_exact::<PyBytes>() {
            return self.save_bytes(bytes);
        }
        if let Some(text) = object.downcast_exact::<PyStr>() {
            return self.save_str(text);
        }
        enter_recursive(t, " while pickling an object")?;
        if let Some(dict) = object.downcast_exact::<PyDict>() {
            return self.fast_guarded(dict, || self.save_dict(dict));
        }
        if let Some(set) = object.downcast_exact::<PySet>() {
            return self.save_set(set);
        }
        if let Some(set) = object.downcast_exact::<PyFrozenSet>() {
            return self.fast_guarded(set, || self.save_frozenset(set));
        }
        if let Some(list) = object.downcast_exact::<PyList>() {
            return self.fast_guarded(list, || self.save_list(list));
        }
        if let Some(tuple) = object.downcast_exact::<PyTuple>() {
            return self.save_tuple(tuple);
        }
        if let Some(array) = object.downcast_exact::<PyByteArray>() {
            return self.save_bytearray(array);
        }
        if let Some(buffer) = object.downcast_exact::<PyPickleBuffer>() {
            return self.save_picklebuffer(buffer);
        }
        if let Some(reduce) = &self.reducer_override {
            let reduced = reduce.call(t, &[object])?;
            if !reduced.is(singletons::not_implemented()) {
                return self.save_reduced(&reduced, object);
            }
        }
        let class = object.class();
        if let Some(value) = object.downcast_exact::<PyType>() {
            return self.save_type(value);
        }
        if state::is_function(object) {
            return self.save_global(object, None);
        }
        let found = match self.core.dispatch_table.get() {
            None => self.globals.dispatch_table.get_item(t, class)?,
            Some(table) => match table.downcast_exact::<PyDict>() {
                Some(dict) => dict.get_item(t, class)?,
                None => errors::catch::<exceptions::KeyError, _>(t, table.get_item(t, class))?,
            },
        };
        let reduced = if let Some(reduce) = found {
            reduce.call(t, &[object])?
        } else if class.is_subtype(PyType::class()) {
            return self.save_global(object, None);
        } else if let Some(reduce) = object.getattr_opt(t, name!(t, "__reduce_ex__"))? {
            let proto = PyInt::from_i64(t, i64::from(self.proto()))?;
            reduce.call(t, &[&proto])?
        } else if let Some(reduce) = object.getattr_opt(t, name!(t, "__reduce__"))? {
            reduce.call(t, &[])?
        } else {
            let name = class.fully_qualified_name(t)?;
            return Err(self.error(format_args!("Can't pickle {} object", name.display())));
        };
        self.save_reduced(&reduced, object)
    }

    /// What `__reduce__` returned.
    fn save_reduced(&self, reduced: &Object, object: &Object) -> PyResult<()> {
        if let Some(name) = reduced.downcast::<PyStr>() {
            return self.save_global(object, Some(name));
        }
        let done = match reduced.downcast::<PyTuple>() {
            Some(parts) => self.save_reduce(parts, Some(object)),
            None => match reduced.class().fully_qualified_name(self.t) {
                Ok(class) => {
                    Err(self.error(format_args!("__reduce__ must return a string or tuple, not {}", class.display())))
                }
                Err(raised) => Err(raised),
            },
        };
        done.map_err(|raised| self.noted(raised, object, format_args!("object")))
    }

    fn save_persistent(&self, object: &Object) -> PyResult<bool> {
        let Some(function) = &self.persistent_id else { return Ok(false) };
        let t = self.t;
        let pid = function.call(t, &[object])?;
        if pid.is(singletons::none()) {
            return Ok(false);
        }
        if self.bin() {
            self.save(&pid, true)?;
            self.core.op(BINPERSID);
        } else {
            let text = pid.str(t)?;
            let Some(ascii) = text.as_ascii() else {
                return Err(self.error(format_args!("persistent IDs in protocol 0 must be ASCII strings")));
            };
            self.core.write(&[&[PERSID], ascii.as_bytes(), b"\n"].concat());
        }
        Ok(true)
    }

    /// Guards a container against cycles where there is no memo to do so.
    fn fast_guarded(&self, object: &Object, save: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
        let core = self.core;
        if core.fast.get() == 0 {
            return save();
        }
        let key = object.as_ptr() as usize;
        core.nesting.set(core.nesting.get() + 1);
        if core.nesting.get() >= FAST_NESTING && !core.fast_memo.borrow_mut().insert(key) {
            core.nesting.set(-1);
            return Err(err!(
                self.t,
                ValueError,
                "fast mode: can't pickle cyclic objects including object type {:.200} at {:#x}",
                object.class().name_lossy(),
                key
            ));
        }
        let done = save();
        if core.nesting.get() >= FAST_NESTING {
            core.fast_memo.borrow_mut().remove(&key);
        }
        core.nesting.set(core.nesting.get() - 1);
        done
    }

    fn save_int(&self, value: &PyInt) -> PyResult<()> {
        let core = self.core;
        if let Some(small) = value.to_i64().and_then(|n| i32::try_from(n).ok()) {
            if !self.bin() {
                core.write(format!("I{small}\n").as_bytes());
                return Ok(());
            }
            match small.to_le_bytes() {
                [a, 0, 0, 0] => core.write(&[BININT1, a]),
                [a, b, 0, 0] => core.write(&[BININT2, a, b]),
                [a, b, c, d] => core.write(&[BININT, a, b, c, d]),
            }
            return Ok(());
        }
        if self.proto() < 2 {
            let text = value.repr(self.t)?;
            core.write(&[b"L", text.to_wtf8().as_slice(), b"L\n"].concat());
            return Ok(());
        }
        let bytes = number::encode(value);
        if let Ok(n) = u8::try_from(bytes.len()) {
            core.write(&[LONG1, n]);
        } else if let Ok(n) = i32::try_from(bytes.len()) {
            let [a, b, c, d] = n.to_le_bytes();
            core.write(&[LONG4, a, b, c, d]);
        } else {
            return Err(err!(self.t, OverflowError, "int too large to pickle"));
        }
        core.write(&bytes);
        Ok(())
    }

    fn save_float(&self, value: &PyFloat) -> PyResult<()> {
        if self.bin() {
            let mut data = [BINFLOAT; 9];
            data[1..].copy_from_slice(&value.value().to_be_bytes());
            self.core.write(&data);
        } else {
            let text = value.repr(self.t)?;
            self.core.write(&[b"F", text.to_wtf8().as_slice(), b"\n"].concat());
        }
        Ok(())
    }

    /// Writes a header and bytes; many of them go outside of frames, and to the file without a copy.
    fn write_bytes(&self, header: &[u8], data: &[u8], payload: Option<&Object>) -> PyResult<()> {
        let core = self.core;
        let t = self.t;
        let framing = core.framing.get();
        let large = data.len() >= FRAME_TARGET;
        if large {
            core.close_frame();
            core.framing.set(false);
        }
        core.write(header);
        let done = match core.write.get() {
            Some(write) if large => core.flush_to_file(t).and_then(|()| match payload {
                Some(payload) => write.call(t, &[payload]).map(drop),
                None => PyBytes::new(t, data).and_then(|data| write.call(t, &[&data])).map(drop),
            }),
            _ => {
                core.write(data);
                Ok(())
            }
        };
        core.framing.set(framing);
        done
    }

    fn bytes_data(&self, object: &Object, data: &[u8]) -> PyResult<()> {
        let size = data.len();
        let header = if let Ok(n) = u8::try_from(size) {
            vec![SHORT_BINBYTES, n]
        } else if let Ok(n) = u32::try_from(size) {
            [&[BINBYTES][..], &n.to_le_bytes()].concat()
        } else if self.proto() >= 4 {
            [&[BINBYTES8][..], &(size as u64).to_le_bytes()].concat()
        } else {
            return Err(err!(
                self.t,
                OverflowError,
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher"
            ));
        };
        let payload = object.is_exact::<PyBytes>().then_some(object);
        self.write_bytes(&header, data, payload)?;
        self.memo_put(object)
    }

    fn bytearray_data(&self, object: &Object, data: &[u8]) -> PyResult<()> {
        let header = [&[BYTEARRAY8][..], &(data.len() as u64).to_le_bytes()].concat();
        let payload = object.is_exact::<PyByteArray>().then_some(object);
        self.write_bytes(&header, data, payload)?;
        self.memo_put(object)
    }

    fn save_bytes(&self, bytes: &PyBytes) -> PyResult<()> {
        let t = self.t;
        if self.proto() >= 3 {
            return self.bytes_data(bytes, bytes.as_bytes());
        }
        let class: &Object = PyBytes::class();
        let parts = if bytes.len() == 0 {
            PyTuple::from_slice(t, &[class, &self.globals.empty])?
        } else {
            let text = PyStr::from_latin1(t, bytes.as_bytes())?;
            let args = PyTuple::from_slice(t, &[&text, name!(t, "latin1")])?;
            PyTuple::from_slice(t, &[&self.globals.codecs_encode, &args])?
        };
        self.save_reduce(&parts, Some(bytes))
    }

    fn save_bytearray(&self, array: &PyByteArray) -> PyResult<()> {
        let t = self.t;
        // The bytes are copied: writing them may run code that changes them.
        let data = array.as_bytes().to_vec();
        if self.proto() >= 5 {
            return self.bytearray_data(array, &data);
        }
        let class: &Object = PyByteArray::class();
        let parts = if data.is_empty() {
            PyTuple::from_slice(t, &[class, &self.globals.empty])?
        } else {
            let bytes = PyBytes::new(t, &data)?;
            let args = PyTuple::from_slice(t, &[&bytes])?;
            PyTuple::from_slice(t, &[class, &args])?
        };
        self.save_reduce(&parts, Some(array))
    }

    fn save_picklebuffer(&self, object: &PyPickleBuffer) -> PyResult<()> {
        let t = self.t;
        if self.proto() < 5 {
            return Err(self.error(format_args!("PickleBuffer can only be pickled with protocol >= 5")));
        }
        let view = object.view(t)?;
        if !view.suboffsets.is_null() || !(is_c_contiguous(view) || is_f_contiguous(view)) {
            return Err(
                self.error(format_args!("PickleBuffer can not be pickled when pointing to a non-contiguous buffer"))
            );
        }
        let readonly = view.readonly != 0;
        let raw = object.as_object().call_method(t, name!(t, "raw"), &[])?;
        // Held from here on: the callback may release the object.
        let raw = taipan_object::buffer::Buffer::get(t, &raw, taipan_object::abi::PyBUF_FULL_RO)?;
        let in_band = match self.core.buffer_callback.get() {
            Some(callback) => callback.call(t, &[object])?.is_true(t)?,
            None => true,
        };
        if !in_band {
            self.core.op(NEXT_BUFFER);
            if readonly {
                self.core.op(READONLY_BUFFER);
            }
            return Ok(());
        }
        let data = to_contiguous(t, raw.view())?;
        if readonly { self.bytes_data(object, &data) } else { self.bytearray_data(object, &data) }
    }

    fn save_str(&self, text: &PyStr) -> PyResult<()> {
        if self.bin() {
            let encoded;
            let data = match text.as_ascii() {
                Some(ascii) => ascii.as_bytes(),
                None => {
                    encoded = text.to_wtf8();
                    &encoded
                }
            };
            let size = data.len();
            match (u8::try_from(size), u32::try_from(size)) {
                (Ok(n), _) if self.proto() >= 4 => self.write_bytes(&[SHORT_BINUNICODE, n], data, None)?,
                (_, Ok(n)) => {
                    let [a, b, c, d] = n.to_le_bytes();
                    self.write_bytes(&[BINUNICODE, a, b, c, d], data, None)?;
                }
                _ if self.proto() >= 4 => {
                    let header = [&[BINUNICODE8][..], &(size as u64).to_le_bytes()].concat();
                    self.write_bytes(&header, data, None)?;
                }
                _ => {
                    return Err(err!(
                        self.t,
                        OverflowError,
                        "serializing a string larger than 4 GiB requires pickle protocol 4 or higher"
                    ));
                }
            }
        } else {
            let mut out = vec![UNICODE];
            for c in text.chars().iter() {
                match c {
                    0x1_0000.. => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
                    0x100.. | 0 | 0x0a | 0x0d | 0x1a | 0x5c => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
                    _ => out.push(c as u8),
                }
            }
            out.push(b'\n');
            self.core.write(&out);
        }
        self.memo_put(text)
    }

    fn save_tuple(&self, tuple: &PyTuple) -> PyResult<()> {
        let core = self.core;
        let len = tuple.len();
        if len == 0 {
            if self.proto() > 0 {
                core.op(EMPTY_TUPLE);
            } else {
                core.write(&[MARK, TUPLE]);
            }
            return Ok(());
        }
        let items = |run: &Self| {
            for (i, item) in tuple.as_slice().iter().enumerate() {
                run.save(item, false).map_err(|raised| run.noted(raised, tuple, format_args!("item {i}")))?;
            }
            Ok(())
        };
        if len <= 3 && self.proto() >= 2 {
            items(self)?;
            // A tuple that contains itself has been pickled on the way.
            if let Some(index) = self.in_memo(tuple) {
                for _ in 0..len {
                    core.op(POP);
                }
                return self.memo_get(index);
            }
            core.op([TUPLE1, TUPLE2, TUPLE3][len - 1]);
            return self.memo_put(tuple);
        }
        self.mark();
        items(self)?;
        if let Some(index) = self.in_memo(tuple) {
            if self.bin() {
                core.op(POP_MARK);
            } else {
                for _ in 0..=len {
                    core.op(POP);
                }
            }
            return self.memo_get(index);
        }
        core.op(TUPLE);
        self.memo_put(tuple)
    }

    fn save_list(&self, list: &PyList) -> PyResult<()> {
        let core = self.core;
        if self.bin() {
            core.op(EMPTY_LIST);
        } else {
            core.write(&[MARK, LIST]);
        }
        self.memo_put(list)?;
        if list.len() == 0 {
            return Ok(());
        }
        if self.proto() == 0 {
            let items = list.iter(self.t)?;
            return self.batch_appends(&items, list);
        }
        let item = |i: usize, value: &Object| {
            self.save(value, false).map_err(|raised| self.noted(raised, list, format_args!("item {i}")))
        };
        if list.len() == 1
            && let Some(only) = list.get(0)
        {
            item(0, &only)?;
            core.op(APPEND);
            return Ok(());
        }
        let mut i = 0;
        while i < list.len() {
            self.mark();
            let end = i + BATCH;
            while i < end
                && let Some(value) = list.get(i)
            {
                item(i, &value)?;
                i += 1;
            }
            core.op(APPENDS);
        }
        Ok(())
    }

    fn batch_appends(&self, items: &Object, owner: &Object) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        let mut count = 0;
        let mut item = |value: &Object| {
            let i = count;
            count += 1;
            self.save(value, false).map_err(|raised| self.noted(raised, owner, format_args!("item {i}")))
        };
        if self.proto() == 0 {
            while let Some(value) = iter::next(t, items)? {
                item(&value)?;
                core.op(APPEND);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(t, items)? else { return Ok(()) };
            let Some(mut next) = iter::next(t, items)? else {
                item(&first)?;
                core.op(APPEND);
                return Ok(());
            };
            self.mark();
            item(&first)?;
            let mut n = 1;
            let ended = loop {
                item(&next)?;
                n += 1;
                if n == BATCH {
                    break false;
                }
                match iter::next(t, items)? {
                    Some(value) => next = value,
                    None => break true,
                }
            };
            core.op(APPENDS);
            if ended {
                return Ok(());
            }
        }
    }

    fn member(&self, owner: &Object, key: &Object, value: &Object) -> PyResult<()> {
        self.save(key, false)?;
        self.save(value, false).map_err(|raised| {
            let exception = errors::take_raised(self.t, raised);
            match key.repr(self.t) {
                Ok(key) => {
                    let raised = errors::restore_raised(self.t, exception);
                    self.noted(raised, owner, format_args!("item {}", key.display()))
                }
                Err(other) => other,
            }
        })
    }

    fn save_dict(&self, dict: &PyDict) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        if self.bin() {
            core.op(EMPTY_DICT);
        } else {
            core.write(&[MARK, DICT]);
        }
        self.memo_put(dict)?;
        let len = dict.len();
        if len == 0 {
            return Ok(());
        }
        if self.proto() == 0 {
            let items = dict.as_object().call_method(t, name!(t, "items"), &[])?;
            let items = items.iter(t)?;
            return self.batch_setitems(&items, dict);
        }
        let mut pos = 0;
        if len == 1
            && let Some((key, value)) = dict.next(&mut pos)
        {
            self.member(dict, &key, &value)?;
            core.op(SETITEM);
            return Ok(());
        }
        loop {
            let mut n = 0;
            self.mark();
            while let Some((key, value)) = dict.next(&mut pos) {
                self.member(dict, &key, &value)?;
                n += 1;
                if n == BATCH {
                    break;
                }
            }
            core.op(SETITEMS);
            if dict.len() != len {
                return Err(err!(t, RuntimeError, "dictionary changed size during iteration"));
            }
            if n != BATCH {
                return Ok(());
            }
        }
    }

    fn batch_setitems(&self, items: &Object, owner: &Object) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        let pair = |object: &Object| -> PyResult<()> {
            match object.downcast::<PyTuple>().map(PyTuple::as_slice) {
                Some([key, value]) => self.member(owner, key, value),
                _ => Err(err!(t, TypeError, "dict items iterator must return 2-tuples")),
            }
        };
        if self.proto() == 0 {
            while let Some(item) = iter::next(t, items)? {
                pair(&item)?;
                core.op(SETITEM);
            }
            return Ok(());
        }
        loop {
            let Some(first) = iter::next(t, items)? else { return Ok(()) };
            let Some(mut next) = iter::next(t, items)? else {
                pair(&first)?;
                core.op(SETITEM);
                return Ok(());
            };
            self.mark();
            pair(&first)?;
            let mut n = 1;
            let ended = loop {
                pair(&next)?;
                n += 1;
                if n == BATCH {
                    break false;
                }
                match iter::next(t, items)? {
                    Some(item) => next = item,
                    None => break true,
                }
            };
            core.op(SETITEMS);
            if ended {
                return Ok(());
            }
        }
    }

    fn set_by_list(&self, class: &PyType, set: &Object) -> PyResult<()> {
        let t = self.t;
        let items = PyList::from_vec(t, iter::to_vec(t, set)?)?;
        let args = PyTuple::from_slice(t, &[&items])?;
        let parts = PyTuple::from_slice(t, &[class, &args])?;
        self.save_reduce(&parts, Some(set))
    }

    fn save_set(&self, set: &PySet) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        if self.proto() < 4 {
            return self.set_by_list(PySet::class(), set);
        }
        core.op(EMPTY_SET);
        self.memo_put(set)?;
        let len = set.len();
        if len == 0 {
            return Ok(());
        }
        let mut pos = 0;
        loop {
            let mut n = 0;
            self.mark();
            while let Some((key, _)) = set.next(&mut pos) {
                self.save(&key, false).map_err(|raised| self.noted(raised, set, format_args!("element")))?;
                n += 1;
                if n == BATCH {
                    break;
                }
            }
            core.op(ADDITEMS);
            if set.len() != len {
                return Err(err!(t, RuntimeError, "set changed size during iteration"));
            }
            if n != BATCH {
                return Ok(());
            }
        }
    }

    fn save_frozenset(&self, set: &PyFrozenSet) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        if self.proto() < 4 {
            return self.set_by_list(PyFrozenSet::class(), set);
        }
        self.mark();
        for item in iter::to_vec(t, set)? {
            self.save(&item, false).map_err(|raised| self.noted(raised, set, format_args!("element")))?;
        }
        if let Some(index) = self.in_memo(set) {
            core.op(POP_MARK);
            return self.memo_get(index);
        }
        core.op(FROZENSET);
        self.memo_put(set)
    }

    fn save_type(&self, class: &PyType) -> PyResult<()> {
        let t = self.t;
        for single in [singletons::none(), singletons::ellipsis(), singletons::not_implemented()] {
            if class.is(single.class()) {
                let args = PyTuple::from_slice(t, &[single])?;
                let parts = PyTuple::from_slice(t, &[PyType::class(), &args])?;
                return self.save_reduce(&parts, Some(class));
            }
        }
        self.save_global(class, None)
    }

    /// Raises `PicklingError` in place of the exception in flight, which becomes its context.
    #[cold]
    fn instead(&self, raised: Raised, message: impl FnOnce(&Object) -> PyResult<Raised>) -> Raised {
        let t = self.t;
        let exception = errors::take_raised(t, raised);
        let raised = match message(&exception) {
            Ok(raised) | Err(raised) => raised,
        };
        let _ = raised;
        errors::chain(t, exception);
        raised
    }

    /// Finds out where a global lives, and makes sure that it can be found there.
    fn which_module(&self, object: &Object, name: &PyStr, path: &[Owned<PyStr>]) -> PyResult<Owned<PyStr>> {
        let t = self.t;
        let stated = object.getattr_opt(t, name!(t, "__module__"))?;
        if path.iter().any(|part| part.eq_str("<locals>")) {
            let repr = object.repr(t)?;
            return Err(self.error(format_args!("Can't pickle local object {}", repr.display())));
        }
        let module_name = match stated.filter(|m| !m.is(singletons::none())) {
            Some(stated) => stated,
            None => match self.search_modules(object, path)? {
                Some(found) => return Ok(found),
                None => name!(t, "__main__").to_owned_object(),
            },
        };
        let imported = match module_name.downcast::<PyStr>() {
            Some(module_name) => module_named(t, module_name),
            None => Err(err!(t, TypeError, "module name must be a string")),
        };
        let module = imported.map_err(|raised| {
            if !errors::matches::<exceptions::ImportError>(t)
                && !errors::matches::<exceptions::ValueError>(t)
                && !errors::matches::<exceptions::KeyError>(t)
            {
                return raised;
            }
            self.instead(raised, |exception| {
                let (repr, text) = (object.repr(t)?, exception.str(t)?);
                Ok(self.error(format_args!("Can't pickle {}: {}", repr.display(), text.display())))
            })
        })?;
        let module_name = module_name.into_type::<PyStr>().map_err(|_| errors::bad_internal_call(t))?;
        let found = follow(t, &module, path).map_err(|raised| {
            if !errors::matches::<exceptions::AttributeError>(t) {
                return raised;
            }
            self.instead(raised, |_| {
                let repr = object.repr(t)?;
                Ok(self.error(format_args!(
                    "Can't pickle {}: it's not found as {}.{}",
                    repr.display(),
                    module_name.display(),
                    name.display()
                )))
            })
        })?;
        if !found.is(object) {
            let repr = object.repr(t)?;
            return Err(self.error(format_args!(
                "Can't pickle {}: it's not the same object as {}.{}",
                repr.display(),
                module_name.display(),
                name.display()
            )));
        }
        Ok(module_name)
    }

    /// The module that holds an object, which does not say so itself.
    fn search_modules(&self, object: &Object, path: &[Owned<PyStr>]) -> PyResult<Option<Owned<PyStr>>> {
        let t = self.t;
        let Some(modules) = state::modules(t) else {
            return Err(err!(t, RuntimeError, "unable to get sys.modules"));
        };
        for (module_name, module) in modules.items_vec() {
            let Ok(module_name) = module_name.into_type::<PyStr>() else { continue };
            if module_name.eq_str("__main__") || module_name.eq_str("__mp_main__") || module.is(singletons::none()) {
                continue;
            }
            let found = errors::catch::<exceptions::AttributeError, _>(t, follow(t, &module, path))?;
            if found.is_some_and(|found| found.is(object)) {
                return Ok(Some(module_name));
            }
        }
        Ok(None)
    }

    fn save_global(&self, object: &Object, name: Option<&PyStr>) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        let name = match name {
            Some(name) => name.own().into_object(),
            None => match object.getattr_opt(t, name!(t, "__qualname__"))?.filter(|n| !n.is(singletons::none())) {
                Some(name) => name,
                None => object.getattr(t, name!(t, "__name__"))?,
            },
        };
        let name = match name.into_type::<PyStr>() {
            Ok(name) => name,
            Err(other) => {
                return Err(err!(
                    t,
                    TypeError,
                    "__qualname__ must be a string, not {:.200}",
                    other.class().name_lossy()
                ));
            }
        };
        let path = dotted_path(t, &name)?;
        let module_name = self.which_module(object, &name, &path)?;
        if self.proto() >= 2 && self.globals.extension_registry.len() > 0 {
            let key = PyTuple::from_slice(t, &[&module_name, &name])?;
            if let Some(code) = self.globals.extension_registry.get_item(t, &key)? {
                return self.save_extension(&code);
            }
        }
        if self.proto() >= 4 {
            self.save(&module_name, false)?;
            self.save(&name, false)?;
            core.op(STACK_GLOBAL);
        } else {
            let (first, rest) = (&path[0], &path[1..]);
            for _ in rest {
                self.save(&self.globals.getattr, false)?;
                if self.proto() < 2 {
                    self.mark();
                }
            }
            self.save_toplevel(&module_name, first)?;
            for part in rest {
                self.save(part, false)?;
                core.op(if self.proto() < 2 { TUPLE } else { TUPLE2 });
                core.op(REDUCE);
            }
        }
        self.memo_put(object)
    }

    fn save_extension(&self, code: &Object) -> PyResult<()> {
        let t = self.t;
        let code = taipan_object::number::index(t, code)?;
        match code.to_i64() {
            None => return Err(err!(t, OverflowError, "Python int too large to convert to C long")),
            Some(n @ 1..=0xff) => self.core.write(&[EXT1, n as u8]),
            Some(n @ 0x100..=0xffff) => {
                let [a, b] = (n as u16).to_le_bytes();
                self.core.write(&[EXT2, a, b]);
            }
            Some(n @ 0x1_0000..=0x7fff_ffff) => {
                let [a, b, c, d] = (n as u32).to_le_bytes();
                self.core.write(&[EXT4, a, b, c, d]);
            }
            _ => {
                let code = code.repr(t)?;
                return Err(err!(t, RuntimeError, "extension code {} is out of range", code.display()));
            }
        }
        Ok(())
    }

    /// `GLOBAL`: a name of a module, as Python 2 calls it if need be.
    fn save_toplevel(&self, module_name: &PyStr, name: &PyStr) -> PyResult<()> {
        let (t, globals) = (self.t, self.globals);
        let (mut module_name, mut name) = (module_name.own(), name.own());
        if self.core.fix_imports.get() {
            let key = PyTuple::from_slice(t, &[&module_name, &name])?;
            if let Some(pair) = globals.reverse_name_mapping.get_item(t, &key)? {
                let Some([new_module, new_name]) = pair.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                    return Err(err!(
                        t,
                        RuntimeError,
                        "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {:.200}",
                        pair.class().name_lossy()
                    ));
                };
                let (Some(new_module), Some(new_name)) = (new_module.downcast::<PyStr>(), new_name.downcast::<PyStr>())
                else {
                    return Err(err!(
                        t,
                        RuntimeError,
                        "_compat_pickle.REVERSE_NAME_MAPPING values should be pairs of str, not ({:.200}, {:.200})",
                        new_module.class().name_lossy(),
                        new_name.class().name_lossy()
                    ));
                };
                (module_name, name) = (new_module.own(), new_name.own());
            } else if let Some(new_module) = globals.reverse_import_mapping.get_item(t, &module_name)? {
                module_name = new_module.into_type::<PyStr>().map_err(|other| {
                    err!(
                        t,
                        RuntimeError,
                        "_compat_pickle.REVERSE_IMPORT_MAPPING values should be strings, not {:.200}",
                        other.class().name_lossy()
                    )
                })?;
            }
        }
        let encoding = if self.proto() >= 3 { "utf-8" } else { "ascii" };
        let encoded = |text: &PyStr, what: &str| {
            text.encoded(t, Some(encoding), None).map_err(|raised| {
                if !errors::matches::<exceptions::UnicodeEncodeError>(t) {
                    return raised;
                }
                self.instead(raised, |_| {
                    let repr = text.repr(t)?;
                    Ok(self.error(format_args!(
                        "can't pickle {what} identifier {} using pickle protocol {}",
                        repr.display(),
                        self.proto()
                    )))
                })
            })
        };
        let module_name = encoded(&module_name, "module")?;
        let name = encoded(&name, "global")?;
        self.core.write(&[&[GLOBAL], module_name.as_bytes(), b"\n", name.as_bytes(), b"\n"].concat());
        Ok(())
    }

    /// What the parts that `__reduce__` returned must be.
    fn expect(&self, good: bool, part: &Object, what: &str, must: &str) -> PyResult<()> {
        if good {
            return Ok(());
        }
        let class = part.class().fully_qualified_name(self.t)?;
        Err(self.error(format_args!(
            "{what} item of the tuple returned by __reduce__ must be {must}, not {}",
            class.display()
        )))
    }

    fn save_reduce(&self, parts: &PyTuple, object: Option<&Object>) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        let all = parts.as_slice();
        let (&[callable, args], rest) = match all.split_first_chunk::<2>() {
            Some(split) if all.len() <= 6 => split,
            _ => {
                return Err(self.error(format_args!("tuple returned by __reduce__ must contain 2 through 6 elements")));
            }
        };
        let part = |i: usize| none_if_none(rest.get(i).copied());
        self.expect(callable.is_callable(), callable, "first", "callable")?;
        self.expect(args.is_instance_of::<PyTuple>(), args, "second", "a tuple")?;
        let Some(args) = args.downcast::<PyTuple>() else { return Err(errors::bad_internal_call(t)) };
        let (state, listitems, dictitems, state_setter) = (part(0), part(1), part(2), part(3));
        if let Some(items) = listitems {
            self.expect(iter::is_iterator(items), items, "fourth", "an iterator")?;
        }
        if let Some(items) = dictitems {
            self.expect(iter::is_iterator(items), items, "fifth", "an iterator")?;
        }
        if let Some(setter) = state_setter {
            self.expect(setter.is_callable(), setter, "sixth", "callable")?;
        }
        let noted = |raised: Raised, what: &str| match object {
            Some(object) => self.noted(raised, object, format_args!("{what}")),
            None => raised,
        };
        let mut special = "";
        if self.proto() >= 2
            && let Some(name) = callable.getattr_opt(t, name!(t, "__name__"))?
            && let Some(name) = name.downcast::<PyStr>()
        {
            if name.eq_str("__newobj_ex__") {
                special = "__newobj_ex__";
            } else if name.eq_str("__newobj__") {
                special = "__newobj__";
            }
        }
        match special {
            "__newobj_ex__" => self.save_newobj_ex(args, &noted)?,
            "__newobj__" => self.save_newobj(args, object, &noted)?,
            _ => {
                self.save(callable, false).map_err(|raised| noted(raised, "reconstructor"))?;
                self.save(args, false).map_err(|raised| noted(raised, "reconstructor arguments"))?;
                core.op(REDUCE);
            }
        }
        if let Some(object) = object {
            if let Some(index) = self.in_memo(object) {
                // It was reached on the way: what was built is dropped for what is there already.
                core.op(POP);
                return self.memo_get(index);
            }
            self.memo_put(object)?;
        }
        let owner = object.unwrap_or(callable);
        if let Some(items) = listitems {
            self.batch_appends(items, owner)?;
        }
        if let Some(items) = dictitems {
            self.batch_setitems(items, owner)?;
        }
        let Some(state) = state else { return Ok(()) };
        let Some(setter) = state_setter else {
            self.save(state, false).map_err(|raised| noted(raised, "state"))?;
            core.op(BUILD);
            return Ok(());
        };
        self.save(setter, false).map_err(|raised| noted(raised, "state setter"))?;
        self.save(owner, false)?;
        self.save(state, false).map_err(|raised| noted(raised, "state"))?;
        core.write(&[TUPLE2, REDUCE, POP]);
        Ok(())
    }

    fn expect_argument(&self, good: bool, part: &Object, what: &str, must: &str) -> PyResult<()> {
        if good {
            return Ok(());
        }
        let class = part.class().fully_qualified_name(self.t)?;
        Err(self.error(format_args!("{what} must be {must}, not {}", class.display())))
    }

    fn save_newobj_ex(&self, args: &PyTuple, noted: &dyn Fn(Raised, &str) -> Raised) -> PyResult<()> {
        let (t, core) = (self.t, self.core);
        let &[cls, new_args, kwargs] = args.as_slice() else {
            return Err(self.error(format_args!("__newobj_ex__ expected 3 arguments, got {}", args.len())));
        };
        let class = cls.is_instance_of::<PyType>();
        self.expect_argument(class, cls, "first argument to __newobj_ex__()", "a class")?;
        let tuple = new_args.downcast::<PyTuple>();
        self.expect_argument(tuple.is_some(), new_args, "second argument to __newobj_ex__()", "a tuple")?;
        let dict = kwargs.downcast::<PyDict>();
        self.expect_argument(dict.is_some(), kwargs, "third argument to __newobj_ex__()", "a dict")?;
        if self.proto() >= 4 {
            self.save(cls, false).map_err(|raised| noted(raised, "class"))?;
            self.save(new_args, false).map_err(|raised| noted(raised, "__new__ arguments"))?;
            self.save(kwargs, false).map_err(|raised| noted(raised, "__new__ arguments"))?;
            core.op(NEWOBJ_EX);
            return Ok(());
        }
        let new = cls.getattr(t, name!(t, "__new__"))?;
        let mut all: Vec<&Object> = vec![&new, cls];
        all.extend_from_slice(tuple.map_or(&[], PyTuple::as_slice));
        let all = PyTuple::from_slice(t, &all)?;
        let partial = self.globals.partial.call_tuple_dict(t, &all, dict)?;
        self.save(&partial, false).map_err(|raised| noted(raised, "reconstructor"))?;
        self.save(&self.globals.empty, false)?;
        core.op(REDUCE);
        Ok(())
    }

    fn save_newobj(
        &self,
        args: &PyTuple,
        object: Option<&Object>,
        noted: &dyn Fn(Raised, &str) -> Raised,
    ) -> PyResult<()> {
        let t = self.t;
        let Some((&cls, rest)) = args.as_slice().split_first() else {
            return Err(self.error(format_args!("__newobj__ expected at least 1 argument, got 0")));
        };
        self.expect_argument(cls.is_instance_of::<PyType>(), cls, "first argument to __newobj__()", "a class")?;
        if let Some(object) = object {
            let class = object.getattr(t, name!(t, "__class__"))?;
            if !class.is(cls) {
                let (class, cls) = (class.repr(t)?, cls.repr(t)?);
                return Err(self.error(format_args!(
                    "first argument to __newobj__() must be {}, not {}",
                    class.display(),
                    cls.display()
                )));
            }
        }
        self.save(cls, false).map_err(|raised| noted(raised, "class"))?;
        let rest = PyTuple::from_slice(t, rest)?;
        self.save(&rest, false).map_err(|raised| noted(raised, "__new__ arguments"))?;
        self.core.op(NEWOBJ);
        Ok(())
    }
}
