//! `_interpchannels`: channels between interpreters, of which senders may wait until they are received.

mod id;
mod store;

pub use id::Passing;

use crate::shared::{Fallback, Shared};
use core::cell::RefCell;
use id::{ChannelId, argument};
use std::time::{Duration, Instant};
use store::{End, Progress, Refusal, Waiter};
use taipan_interp::subinterpreters;
use taipan_object::argparse::{self, Args, Param, Signature};
use taipan_object::pytime::{self, Rounding};
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, PyType, Raised, Thread, err, errors,
    exceptions_class, native_module, number, singletons, state, upcast,
};
use taipan_types::{PyMemoryView, structseq};

/// How long a wait may go on before signals are looked at.
const SLICE: Duration = Duration::from_millis(50);

/// What becomes of an item when its sender's interpreter ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unbound {
    Remove = 1,
    Error = 2,
    Replace = 3,
}

impl Unbound {
    fn from_arg(t: &Thread, op: i32) -> PyResult<Self> {
        match op {
            1 => Ok(Self::Remove),
            2 => Ok(Self::Error),
            3 => Ok(Self::Replace),
            _ => Err(err!(t, ValueError, "unsupported unboundop {op}")),
        }
    }
}

fn fallback_from_arg(t: &Thread, fallback: i32) -> PyResult<Fallback> {
    match fallback {
        0 => Ok(Fallback::None),
        1 => Ok(Fallback::Full),
        _ => Err(err!(t, ValueError, "unsupported fallback {fallback}")),
    }
}

/// The classes of this interpreter.
struct Types {
    error: Owned,
    not_found: Owned,
    closed: Owned,
    empty: Owned,
    not_empty: Owned,
    /// `SendChannel` and `RecvChannel` of the library, once it is loaded.
    ends: RefCell<Option<[Owned; 2]>>,
}

fn types(t: &Thread) -> PyResult<&'static Types> {
    state::extension(t, |t| {
        let make = |name, base: &PyType| errors::new_exception(t, "_interpchannels", name, base, None);
        let error = make("ChannelError", exceptions_class!(RuntimeError))?;
        let Some(base) = error.downcast::<PyType>() else { return Err(errors::bad_internal_call(t)) };
        Ok(Types {
            not_found: make("ChannelNotFoundError", base)?,
            closed: make("ChannelClosedError", base)?,
            empty: make("ChannelEmptyError", base)?,
            not_empty: make("ChannelNotEmptyError", base)?,
            error: error.clone(),
            ends: RefCell::default(),
        })
    })
}

/// Raises what a refusal means.
fn refused(t: &Thread, id: i64, refusal: Refusal) -> Raised {
    let types = match types(t) {
        Ok(types) => types,
        Err(raised) => return raised,
    };
    let (class, message) = match refusal {
        Refusal::NotFound => (&types.not_found, format!("channel {id} not found")),
        Refusal::Closed => (&types.closed, format!("channel {id} is closed")),
        Refusal::Released => (&types.closed, format!("channel {id} is already closed")),
        Refusal::ClosedWaiting => (&types.closed, format!("channel {id} has closed")),
        Refusal::Empty => (&types.empty, format!("channel {id} is empty")),
        Refusal::NotEmpty => {
            (&types.not_empty, format!("channel {id} may not be closed if not empty (try force=True)"))
        }
    };
    match PyStr::from_str(t, &message).and_then(|message| class.call(t, &[&message])) {
        Ok(exception) => errors::raise(t, exception),
        Err(raised) => raised,
    }
}

fn checked<R>(t: &Thread, id: i64, result: Result<R, Refusal>) -> PyResult<R> {
    result.map_err(|refusal| refused(t, id, refusal))
}

fn number(t: &Thread, id: &Object) -> PyResult<i64> {
    if !number::is_index(id) {
        return Err(err!(t, TypeError, "channel ID must be an int, got {:.100}", id.class().name_lossy()));
    }
    crate::interpreters::id_number(t, id, "channel")
}

