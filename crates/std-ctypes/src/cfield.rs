//! `CField`: the descriptor of a structure's member.

use crate::cdata::CData;
use crate::ctype;
use crate::metatypes::{ArrayType, SimpleType};
use crate::values;
use core::cell::Cell;
use taipan_object::{
    Class, Data, Head, Object, Own, Owned, PyInt, PyResult, PyStr, PyType, Thread, class, err, new_object, number,
    object,
};

/// A member of a structure or union.
#[object]
pub struct CField {
    byte_offset: Cell<isize>,
    byte_size: Cell<isize>,
    bit_offset: Cell<isize>,
    index: Cell<isize>,
    /// Width of a bit field, or -1.
    width: Cell<isize>,
    anonymous: Cell<bool>,
    name: Owned<PyStr>,
    proto: Owned<PyType>,
    /// How text in arrays of characters is converted, and bit fields; zero: as the type says.
    code: Data<u8>,
    swapped: Data<bool>,
}

impl CField {
    /// The member's type.
    pub fn field_type(&self) -> Owned<PyType> {
        self.proto.clone()
    }

    /// The member's name.
    pub fn field_name(&self) -> Owned<PyStr> {
        self.name.clone()
    }

    /// Offset in bytes.
    pub fn offset(&self) -> usize {
        self.byte_offset.get().max(0) as usize
    }

    /// Place among the members.
    pub fn index(&self) -> isize {
        self.index.get()
    }

    /// Whether it is a bit field.
    pub fn is_bits(&self) -> bool {
        self.width.get() >= 0
    }

    /// Width and lowest bit of a bit field.
    pub fn bits(&self) -> values::Bits {
        self.is_bits().then_some((self.width.get() as u32, self.bit_offset.get() as u32))
    }

    /// Whether the member's members are found in the structure itself.
    pub fn is_anonymous(&self) -> bool {
        self.anonymous.get()
    }

    /// Makes the member anonymous.
    pub fn set_anonymous(&self) {
        self.anonymous.set(true);
    }

    /// The same member as a member of an outer structure.
    pub fn moved(&self, t: &Thread, index: isize, offset: usize) -> PyResult<Owned<Self>> {
        new_object(
            t,
            Self {
                head: Head::new(),
                byte_offset: Cell::new(self.byte_offset.get() + offset as isize),
                byte_size: Cell::new(self.byte_size.get()),
                bit_offset: Cell::new(self.bit_offset.get()),
                index: Cell::new(self.index.get() + index),
                width: Cell::new(self.width.get()),
                anonymous: Cell::new(false),
                name: self.name.clone(),
                proto: self.proto.clone(),
                code: Data(*self.code),
                swapped: Data(*self.swapped),
            },
        )
    }

    /// The instance that the descriptor is applied to, and the member's address.
    fn place<'a>(&self, t: &Thread, object: &'a Object) -> PyResult<(&'a CData, *mut u8)> {
        let Some(data) = object.downcast::<CData>() else {
            return Err(err!(t, TypeError, "not a ctype instance"));
        };
        let end = self.byte_offset.get() + self.byte_size.get();
        if end > data.size.get() {
            return Err(err!(t, TypeError, "not an instance of the field's structure"));
        }
        Ok((data, data.ptr.get().wrapping_add(self.offset())))
    }
}

