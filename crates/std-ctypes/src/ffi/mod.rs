//! Foreign function calls and callbacks: C types as the calling convention sees them.

mod closure;
mod sysv;

pub use closure::Closure;
pub use sysv::{Incoming, call, write_result};

use std::rc::Rc;

/// A C type, as far as calling conventions tell types apart.
pub enum FfiType {
    Void,
    /// An integer or a pointer.
    Int {
        size: usize,
        signed: bool,
    },
    Float,
    Double,
    LongDouble,
    /// Two of these floating types.
    Complex(Rc<FfiType>),
    /// A structure or a union: members with their offsets. Bit fields stand as the bytes that they touch.
    Struct {
        size: usize,
        align: usize,
        members: Vec<(usize, Rc<FfiType>)>,
    },
    /// Items behind each other, as a member of a structure.
    Array {
        item: Rc<FfiType>,
        length: usize,
    },
}

impl FfiType {
    /// A pointer.
    pub fn pointer() -> Rc<Self> {
        Rc::new(Self::Int { size: 8, signed: false })
    }

    /// C's `int`.
    pub fn int() -> Rc<Self> {
        Rc::new(Self::Int { size: 4, signed: true })
    }

    /// Bytes that a value takes.
    pub fn size(&self) -> usize {
        match self {
            Self::Void => 0,
            Self::Int { size, .. } | Self::Struct { size, .. } => *size,
            Self::Float => 4,
            Self::Double => 8,
            Self::LongDouble => 16,
            Self::Complex(part) => part.size() * 2,
            Self::Array { item, length } => item.size() * length,
        }
    }

    /// Alignment of a value.
    pub fn align(&self) -> usize {
        match self {
            Self::Struct { align, .. } => (*align).max(1),
            Self::Complex(part) => part.align(),
            Self::Array { item, .. } => item.align(),
            other => other.size().max(1),
        }
    }

    /// Calls `each` with every scalar in the value and its offset; false from it ends the walk.
    fn scalars(&self, at: usize, each: &mut dyn FnMut(usize, &Self) -> bool) -> bool {
        match self {
            Self::Void => true,
            Self::Struct { members, .. } => members.iter().all(|(offset, member)| member.scalars(at + offset, each)),
            Self::Array { item, length } => {
                let size = item.size();
                // More than two words go to memory anyway.
                (0..(*length).min(32)).all(|i| item.scalars(at + i * size, each))
            }
            Self::Complex(part) => each(at, part) && each(at + part.size(), part),
            scalar => each(at, scalar),
        }
    }
}
