//! `slice`.

use crate::argparse::{Args, check_positional};
use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::sequence::SliceBounds;
use crate::{PyInt, PyStr, PyTuple, PyType, clinic, err, layout, number, singletons, typeobject};
use taipan_macros::class;
use taipan_num::int::Signed;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount};

layout!(
    /// `slice`.
    PySlice,
    PySliceObject
);

impl PySlice {
    /// `slice(start, stop, step)`.
    pub fn new(t: &Thread, start: &Object, stop: &Object, step: &Object) -> PyResult<Owned<Self>> {
        let cached = t.freelists().slices.pop();
        let op = if cached.is_null() {
            gc::alloc(t, size_of::<PySliceObject>(), size_of::<PyGC_Head>())
        } else {
            cached.cast()
        };
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block; its fields are set before it is tracked.
        unsafe {
            typeobject::init_recycled_head(op, typeobject::static_type::<Self>(), cached.is_null());
            let raw = op.cast::<PySliceObject>();
            (*raw).start = start.own().into_ptr();
            (*raw).stop = stop.own().into_ptr();
            (*raw).step = step.own().into_ptr();
            gc::track(op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// `slice(start, stop)` of numbers.
    pub fn from_indices(t: &Thread, start: isize, stop: isize) -> PyResult<Owned<Self>> {
        let start = PyInt::from_i64(t, start as i64)?;
        let stop = PyInt::from_i64(t, stop as i64)?;
        Self::new(t, &start, &stop, singletons::none())
    }

    /// The start.
    #[inline]
    pub fn start(&self) -> &Object {
        // SAFETY: never changes while the slice lives.
        unsafe { Object::from_ptr((*self.raw()).start) }
    }

    /// The end.
    #[inline]
    pub fn stop(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).stop) }
    }

    /// The step.
    #[inline]
    pub fn step(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.raw()).step) }
    }

    /// Start, stop and step as numbers (`PySlice_Unpack`).
    pub fn unpack(&self, t: &Thread) -> PyResult<SliceBounds> {
        let none = singletons::none();
        let step = if self.step().is(none) {
            if let Some(bounds) = SliceBounds::simple(self.start(), self.stop()) {
                return Ok(bounds);
            }
            1
        } else {
            let step = clinic::slice_index(t, Some(self.step()), 1)?;
            if step == 0 {
                return Err(err!(t, ValueError, "slice step cannot be zero"));
            }
            // -step must be representable.
            step.max(-isize::MAX)
        };
        let start = clinic::slice_index(t, Some(self.start()), if step < 0 { isize::MAX } else { 0 })?;
        let stop = clinic::slice_index(t, Some(self.stop()), if step < 0 { isize::MIN } else { isize::MAX })?;
        Ok(SliceBounds { start, stop, step })
    }

    fn key(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_slice(t, &[self.start(), self.stop(), self.step()])
    }
}

