//! `Tcl_Obj` and timer tokens.

use crate::convert;
use crate::state;
use crate::tcl::events::{self, Timer};
use crate::tcl::obj::{Kept, Obj};
use core::cell::RefCell;
use std::thread::{self, ThreadId};
use taipan_object::{
    CompareOp, Data, Head, Object, Own, Owned, PyResult, PyStr, Slot, Thread, class, new_object, object, singletons,
};

/// `_tkinter.Tcl_Obj`: a value of a type that Python has none for. Its text is taken when it is made, so that other threads
/// don't touch the value.
#[object]
pub struct TclObj {
    value: Data<Kept>,
    text: Owned<PyStr>,
}

impl TclObj {
    /// Keeps a value of this thread.
    pub fn create(t: &Thread, value: &Obj) -> PyResult<Owned<Self>> {
        let text = convert::text(t, &value.text_aside())?;
        new_object(t, Self { head: Head::new(), value: Data(Kept::new(value.clone())), text })
    }

    /// The value, in its own thread.
    pub fn here(&self) -> Option<&Obj> {
        self.value.here()
    }

    /// The value's text. Whoever asks for it in the value's thread gives it to the value too, which then may be read as
    /// another type anew, as in CPython.
    pub fn text(&self) -> &PyStr {
        if let Some(value) = self.here() {
            value.text();
        }
        &self.text
    }
}

#[class(name = "_tkinter.Tcl_Obj", heap, mutable, no_new)]
impl TclObj {
    /// The name of the Tcl type.
    #[getter]
    fn typename(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        convert::text(t, self.value.ty().name())
    }

    /// The text of this object.
    #[getter]
    fn string(&self, _t: &Thread) -> Owned<PyStr> {
        self.text().own()
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let ty = self.typename(t)?;
        let text = self.text().as_object().repr(t)?;
        PyStr::from_str(t, &format!("<{} object: {}>", ty.display(), text.display()))
    }

    #[slot]
    fn tp_str(&self, _t: &Thread) -> PyResult<Owned<PyStr>> {
        Ok(self.text().own())
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        match other.downcast::<Self>() {
            Some(other) => taipan_object::compare::rich_compare(t, self.text(), other.text(), op),
            None => singletons::ok_not_implemented(),
        }
    }
}

/// `_tkinter.tktimertoken`: a timer.
#[object]
pub struct TimerToken {
    /// Nothing once it has run or was deleted.
    function: Slot,
    timer: Data<RefCell<Option<Timer>>>,
    thread: Data<ThreadId>,
}

impl TimerToken {
    /// Starts a timer, in this thread.
    pub fn start(t: &Thread, milliseconds: i32, function: &Object) -> PyResult<Owned<Self>> {
        let made = new_object(
            t,
            Self {
                head: Head::new(),
                function: Slot::new(function.own()),
                timer: Data(RefCell::new(None)),
                thread: Data(thread::current().id()),
            },
        )?;
        let timer = events::create_timer(milliseconds, made.clone());
        *made.timer.borrow_mut() = Some(timer);
        Ok(made)
    }

    /// The time has come.
    pub fn run(&self, t: &Thread) {
        self.timer.take();
        if let Some(function) = self.function.take()
            && let Err(raised) = function.call(t, &[])
        {
            state::keep_error(t, raised);
        }
    }
}

#[class(name = "_tkinter.tktimertoken", heap, mutable, no_new)]
impl TimerToken {
    /// Stop the timer.
    #[method]
    fn deletetimerhandler(&self, _t: &Thread) {
        let function = self.function.take();
        // In another thread the timer goes on, and finds no function.
        if *self.thread == thread::current().id()
            && let Some(timer) = self.timer.take()
        {
            events::delete_timer(&timer);
        }
        drop(function);
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let deleted = if self.function.is_none() { ", handler deleted" } else { "" };
        let address = self.as_object().as_ptr() as usize;
        PyStr::from_str(t, &format!("<tktimertoken at {address:#x}{deleted}>"))
    }
}
