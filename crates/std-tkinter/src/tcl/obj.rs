//! Tcl's values.

use super::library::{self, RawObj, RawType, Table};
use core::ffi::{CStr, c_char, c_int};
use core::mem::ManuallyDrop;
use core::ptr::{NonNull, null, null_mut};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread::{self, ThreadId};

/// A value of Tcl, counted. Values belong to the thread that has made them, as Tcl's counts are plain numbers: the handle
/// can't leave it.
#[repr(transparent)]
pub struct Obj(NonNull<RawObj>);

/// What the libraries are once a value is there.
pub fn table() -> &'static Table {
    match library::get() {
        Ok(table) => table,
        Err(reason) => unreachable!("a value without the library: {reason}"),
    }
}

impl Obj {
    /// A handle of its own for what the library returned, null if memory is out (which Tcl ends the process for).
    ///
    /// # Safety
    /// The value is live, and of this thread.
    pub unsafe fn counted(raw: *mut RawObj) -> Self {
        let Some(raw) = NonNull::new(raw) else { unreachable!("Tcl has no memory and goes on") };
        // SAFETY: the caller's promise.
        unsafe { (table().Tcl_DbIncrRefCount)(raw.as_ptr(), c"".as_ptr(), 0) };
        Self(raw)
    }

    /// Handles for an array of the library's.
    ///
    /// # Safety
    /// The values are live during `'a`, and of this thread.
    pub unsafe fn array<'a>(values: *const *mut RawObj, n: usize) -> &'a [Self] {
        if n == 0 {
            return &[];
        }
        // SAFETY: a handle is a pointer; the caller's promise.
        unsafe { core::slice::from_raw_parts(values.cast(), n) }
    }

    /// The value for a call.
    pub const fn raw(&self) -> *mut RawObj {
        self.0.as_ptr()
    }

    /// A string, in Tcl's kind of UTF-8.
    pub fn string(text: &[u8]) -> Self {
        // SAFETY: so many bytes, which are copied.
        unsafe { Self::counted((table().Tcl_NewStringObj)(text.as_ptr(), text.len() as isize)) }
    }

    /// A byte array.
    pub fn bytes(data: &[u8]) -> Self {
        // SAFETY: as above.
        unsafe { Self::counted((table().Tcl_NewByteArrayObj)(data.as_ptr(), data.len() as isize)) }
    }

    /// A truth value.
    pub fn boolean(value: bool) -> Self {
        match table().Tcl_NewBooleanObj {
            // SAFETY: a call on a number.
            Some(make) => unsafe { Self::counted(make(value.into())) },
            None => Self::int(value.into()),
        }
    }

    /// An integer.
    pub fn int(value: i64) -> Self {
        // SAFETY: a call on a number.
        unsafe { Self::counted((table().Tcl_NewWideIntObj)(value)) }
    }

    /// A large integer, from a text that Tcl reads as one.
    pub fn large_int(text: &[u8]) -> Self {
        let made = Self::string(text);
        let mut small = 0;
        // SAFETY: a value without another handle: asked for a number, it becomes one, whatever it is as a text.
        unsafe {
            if (table().Tcl_GetWideIntFromObj)(null_mut(), made.raw(), &raw mut small) == library::OK
                || !made.ty().is_none()
            {
                (table().Tcl_InvalidateStringRep)(made.raw());
            }
        }
        made
    }

    /// A float.
    pub fn double(value: f64) -> Self {
        // SAFETY: a call on a number.
        unsafe { Self::counted((table().Tcl_NewDoubleObj)(value)) }
    }

    /// A list.
    pub fn list(items: &[Self]) -> Self {
        // SAFETY: so many values, which the list counts.
        unsafe { Self::counted((table().Tcl_NewListObj)(items.len() as isize, items.as_ptr().cast())) }
    }

    /// The value's type.
    pub fn ty(&self) -> Type {
        // SAFETY: a live value.
        Type(unsafe { (*self.raw()).type_ptr })
    }