const fn params<const N: usize>(names: [&'static str; N], required: usize) -> [Param; N] {
    let mut params = [const { Param { name: "", required: false } }; N];
    let mut place = 0;
    while place < N {
        params[place] = Param { name: names[place], required: place < required };
        place += 1;
    }
    params
}

/// A signature of which the first `required` parameters must be there, and those from `positional` on are given by name.
macro_rules! signature {
    ($fname:literal, [$($name:literal),+], $required:literal, $positional:literal) => {{
        const NAMES: &[&str] = &[$($name),+];
        const PARAMS: [Param; NAMES.len()] = params([$($name),+], $required);
        const SIGNATURE: Signature = Signature {
            fname: $fname,
            params: &PARAMS,
            pos_only: 0,
            positional: $positional,
            varargs: false,
            varkw: false,
        };
        &SIGNATURE
    }};
}

/// Distributes the arguments of a function over its parameters.
fn parse<'a, const N: usize>(
    t: &Thread,
    args: &Args<'a>,
    signature: &'static Signature,
) -> PyResult<[Option<&'a Object>; N]> {
    let mut slots = [None; N];
    args.parse(t, signature, &mut slots)?;
    Ok(slots)
}

fn given<'a>(t: &Thread, slot: Option<&'a Object>) -> PyResult<&'a Object> {
    slot.ok_or_else(|| argparse::missing(t))
}

/// A C `int` with a default.
fn int_arg(t: &Thread, slot: Option<&Object>) -> PyResult<i32> {
    let Some(value) = slot else { return Ok(-1) };
    let value = number::index(t, value)?;
    match value.to_i64() {
        None => Err(err!(t, OverflowError, "Python int too large to convert to C int")),
        Some(value) => i32::try_from(value).map_err(|_| {
            let bound = if value > 0 { "greater than maximum" } else { "less than minimum" };
            err!(t, OverflowError, "signed integer is {bound}")
        }),
    }
}

fn bool_arg(t: &Thread, slot: Option<&Object>) -> PyResult<Option<bool>> {
    slot.map(|value| value.is_true(t)).transpose()
}

/// The end that the arguments `send` and `recv` mean.
fn end_arg(t: &Thread, send: Option<&Object>, recv: Option<&Object>) -> PyResult<(Option<bool>, Option<bool>)> {
    Ok((bool_arg(t, send)?, bool_arg(t, recv)?))
}

/// The end to close: none said is both.
fn closed_end(t: &Thread, send: Option<&Object>, recv: Option<&Object>) -> PyResult<End> {
    let (send, recv) = end_arg(t, send, recv)?;
    Ok(match (send.unwrap_or(false), recv.unwrap_or(false)) {
        (true, false) => End::Send,
        (false, true) => End::Recv,
        _ => End::Both,
    })
}

/// The only argument of a function.
fn only(t: &Thread, args: &Args<'_>, signature: &'static Signature) -> PyResult<i64> {
    let [id] = parse(t, args, signature)?;
    Ok(argument(t, given(t, id)?)?.0)
}

/// How long a blocking sender waits: `None` for as long as it takes, zero for not at all.
fn limit_of(t: &Thread, blocking: bool, timeout: Option<&Object>) -> PyResult<Option<Duration>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is(singletons::none())) else {
        return Ok((!blocking).then_some(Duration::ZERO));
    };
    if !blocking {
        return Err(err!(t, ValueError, "can't specify a timeout for a non-blocking call"));
    }
    match u64::try_from(pytime::from_seconds(t, timeout, Rounding::Up)?) {
        Ok(nanos) => Ok(Some(Duration::from_nanos(nanos))),
        Err(_) => Err(err!(t, ValueError, "timeout value must be a non-negative number")),
    }
}

/// `send()` and `send_buffer()`.
fn send_with(
    t: &Thread,
    args: &Args<'_>,
    signature: &'static Signature,
    convert: impl FnOnce(&Object) -> PyResult,
) -> PyResult<()> {
    let [id, object, unbound, fallback, blocking, timeout] = parse(t, args, signature)?;
    let (id, object) = (argument(t, given(t, id)?)?.0, given(t, object)?);
    let (unbound, fallback) = (int_arg(t, unbound)?, int_arg(t, fallback)?);
    let blocking = bool_arg(t, blocking)?.unwrap_or(true);
    let limit = limit_of(t, blocking, timeout)?;
    let unbound = match unbound {
        i32::MIN..0 => checked(t, id, store::defaults(id))?.0,
        op => Unbound::from_arg(t, op)?,
    };
    let fallback = match fallback {
        i32::MIN..0 => checked(t, id, store::defaults(id))?.1,
        fallback => fallback_from_arg(t, fallback)?,
    };
    let object = convert(object)?;
    checked(t, id, store::check_send(id))?;
    let data = Shared::capture(t, &object, fallback)?;
    let waiter = blocking.then(Waiter::new);
    checked(t, id, store::send(id, t.interpreter().id, data, unbound, waiter.clone()))?;
    let Some(waiter) = waiter else { return Ok(()) };
    wait(t, id, &waiter, limit)
}

