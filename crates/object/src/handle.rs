//! Handles: borrowed (`&Object`, `&PyList`) and owned (`Owned<T>`) references to objects, and the markers that the
//! declaration macros rely on.
//!
//! A `&Object` is a borrowed reference: the referent is kept alive by somebody else for as long as the borrow lasts.
//! Containers therefore hand out `Owned` handles, since Python code that runs meanwhile may change them.

use core::cell::{Cell, RefCell, UnsafeCell};
use core::ffi::{c_int, c_void};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;
use taipan_runtime::abi::{self, PyObject, PyTypeObject, visitproc};
use taipan_runtime::refcount;

use crate::typeobject::PyType;

/// Any object.
#[repr(transparent)]
pub struct Object(UnsafeCell<PyObject>);

/// An exception has been raised: it stands in the thread state. Zero-sized, so that `PyResult` is one pointer wide.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Raised(());

impl Raised {
    /// Says that the thread state holds an exception.
    ///
    /// Only the functions that store one there, and trampolines that saw a C function report one, call this.
    #[inline(always)]
    pub const fn assume() -> Self {
        Self(())
    }
}

/// The result of everything that may raise.
pub type PyResult<T = Owned<Object>> = Result<T, Raised>;

/// Structs that begin with an object head. Implemented by the declaration macros alone.
pub trait Layout: Sized {}

impl Layout for Object {}

/// Types with a type object. Implemented by `#[class]` alone.
pub trait Class: Layout + 'static {
    /// `tp_name`: with the module unless that is `builtins`.
    const NAME: &'static str;
    /// The type object.
    const TYPE: *mut PyTypeObject;
    /// The `Py_TPFLAGS_*_SUBCLASS` bit, or zero.
    const SUBCLASS_FLAG: u64;

    /// The type object.
    #[inline(always)]
    fn class() -> &'static PyType {
        // SAFETY: static type objects live for ever.
        unsafe { &*Self::TYPE.cast::<PyType>() }
    }
}

/// Structs declared with `#[object]`: destroyed by dropping their fields.
pub trait Native: Layout + Traverse {
    /// Offset of the head: always zero.
    const HEAD: usize;
}

/// The object head inside structs declared with `#[object]`.
#[repr(transparent)]
pub struct Head(UnsafeCell<PyObject>);

impl Head {
    /// Stands in for the head in a struct expression; the allocator writes the real one.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(PyObject { ob_refcnt: 1, ob_overflow: 0, ob_flags: 0, ob_type: core::ptr::null_mut() }))
    }
}

/// A struct that begins with a head, as any object.
#[inline(always)]
pub fn upcast<T: Layout>(this: &T) -> &Object {
    // SAFETY: `Layout` promises the head at the start.
    unsafe { &*core::ptr::from_ref(this).cast::<Object>() }
}

/// A statically allocated C structure that C code may change.
#[repr(transparent)]
pub struct Static<T>(UnsafeCell<T>);

// SAFETY: the contents are changed only under the GIL, as C extensions do with the same objects.
unsafe impl<T> Sync for Static<T> {}

impl<T> Static<T> {
    /// Wraps a constant.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The address.
    #[inline(always)]
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

impl Object {
    /// The pointer that C sees.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut PyObject {
        self.0.get()
    }

