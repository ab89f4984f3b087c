//! `anext(iterator, default)`: an awaitable that gives the default at the end.

use crate::generator;
use taipan_object::{
    Head, Object, Own, Owned, PyResult, Sent, Slot, class, errors, exceptions, iter, new_object, object, singletons,
};
use taipan_runtime::Thread;

/// `anext_awaitable`.
#[object]
pub struct PyAnextAwaitable {
    wrapped: Slot,
    default: Slot,
}

/// Wraps an awaitable.
pub fn new(t: &Thread, awaitable: Owned, default: Owned) -> PyResult {
    new_object(t, PyAnextAwaitable { head: Head::new(), wrapped: Slot::new(awaitable), default: Slot::new(default) })
        .map(Owned::into_object)
}

impl PyAnextAwaitable {
    fn inner(&self, t: &Thread) -> PyResult {
        let wrapped = self.wrapped.get().unwrap_or_else(|| singletons::none().own());
        // A generator that is through does not say any more that it was a coroutine.
        if generator::is_finished(&wrapped) {
            return Ok(wrapped);
        }
        generator::awaitable_iter(t, &wrapped)
    }

    fn step(&self, t: &Thread, result: PyResult<Sent>) -> PyResult {
        match result {
            Ok(Sent::Next(value)) => Ok(value),
            Ok(Sent::Return(value)) => Err(errors::stop_iteration(t, &value)),
            Err(raised) => {
                if errors::matches::<exceptions::StopAsyncIteration>(t) {
                    errors::clear(t);
                    let default = self.default.get().unwrap_or_else(|| singletons::none().own());
                    return Err(errors::stop_iteration(t, &default));
                }
                Err(raised)
            }
        }
    }
}

#[class(name = "anext_awaitable", flags(HAVE_GC), no_new)]
impl PyAnextAwaitable {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn am_await(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let inner = self.inner(t)?;
        let result = generator::send(t, &inner, singletons::none(), || ());
        self.step(t, result).map(Some)
    }

    /// send(value) -> sends a value on to the awaited object.
    #[method(text = "")]
    fn send(&self, t: &Thread, value: &Object) -> PyResult {
        let inner = self.inner(t)?;
        let result = iter::send(t, &inner, value);
        self.step(t, result)
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// Raises an exception in the awaited object.
    #[method(sig = "(*args)", text = "")]
    fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
        let inner = self.inner(t)?;
        let result = inner.call_method(t, taipan_object::name!(t, "throw"), args).map(Sent::Next);
        self.step(t, result)
    }

    /// close() -> closes the awaited object.
    #[method(text = "")]
    fn close(&self, t: &Thread) -> PyResult {
        let inner = self.inner(t)?;
        inner.call_method(t, taipan_object::name!(t, "close"), &[])
    }
}
