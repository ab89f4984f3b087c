//! `_interpchannels.ChannelID`: a channel, or one of its ends.

use super::store::{End, Hold};
use super::{number, refused};
use crate::channels::types;
use taipan_object::{
    CompareOp, Data, Head, Object, Own, Owned, PyInt, PyResult, PyStr, Thread, class, compare, new_object, object,
    singletons, state, upcast,
};

/// `_interpchannels.ChannelID`.
#[object]
pub struct ChannelId {
    id: i64,
    end: Data<End>,
    /// `None` where the channel was not there when this was made.
    hold: Data<Option<Hold>>,
}

impl ChannelId {
    /// Refers to a channel; `force` also to one that does not exist. Raises `ChannelNotFoundError`.
    pub fn create(t: &Thread, id: i64, end: End, force: bool) -> PyResult<Owned<Self>> {
        let hold = match Hold::new(id) {
            Ok(hold) => Some(hold),
            Err(_) if force => None,
            Err(refusal) => return Err(refused(t, id, refusal)),
        };
        new_object(t, Self { head: Head::new(), id, end: Data(end), hold: Data(hold) })
    }

    /// The end.
    pub fn end(&self) -> End {
        self.end.0
    }
}

/// A channel's end on its way to another interpreter.
#[derive(Clone, Copy)]
pub struct Passing {
    id: i64,
    end: End,
    /// It is one of the library's objects.
    wrapped: bool,
}

impl Passing {
    /// An object that refers to a channel, if it is one.
    pub fn capture(t: &Thread, object: &Object) -> PyResult<Option<Self>> {
        if let Some(id) = object.downcast_exact::<ChannelId>() {
            return Ok(Some(Self { id: id.id, end: id.end(), wrapped: false }));
        }
        let ends = types(t)?.ends.borrow();
        let is_end = ends.as_ref().is_some_and(|ends| ends.iter().any(|class| class.is(object.class().as_object())));
        drop(ends);
        if !is_end {
            return Ok(None);
        }
        let id = object.getattr(t, &*PyStr::intern_str(t, "_id")?)?;
        Ok(id.downcast_exact::<ChannelId>().map(|id| Self { id: id.id, end: id.end(), wrapped: true }))
    }

    /// Makes the object anew.
    pub fn restore(&self, t: &Thread) -> PyResult {
        let id = ChannelId::create(t, self.id, self.end, false)?;
        if !self.wrapped {
            return Ok(id.into_object());
        }
        end_class(t, self.end)?.call(t, &[upcast(&*id)])
    }
}

/// The library's class for an end.
fn end_class(t: &Thread, end: End) -> PyResult {
    let known = |t: &Thread| -> PyResult<Option<Owned>> {
        let index = usize::from(end == End::Recv);
        Ok(types(t)?.ends.borrow().as_ref().map(|ends| ends[index].clone()))
    };
    if let Some(class) = known(t)? {
        return Ok(class);
    }
    // Importing them registers them.
    if state::import(t, "concurrent.interpreters._channels").is_err() {
        taipan_object::errors::clear(t);
        state::import(t, "test.support.channels")?;
    }
    known(t)?.ok_or_else(|| taipan_object::err!(t, RuntimeError, "the library's channels are not registered"))
}

/// A channel ID identifies a channel and may be used as an int.
#[class(name = "_interpchannels.ChannelID", heap, no_new, flags(BASETYPE))]
impl ChannelId {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let class = upcast(self).class().short_name_lossy();
        let end = match self.end() {
            End::Both => "",
            End::Send => ", send=True",
            End::Recv => ", recv=True",
        };
        PyStr::from_str(t, &format!("{class}({}{end})", self.id))
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_str(t, &self.id.to_string())
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        PyInt::from_i64(t, self.id)?.hash_value(t)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return singletons::ok_not_implemented();
        }
        if let Some(other) = other.downcast_exact::<Self>() {
            let same = self.id == other.id && self.end() == other.end();
            return Ok(singletons::bool(same == (op == CompareOp::Eq)).own());
        }
        if !taipan_object::number::is_number(other) {
            return singletons::ok_not_implemented();
        }
        compare::rich_compare(t, &*PyInt::from_i64(t, self.id)?, other, op)
    }

    #[slot]
    fn nb_int(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_i64(t, self.id)
    }

    #[slot]
    fn nb_index(&self, t: &Thread) -> PyResult<Owned<PyInt>> {
        PyInt::from_i64(t, self.id)
    }

    /// 'send', 'recv', or 'both'
    #[getter(name = "end")]
    fn end_name(&self, _t: &Thread) -> &'static str {
        match self.end() {
            End::Both => "both",
            End::Send => "send",
            End::Recv => "recv",
        }
    }

    /// the 'send' end of the channel
    #[getter]
    fn send(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::create(t, self.id, End::Send, true)
    }

    /// the 'recv' end of the channel
    #[getter]
    fn recv(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::create(t, self.id, End::Recv, true)
    }
}

/// The channel that an argument means, and its end where it says one.
pub fn argument(t: &Thread, id: &Object) -> PyResult<(i64, End)> {
    if let Some(id) = id.downcast_exact::<ChannelId>() {
        return Ok((id.id, id.end()));
    }
    Ok((number(t, id)?, End::Both))
}
