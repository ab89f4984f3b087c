//! Arguments of calls: `CArgObject`, and the conversions that the types' `from_param` do.

use crate::array::Array;
use crate::cdata::CData;
use crate::ctype;
use crate::ffi::FfiType;
use crate::funcptr::CFuncPtr;
use crate::metatypes::SimpleType;
use crate::pointer::Pointer;
use crate::values;
use core::cell::RefCell;
use std::rc::Rc;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyType, Raised, Slot, Thread, call, class, err,
    errors, new_object, object, singletons, typeobject,
};

/// The bytes of an argument.
#[derive(Clone)]
pub enum Value {
    Inline([u8; 32]),
    Block(Vec<u8>),
}

impl Value {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline(bytes) => bytes,
            Self::Block(bytes) => bytes,
        }
    }

    /// A pointer.
    pub fn pointer(pointer: *mut u8) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&(pointer as u64).to_ne_bytes());
        Self::Inline(bytes)
    }

    fn word(&self) -> u64 {
        let mut out = [0; 8];
        for (to, from) in out.iter_mut().zip(self.as_bytes()) {
            *to = *from;
        }
        u64::from_ne_bytes(out)
    }
}

/// An argument that is ready to be passed (`CArgObject`).
#[object]
pub struct CArg {
    pub tag: Data<u8>,
    pub ffi: Data<Rc<FfiType>>,
    pub value: Data<RefCell<Value>>,
    pub obj: Slot,
}

impl CArg {
    /// An argument with this value.
    pub fn new(t: &Thread, tag: u8, ffi: Rc<FfiType>, value: Value, obj: Option<Owned>) -> PyResult<Owned<Self>> {
        new_object(
            t,
            Self {
                head: Head::new(),
                tag: Data(tag),
                ffi: Data(ffi),
                value: Data(RefCell::new(value)),
                obj: Slot::from_option(obj),
            },
        )
    }

    /// A pointer.
    pub fn of_pointer(t: &Thread, pointer: *mut u8, obj: Option<Owned>) -> PyResult<Owned<Self>> {
        Self::new(t, b'P', FfiType::pointer(), Value::pointer(pointer), obj)
    }
}

#[class(name = "_ctypes.CArgObject", heap, flags(HAVE_GC), no_new, fields(_obj = obj: "the wrapped object"))]
impl CArg {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let word = self.value.borrow().word();
        let tag = char::from(*self.tag);
        let text = match *self.tag {
            b'b' => format!("<cparam '{tag}' ({})>", word as i8),
            b'B' => format!("<cparam '{tag}' ({})>", word as u8),
            b'h' => format!("<cparam '{tag}' ({})>", word as i16),
            b'H' => format!("<cparam '{tag}' ({})>", word as u16),
            b'i' => format!("<cparam '{tag}' ({})>", word as i32),
            b'I' => format!("<cparam '{tag}' ({})>", word as u32),
            b'l' | b'q' => format!("<cparam '{tag}' ({})>", word as i64),
            b'L' | b'Q' => format!("<cparam '{tag}' ({word})>"),
            b'f' | b'd' => {
                let x = if *self.tag == b'f' { f64::from(f32::from_bits(word as u32)) } else { f64::from_bits(word) };
                let x = taipan_object::PyFloat::new(t, x)?.repr(t)?.to_string_lossy();
                format!("<cparam '{tag}' ({x})>")
            }
            b'c' => {
                let byte = word as u8;
                match byte {
                    0x20..=0x7e if byte != b'\'' && byte != b'\\' => {
                        format!("<cparam '{tag}' ('{}')>", char::from(byte))
                    }
                    b'\'' | b'\\' => format!("<cparam '{tag}' ('\\{}')>", char::from(byte)),
                    _ => format!("<cparam '{tag}' ('\\x{byte:02x}')>"),
                }
            }
            b'z' | b'Z' | b'P' => {
                if word == 0 {
                    format!("<cparam '{tag}' (nil)>")
                } else {
                    format!("<cparam '{tag}' ({word:#x})>")
                }
            }
            other if (0x20..0x7f).contains(&other) => format!("<cparam '{tag}' at {:p}>", self.as_object().as_ptr()),
            other => format!("<cparam {other:#04x} at {:p}>", self.as_object().as_ptr()),
        };
        PyStr::from_str(t, &text)
    }
}

/// An argument of a call: its type and bytes, and what keeps the bytes meaningful.
pub struct Argument {
    pub ffi: Rc<FfiType>,
    pub value: Value,
    pub _kept: Option<Owned>,
}

