//! The metatypes: what happens when a C type is made, and the constructors that every C type has.

use crate::array;
use crate::cdata::CData;
use crate::ctype::{self, CType, Param, StgInfo, TYPEFLAG_HASPOINTER, TYPEFLAG_ISPOINTER};
use crate::ffi::FfiType;
use crate::params;
use crate::{funcptr, structure, values};
use std::rc::Rc;
use taipan_object::abi::PyBUF_SIMPLE;
use taipan_object::buffer::Buffer;
use taipan_object::{
    Args, Class, Object, Own, Owned, PyInt, PyResult, PyStr, PyType, Thread, audit, class, err, errors,
};
use taipan_types::PyMemoryView;

/// `from_address`.
fn from_address(t: &Thread, ty: &PyType, value: &Object) -> PyResult {
    let Some(address) = value.downcast::<PyInt>() else { return Err(err!(t, TypeError, "integer expected")) };
    CData::at_address(t, ty, address.to_u64_mask() as *mut u8).map(Owned::into_object)
}

fn check_range(t: &Thread, len: usize, offset: isize, size: usize) -> PyResult<usize> {
    let Ok(at) = usize::try_from(offset) else { return Err(err!(t, ValueError, "offset cannot be negative")) };
    if at > len || size > len - at {
        let needed = size as u128 + at as u128;
        return Err(err!(t, ValueError, "Buffer size too small ({len} instead of at least {needed} bytes)"));
    }
    Ok(at)
}

/// `from_buffer`: the instance lives in the buffer's memory and keeps a view of it.
fn from_buffer(t: &Thread, ty: &PyType, object: &Object, offset: isize) -> PyResult {
    let info = ctype::info_or_abstract(t, ty)?;
    let made = PyMemoryView::from_object(t, object)?;
    let view = Buffer::get(t, &made, taipan_object::abi::PyBUF_FULL_RO)?;
    let raw = view.view();
    if raw.readonly != 0 {
        return Err(err!(t, TypeError, "underlying buffer is not writable"));
    }
    if !taipan_object::buffer::is_c_contiguous(raw) {
        return Err(err!(t, TypeError, "underlying buffer is not C contiguous"));
    }
    let at = check_range(t, view.len(), offset, info.size.get())?;
    audit_buffer(t, "ctypes.cdata/buffer", raw.buf as u64, view.len(), offset)?;
    let data = CData::at_address(t, ty, raw.buf.cast::<u8>().wrapping_add(at))?;
    data.keep(t, -1, made.into_object())?;
    Ok(data.into_object())
}

fn audit_buffer(t: &Thread, event: &str, address: u64, len: usize, offset: isize) -> PyResult<()> {
    if !audit::active(t) {
        return Ok(());
    }
    let (a, n) = (PyInt::from_u64(t, address)?, PyInt::from_u64(t, len as u64)?);
    audit::audit(t, event, &[&*a, &*n, &*PyInt::from_i64(t, offset as i64)?])
}

/// `from_buffer_copy`.
fn from_buffer_copy(t: &Thread, ty: &PyType, buffer: &Object, offset: isize) -> PyResult {
    let info = ctype::info_or_abstract(t, ty)?;
    let view = Buffer::get(t, buffer, PyBUF_SIMPLE)?;
    let at = check_range(t, view.len(), offset, info.size.get())?;
    audit_buffer(t, "ctypes.cdata/buffer", view.view().buf as u64, view.len(), offset)?;
    let data = CData::new(t, ty)?;
    let bytes = view.as_bytes();
    if let Some(part) = bytes.get(at..at + info.size.get()) {
        // SAFETY: the instance has as much memory as its type says.
        unsafe { core::ptr::copy_nonoverlapping(part.as_ptr(), data.ptr.get(), part.len()) };
    }
    Ok(data.into_object())
}