    /// A borrowed reference from a C pointer.
    ///
    /// # Safety
    /// `ptr` points to an object that stays alive for `'a`.
    #[inline(always)]
    pub const unsafe fn from_ptr<'a>(ptr: *mut PyObject) -> &'a Self {
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast::<Self>() }
    }

    /// A borrowed reference from a C pointer that may be null.
    ///
    /// # Safety
    /// As [`Object::from_ptr`], or null.
    #[inline(always)]
    pub const unsafe fn from_ptr_opt<'a>(ptr: *mut PyObject) -> Option<&'a Self> {
        if ptr.is_null() {
            None
        } else {
            // SAFETY: the caller's promise.
            Some(unsafe { &*ptr.cast::<Self>() })
        }
    }

    /// The object's type (`Py_TYPE`), borrowed from the object.
    #[inline(always)]
    pub fn class(&self) -> &PyType {
        // SAFETY: every object has a type, which it keeps alive.
        unsafe { &*(*self.as_ptr()).ob_type.cast::<PyType>() }
    }

    /// Whether both are the same object (`a is b`).
    #[inline(always)]
    pub fn is(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }

    /// Whether the object's type is exactly `T`'s.
    #[inline(always)]
    pub fn is_exact<T: Class>(&self) -> bool {
        // SAFETY: as in `class`.
        unsafe { (*self.as_ptr()).ob_type == T::TYPE }
    }

    /// Whether the object is an instance of `T`'s type or of a subtype (by layout, not by `__instancecheck__`).
    #[inline(always)]
    pub fn is_instance_of<T: Class>(&self) -> bool {
        if T::SUBCLASS_FLAG != 0 {
            self.class().flags() & T::SUBCLASS_FLAG != 0
        } else {
            self.is_exact::<T>() || self.class().is_subtype(T::class())
        }
    }

    /// The object as `T`, if it is one.
    #[inline(always)]
    pub fn downcast<T: Class>(&self) -> Option<&T> {
        if self.is_instance_of::<T>() {
            // SAFETY: an instance of the type has the type's layout.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// The object as `T`, if its type is exactly `T`'s.
    #[inline(always)]
    pub fn downcast_exact<T: Class>(&self) -> Option<&T> {
        if self.is_exact::<T>() {
            // SAFETY: an instance of the type has the type's layout.
            Some(unsafe { self.cast_unchecked() })
        } else {
            None
        }
    }

    /// The object as `T`.
    ///
    /// # Safety
    /// The object has `T`'s layout.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T: Layout>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*self.as_ptr().cast::<T>() }
    }

    /// The reference count.
    pub fn refcnt(&self) -> u32 {
        // SAFETY: a live object.
        unsafe { refcount::refcnt(self.as_ptr()) }
    }

    /// Whether the object is immortal.
    pub fn is_immortal(&self) -> bool {
        // SAFETY: a live object.
        unsafe { refcount::is_immortal(self.as_ptr()) }
    }
}

/// A counted reference; dropping it gives it back.
#[repr(transparent)]
pub struct Owned<T: Layout = Object> {
    ptr: NonNull<T>,
    owns: PhantomData<T>,
}

impl<T: Layout> Owned<T> {
    /// Takes over a counted reference.
    ///
    /// # Safety
    /// `ptr` is a reference that the caller owns, to an object with `T`'s layout.
    #[inline(always)]
    pub const unsafe fn from_ptr(ptr: *mut PyObject) -> Self {
        // SAFETY: the caller's promise.
        Self { ptr: unsafe { NonNull::new_unchecked(ptr.cast::<T>()) }, owns: PhantomData }
    }

    /// Takes over a counted reference, or null.
    ///
    /// # Safety
    /// As [`Owned::from_ptr`], or null.
    #[inline(always)]
    pub unsafe fn from_ptr_opt(ptr: *mut PyObject) -> Option<Self> {
        // SAFETY: the caller's promise.
        if ptr.is_null() { None } else { Some(unsafe { Self::from_ptr(ptr) }) }
    }

    /// Takes over what a C function returned: null means that it raised.
    ///
    /// # Safety
    /// As [`Owned::from_ptr`], or null with an exception set.
    #[inline(always)]
    pub unsafe fn from_result(ptr: *mut PyObject) -> PyResult<Self> {
        // SAFETY: the caller's promise.
        if ptr.is_null() { Err(Raised::assume()) } else { Ok(unsafe { Self::from_ptr(ptr) }) }
    }

    /// Gives the reference to C.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut PyObject {
        ManuallyDrop::new(self).ptr.as_ptr().cast()
    }

    /// As a reference to any object.
    #[inline(always)]
    pub fn into_object(self) -> Owned<Object> {
        // SAFETY: the same reference with less known about it.
        unsafe { Owned::from_ptr(self.into_ptr()) }
    }

    /// As a reference to a `U`.
    ///
    /// # Safety
    /// The object has `U`'s layout.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U: Layout>(self) -> Owned<U> {
        // SAFETY: the caller's promise.
        unsafe { Owned::from_ptr(self.into_ptr()) }
    }
}