/// Converts what a `from_param` made, or a plain object, into an argument (`ConvParam`).
pub fn convert(t: &Thread, object: &Object, position: usize) -> PyResult<Argument> {
    let of_carg = |carg: &CArg| Argument {
        ffi: carg.ffi.clone(),
        value: carg.value.borrow().clone(),
        _kept: Some(carg.as_object().own()),
    };
    if let Some(data) = object.downcast::<CData>() {
        return Ok(of_carg(&*data.param(t)?));
    }
    if let Some(carg) = object.downcast::<CArg>() {
        return Ok(of_carg(carg));
    }
    let pointer =
        |p: *mut u8, kept: Option<Owned>| Argument { ffi: FfiType::pointer(), value: Value::pointer(p), _kept: kept };
    if object.is(singletons::none()) {
        return Ok(pointer(core::ptr::null_mut(), None));
    }
    if let Some(int) = object.downcast::<PyInt>() {
        let fits = int.to_u64().is_some() || int.to_i64().is_some();
        if !fits {
            return Err(err!(t, OverflowError, "int too long to convert"));
        }
        let value = Value::pointer(int.to_u64_mask() as *mut u8);
        return Ok(Argument { ffi: FfiType::int(), value, _kept: None });
    }
    if let Some(bytes) = object.downcast::<PyBytes>() {
        return Ok(pointer(bytes.data_ptr(), Some(object.own())));
    }
    if let Some(text) = object.downcast::<PyStr>() {
        let (kept, address) = values::wide_buffer(t, text)?;
        return Ok(pointer(address, Some(kept)));
    }
    match ctype::attribute(t, object, "_as_parameter_")? {
        Some(other) => {
            call::enter_recursive(t, " while processing _as_parameter_")?;
            convert(t, &other, position)
        }
        None => Err(err!(t, TypeError, "Don't know how to convert parameter {position}")),
    }
}

fn as_parameter(t: &Thread, value: &Object) -> PyResult<Option<Owned>> {
    let found = ctype::attribute(t, value, "_as_parameter_")?;
    if found.is_some() {
        call::enter_recursive(t, " while processing _as_parameter_")?;
    }
    Ok(found)
}

/// `from_param` of structures, arrays and function pointers.
pub fn from_param(t: &Thread, ty: &PyType, value: &Object) -> PyResult {
    if typeobject::isinstance(t, value, ty)? {
        return Ok(value.own());
    }
    if let Some(carg) = value.downcast::<CArg>() {
        let held = carg.obj.get();
        if let Some(held) = &held
            && let Some(target) = ctype::info(ty).and_then(|info| info.proto.get())
            && typeobject::isinstance(t, held, &target)?
        {
            return Ok(value.own());
        }
        let held = held.map_or_else(|| "NoneType".to_string(), |held| held.class().name_lossy());
        return Err(err!(t, TypeError, "expected {} instance instead of pointer to {held}", ty.name_lossy()));
    }
    if let Some(other) = as_parameter(t, value)? {
        return from_param(t, ty, &other);
    }
    let (wanted, got) = (ty.name_lossy(), value.class().name_lossy());
    Err(err!(t, TypeError, "expected {wanted} instance instead of {got}"))
}

/// `from_param` of pointers: also instances of what they point to, and arrays of it.
pub fn pointer_from_param(t: &Thread, ty: &PyType, value: &Object) -> PyResult {
    if value.is(singletons::none()) {
        return Ok(value.own());
    }
    let Some(info) = ctype::info(ty) else { return Err(err!(t, TypeError, "abstract class")) };
    let Some(target) = info.proto_type() else { return from_param(t, ty, value) };
    if let Some(data) = value.downcast::<CData>() {
        if typeobject::isinstance(t, value, &target)? {
            return CArg::of_pointer(t, data.ptr.get(), Some(value.own())).map(Owned::into_object);
        }
        if value.is_instance_of::<Pointer>() || value.is_instance_of::<Array>() {
            let item = data.info(t)?.proto_type();
            if let Some(item) = item
                && typeobject::issubclass(t, &item, &target)?
            {
                return Ok(value.own());
            }
        }
    }
    from_param(t, ty, value)
}

/// The code of a type that is simple.
fn code_of(t: &Thread, data: &CData) -> PyResult<Option<u8>> {
    Ok(ctype::has_metatype::<SimpleType>(data.class().as_object()).then_some(data.info(t)?.code.get()))
}