/// Waits until an item has been received.
fn wait(t: &Thread, id: i64, waiter: &std::sync::Arc<Waiter>, limit: Option<Duration>) -> PyResult<()> {
    let end = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        let left = end.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()).min(SLICE));
        let news = waiter.clone();
        match t.allow_threads(move || news.wait(left)) {
            Progress::Received => return Ok(()),
            Progress::Dropped => return Err(refused(t, id, Refusal::ClosedWaiting)),
            Progress::Waiting => {}
        }
        if let Err(raised) = state::check_signals(t) {
            store::take_back(id, waiter);
            return Err(raised);
        }
        // What is no longer there was received in the meantime, or the channel was closed: the next look tells.
        if end.is_some_and(|end| Instant::now() >= end) && store::take_back(id, waiter) {
            return Err(err!(t, TimeoutError, "timed out"));
        }
    }
}

/// `_interpchannels.ChannelInfo`; static types are the same in all interpreters.
fn info_class(t: &Thread) -> PyResult<Owned<PyType>> {
    {
        let fields = [
            ("open", "both ends are open"),
            ("closing", "send is closed, recv is non-empty"),
            ("closed", "both ends are closed"),
            ("count", "queued objects"),
            ("num_interp_send", "interpreters bound to the send end"),
            ("num_interp_send_released", "interpreters bound to the send end and released"),
            ("num_interp_recv", "interpreters bound to the send end"),
            ("num_interp_recv_released", "interpreters bound to the send end and released"),
            ("num_interp_both", "interpreters bound to both ends"),
            ("num_interp_both_released", "interpreters bound to both ends and released_from_both"),
            ("num_interp_both_send_released", "interpreters bound to both ends and released_from_the send end"),
            ("num_interp_both_recv_released", "interpreters bound to both ends and released_from_the recv end"),
            ("send_associated", "current interpreter is bound to the send end"),
            ("send_released", "current interpreter *was* bound to the send end"),
            ("recv_associated", "current interpreter is bound to the recv end"),
            ("recv_released", "current interpreter *was* bound to the recv end"),
        ];
        let doc = "ChannelInfo\n\nA named tuple of a channel's state.";
        structseq::new_type(t, "_interpchannels.ChannelInfo", doc, &fields, 8)
    }
}

/// This module provides primitive operations to manage Python interpreters.
/// The 'interpreters' module provides a more convenient interface.
#[native_module(name = "_interpchannels", classes(ChannelId))]
pub mod interpchannels {
    use super::*;

    /// channel_create(unboundop) -> cid
    ///
    /// Create a new cross-interpreter channel and return a unique generated ID.
    #[function(text = "")]
    fn create(t: &Thread, args: Args<'_>) -> PyResult<Owned<ChannelId>> {
        let [unbound, fallback] = parse(t, &args, signature!("create", ["unboundop", "fallback"], 0, 2))?;
        let (unbound, fallback) = (int_arg(t, unbound)?, int_arg(t, fallback)?);
        let unbound = if unbound < 0 { Unbound::Replace } else { Unbound::from_arg(t, unbound)? };
        let fallback = if fallback < 0 { Fallback::Full } else { fallback_from_arg(t, fallback)? };
        ChannelId::create(t, store::create(unbound, fallback), End::Both, false)
    }

    /// channel_destroy(cid)
    ///
    /// Close and finalize the channel.  Afterward attempts to use the channel
    /// will behave as though it never existed.
    #[function(text = "")]
    fn destroy(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let id = only(t, &args, signature!("channel_destroy", ["cid"], 1, 1))?;
        checked(t, id, store::destroy(id))
    }