impl Owned<Object> {
    /// As a `T`, or the same reference back.
    #[inline]
    pub fn into_type<T: Class>(self) -> Result<Owned<T>, Self> {
        // SAFETY: the type was checked.
        if self.is_instance_of::<T>() { Ok(unsafe { self.cast_unchecked() }) } else { Err(self) }
    }
}

impl<T: Layout> Deref for Owned<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: we own a reference.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T: Layout> Clone for Owned<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        // SAFETY: we own a reference.
        unsafe { refcount::incref(self.ptr.as_ptr().cast()) };
        Self { ptr: self.ptr, owns: PhantomData }
    }
}

impl<T: Layout> Drop for Owned<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: we own a reference and give it back.
        unsafe { refcount::decref(self.ptr.as_ptr().cast()) }
    }
}

impl<T: Layout> From<&T> for Owned<T> {
    #[inline(always)]
    fn from(this: &T) -> Self {
        this.own()
    }
}

/// `own()`: a counted reference from a borrowed one.
pub trait Own: Layout {
    /// A new counted reference (`Py_NewRef`).
    #[inline(always)]
    fn own(&self) -> Owned<Self> {
        let ptr = core::ptr::from_ref(self).cast_mut();
        // SAFETY: a borrowed reference to a live object.
        unsafe {
            refcount::incref(ptr.cast());
            Owned::from_ptr(ptr.cast())
        }
    }
}

impl<T: Layout> Own for T {}

/// A field that Python code may see as a member.
///
/// # Safety
/// The type has the layout that C code knows by `KIND`.
pub unsafe trait MemberField {
    /// The `Py_T_*` number of the C type.
    const KIND: core::ffi::c_int;
}

macro_rules! member_fields {
    ($($ty:ty, $kind:ident;)*) => {
        $(
            // SAFETY: a cell has the layout of its content.
            unsafe impl MemberField for core::cell::Cell<$ty> {
                const KIND: core::ffi::c_int = taipan_runtime::abi::$kind;
            }
        )*
    };
}
member_fields! {
    bool, Py_T_BOOL;
    i8, Py_T_BYTE;
    u8, Py_T_UBYTE;
    i32, Py_T_INT;
    u32, Py_T_UINT;
    i64, Py_T_LONGLONG;
    u64, Py_T_ULONGLONG;
    isize, Py_T_PYSSIZET;
}

// SAFETY: transparent over the pointer, of which `None` is null.
unsafe impl<T: Layout> MemberField for Slot<T> {
    const KIND: core::ffi::c_int = taipan_runtime::abi::_Py_T_OBJECT;
}
// SAFETY: as above.
unsafe impl<T: Layout> MemberField for Owned<T> {
    const KIND: core::ffi::c_int = taipan_runtime::abi::_Py_T_OBJECT;
}
// SAFETY: as above.
unsafe impl<T: Layout> MemberField for Option<Owned<T>> {
    const KIND: core::ffi::c_int = taipan_runtime::abi::_Py_T_OBJECT;
}

/// The kind of a member; the function names the field.
pub const fn member_kind<C, F: MemberField>(_field: fn(&C) -> &F) -> core::ffi::c_int {
    F::KIND
}

/// A field that holds a counted reference or nothing, and may be changed through a shared reference.
#[repr(transparent)]
pub struct Slot<T: Layout = Object>(Cell<Option<Owned<T>>>);

impl<T: Layout> Slot<T> {
    /// Holds nothing.
    pub const fn empty() -> Self {
        Self(Cell::new(None))
    }

    /// Holds `value`.
    pub const fn new(value: Owned<T>) -> Self {
        Self(Cell::new(Some(value)))
    }

    /// Holds `value` or nothing.
    pub const fn from_option(value: Option<Owned<T>>) -> Self {
        Self(Cell::new(value))
    }

    /// A counted reference to what is held.
    #[inline]
    pub fn get(&self) -> Option<Owned<T>> {
        // SAFETY: nothing runs between taking the reference out and cloning it, so the cell cannot change meanwhile.
        unsafe { (*self.0.as_ptr()).clone() }
    }