/// `in_dll`.
fn in_dll(t: &Thread, ty: &PyType, dll: &Object, name: &Object) -> PyResult {
    let Some(text) = name.downcast::<PyStr>() else {
        let got = name.class().name_lossy();
        return Err(err!(t, TypeError, "in_dll() argument 2 must be str, not {got}"));
    };
    audit::audit(t, "ctypes.dlsym", &[dll, name])?;
    let handle = funcptr::handle_of(t, dll)?;
    let symbol = funcptr::c_string(t, text.to_utf8(t)?.as_bytes())?;
    match funcptr::find_symbol(handle, &symbol, "symbol") {
        Ok(address) => CData::at_address(t, ty, address.cast()).map(Owned::into_object),
        Err(message) => Err(err!(t, ValueError, "{message}")),
    }
}

/// Declares a metatype with the constructors that all have.
macro_rules! metatype {
    ($ident:ident, $name:literal, $doc:literal, $from_param:path, $init:expr, { $($extra:tt)* }) => {
        #[doc = $doc]
        #[repr(transparent)]
        pub struct $ident(CType);

        #[class(name = $name, heap, layout, base = CType, flags(BASETYPE, HAVE_GC), doc = $doc)]
        impl $ident {
            #[slot]
            fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
                ($init)(t, self.0.as_type(), &args)
            }

            /// C.from_address(integer) -> C instance
            ///
            /// Access a C instance at the specified address.
            #[method(sig = "(value, /)")]
            fn from_address(&self, t: &Thread, value: &Object) -> PyResult {
                from_address(t, self.0.as_type(), value)
            }

            /// C.from_buffer(object, offset=0) -> C instance
            ///
            /// Create a C instance from a writeable buffer.
            #[method(sig = "(obj, offset=0, /)")]
            fn from_buffer(&self, t: &Thread, obj: &Object, offset: isize) -> PyResult {
                from_buffer(t, self.0.as_type(), obj, offset)
            }

            /// C.from_buffer_copy(object, offset=0) -> C instance
            ///
            /// Create a C instance from a readable buffer.
            #[method(sig = "(buffer, offset=0, /)")]
            fn from_buffer_copy(&self, t: &Thread, buffer: &Object, offset: isize) -> PyResult {
                from_buffer_copy(t, self.0.as_type(), buffer, offset)
            }

            /// C.in_dll(dll, name) -> C instance
            ///
            /// Access a C instance in a dll.
            #[method(sig = "(dll, name, /)")]
            fn in_dll(&self, t: &Thread, dll: &Object, name: &Object) -> PyResult {
                in_dll(t, self.0.as_type(), dll, name)
            }

            /// Convert a Python object into a function call parameter.
            #[method(sig = "(value, /)")]
            fn from_param(&self, t: &Thread, value: &Object) -> PyResult {
                $from_param(t, self.0.as_type(), value)
            }

            $($extra)*
        }
    };
}

fn init_struct(t: &Thread, ty: &PyType, _args: &Args<'_>) -> PyResult<()> {
    structure::init_type(t, ty, true)
}

fn init_union(t: &Thread, ty: &PyType, _args: &Args<'_>) -> PyResult<()> {
    structure::init_type(t, ty, false)
}

/// Assignment to an attribute of a structure type: `_fields_` lays it out.
fn set_attribute(t: &Thread, ty: &PyType, key: &Object, value: Option<&Object>, is_struct: bool) -> PyResult<()> {
    if let Some(value) = value
        && key.downcast::<PyStr>().is_some_and(|key| key.eq_str("_fields_"))
    {
        structure::update(t, ty, value, is_struct)?;
    }
    // SAFETY: the slot of `type`, with a type.
    let status = unsafe {
        match (*PyType::TYPE).tp_setattro {
            Some(slot) => {
                slot(ty.as_object().as_ptr(), key.as_ptr(), value.map_or(core::ptr::null_mut(), Object::as_ptr))
            }
            None => 0,
        }
    };
    if status < 0 {
        return Err(taipan_object::Raised::assume());
    }
    Ok(())
}