    /// channel_list_all() -> [cid]
    ///
    /// Return the list of all IDs for active channels.
    #[function(text = "($self, /)")]
    fn list_all(t: &Thread) -> PyResult<Owned<PyList>> {
        let mut rows = Vec::new();
        for (id, unbound, fallback) in store::list() {
            // One that goes at this very moment is not listed.
            let Ok(id) = ChannelId::create(t, id, End::Both, false) else {
                errors::clear(t);
                continue;
            };
            let items = vec![
                id.into_object(),
                PyInt::from_i64(t, unbound as i64)?.into_object(),
                PyInt::from_i64(t, fallback as i64)?.into_object(),
            ];
            rows.push(PyTuple::from_vec(t, items)?.into_object());
        }
        PyList::from_vec(t, rows)
    }

    /// channel_list_interpreters(cid, *, send) -> [id]
    ///
    /// Return the list of all interpreter IDs associated with an end of the channel.
    ///
    /// The 'send' argument should be a boolean indicating whether to use the send or
    /// receive end.
    #[function(text = "")]
    fn list_interpreters(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyList>> {
        let [id, send] = parse(t, &args, signature!("channel_list_interpreters", ["cid", "send"], 2, 1))?;
        let (id, send) = (argument(t, given(t, id)?)?.0, given(t, send)?.is_true(t)?);
        let mut found = Vec::new();
        for entry in subinterpreters::list() {
            if checked(t, id, store::is_associated(id, entry.interp.id, send))? {
                found.push(PyInt::from_i64(t, entry.interp.id)?.into_object());
            }
        }
        PyList::from_vec(t, found)
    }

    /// channel_send(cid, obj, *, blocking=True, timeout=None)
    ///
    /// Add the object's data to the channel's queue.
    /// By default this waits for the object to be received.
    #[function(text = "")]
    fn send(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let signature =
            signature!("channel_send", ["cid", "obj", "unboundop", "fallback", "blocking", "timeout"], 2, 4);
        send_with(t, &args, signature, |object| Ok(object.own()))
    }

    /// channel_send_buffer(cid, obj, *, blocking=True, timeout=None)
    ///
    /// Add the object's buffer to the channel's queue.
    /// By default this waits for the object to be received.
    #[function(text = "")]
    fn send_buffer(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let signature =
            signature!("channel_send_buffer", ["cid", "obj", "unboundop", "fallback", "blocking", "timeout"], 2, 4);
        send_with(t, &args, signature, |object| PyMemoryView::class().call(t, &[object]))
    }

    /// channel_recv(cid, [default]) -> (obj, unboundop)
    ///
    /// Return a new object from the data at the front of the channel's queue.
    ///
    /// If there is nothing to receive then raise ChannelEmptyError, unless
    /// a default value is provided.  In that case return it.
    #[function(text = "")]
    fn recv(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyTuple>> {
        let [id, default] = parse(t, &args, signature!("channel_recv", ["cid", "default"], 1, 2))?;
        let id = argument(t, given(t, id)?)?.0;
        let none = singletons::none().own();
        let items = match (store::receive(id, t.interpreter().id), default) {
            (Ok(Ok(data)), _) => vec![data.restore(t)?, none],
            (Ok(Err(unbound)), _) => vec![none, PyInt::from_i64(t, unbound as i64)?.into_object()],
            (Err(Refusal::Empty), Some(default)) => vec![default.own(), none],
            (Err(refusal), _) => return Err(refused(t, id, refusal)),
        };
        PyTuple::from_vec(t, items)
    }

    /// channel_close(cid, *, send=None, recv=None, force=False)
    ///
    /// Close the channel for all interpreters.
    ///
    /// A channel that is empty is closed at both ends, whatever the keyword
    /// arguments.  So is one that is not, with all its items dropped, if
    /// 'force' is true.  Otherwise, of a channel that is not empty:
    ///
    ///  * with recv=True, or neither argument: ChannelNotEmptyError is raised
    ///  * with send=True alone: the sending end is closed, the receiving end
    ///    is closed once it is empty
    ///
    /// Closing an already closed channel results in a ChannelClosedError.
    ///
    /// Once the channel's ID has no more ref counts in any interpreter
    /// the channel will be destroyed.
    #[function(text = "")]
    fn close(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [id, send, recv, force] =
            parse(t, &args, signature!("channel_close", ["cid", "send", "recv", "force"], 1, 1))?;
        let id = argument(t, given(t, id)?)?.0;
        let end = closed_end(t, send, recv)?;
        let force = bool_arg(t, force)?.unwrap_or(false);
        checked(t, id, store::close(id, end, force))
    }

    /// channel_release(cid, *, send=None, recv=None, force=True)
    ///
    /// Close the channel for the current interpreter.  'send' and 'recv'
    /// (bool) may be used to indicate the ends to close.  By default both
    /// ends are closed.  Closing an already closed end is a noop.
    #[function(text = "")]
    fn release(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [id, send, recv, force] =
            parse(t, &args, signature!("channel_release", ["cid", "send", "recv", "force"], 1, 1))?;
        let id = argument(t, given(t, id)?)?.0;
        let end = closed_end(t, send, recv)?;
        bool_arg(t, force)?;
        checked(t, id, store::release(id, t.interpreter().id, end))
    }

    /// get_count(cid)
    ///
    /// Return the number of items in the channel.
    #[function(text = "")]
    fn get_count(t: &Thread, args: Args<'_>) -> PyResult<usize> {
        let id = only(t, &args, signature!("get_count", ["cid"], 1, 1))?;
        checked(t, id, store::count(id))
    }

    /// get_info(cid)
    ///
    /// Return details about the channel.
    #[function(text = "")]
    fn get_info(t: &Thread, args: Args<'_>) -> PyResult {
        let id = only(t, &args, signature!("_get_info", ["cid"], 1, 1))?;
        let info = checked(t, id, store::info(id, t.interpreter().id))?;
        let truth = |value: bool| singletons::bool(value).own();
        let mut items = vec![truth(info.open), truth(info.closing), truth(info.closed)];
        for number in info.numbers {
            items.push(PyInt::from_i64(t, number as i64)?.into_object());
        }
        items.extend(info.own.map(truth));
        structseq::new(t, &*info_class(t)?, items)
    }

    /// get_channel_defaults(cid)
    ///
    /// Return the channel's default values, set when it was created.
    #[function(text = "")]
    fn get_channel_defaults(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyTuple>> {
        let id = only(t, &args, signature!("get_channel_defaults", ["cid"], 1, 1))?;
        let (unbound, fallback) = checked(t, id, store::defaults(id))?;
        let int = |value: i64| PyInt::from_i64(t, value).map(Owned::into_object);
        PyTuple::from_vec(t, vec![int(unbound as i64)?, int(fallback as i64)?])
    }

    #[function(text = "")]
    fn _channel_id(t: &Thread, args: Args<'_>) -> PyResult<Owned<ChannelId>> {
        let signature = signature!("ChannelID.__new__", ["id", "send", "recv", "force", "_resolve"], 1, 1);
        let [id, send, recv, force, resolve] = parse(t, &args, signature)?;
        let (id, own_end) = argument(t, given(t, id)?)?;
        let (send, recv) = end_arg(t, send, recv)?;
        let force = bool_arg(t, force)?.unwrap_or(false);
        bool_arg(t, resolve)?;
        let end = match (send, recv) {
            (Some(false), Some(false)) => {
                return Err(err!(t, ValueError, "'send' and 'recv' cannot both be False"));
            }
            (Some(true), Some(true)) => End::Both,
            (Some(true), _) => End::Send,
            (_, Some(true)) => End::Recv,
            _ => own_end,
        };
        ChannelId::create(t, id, end, force)
    }

    #[function(text = "")]
    fn _register_end_types(t: &Thread, args: Args<'_>) -> PyResult<()> {
        let [send, recv] = parse(t, &args, signature!("_register_end_types", ["send", "recv"], 2, 2))?;
        let (send, recv) = (given(t, send)?, given(t, recv)?);
        for (value, name) in [(send, "send"), (recv, "recv")] {
            if !value.is_instance_of::<PyType>() {
                return Err(err!(t, TypeError, "expected a type for '{name}'"));
            }
        }
        let old = types(t)?.ends.borrow_mut().replace([send.own(), recv.own()]);
        drop(old);
        Ok(())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        subinterpreters::when_ended(store::interpreter_ended);
        let types = types(t)?;
        module.set(t, "ChannelError", &types.error)?;
        module.set(t, "ChannelNotFoundError", &types.not_found)?;
        module.set(t, "ChannelClosedError", &types.closed)?;
        module.set(t, "ChannelEmptyError", &types.empty)?;
        module.set(t, "ChannelNotEmptyError", &types.not_empty)?;
        module.set(t, "ChannelInfo", upcast(&*info_class(t)?))
    }
}