    /// Whether nothing is held.
    #[inline]
    pub fn is_none(&self) -> bool {
        // SAFETY: a plain look.
        unsafe { (*self.0.as_ptr()).is_none() }
    }

    /// Whether exactly this object is held.
    #[inline]
    pub fn holds(&self, object: &Object) -> bool {
        // SAFETY: a plain look.
        unsafe { (*self.0.as_ptr()).as_ref().is_some_and(|held| core::ptr::addr_eq(&raw const **held, object)) }
    }

    /// Replaces what is held; the old value is given back after the field has changed.
    #[inline]
    pub fn set(&self, value: Option<Owned<T>>) {
        drop(self.0.replace(value));
    }

    /// Replaces what is held and hands out the old value.
    #[inline]
    pub fn replace(&self, value: Option<Owned<T>>) -> Option<Owned<T>> {
        self.0.replace(value)
    }

    /// Takes out what is held.
    #[inline]
    pub fn take(&self) -> Option<Owned<T>> {
        self.0.take()
    }

    /// What is held, borrowed.
    ///
    /// # Safety
    /// Nothing that may change the field happens while the borrow lasts.
    #[inline(always)]
    pub unsafe fn peek(&self) -> Option<&T> {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.as_ptr()).as_deref() }
    }

    /// The address of the pointer, for C structures that link through it.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut *mut PyObject {
        self.0.as_ptr().cast()
    }
}

/// Hands the objects that a container holds to the cycle collector.
pub struct Visitor<'a> {
    visit: visitproc,
    arg: *mut c_void,
    result: c_int,
    lifetime: PhantomData<&'a ()>,
}

impl Visitor<'_> {
    /// Wraps C's visitor.
    ///
    /// # Safety
    /// `visit` may be called with `arg`.
    pub const unsafe fn new(visit: visitproc, arg: *mut c_void) -> Self {
        Self { visit, arg, result: 0, lifetime: PhantomData }
    }

    /// Visits one object that the container owns a reference to.
    #[inline]
    pub fn visit(&mut self, object: &Object) {
        if self.result == 0 {
            // SAFETY: the constructor's promise.
            self.result = unsafe { (self.visit)(object.as_ptr(), self.arg) };
        }
    }

    /// Visits a raw pointer that may be null.
    ///
    /// # Safety
    /// `ptr` is null or points to a live object that the container owns a reference to.
    #[inline]
    pub unsafe fn visit_ptr(&mut self, ptr: *mut PyObject) {
        if !ptr.is_null() && self.result == 0 {
            // SAFETY: the constructor's and the caller's promise.
            self.result = unsafe { (self.visit)(ptr, self.arg) };
        }
    }

    /// What `tp_traverse` returns.
    pub const fn result(&self) -> c_int {
        self.result
    }
}

/// What the cycle collector needs of a field or a whole object.
pub trait Traverse {
    /// Visits every object that this holds a reference to, once for each reference.
    fn traverse(&self, visitor: &mut Visitor<'_>);
    /// Gives up references that may be part of a cycle.
    fn clear(&self) {}
}

impl<T: Layout> Traverse for Owned<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(upcast(&**self));
    }
}

impl<T: Layout> Traverse for Slot<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        // SAFETY: visiting runs no Python code.
        if let Some(held) = unsafe { self.peek() } {
            visitor.visit(upcast(held));
        }
    }
    fn clear(&self) {
        self.set(None);
    }
}

impl<T: Traverse> Traverse for Option<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(inner) = self {
            inner.traverse(visitor);
        }
    }
}

impl<T: Traverse> Traverse for Vec<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visitor);
        }
    }
}

impl<T: Traverse> Traverse for std::collections::VecDeque<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visitor);
        }
    }
}

impl<T: Traverse> Traverse for Box<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        (**self).traverse(visitor);
    }
    fn clear(&self) {
        (**self).clear();
    }
}

impl<T: Traverse> Traverse for Box<[T]> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visitor);
        }
    }
}

impl<T: Traverse, const N: usize> Traverse for [T; N] {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visitor);
        }
    }
    fn clear(&self) {
        for item in self {
            item.clear();
        }
    }
}