    /// The text, in Tcl's kind of UTF-8.
    pub fn text(&self) -> &[u8] {
        let mut n = 0;
        // SAFETY: the text stays as long as the value isn't changed, which values with several handles aren't, and those
        // with one by calls with `Obj` only that make the text anew.
        unsafe {
            let text = (table().Tcl_GetStringFromObj)(self.raw(), &raw mut n);
            core::slice::from_raw_parts(text, n as usize)
        }
    }

    /// The text of a value that is to stay without one, if it has none: a dict with a text becomes a list of texts, one
    /// without a list of values.
    pub fn text_aside(&self) -> Vec<u8> {
        // SAFETY: a live value; the copy has no other handle.
        unsafe {
            if (*self.raw()).bytes.is_null() {
                return Self::counted((table().Tcl_DuplicateObj)(self.raw())).text().to_vec();
            }
        }
        self.text().to_vec()
    }

    /// The number of a value whose type is "double", which may be NaN.
    pub const fn double_value(&self) -> f64 {
        // SAFETY: a live value; all bits are a number.
        unsafe { (*self.raw()).double }
    }

    /// The bytes of a byte array.
    pub fn byte_array(&self) -> Vec<u8> {
        let mut n = 0;
        // SAFETY: the bytes are copied at once.
        unsafe {
            let data = match (table().Tcl_GetByteArrayFromObj, table().Tcl_GetBytesFromObj) {
                (Some(get), _) => get(self.raw(), &raw mut n),
                (None, Some(get)) => get(null_mut(), self.raw(), &raw mut n),
                (None, None) => null(),
            };
            if data.is_null() { Vec::new() } else { core::slice::from_raw_parts(data, n as usize).to_vec() }
        }
    }

    /// A large integer in decimal digits.
    pub fn decimal(&self) -> Vec<u8> {
        // SAFETY: the copy has no other handle.
        unsafe {
            let copy = Self::counted((table().Tcl_DuplicateObj)(self.raw()));
            if copy.ty() == self.ty() && !copy.ty().is_none() {
                (table().Tcl_InvalidateStringRep)(copy.raw());
            }
            copy.text().to_vec()
        }
    }
}

impl Clone for Obj {
    fn clone(&self) -> Self {
        // SAFETY: a live value of this thread.
        unsafe { Self::counted(self.raw()) }
    }
}

impl Drop for Obj {
    fn drop(&mut self) {
        // SAFETY: the handle's own count.
        unsafe { (table().Tcl_DbDecrRefCount)(self.raw(), c"".as_ptr(), 0 as c_int) };
    }
}

/// The type of a value, or none: a text that has not been looked at as anything else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Type(*const RawType);

// SAFETY: types are static.
unsafe impl Send for Type {}
// SAFETY: as above.
unsafe impl Sync for Type {}

impl Type {
    /// Whether it is no type.
    pub const fn is_none(self) -> bool {
        self.0.is_null()
    }

    /// The type's name.
    pub fn name(self) -> &'static [u8] {
        if self.0.is_null() {
            return b"";
        }
        // SAFETY: types and their names are static.
        unsafe { CStr::from_ptr((*self.0).name) }.to_bytes()
    }

    /// A registered type.
    fn registered(name: &CStr) -> Self {
        // SAFETY: a name.
        Self(unsafe { (table().Tcl_GetObjType)(name.as_ptr()) })
    }
}

/// The types whose values have a Python type of their own. Not all are registered, but all have values.
#[derive(Clone, Copy)]
pub struct Types {
    old_boolean: Type,
    boolean: Type,
    byte_array: Type,
    double: Type,
    int: Type,
    wide_int: Type,
    big_int: Type,
    list: Type,
    string: Type,
    utf32_string: Type,
    pixel: Type,
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A truth value.
    Boolean,
    /// Bytes.
    ByteArray,
    /// A float.
    Double,
    /// An integer.
    Int,
    /// A list.
    List,
    /// Something else.
    Other,
}