fn simple_carg(t: &Thread, code: u8, swapped: bool, size: usize, ffi: Rc<FfiType>, value: &Object) -> PyResult {
    let mut bytes = [0u8; 32];
    // SAFETY: simple values take at most 32 bytes.
    let kept = unsafe { values::set(t, code, swapped, bytes.as_mut_ptr(), value, size, None) }?;
    CArg::new(t, code, ffi, Value::Inline(bytes), Some(kept)).map(Owned::into_object)
}

/// `from_param` of simple types.
pub fn simple_from_param(t: &Thread, ty: &PyType, value: &Object) -> PyResult {
    let Some(info) = ctype::info(ty) else { return Err(err!(t, TypeError, "abstract class")) };
    let code = info.code.get();
    let special = matches!(code, b'z' | b'Z' | b'P');
    if special && value.is(singletons::none()) {
        return Ok(value.own());
    }
    let ffi = || info.ffi.borrow().clone();
    match code {
        b'z' if values::is::<PyBytes>(value) => return simple_carg(t, b'z', false, 8, ffi(), value),
        b'Z' if values::is::<PyStr>(value) => return simple_carg(t, b'Z', false, 8, ffi(), value),
        b'P' if values::is::<PyInt>(value) => return simple_carg(t, b'P', false, 8, ffi(), value),
        b'P' if values::is::<PyBytes>(value) => return simple_carg(t, b'z', false, 8, ffi(), value),
        b'P' if values::is::<PyStr>(value) => return simple_carg(t, b'Z', false, 8, ffi(), value),
        _ => {}
    }
    if typeobject::isinstance(t, value, ty)? {
        return Ok(value.own());
    }
    if special {
        if let Some(passed) = text_or_pointer(t, code, value)? {
            return Ok(passed);
        }
    } else {
        match simple_carg(t, code, info.swapped.get(), info.size.get(), ffi(), value) {
            Ok(made) => return Ok(made),
            Err(raised) => return retry_as_parameter(t, ty, value, raised),
        }
    }
    if let Some(other) = as_parameter(t, value)? {
        return simple_from_param(t, ty, &other);
    }
    let name = value.class().name_lossy();
    let wanted = match code {
        b'z' => "c_char_p",
        b'Z' => "c_wchar_p",
        _ => "c_void_p",
    };
    Err(err!(t, TypeError, "'{name:.200}' object cannot be interpreted as ctypes.{wanted}"))
}

/// The conversion failed: the object may say what to pass instead.
fn retry_as_parameter(t: &Thread, ty: &PyType, value: &Object, raised: Raised) -> PyResult {
    let saved = errors::take_raised(t, raised);
    match as_parameter(t, value)? {
        Some(other) => simple_from_param(t, ty, &other),
        None => Err(errors::restore_raised(t, saved)),
    }
}

/// What may be passed where a pointer to text, or any pointer, is wanted.
fn text_or_pointer(t: &Thread, code: u8, value: &Object) -> PyResult<Option<Owned>> {
    let item_code = if code == b'z' { b'c' } else { b'u' };
    if let Some(data) = value.downcast::<CData>() {
        if value.is_instance_of::<Array>() || value.is_instance_of::<Pointer>() {
            let fits = code == b'P'
                || data.info(t)?.proto_type().is_some_and(|item| {
                    ctype::has_metatype::<SimpleType>(&item)
                        && ctype::info(&item).is_some_and(|info| info.code.get() == item_code)
                });
            if fits {
                return Ok(Some(value.own()));
            }
        }
        if code == b'P' {
            if value.is_instance_of::<CFuncPtr>() {
                let made = CArg::of_pointer(t, data.pointer(), Some(value.own()))?;
                return Ok(Some(made.into_object()));
            }
            if matches!(code_of(t, data)?, Some(b'z' | b'Z')) {
                let value_of = Value::pointer(data.pointer());
                let made = CArg::new(t, b'Z', FfiType::pointer(), value_of, Some(value.own()))?;
                return Ok(Some(made.into_object()));
            }
        }
    }
    if let Some(carg) = value.downcast::<CArg>()
        && *carg.tag == b'P'
    {
        if code == b'P' {
            return Ok(Some(value.own()));
        }
        if let Some(held) = carg.obj.get()
            && let Some(data) = held.downcast::<CData>()
            && code_of(t, data)? == Some(item_code)
        {
            return Ok(Some(value.own()));
        }
    }
    Ok(None)
}
