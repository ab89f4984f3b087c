//! `objimpl.h`, `pymem.h` and `cpython/objimpl.h`: memory, allocation of objects, the collector.

use crate::contract::*;
use crate::pymem_debug;
use core::ffi::{c_int, c_void};
use taipan_object::abi::*;
use taipan_object::typeobject::{self, alloc::presize};
use taipan_object::{Object, Owned, PyResult, Thread, errors};
use taipan_runtime::{gc, mem};

// The domains share one allocator; a program may put others in front of it (`PyMem_SetAllocator`).

// What reaches the default one has been asked for already, if somebody is to be asked ([`permit`]).

unsafe extern "C" fn default_malloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    mem::alloc_unasked(size).cast()
}

unsafe extern "C" fn default_calloc(_ctx: *mut c_void, n: usize, size: usize) -> *mut c_void {
    match n.checked_mul(size) {
        Some(size) => mem::alloc_zeroed_unasked(size).cast(),
        None => core::ptr::null_mut(),
    }
}

unsafe extern "C" fn default_realloc(_ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the contract of the callers.
    unsafe { mem::realloc_unasked(block.cast(), size).cast() }
}

unsafe extern "C" fn default_free(_ctx: *mut c_void, block: *mut c_void) {
    // SAFETY: the contract of the callers.
    unsafe { mem::free(block.cast()) }
}

/// One domain's allocator as C set it.
struct Domain(taipan_object::Static<PyMemAllocatorEx>);

impl Domain {
    const fn new() -> Self {
        Self(taipan_object::Static::new(PyMemAllocatorEx {
            ctx: core::ptr::null_mut(),
            malloc: Some(default_malloc),
            calloc: Some(default_calloc),
            realloc: Some(default_realloc),
            free: Some(default_free),
        }))
    }
}

/// Raw memory, memory, objects.
static DOMAINS: [Domain; 3] = [Domain::new(), Domain::new(), Domain::new()];

/// Sizes beyond `PY_SSIZE_T_MAX` are refused.
const MAX: usize = isize::MAX as usize;

#[inline]
unsafe fn domain_malloc(domain: usize, size: usize) -> *mut c_void {
    match mem::alloc_plainly(size) {
        Some(block) => block.cast(),
        // SAFETY: the allocators are functions that C set, or the default ones.
        None => unsafe { hooked_malloc(domain, size) },
    }
}

/// Allocates with the functions that C set, or a large block.
#[inline(never)]
unsafe fn hooked_malloc(domain: usize, size: usize) -> *mut c_void {
    // SAFETY: the allocators are functions that C set, or the default ones.
    unsafe {
        let a = &*DOMAINS[domain].0.get();
        match a.malloc {
            Some(malloc) if size <= MAX => malloc(a.ctx, size),
            _ => core::ptr::null_mut(),
        }
    }
}

unsafe fn domain_calloc(domain: usize, n: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe {
        let a = &*DOMAINS[domain].0.get();
        match a.calloc {
            Some(calloc) if size == 0 || n <= MAX / size => calloc(a.ctx, n, size),
            _ => core::ptr::null_mut(),
        }
    }
}

unsafe fn domain_realloc(domain: usize, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe {
        let a = &*DOMAINS[domain].0.get();
        match a.realloc {
            Some(realloc) if size <= MAX => realloc(a.ctx, block, size),
            _ => core::ptr::null_mut(),
        }
    }
}

#[inline]
unsafe fn domain_free(domain: usize, block: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        if !mem::free_plainly(block.cast()) {
            hooked_free(domain, block);
        }
    }
}

/// Frees with the functions that C set.
#[cold]
#[inline(never)]
unsafe fn hooked_free(domain: usize, block: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        let a = &*DOMAINS[domain].0.get();
        if let Some(free) = a.free {
            free(a.ctx, block);
        }
    }
}