impl Types {
    /// The types of this process.
    pub fn find() -> Self {
        let word = Obj::string(b"true");
        let mut truth = 0;
        // SAFETY: a value without another handle, and no interpreter for messages.
        unsafe { (table().Tcl_GetBooleanFromObj)(null_mut(), word.raw(), &raw mut truth) };
        Self {
            old_boolean: Type::registered(c"boolean"),
            boolean: word.ty(),
            byte_array: Obj::bytes(b"").ty(),
            double: Type::registered(c"double"),
            int: Obj::int(0).ty(),
            wide_int: Type::registered(c"wideInt"),
            big_int: Obj::large_int(b"0x10000000000000000000000000000000").ty(),
            list: Type::registered(c"list"),
            string: Type::registered(c"string"),
            utf32_string: Type::registered(c"utf32string"),
            pixel: Type::registered(c"pixel"),
        }
    }

    /// What a type stands for.
    pub fn kind(&self, ty: Type) -> Kind {
        if ty.is_none() || ty == self.string || ty == self.utf32_string || ty == self.pixel {
            Kind::Text
        } else if ty == self.boolean || ty == self.old_boolean {
            Kind::Boolean
        } else if ty == self.byte_array {
            Kind::ByteArray
        } else if ty == self.double {
            Kind::Double
        } else if ty == self.int || ty == self.wide_int || ty == self.big_int {
            Kind::Int
        } else if ty == self.list {
            Kind::List
        } else {
            Kind::Other
        }
    }

    /// Whether values of a type are integers that may have more than 64 bits.
    pub fn is_big_int(&self, ty: Type) -> bool {
        ty == self.big_int
    }
}

/// A value that Python code keeps, and may drop in any thread.
pub struct Kept {
    value: ManuallyDrop<Obj>,
    ty: Type,
    thread: ThreadId,
}

/// Values that were dropped in other threads than theirs.
static DROPPED: Mutex<Vec<(ThreadId, Address)>> = Mutex::new(Vec::new());

/// Where a value is whose thread drops it later.
struct Address(*mut RawObj);

// SAFETY: only the value's own thread looks there.
unsafe impl Send for Address {}

impl Kept {
    /// Keeps a value of this thread.
    pub fn new(value: Obj) -> Self {
        Self { ty: value.ty(), value: ManuallyDrop::new(value), thread: thread::current().id() }
    }

    /// The value's type, as it was.
    pub const fn ty(&self) -> Type {
        self.ty
    }

    /// The value, in its own thread.
    pub fn here(&self) -> Option<&Obj> {
        (self.thread == thread::current().id()).then(|| &*self.value)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.here().is_some() {
            // SAFETY: dropped once.
            unsafe { ManuallyDrop::drop(&mut self.value) };
        } else {
            let mut dropped = DROPPED.lock().unwrap_or_else(PoisonError::into_inner);
            dropped.push((self.thread, Address(self.value.raw())));
        }
    }
}

/// Drops what other threads have dropped of this thread's values.
pub fn drop_left() {
    let here = thread::current().id();
    let mut dropped = DROPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if dropped.is_empty() {
        return;
    }
    let (own, others): (Vec<_>, Vec<_>) = dropped.drain(..).partition(|(thread, _)| *thread == here);
    *dropped = others;
    // Dropping a value may run code that drops more.
    drop(dropped);
    for (_, Address(raw)) in own {
        if let Some(raw) = NonNull::new(raw) {
            drop(Obj(raw));
        }
    }
}

/// Text of the library, up to its NUL.
///
/// # Safety
/// A C string, or null.
pub unsafe fn text_at(text: *const c_char) -> Vec<u8> {
    // SAFETY: the caller's promise.
    if text.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(text) }.to_bytes().to_vec() }
}