/// Frees a slice: `tp_dealloc`.
unsafe extern "C" fn slice_dealloc(op: *mut PyObject) {
    // SAFETY: the object is dead; its fields are given up once.
    unsafe {
        gc::maybe_untrack(op);
        let raw = op.cast::<PySliceObject>();
        refcount::xdecref((*raw).start);
        refcount::xdecref((*raw).stop);
        refcount::xdecref((*raw).step);
        let t = taipan_runtime::thread::current_ptr();
        if !t.is_null() && (*t).freelists().slices.push(op.cast(), 1) {
            return;
        }
        typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn slice_traverse(
    op: *mut PyObject,
    visit: visitproc,
    arg: *mut core::ffi::c_void,
) -> core::ffi::c_int {
    // SAFETY: a live slice.
    unsafe {
        let mut visitor = crate::Visitor::new(visit, arg);
        let raw = op.cast::<PySliceObject>();
        visitor.visit_ptr((*raw).start);
        visitor.visit_ptr((*raw).stop);
        visitor.visit_ptr((*raw).step);
        visitor.result()
    }
}

const fn member(name: &'static core::ffi::CStr, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

impl PySlice {
    const MEMBERS_LEN: usize = 4;
}

#[class(
    name = "slice", layout, export = PySlice_Type, flags(HAVE_GC), dealloc = slice_dealloc, traverse = slice_traverse,
    members = [
        member(c"start", core::mem::offset_of!(PySliceObject, start)),
        member(c"stop", core::mem::offset_of!(PySliceObject, stop)),
        member(c"step", core::mem::offset_of!(PySliceObject, step)),
        PyMemberDef::END,
    ],
    doc = "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for extended slicing (e.g. a[0:10:2])."
)]
impl PySlice {
    #[slot]
    fn tp_new(_class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords(t, "slice")?;
        check_positional(t, "slice", args.pos.len(), 1, 3)?;
        let none = singletons::none();
        match args.pos {
            [stop] => Self::new(t, none, stop, none),
            [start, stop] => Self::new(t, start, stop, none),
            [start, stop, step, ..] => Self::new(t, start, stop, step),
            [] => Self::new(t, none, none, none),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let (start, stop, step) = (self.start().repr(t)?, self.stop().repr(t)?, self.step().repr(t)?);
        let (open, comma, close) = (PyStr::from_str(t, "slice(")?, PyStr::from_str(t, ", ")?, PyStr::from_str(t, ")")?);
        PyStr::concat_all(t, &[&open, &start, &comma, &stop, &comma, &step, &close]).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        // The hash of a tuple (xxHash), as CPython spells it out for slices.
        const P1: u64 = 11_400_714_785_074_694_791;
        const P2: u64 = 14_029_467_366_897_019_727;
        const P5: u64 = 2_870_177_450_012_600_261;
        let mut acc = P5;
        for part in [self.start(), self.stop(), self.step()] {
            let lane = part.hash_value(t)? as u64;
            acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        }
        Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as isize })
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast_exact::<Self>() else { return singletons::ok_not_implemented() };
        if core::ptr::eq(self, other) {
            return Ok(singletons::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)).own());
        }
        let (a, b) = (self.key(t)?, other.key(t)?);
        crate::compare::rich_compare(t, &a, &b, op)
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method]
    fn indices(&self, t: &Thread, object: &Object) -> PyResult<Owned<PyTuple>> {
        let length = number::index_exact(t, object)?;
        if length.is_negative() {
            return Err(err!(t, ValueError, "length should not be negative"));
        }
        let [start, stop, step] = self.long_indices(t, &length)?;
        PyTuple::from_vec(t, vec![start.into_object(), stop.into_object(), step.into_object()])
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        Ok((self.class().as_object().own(), self.key(t)?))
    }
}

impl PySlice {
    /// Start, stop and step clipped to a length of any size (`_PySlice_GetLongIndices`).
    pub fn long_indices(&self, t: &Thread, length: &PyInt) -> PyResult<[Owned<PyInt>; 3]> {
        let evaluate = |x: &Object| -> PyResult<Owned<PyInt>> {
            if number::is_index(x) {
                return number::index_exact(t, x);
            }
            Err(err!(t, TypeError, "slice indices must be integers or None or have an __index__ method"))
        };
        let none = singletons::none();
        let step = if self.step().is(none) { PyInt::from_i64(t, 1)? } else { evaluate(self.step())? };
        if step.is_zero() {
            return Err(err!(t, ValueError, "slice step cannot be zero"));
        }
        let backward = step.is_negative();
        let length = length.as_signed().to_owned();
        let one = Signed::from_i64(1);
        let (lower, upper) = if backward {
            (Signed::from_i64(-1), length.as_ref().sub(one.as_ref()))
        } else {
            (Signed::from_i64(0), length.clone())
        };
        let clip = |x: &Object, default: &Signed| -> PyResult<Owned<PyInt>> {
            if x.is(none) {
                return PyInt::from_signed(t, default);
            }
            let value = evaluate(x)?;
            let clipped = if value.is_negative() {
                let from_end = value.as_signed().add(length.as_ref());
                if from_end.as_ref().cmp(lower.as_ref()).is_lt() { lower.clone() } else { from_end }
            } else if value.as_signed().cmp(upper.as_ref()).is_gt() {
                upper.clone()
            } else {
                return Ok(value);
            };
            PyInt::from_signed(t, &clipped)
        };
        let start = clip(self.start(), if backward { &upper } else { &lower })?;
        let stop = clip(self.stop(), if backward { &lower } else { &upper })?;
        Ok([start, stop, step])
    }
}