metatype!(StructType, "_ctypes.PyCStructType", "metatype for the CData Objects", params::from_param, init_struct, {
    #[slot]
    fn tp_setattro(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        set_attribute(t, self.0.as_type(), key, value, true)
    }
});
metatype!(UnionType, "_ctypes.UnionType", "metatype for the Union Objects", params::from_param, init_union, {
    #[slot]
    fn tp_setattro(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        set_attribute(t, self.0.as_type(), key, value, false)
    }
});
metatype!(
    SimpleType,
    "_ctypes.PyCSimpleType",
    "metatype for the PyCSimpleType Objects",
    params::simple_from_param,
    init_simple,
    {}
);
metatype!(
    PointerType,
    "_ctypes.PyCPointerType",
    "metatype for the Pointer Objects",
    params::pointer_from_param,
    init_pointer,
    {
        #[method(sig = "(type, /)")]
        fn set_type(&self, t: &Thread, r#type: &Object) -> PyResult<()> {
            let ty = self.0.as_type();
            let info = ctype::info_or_abstract(t, ty)?;
            set_target(t, ty, info, r#type)?;
            ty.setattr(t, &*PyStr::intern_str(t, "_type_")?, r#type)
        }
    }
);
metatype!(ArrayType, "_ctypes.PyCArrayType", "metatype for the Array Objects", params::from_param, init_array, {});
metatype!(
    FuncPtrType,
    "_ctypes.PyCFuncPtrType",
    "metatype for C function pointers",
    params::from_param,
    funcptr::init_type,
    {}
);

/// How a simple type's values are passed.
fn simple_ffi(code: u8) -> Rc<FfiType> {
    let int = |size, signed| FfiType::Int { size, signed };
    Rc::new(match code {
        b'c' | b'b' => int(1, true),
        b'B' | b'?' => int(1, false),
        b'h' | b'v' => int(2, true),
        b'H' => int(2, false),
        b'i' | b'u' => int(4, true),
        b'I' => int(4, false),
        b'l' | b'q' => int(8, true),
        b'f' => FfiType::Float,
        b'd' => FfiType::Double,
        b'g' => FfiType::LongDouble,
        b'F' => FfiType::Complex(Rc::new(FfiType::Float)),
        b'D' => FfiType::Complex(Rc::new(FfiType::Double)),
        b'G' => FfiType::Complex(Rc::new(FfiType::LongDouble)),
        _ => int(8, false),
    })
}

fn fill_simple(info: &StgInfo, proto: &Object, code: u8, swapped: bool) {
    let (size, align, _) = values::layout(code).unwrap_or((8, 8, false));
    info.size.set(size);
    info.align.set(align);
    info.length.set(0);
    *info.ffi.borrow_mut() = simple_ffi(code);
    info.proto.set(Some(proto.own()));
    info.code.set(code);
    info.swapped.set(swapped);
    info.param.set(Param::Simple);
    info.set_format(&values::format(code, swapped != cfg!(target_endian = "big")));
    if matches!(code, b'z' | b'Z' | b'P' | b'O') {
        info.add_flags(TYPEFLAG_ISPOINTER);
    }
}

fn init_simple(t: &Thread, ty: &PyType, args: &Args<'_>) -> PyResult<()> {
    let Some(proto) = ctype::attribute(t, ty, "_type_")? else {
        return Err(err!(t, AttributeError, "class must define a '_type_' attribute"));
    };
    let Some(text) = proto.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "class must define a '_type_' string attribute"));
    };
    let code = match text.as_ascii().map(str::as_bytes) {
        Some([code]) => *code,
        _ if text.len() != 1 => {
            return Err(err!(
                t,
                ValueError,
                "class must define a '_type_' attribute which must be a string of length 1"
            ));
        }
        _ => 0,
    };
    if values::layout(code).is_none() {
        return Err(err!(
            t,
            AttributeError,
            "class must define a '_type_' attribute which must be\na single character string containing one of the\nsupported types: 'cbBhHiIlLdDFGfuzZqQPOv?g'."
        ));
    }
    let [name, bases, namespace] = args.pos else {
        let n = args.pos.len();
        return Err(err!(t, TypeError, "function takes exactly 3 arguments ({n} given)"));
    };
    let info = ctype::init_info(t, ty)?;
    fill_simple(info, &proto, code, false);
    let exchangeable = values::layout(code).is_some_and(|l| l.2) || code == b'?';
    if ty.class().is(SimpleType::class()) && exchangeable {
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "argument 1 must be str, not {}", name.class().name_lossy()));
        };
        let name = name.concat(t, &*PyStr::from_str(t, "_be")?)?;
        let made =
            taipan_object::typeobject::type_new(SimpleType::class(), t, Args::positional(&[&name, bases, namespace]))?;
        let Ok(other) = made.into_type::<PyType>() else { return Err(errors::bad_internal_call(t)) };
        let other_info = ctype::init_info(t, &other)?;
        fill_simple(other_info, &proto, code, true);
        for class in [ty, &*other] {
            class.setattr(t, &*PyStr::intern_str(t, "__ctype_le__")?, ty)?;
            class.setattr(t, &*PyStr::intern_str(t, "__ctype_be__")?, &other)?;
        }
    }
    Ok(())
}