/// Structure/Union member
#[class(name = "ctypes.CField", heap, flags(HAVE_GC), fields(
    name = name: "name of this field",
    type = proto: "type of this field",
    offset = byte_offset: "offset in bytes of this field (same as byte_offset)",
    byte_size = byte_size: "size of this field in bytes",
    byte_offset = byte_offset: "offset in bytes of this field. For bitfields: excludes bit_offset.",
    bit_offset = bit_offset: "additional offset in bits (relative to byte_offset); zero for non-bitfields",
))]
impl CField {
    #[new(
        sig = "(*, name, type, byte_size, byte_offset, index, _internal_use, bit_size=None, bit_offset=None)",
        text = ""
    )]
    fn new(
        cls: &PyType,
        t: &Thread,
        name: &Object,
        r#type: &Object,
        byte_size: isize,
        byte_offset: isize,
        index: isize,
        _internal_use: bool,
        bit_size: Option<&Object>,
        bit_offset: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        if !_internal_use {
            return Err(err!(t, TypeError, "CField is not intended to be used directly; this will be reworked"));
        }
        let Some(name) = name.downcast::<PyStr>() else {
            let got = name.class().name_lossy();
            return Err(err!(t, TypeError, "CField() argument 'name' must be str, not {got}"));
        };
        let shown = || name.repr_lossy(t);
        let proto = r#type.downcast::<PyType>();
        let Some((proto, info)) = proto.and_then(|p| ctype::info(p).map(|i| (p, i))) else {
            return Err(err!(t, TypeError, "type of field {} must be a C type", shown()));
        };
        if byte_size < 0 || byte_size as usize != info.size.get() {
            return Err(err!(t, ValueError, "byte_size of field {} does not match type size", shown()));
        }
        if byte_offset < 0 {
            return Err(err!(t, ValueError, "byte_offset of field {} must not be negative", shown()));
        }
        let given = |value: Option<&Object>| match taipan_object::attr::none_if_none(value) {
            Some(value) => taipan_object::number::index_as_isize(t, value).map(Some),
            None => Ok(None),
        };
        let (bit_size, bit_offset) = (given(bit_size)?, given(bit_offset)?);
        let simple = ctype::has_metatype::<SimpleType>(proto);
        let (mut code, mut swapped) = (0, false);
        let mut width = -1;
        match bit_size {
            Some(n) => {
                if !simple || !values::takes_bits(info.code.get()) {
                    let name = proto.short_name_lossy();
                    return Err(err!(t, TypeError, "bit fields not allowed for type {name}"));
                }
                let low = bit_offset.unwrap_or(0);
                let room = byte_size * 8;
                if n <= 0 || n > room {
                    return Err(err!(t, ValueError, "number of bits invalid for bit field {}", shown()));
                }
                if low < 0 || low > room || low + n > room {
                    return Err(err!(t, ValueError, "bit field {} overflows its type ({low} + {n} > {room})", shown()));
                }
                width = n;
                code = info.code.get();
                swapped = info.swapped.get();
            }
            None => {
                if ctype::has_metatype::<ArrayType>(proto)
                    && let Some(item) = info.proto_type()
                    && ctype::has_metatype::<SimpleType>(&item)
                    && let Some(item) = ctype::info(&item)
                {
                    code = match item.code.get() {
                        b'c' => b's',
                        b'u' => b'U',
                        _ => 0,
                    };
                }
            }
        }
        cls.instance(
            t,
            Self {
                head: Head::new(),
                byte_offset: Cell::new(byte_offset),
                byte_size: Cell::new(byte_size),
                bit_offset: Cell::new(bit_offset.unwrap_or(0)),
                index: Cell::new(index),
                width: Cell::new(width),
                anonymous: Cell::new(false),
                name: PyStr::interned(name.own()),
                proto: proto.own(),
                code: Data(code),
                swapped: Data(swapped),
            },
        )
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let Some(object) = taipan_object::attr::none_if_none(object) else { return Ok(self.as_object().own()) };
        let (data, at) = self.place(t, object)?;
        if *self.code != 0 {
            let size = self.byte_size.get() as usize;
            // SAFETY: within the instance's memory.
            return unsafe { values::get(t, *self.code, *self.swapped, at, size, self.bits()) };
        }
        data.get(t, &self.proto, self.index.get(), at)
    }

    #[slot]
    fn tp_descr_set(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let (data, at) = self.place(t, key)?;
        let Some(value) = value else { return Err(err!(t, TypeError, "can't delete attribute")) };
        let size = self.byte_size.get() as usize;
        if *self.code != 0 {
            // SAFETY: within the instance's memory.
            let kept = unsafe { values::set(t, *self.code, *self.swapped, at, value, size, self.bits()) }?;
            return data.keep(t, self.index.get(), kept);
        }
        data.set(t, &self.proto, value, self.index.get(), size, at)
    }

    /// size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead
    #[getter]
    fn size(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        match self.bits() {
            Some((width, low)) => PyInt::from_i64(t, i64::from(width) << 16 | i64::from(low)),
            None => PyInt::from_i64(t, self.byte_size.get() as i64),
        }
    }

    /// size of this field in bits
    #[getter]
    fn bit_size(&self, t: &Thread) -> PyResult {
        if self.is_bits() {
            return PyInt::from_i64(t, self.width.get() as i64).map(Owned::into_object);
        }
        let (bytes, eight) = (PyInt::from_i64(t, self.byte_size.get() as i64)?, PyInt::from_i64(t, 8)?);
        number::binary_op(t, &bytes, &eight, number::Op::Multiply)
    }

    /// true if this is a bitfield
    #[getter(name = "is_bitfield")]
    fn get_is_bitfield(&self, _t: &Thread) -> bool {
        self.is_bits()
    }

    /// true if this field is anonymous
    #[getter(name = "is_anonymous")]
    fn get_is_anonymous(&self, _t: &Thread) -> bool {
        self.is_anonymous()
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let class = self.class().name_lossy();
        let name = self.name.repr(t)?.to_string_lossy();
        let ty = self.proto.short_name_lossy();
        let offset = self.byte_offset.get();
        let tail = match self.bits() {
            Some((width, low)) => format!("bit_size={width}, bit_offset={low}"),
            None => format!("size={}", self.byte_size.get()),
        };
        let anonymous = if self.is_anonymous() { ", anonymous" } else { "" };
        PyStr::from_str(t, &format!("<{class} {name} type={ty}, ofs={offset}, {tail}{anonymous}>"))
    }
}

const _: fn() -> &'static PyType = CField::class;