/// Whether somebody else stands in front of a domain's allocator, other than to look for misuse.
fn is_foreign(domain: usize) -> bool {
    // SAFETY: the allocators are structures that C set, or the default ones; hooks that look for misuse know what is
    // behind them.
    unsafe {
        let mut a = DOMAINS[domain].0.get().cast_const();
        while pymem_debug::is_hooked(&*a) {
            a = &raw const (*(*a).ctx.cast::<pymem_debug::Hooked>()).below;
        }
        (*a).malloc.is_none_or(|malloc| malloc as usize != default_malloc as *const () as usize)
    }
}

/// Whether the allocators that C set have memory for one of our own blocks. Its memory does not come from them, because
/// most of our blocks are older than they are; they can say no.
fn permit(size: usize) -> bool {
    // The domain of objects decides if it can; what objects need besides is memory.
    let Some(domain) = [2, 1].into_iter().find(|&domain| is_foreign(domain)) else { return true };
    // SAFETY: an allocator that C set; the block goes back to it. The GIL is held.
    unsafe {
        let block = hooked_malloc(domain, size);
        if block.is_null() {
            return false;
        }
        hooked_free(domain, block);
        true
    }
}

/// Tells the allocator whether C has put functions of its own in front of it, and whom to ask for memory.
unsafe fn note_hooks() {
    // SAFETY: allocators are set while nobody allocates through them.
    let hooked = DOMAINS.iter().any(|domain| unsafe {
        let a = &*domain.0.get();
        a.malloc.map(|f| f as usize) != Some(default_malloc as *const () as usize)
            || a.free.map(|f| f as usize) != Some(default_free as *const () as usize)
    });
    mem::watch(mem::HOOKED, hooked);
    mem::ask((is_foreign(1) || is_foreign(2)).then_some(permit as mem::Permit));
}

macro_rules! domains {
    ($($malloc:ident $calloc:ident $realloc:ident $free:ident $domain:literal, $doc:literal;)*) => {
        capi! {
            $(
                #[doc = concat!("Allocates ", $doc, "; null if there is none left.")]
                fn $malloc(size: usize) -> Raw<*mut c_void> {
                    domain_malloc($domain, size)
                }

                #[doc = concat!("Allocates zeroed ", $doc, "; null if there is none left.")]
                fn $calloc(n: usize, size: usize) -> Raw<*mut c_void> {
                    domain_calloc($domain, n, size)
                }

                #[doc = concat!("Resizes ", $doc, "; null if there is none left.")]
                fn $realloc(block: *mut c_void, size: usize) -> Raw<*mut c_void> {
                    domain_realloc($domain, block, size)
                }

                #[doc = concat!("Frees ", $doc, "; null is allowed.")]
                fn $free(block: *mut c_void) -> Void {
                    domain_free($domain, block);
                }
            )*
        }
    };
}

domains! {
    PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree 0, "memory without the GIL";
    PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free 1, "memory";
    PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free 2, "memory for objects";
}

/// `PyObjectArenaAllocator`.
#[repr(C)]
pub struct PyObjectArenaAllocator {
    ctx: *mut c_void,
    alloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize)>,
}

/// Arenas come from the allocator: the data stack's chunks do, and C code that knows CPython takes those for arenas.
unsafe extern "C" fn arena_alloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    mem::alloc_zeroed(size).cast()
}

unsafe extern "C" fn arena_free(_ctx: *mut c_void, block: *mut c_void, _size: usize) {
    // SAFETY: a block of `arena_alloc`, or a chunk of the data stack.
    unsafe { mem::free(block.cast()) }
}

/// The size of an instance with `items` items.
unsafe fn size_of_instance(ty: *mut PyTypeObject, items: isize) -> usize {
    // SAFETY: a live type.
    unsafe { ((*ty).tp_basicsize + items * (*ty).tp_itemsize).max(0) as usize }.next_multiple_of(8)
}