/// The target's buffer format with its shape, behind `&`.
fn pointer_format(target: &StgInfo) -> String {
    let shape = target.shape.borrow();
    let format = target.format_text();
    if shape.is_empty() {
        return format!("&{format}");
    }
    let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
    format!("&({}){format}", shape.join(","))
}

fn set_target(t: &Thread, ty: &PyType, info: &StgInfo, target: &Object) -> PyResult<()> {
    let Some(target_type) = target.downcast::<PyType>() else {
        return Err(err!(t, TypeError, "_type_ must be a type"));
    };
    let Some(target_info) = ctype::info(target_type) else { return Err(ctype::no_storage(t, target)) };
    info.proto.set(Some(target.own()));
    if target_info.pointer_type.is_none() {
        target_info.pointer_type.set(Some(ty.as_object().own()));
    }
    Ok(())
}

fn init_pointer(t: &Thread, ty: &PyType, _args: &Args<'_>) -> PyResult<()> {
    let info = ctype::init_info(t, ty)?;
    info.size.set(8);
    info.align.set(8);
    info.length.set(1);
    *info.ffi.borrow_mut() = FfiType::pointer();
    info.param.set(Param::Pointer);
    info.add_flags(TYPEFLAG_ISPOINTER);
    if let Some(target) = ctype::own_attribute(t, ty, "_type_")? {
        set_target(t, ty, info, &target)?;
        if let Some(target) = ctype::info_of_object(&target) {
            info.set_format(&pointer_format(target));
        }
    }
    Ok(())
}

fn init_array(t: &Thread, ty: &PyType, _args: &Args<'_>) -> PyResult<()> {
    let Some(length) = ctype::attribute(t, ty, "_length_")? else {
        return Err(err!(t, AttributeError, "class must define a '_length_' attribute"));
    };
    let Some(length) = length.downcast::<PyInt>() else {
        return Err(err!(t, TypeError, "The '_length_' attribute must be an integer"));
    };
    if length.is_negative() {
        return Err(err!(t, ValueError, "The '_length_' attribute must not be negative"));
    }
    let Some(length) = length.to_i64() else {
        return Err(err!(t, OverflowError, "The '_length_' attribute is too large"));
    };
    let Some(item) = ctype::attribute(t, ty, "_type_")? else {
        return Err(err!(t, AttributeError, "class must define a '_type_' attribute"));
    };
    let Some((item_type, item_info)) = item.downcast::<PyType>().and_then(|ty| ctype::info(ty).map(|i| (ty, i))) else {
        return Err(err!(t, TypeError, "_type_ must have storage info"));
    };
    let size = (item_info.size.get() as i64).checked_mul(length);
    let Some(size) = size else { return Err(err!(t, OverflowError, "array too large")) };
    let info = ctype::init_info(t, ty)?;
    info.size.set(size as usize);
    info.align.set(item_info.align.get());
    info.length.set(length as isize);
    info.proto.set(Some(item.clone()));
    *info.ffi.borrow_mut() = FfiType::pointer();
    info.param.set(Param::Array);
    info.set_format(&item_info.format_text());
    let mut shape = vec![length as isize];
    shape.extend(item_info.shape.borrow().iter());
    *info.shape.borrow_mut() = shape.into_boxed_slice();
    if item_info.flags.get() & (TYPEFLAG_ISPOINTER | TYPEFLAG_HASPOINTER) != 0 {
        info.add_flags(TYPEFLAG_HASPOINTER);
    }
    if ctype::has_metatype::<SimpleType>(item_type) {
        array::add_character_attributes(t, ty, item_info.code.get())?;
    }
    Ok(())
}