impl<A: Traverse, B: Traverse> Traverse for (A, B) {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.0.traverse(visitor);
        self.1.traverse(visitor);
    }
}

impl<T: Traverse + Default> Traverse for RefCell<T> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        // Borrowed means in use: not visiting keeps what it holds alive, which is what is wanted.
        if let Ok(inner) = self.try_borrow() {
            inner.traverse(visitor);
        }
    }
    fn clear(&self) {
        if let Ok(mut inner) = self.try_borrow_mut() {
            let old = core::mem::take(&mut *inner);
            drop(inner);
            drop(old);
        }
    }
}

/// Fields that hold no objects.
#[macro_export]
macro_rules! no_traverse {
    ($($ty:ty),* $(,)?) => {
        $(impl $crate::Traverse for $ty {
            #[inline(always)]
            fn traverse(&self, _visitor: &mut $crate::Visitor<'_>) {}
        })*
    };
}

no_traverse!(
    bool,
    u8,
    i8,
    u16,
    i16,
    u32,
    i32,
    u64,
    i64,
    u128,
    i128,
    usize,
    isize,
    f32,
    f64,
    char,
    String,
    &'static str
);

impl<T: Copy> Traverse for Cell<T> {
    #[inline(always)]
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl<T> Traverse for core::marker::PhantomData<T> {
    #[inline(always)]
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl<T> Traverse for std::sync::Arc<T> {
    #[inline(always)]
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl<T> Traverse for std::sync::Mutex<T> {
    #[inline(always)]
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

/// The head of an object's list of weak references (`weaklist = FIELD` in `#[class]`).
#[repr(transparent)]
pub struct WeakList(Cell<*mut PyObject>);

impl WeakList {
    /// An empty list.
    pub const fn new() -> Self {
        Self(Cell::new(core::ptr::null_mut()))
    }

    /// The first reference, or null.
    pub const fn head(&self) -> *mut PyObject {
        self.0.get()
    }
}

impl Traverse for WeakList {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

/// A field that plain data lives in and objects do not.
#[repr(transparent)]
pub struct Data<T>(pub T);

impl<T> Traverse for Data<T> {
    #[inline(always)]
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl<T> Deref for Data<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Comparison operators, numbered as `Py_LT` and so on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// From C's number; numbers out of range are taken for `==`.
    #[inline(always)]
    pub const fn from_c(op: c_int) -> Self {
        match op {
            abi::Py_LT => Self::Lt,
            abi::Py_LE => Self::Le,
            abi::Py_NE => Self::Ne,
            abi::Py_GT => Self::Gt,
            abi::Py_GE => Self::Ge,
            _ => Self::Eq,
        }
    }

    /// The operator for exchanged operands.
    #[must_use]
    pub const fn swapped(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            other => other,
        }
    }

    /// What the operator says of an ordering.
    #[inline]
    pub fn matches(self, ordering: core::cmp::Ordering) -> bool {
        match self {
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }

    /// What the operator says of two floats, which have no order if one is not a number.
    #[inline]
    pub fn matches_floats(self, a: f64, b: f64) -> bool {
        match self {
            Self::Lt => a < b,
            Self::Le => a <= b,
            Self::Eq => a == b,
            Self::Ne => a != b,
            Self::Gt => a > b,
            Self::Ge => a >= b,
        }
    }

    /// The operator's spelling.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

/// What `am_send` (`PyIter_Send`) produced.
pub enum Sent {
    /// The iterator yielded.
    Next(Owned),
    /// The iterator returned.
    Return(Owned),
}

/// Declares the handle of a type whose C layout is public: `layout!(PyList, abi::PyListObject)`.
#[macro_export]
macro_rules! layout {
    ($(#[$meta:meta])* $name:ident, $raw:ty) => {
        $(#[$meta])*
        #[repr(transparent)]
        pub struct $name(core::cell::UnsafeCell<$raw>);

        impl $name {
            /// The structure as C sees it.
            #[inline(always)]
            pub const fn raw(&self) -> *mut $raw {
                self.0.get()
            }
        }
    };
}