/// An object without a GC head, its fields undefined.
unsafe fn new_plain(t: &Thread, ty: *mut PyTypeObject, items: Option<isize>) -> PyResult<Obj> {
    // SAFETY: a live type; a fresh block of the size computed.
    unsafe {
        let size = size_of_instance(ty, items.unwrap_or(0));
        let pre = presize((*ty).tp_flags & !Py_TPFLAGS_HAVE_GC);
        let block = domain_malloc(2, size + pre).cast::<u8>();
        if block.is_null() {
            return Err(errors::no_memory(t));
        }
        core::ptr::write_bytes(block, 0, pre);
        let op: Obj = block.add(pre).cast();
        typeobject::init_head(op, ty);
        if let Some(items) = items {
            (*op.cast::<PyVarObject>()).ob_size = items;
        }
        Ok(op)
    }
}

/// A container that is not tracked, its fields undefined.
unsafe fn new_gc(t: &Thread, ty: *mut PyTypeObject, items: Option<isize>, extra: usize) -> PyResult<Obj> {
    // SAFETY: a live type; a fresh block of the size computed.
    unsafe {
        let size = size_of_instance(ty, items.unwrap_or(0)) + extra;
        let op = gc::alloc(t, size, presize((*ty).tp_flags | Py_TPFLAGS_HAVE_GC));
        if op.is_null() {
            return Err(errors::no_memory(t));
        }
        if extra > 0 {
            core::ptr::write_bytes(op.cast::<u8>(), 0, size);
        }
        typeobject::init_head(op, ty);
        if let Some(items) = items {
            (*op.cast::<PyVarObject>()).ob_size = items;
        }
        Ok(op)
    }
}

type VisitObjects = unsafe extern "C" fn(Obj, *mut c_void) -> c_int;

static ARENAS: taipan_object::Static<PyObjectArenaAllocator> = taipan_object::Static::new(PyObjectArenaAllocator {
    ctx: core::ptr::null_mut(),
    alloc: Some(arena_alloc),
    free: Some(arena_free),
});

/// Puts hooks in front of the allocators if the environment (`PYTHONMALLOC`) or the development mode asks for them.
pub fn init_debug(environment: bool, development: bool) {
    let wanted = environment
        && matches!(
            taipan_interp::config::environment("PYTHONMALLOC").as_deref(),
            Some("debug" | "malloc_debug" | "pymalloc_debug" | "mimalloc_debug")
        );
    if wanted || development {
        // SAFETY: at the start no other thread allocates through the hooks.
        unsafe { PyMem_SetupDebugHooks() };
    }
}

