//! Asynchronous generators' awaitables: what `asend()`, `athrow()`, `aclose()` and `__anext__()` return
//! (`Objects/genobject.c`).

use crate::generator::{gen_throw, raw, result_or_stop, resume, set_stop_iteration, throw_exception};
use core::cell::Cell;
use taipan_object::abi::FRAME_COMPLETED;
use taipan_object::{
    Head, Object, Own, Owned, PyResult, PyTuple, Raised, Slot, class, err, errors, exceptions, exceptions_class,
    new_object, object, singletons, typeobject,
};
use taipan_runtime::Thread;

/// A value yielded by an asynchronous generator, told apart from what it awaits.
#[object]
pub struct PyAsyncGenWrappedValue {
    value: Slot,
}

#[class(name = "async_generator_wrapped_value", flags(HAVE_GC), no_new)]
impl PyAsyncGenWrappedValue {}

/// `ASYNC_GEN_WRAP`.
pub fn wrap_async_value(t: &Thread, value: &Object) -> PyResult {
    new_object(t, PyAsyncGenWrappedValue { head: Head::new(), value: Slot::new(value.own()) }).map(Owned::into_object)
}

/// Calls the hooks that `sys.set_asyncgen_hooks` installed, at the first iteration.
fn init_hooks(t: &Thread, g: &Object) -> PyResult<()> {
    // SAFETY: the object is an asynchronous generator; the hooks are objects or null.
    unsafe {
        let gen_ = raw(g);
        if (*gen_).gi_hooks_inited != 0 {
            return Ok(());
        }
        (*gen_).gi_hooks_inited = 1;
        let ts = t.raw();
        if let Some(finalizer) = Object::from_ptr_opt(ts.async_gen_finalizer) {
            (*gen_).gi_origin_or_finalizer = finalizer.own().into_ptr();
        }
        if let Some(first) = Object::from_ptr_opt(ts.async_gen_firstiter) {
            first.own().call(t, &[g])?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AwaitState {
    Init,
    Iter,
    Closed,
}

taipan_object::no_traverse!(AwaitState);

/// `generator.asend(value)`; without a value, `generator.__anext__()`.
pub fn asend(t: &Thread, g: &Object, value: Option<&Object>) -> PyResult {
    init_hooks(t, g)?;
    let awaitable = PyAsyncGenASend {
        head: Head::new(),
        generator: g.own(),
        value: Slot::from_option(value.map(Own::own)),
        state: Cell::new(AwaitState::Init),
    };
    new_object(t, awaitable).map(Owned::into_object)
}

/// `generator.athrow(*args)`; without arguments, `generator.aclose()`.
pub fn athrow(t: &Thread, g: &Object, args: Option<&[&Object]>) -> PyResult {
    if args.is_some_and(|args| args.len() > 1) {
        errors::warn(
            t,
            exceptions_class!(DeprecationWarning),
            format_args!(
                "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead."
            ),
            1,
        )?;
    }
    init_hooks(t, g)?;
    let args = args.map(|args| PyTuple::from_slice(t, args)).transpose()?;
    let awaitable = PyAsyncGenAThrow {
        head: Head::new(),
        generator: g.own(),
        args: Slot::from_option(args),
        state: Cell::new(AwaitState::Init),
    };
    new_object(t, awaitable).map(Owned::into_object)
}

fn is_running(g: &Object) -> bool {
    // SAFETY: the object is an asynchronous generator.
    unsafe { (*raw(g)).gi_running_async != 0 }
}

fn set_running(g: &Object, on: bool) {
    // SAFETY: the object is an asynchronous generator.
    unsafe { (*raw(g)).gi_running_async = i8::from(on) };
}

fn set_closed(g: &Object) {
    // SAFETY: the object is an asynchronous generator.
    unsafe { (*raw(g)).gi_closed = 1 };
}

/// Whether the exception in flight says that the generator has ended.
fn ended(t: &Thread) -> bool {
    errors::matches::<exceptions::StopAsyncIteration>(t) || errors::matches::<exceptions::GeneratorExit>(t)
}

fn is_wrapped(result: &PyResult) -> bool {
    result.as_ref().is_ok_and(|value| value.is_exact::<PyAsyncGenWrappedValue>())
}

/// `gen.send(arg)`.
fn send(t: &Thread, g: &Object, arg: &Object) -> PyResult {
    let sent = resume(t, g, Some(arg), false, false)?;
    result_or_stop(t, g, sent)
}

/// Turns what the generator did into what `await` sees: a yielded value ends this step.
fn unwrap_value(t: &Thread, g: &Object, result: PyResult) -> PyResult {
    match result {
        Ok(value) => match value.downcast_exact::<PyAsyncGenWrappedValue>() {
            Some(wrapped) => {
                set_running(g, false);
                let inner = wrapped.value.get().unwrap_or_else(|| singletons::none().own());
                Err(set_stop_iteration(t, &inner))
            }
            None => Ok(value),
        },
        Err(raised) => {
            if ended(t) {
                set_closed(g);
            }
            set_running(g, false);
            Err(raised)
        }
    }
}

fn reused(t: &Thread, what: &str) -> Raised {
    err!(t, RuntimeError, "cannot reuse already awaited {what}")
}

fn already_running(t: &Thread, what: &str) -> Raised {
    err!(t, RuntimeError, "{what}(): asynchronous generator is already running")
}

/// `close()` of both kinds: `throw` is the awaitable's own.
fn close(t: &Thread, throw: impl FnOnce(&Object) -> PyResult) -> PyResult<()> {
    let exit = exceptions_class!(GeneratorExit).call(t, &[])?;
    match throw(&exit) {
        Ok(_) => Err(err!(t, RuntimeError, "coroutine ignored GeneratorExit")),
        Err(raised) => {
            if errors::matches::<exceptions::StopIteration>(t) || ended(t) {
                errors::clear(t);
                return Ok(());
            }
            Err(raised)
        }
    }
}

/// "coroutine method 'asend' of 'f' was never awaited".
fn warn_unawaited(t: &Thread, g: &Object, method: &str) {
    let saved = errors::save(t);
    // SAFETY: the object is an asynchronous generator.
    let qualname = unsafe { Object::from_ptr((*raw(g)).gi_qualname).repr_lossy(t) };
    let text = format_args!("coroutine method '{method}' of {qualname} was never awaited");
    if errors::warn(t, exceptions_class!(RuntimeWarning), text, 1).is_err() {
        let text = format!("Exception ignored while finalizing async generator {}", g.repr_lossy(t));
        errors::write_unraisable_msg(t, &text, None);
    }
    errors::restore(t, saved);
}

/// `async_generator_asend`.
#[object]
pub struct PyAsyncGenASend {
    generator: Owned,
    value: Slot,
    state: Cell<AwaitState>,
}

const ASEND: &str = "__anext__()/asend()";

impl PyAsyncGenASend {
    fn begin(&self, t: &Thread) -> PyResult<()> {
        if is_running(&self.generator) {
            self.state.set(AwaitState::Closed);
            return Err(already_running(t, "anext"));
        }
        self.state.set(AwaitState::Iter);
        Ok(())
    }

    fn step(&self, t: &Thread, arg: &Object) -> PyResult {
        let first = self.value.get();
        let mut arg = arg;
        match self.state.get() {
            AwaitState::Closed => return Err(reused(t, ASEND)),
            AwaitState::Init => {
                self.begin(t)?;
                if arg.is(singletons::none())
                    && let Some(value) = &first
                {
                    arg = value;
                }
            }
            AwaitState::Iter => {}
        }
        set_running(&self.generator, true);
        let result = send(t, &self.generator, arg);
        self.finish(t, result)
    }

    fn finish(&self, t: &Thread, result: PyResult) -> PyResult {
        let result = unwrap_value(t, &self.generator, result);
        if result.is_err() {
            self.state.set(AwaitState::Closed);
        }
        result
    }
}

#[class(name = "async_generator_asend", export = _PyAsyncGenASend_Type, flags(HAVE_GC), no_new)]
impl PyAsyncGenASend {
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
        self.step(t, singletons::none()).map(Some)
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        if self.state.get() == AwaitState::Init {
            warn_unawaited(t, &self.generator, "asend");
        }
    }

    /// send(arg) -> send 'arg' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(text = "")]
    fn send(&self, t: &Thread, arg: &Object) -> PyResult {
        self.step(t, arg)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// raise exception in generator, return next yielded value or raise StopIteration.
    #[method(sig = "(*args)", text = "")]
    fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
        match self.state.get() {
            AwaitState::Closed => return Err(reused(t, ASEND)),
            AwaitState::Init => {
                self.begin(t)?;
                set_running(&self.generator, true);
            }
            AwaitState::Iter => {}
        }
        let result = gen_throw(t, &self.generator, args, true);
        self.finish(t, result)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(text = "")]
    fn close(&self, t: &Thread) -> PyResult<()> {
        if self.state.get() == AwaitState::Closed {
            return Ok(());
        }
        close(t, |exit| self.throw(t, &[exit]))
    }
}

/// `async_generator_athrow`.
#[object]
pub struct PyAsyncGenAThrow {
    generator: Owned,
    /// What to throw; `aclose()` has nothing.
    args: Slot<PyTuple>,
    state: Cell<AwaitState>,
}

const ATHROW: &str = "aclose()/athrow()";

impl PyAsyncGenAThrow {
    fn closes(&self) -> bool {
        self.args.is_none()
    }

    fn method(&self) -> &'static str {
        if self.closes() { "aclose" } else { "athrow" }
    }

    fn step(&self, t: &Thread, arg: &Object) -> PyResult {
        let g = &self.generator;
        if self.state.get() == AwaitState::Closed {
            return Err(reused(t, ATHROW));
        }
        // SAFETY: the object is an asynchronous generator.
        let (completed, closed) = unsafe { ((*raw(g)).gi_frame_state >= FRAME_COMPLETED, (*raw(g)).gi_closed != 0) };
        if completed {
            self.state.set(AwaitState::Closed);
            return Err(errors::stop_iteration_without_value(t));
        }
        if self.state.get() == AwaitState::Iter {
            let result = send(t, g, arg);
            return match self.closes() {
                true => self.closing(t, result),
                false => self.throwing(t, result),
            };
        }
        if is_running(g) {
            self.state.set(AwaitState::Closed);
            return Err(already_running(t, self.method()));
        }
        if closed {
            self.state.set(AwaitState::Closed);
            return Err(errors::raise_none(t, exceptions_class!(StopAsyncIteration)));
        }
        if !arg.is(singletons::none()) {
            return Err(err!(t, RuntimeError, "can't send non-None value to a just-started coroutine"));
        }
        self.state.set(AwaitState::Iter);
        set_running(g, true);
        match self.args.get() {
            None => {
                set_closed(g);
                let exit = exceptions_class!(GeneratorExit).call(t, &[])?;
                let result = throw_exception(t, g, exit.clone(), &[&exit], false);
                self.closing(t, result)
            }
            Some(args) => {
                let result = crate::generator::make_exception(t, args.as_slice(), false)
                    .and_then(|exception| throw_exception(t, g, exception, args.as_slice(), false));
                let result = unwrap_value(t, g, result);
                if result.is_err() {
                    set_running(g, false);
                    self.state.set(AwaitState::Closed);
                }
                result
            }
        }
    }

    /// What a step of `athrow()` gives.
    fn throwing(&self, t: &Thread, result: PyResult) -> PyResult {
        let result = unwrap_value(t, &self.generator, result);
        if result.is_err() {
            self.state.set(AwaitState::Closed);
        }
        result
    }

    /// What a step of `aclose()` gives: a yielded value is an error, the generator's end is the result.
    fn closing(&self, t: &Thread, result: PyResult) -> PyResult {
        if is_wrapped(&result) {
            set_running(&self.generator, false);
            self.state.set(AwaitState::Closed);
            return Err(err!(t, RuntimeError, "async generator ignored GeneratorExit"));
        }
        if result.is_err() {
            set_running(&self.generator, false);
            self.state.set(AwaitState::Closed);
            if ended(t) {
                errors::clear(t);
                return Err(errors::stop_iteration_without_value(t));
            }
        }
        result
    }
}

#[class(name = "async_generator_athrow", flags(HAVE_GC), no_new)]
impl PyAsyncGenAThrow {
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
        self.step(t, singletons::none()).map(Some)
    }

    #[slot]
    fn tp_finalize(&self, t: &Thread) {
        if self.state.get() == AwaitState::Init {
            warn_unawaited(t, &self.generator, self.method());
        }
    }

    /// send(arg) -> send 'arg' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(text = "")]
    fn send(&self, t: &Thread, arg: &Object) -> PyResult {
        self.step(t, arg)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// raise exception in generator, return next yielded value or raise StopIteration.
    #[method(sig = "(*args)", text = "")]
    fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
        match self.state.get() {
            AwaitState::Closed => return Err(reused(t, ATHROW)),
            AwaitState::Init => {
                if is_running(&self.generator) {
                    self.state.set(AwaitState::Closed);
                    return Err(already_running(t, self.method()));
                }
                self.state.set(AwaitState::Iter);
                set_running(&self.generator, true);
            }
            AwaitState::Iter => {}
        }
        let result = gen_throw(t, &self.generator, args, true);
        if self.closes() { self.closing(t, result) } else { self.throwing(t, result) }
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(text = "")]
    fn close(&self, t: &Thread) -> PyResult<()> {
        if self.state.get() == AwaitState::Closed {
            return Ok(());
        }
        close(t, |exit| self.throw(t, &[exit]))
    }
}

/// Registers the types.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    typeobject::add_static::<PyAsyncGenWrappedValue>(t)?;
    typeobject::add_static::<PyAsyncGenASend>(t)?;
    typeobject::add_static::<PyAsyncGenAThrow>(t)
}
