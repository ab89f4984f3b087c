//! `bytes`: layout, construction and access. The Python methods are in `bytes_class.rs`.

use crate::handle::{Own, Owned, PyResult};
use crate::{layout, typeobject};
use core::cell::Cell;
use core::mem::MaybeUninit;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, refcount};

layout!(
    /// `bytes`.
    PyBytes,
    PyBytesObject
);

const DATA: usize = core::mem::offset_of!(PyBytesObject, ob_sval);

struct Table([Cell<*mut PyObject>; 257]);
// SAFETY: filled once, before other threads exist; the objects are immortal.
unsafe impl Sync for Table {}
static TABLE: Table = Table([const { Cell::new(core::ptr::null_mut()) }; 257]);

pub(crate) fn init(t: &Thread) -> PyResult<()> {
    for i in 0..=256usize {
        let out = PyBytes::alloc(t, usize::from(i < 256))?;
        if i < 256 {
            // SAFETY: one byte was allocated.
            unsafe { *out.data_ptr() = i as u8 };
        }
        // SAFETY: a fresh object.
        unsafe { refcount::set_immortal(out.as_ptr()) };
        TABLE.0[i].set(out.as_ptr());
    }
    Ok(())
}

/// The part of a new object that was not written yet ([`PyBytes::written`]).
pub struct Room<'a>(&'a mut [MaybeUninit<u8>]);

impl Room<'_> {
    /// Has these bytes written anew, all of them.
    pub fn fill(out: &mut [u8], write: impl FnOnce(&mut Room<'_>)) {
        // SAFETY: nothing is written that is not a byte.
        let mut room = Room(unsafe { &mut *(core::ptr::from_mut(out) as *mut [MaybeUninit<u8>]) });
        write(&mut room);
        room.end();
    }

    fn end(&self) {
        assert!(self.0.is_empty(), "bytes were announced and not written");
    }

    /// Writes the next bytes, for which there must be room.
    #[inline]
    pub fn push(&mut self, data: &[u8]) {
        let (now, rest) = core::mem::take(&mut self.0).split_at_mut(data.len());
        now.write_copy_of_slice(data);
        self.0 = rest;
    }
}

impl PyBytes {
    /// An uninitialised object of `n` bytes (and the closing NUL).
    pub fn alloc(t: &Thread, n: usize) -> PyResult<Owned<Self>> {
        if n > isize::MAX as usize - DATA - 1 {
            return Err(crate::err!(t, OverflowError, "byte string is too large"));
        }
        let op = t.alloc_block(DATA + n + 1).cast::<PyObject>();
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the size computed above.
        unsafe {
            typeobject::init_head(op, typeobject::static_type::<Self>());
            let bytes = op.cast::<PyBytesObject>();
            (*bytes).ob_base.ob_size = n as isize;
            (*bytes).ob_shash = -1;
            *op.cast::<u8>().add(DATA + n) = 0;
            Ok(Owned::from_ptr(op))
        }
    }

    /// The empty object.
    pub fn empty() -> &'static Self {
        // SAFETY: made at start-up, immortal.
        unsafe { &*TABLE.0[256].get().cast::<Self>() }
    }

    /// A copy of `data`.
    pub fn new(t: &Thread, data: &[u8]) -> PyResult<Owned<Self>> {
        match data {
            [] => Ok(Self::empty().own()),
            // SAFETY: made at start-up, immortal.
            [b] => Ok(unsafe { &*TABLE.0[*b as usize].get().cast::<Self>() }.own()),
            _ => {
                let out = Self::alloc(t, data.len())?;
                // SAFETY: a fresh object of this length.
                unsafe { core::ptr::copy_nonoverlapping(data.as_ptr(), out.data_ptr(), data.len()) };
                Ok(out)
            }
        }
    }

    /// An object of `n` bytes filled by `fill`.
    pub fn with(t: &Thread, n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>> {
        if n == 0 {
            fill(&mut []);
            return Ok(Self::empty().own());
        }
        Self::fresh(t, n, fill)
    }

    /// The same, a new object even of nothing.
    pub fn fresh(t: &Thread, n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<Self>> {
        let out = Self::alloc(t, n)?;
        // SAFETY: a fresh object that nobody else sees; zeroed before it is seen as a slice.
        unsafe {
            core::ptr::write_bytes(out.data_ptr(), 0, n);
            fill(core::slice::from_raw_parts_mut(out.data_ptr(), n));
        }
        Ok(out)
    }

    /// An object of the bytes that `write` writes, of which there must be `n`: they are not gathered elsewhere first.
    pub fn written(t: &Thread, n: usize, write: impl FnOnce(&mut Room<'_>)) -> PyResult<Owned<Self>> {
        if n == 0 {
            Room::fill(&mut [], write);
            return Ok(Self::empty().own());
        }
        let out = Self::alloc(t, n)?;
        // SAFETY: a fresh object of this length that nobody else sees.
        let mut room = Room(unsafe { core::slice::from_raw_parts_mut(out.data_ptr().cast(), n) });
        write(&mut room);
        room.end();
        Ok(out)
    }

    /// The address of the bytes.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        // SAFETY: the bytes follow the header.
        unsafe { self.raw().cast::<u8>().add(DATA) }
    }

    /// The number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: plain field.
        unsafe { (*self.raw()).ob_base.ob_size as usize }
    }

    /// The bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the bytes never change once anybody else can see the object.
        unsafe { core::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    /// `hash(bytes)`.
    pub fn hash(&self) -> isize {
        // SAFETY: plain field.
        unsafe {
            let cached = (*self.raw()).ob_shash;
            if cached != -1 {
                return cached;
            }
            let hash = crate::unicode::hash_bytes(self.as_bytes());
            (*self.raw()).ob_shash = hash;
            hash
        }
    }
}