capi! {
    /// The allocator of a domain.
    fn PyMem_GetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) -> Void {
        match DOMAINS.get(domain as usize) {
            Some(found) => core::ptr::copy_nonoverlapping(found.0.get(), allocator, 1),
            None => *allocator = PyMemAllocatorEx {
                ctx: core::ptr::null_mut(), malloc: None, calloc: None, realloc: None, free: None,
            },
        }
    }

    /// Sets the allocator of a domain.
    fn PyMem_SetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) -> Void {
        if let Some(found) = DOMAINS.get(domain as usize) {
            core::ptr::copy_nonoverlapping(allocator, found.0.get(), 1);
            note_hooks();
        }
    }

    /// Puts hooks that look for misuse in front of the allocators.
    fn PyMem_SetupDebugHooks() -> Void {
        mem::watch(mem::ERASED, true);
        if let Some(t) = taipan_runtime::thread::current_ptr().as_ref() {
            taipan_runtime::reftracer::update_freelists(t.interpreter());
        }
        for (domain, found) in DOMAINS.iter().enumerate() {
            let allocator = found.0.get();
            if !pymem_debug::is_hooked(&*allocator) {
                *allocator = pymem_debug::Hooked::new(domain, core::ptr::read(allocator)).allocator();
            }
        }
        note_hooks();
    }

    /// The name of the allocator.
    fn _PyMem_GetCurrentAllocatorName() -> Raw<*const core::ffi::c_char> {
        if pymem_debug::is_hooked(&*DOMAINS[1].0.get()) { c"mimalloc_debug".as_ptr() } else { c"mimalloc".as_ptr() }
    }

    /// Says how arenas are to be mapped: this is kept and handed out, but memory comes from the allocator without arenas.
    fn PyObject_SetArenaAllocator(allocator: *mut PyObjectArenaAllocator) -> Void {
        core::ptr::copy_nonoverlapping(allocator, ARENAS.get(), 1);
    }

    /// A copy of a C string, freed with `PyMem_RawFree`.
    fn _PyMem_RawStrdup(s: *const core::ffi::c_char) -> Raw<*mut core::ffi::c_char> {
        let bytes = c_bytes(s);
        let block = domain_malloc(0, bytes.len() + 1).cast::<u8>();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
            *block.add(bytes.len()) = 0;
        }
        block.cast()
    }

    /// A copy of a C string, freed with `PyMem_Free`.
    fn _PyMem_Strdup(s: *const core::ffi::c_char) -> Raw<*mut core::ffi::c_char> {
        _PyMem_RawStrdup(s)
    }

    /// How arenas are mapped.
    fn PyObject_GetArenaAllocator(allocator: *mut PyObjectArenaAllocator) -> Void {
        core::ptr::copy_nonoverlapping(ARENAS.get(), allocator, 1);
    }

    /// Gives memory a type and its first reference.
    fn PyObject_Init(op: Obj, ty: *mut PyTypeObject) -> Raw<Obj> {
        if op.is_null() {
            return PyErr_NoMemory_null();
        }
        typeobject::init_head(op, ty);
        op
    }

    /// Gives memory a type, its first reference and a size.
    fn PyObject_InitVar(op: *mut PyVarObject, ty: *mut PyTypeObject, n: Size) -> Raw<*mut PyVarObject> {
        if op.is_null() {
            return PyErr_NoMemory_null().cast();
        }
        typeobject::init_head(op.cast(), ty);
        (*op).ob_size = n;
        op
    }

    /// An object whose fields are undefined; a new reference.
    fn _PyObject_New[t](ty: *mut PyTypeObject) -> Borrowed {
        new_plain(t, ty, None)
    }

    /// An object with items whose fields are undefined; a new reference.
    fn _PyObject_NewVar[t](ty: *mut PyTypeObject, n: Size) -> Borrowed {
        new_plain(t, ty, Some(n))
    }

    /// A container that is not tracked, its fields undefined; a new reference.
    fn _PyObject_GC_New[t](ty: *mut PyTypeObject) -> Borrowed {
        new_gc(t, ty, None, 0)
    }

    /// A container with items that is not tracked, its fields undefined; a new reference.
    fn _PyObject_GC_NewVar[t](ty: *mut PyTypeObject, n: Size) -> Borrowed {
        if n < 0 {
            return Err(errors::bad_internal_call(t));
        }
        new_gc(t, ty, Some(n), 0)
    }

    /// A container with zeroed fields and some memory behind them; a new reference.
    fn PyUnstable_Object_GC_NewWithExtraData[t](ty: *mut PyTypeObject, extra: usize) -> Borrowed {
        new_gc(t, ty, None, extra)
    }

    /// Changes the number of items of a container that is not tracked; the reference is replaced.
    fn _PyObject_GC_Resize[t](op: *mut PyVarObject, n: Size) -> Raw<*mut PyVarObject> {
        let ty = (*op).ob_base.ob_type;
        let pre = presize((*ty).tp_flags);
        let block = mem::realloc(op.cast::<u8>().sub(pre), size_of_instance(ty, n) + pre);
        if block.is_null() {
            let _ = errors::no_memory(t);
            return core::ptr::null_mut();
        }
        let op = block.add(pre).cast::<PyVarObject>();
        (*op).ob_size = n;
        op
    }

    /// Frees a container.
    fn PyObject_GC_Del(op: *mut c_void) -> Void {
        let object: Obj = op.cast();
        if gc::is_tracked(object) {
            gc::untrack(object);
        }
        gc::free(object, presize((*(*object).ob_type).tp_flags | Py_TPFLAGS_HAVE_GC));
    }

    /// Shows a container to the collector.
    fn PyObject_GC_Track(op: *mut c_void) -> Void {
        if gc::is_tracked(op.cast()) {
            crate::moduleobject::fatal("PyObject_GC_Track", "object already tracked by the garbage collector");
        }
        gc::track(op.cast());
    }

    /// Hides a container from the collector; nothing if it is hidden.
    fn PyObject_GC_UnTrack(op: *mut c_void) -> Void {
        if gc::is_tracked(op.cast()) {
            gc::untrack(op.cast());
        }
    }

    /// Whether the object can be part of cycles.
    fn PyObject_IS_GC(op: Obj) -> Raw<c_int> {
        gc::is_gc(op).into()
    }

    /// Whether the collector sees the object.
    fn PyObject_GC_IsTracked(op: Obj) -> Raw<c_int> {
        (gc::is_gc(op) && gc::is_tracked(op)).into()
    }

    /// Whether the object's finalizer has run.
    fn PyObject_GC_IsFinalized(op: Obj) -> Raw<c_int> {
        (gc::is_gc(op) && gc::is_finalized(op)).into()
    }

    /// Runs the finalizer of an object, once.
    fn PyObject_CallFinalizer(op: Obj) -> Void {
        gc::call_finalizer(op);
    }

    /// Runs the finalizer of a dying object: -1 if it came back to life.
    fn PyObject_CallFinalizerFromDealloc(op: Obj) -> Raw<c_int> {
        if gc::call_finalizer_from_dealloc(op) { -1 } else { 0 }
    }

    /// Collects: how many objects were unreachable.
    fn PyGC_Collect[t]() -> Raw<Size> {
        if !(*t.interpreter().gc.get()).enabled {
            return 0;
        }
        let saved = errors::save(t);
        let n = gc::collect(t, 2, true);
        errors::restore(t, saved);
        n as isize
    }

    /// Enables collection: whether it was.
    fn PyGC_Enable[t]() -> Raw<c_int> {
        let state = t.interpreter().gc.get();
        core::mem::replace(&mut (*state).enabled, true).into()
    }

    /// Disables collection: whether it was enabled.
    fn PyGC_Disable[t]() -> Raw<c_int> {
        let state = t.interpreter().gc.get();
        core::mem::replace(&mut (*state).enabled, false).into()
    }

    /// Whether collection is enabled.
    fn PyGC_IsEnabled[t]() -> Raw<c_int> {
        (*t.interpreter().gc.get()).enabled.into()
    }

    /// Shows all tracked objects to a function until it returns 0.
    fn PyUnstable_GC_VisitObjects[t](visit: VisitObjects, arg: *mut c_void) -> Void {
        let mut all: Vec<Owned> = Vec::new();
        gc::for_each(t, None, |op| all.push(taipan_object::Own::own(o(op))));
        let state = t.interpreter().gc.get();
        // Those that `gc.freeze()` set aside too.
        let frozen = &raw mut (*state).permanent;
        let mut head = ((*frozen)._gc_next & !7) as *mut PyGC_Head;
        while !head.is_null() && head != frozen {
            all.push(taipan_object::Own::own(o(head.add(1).cast())));
            head = ((*head)._gc_next & !7) as *mut PyGC_Head;
        }
        let enabled = core::mem::replace(&mut (*state).enabled, false);
        for op in &all {
            let op: &Object = op;
            if visit(op.as_ptr(), arg) == 0 {
                break;
            }
        }
        (*state).enabled = enabled;
    }
}

/// `PyErr_NoMemory`, as null.
fn PyErr_NoMemory_null() -> Obj {
    // SAFETY: called with the GIL held.
    unsafe { crate::pyerrors::PyErr_NoMemory() }
}
