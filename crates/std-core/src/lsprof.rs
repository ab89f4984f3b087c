//! `_lsprof`: the profiler of `cProfile`. It hears of calls through `sys.monitoring`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::time::Instant;
use taipan_object::{
    Args, Data, Head, Object, Own, Owned, PyCFunction, PyFloat, PyInt, PyList, PyMethodDescr, PyModule, PyResult,
    PyStr, PyType, Slot, Thread, attr, class, err, errors, name, native_module, object, singletons, state,
};
use taipan_types::structseq;

/// The number of the profiler among the tools of `sys.monitoring`.
const TOOL: i64 = 2;

/// Which method hears of which event.
const CALLBACKS: [(&str, &str); 9] = [
    ("PY_START", "_pystart_callback"),
    ("PY_RESUME", "_pystart_callback"),
    ("PY_THROW", "_pythrow_callback"),
    ("PY_RETURN", "_pyreturn_callback"),
    ("PY_YIELD", "_pyreturn_callback"),
    ("PY_UNWIND", "_pyreturn_callback"),
    ("CALL", "_ccall_callback"),
    ("C_RETURN", "_creturn_callback"),
    ("C_RAISE", "_creturn_callback"),
];

const ENTRY: [(&str, &str); 6] = [
    ("code", "code object or built-in function name"),
    ("callcount", "how many times this was called"),
    ("reccallcount", "how many times called recursively"),
    ("totaltime", "total time in this entry"),
    ("inlinetime", "inline time in this entry (not in subcalls)"),
    ("calls", "details of the calls"),
];
const SUBENTRY: [(&str, &str); 5] = [
    ("code", "called code object or built-in function name"),
    ("callcount", "how many times this is called"),
    ("reccallcount", "how many times this is called recursively"),
    ("totaltime", "total time spent in this call"),
    ("inlinetime", "inline time (not in further subcalls)"),
];

/// The types of the records that `getstats` makes.
struct Records {
    entry: Owned<PyType>,
    subentry: Owned<PyType>,
}

fn records(t: &Thread) -> PyResult<&'static Records> {
    state::extension(t, |t| {
        let make = |name, fields: &'static [(&'static str, &'static str)]| {
            structseq::new_type(t, name, "", fields, fields.len())
        };
        Ok(Records {
            entry: make("_lsprof.profiler_entry", &ENTRY)?,
            subentry: make("_lsprof.profiler_subentry", &SUBENTRY)?,
        })
    })
}

/// Hashes addresses and numbers of entries: every call is looked up several times.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(byte.into());
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0.rotate_left(32) ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        // The table looks at the highest bits and at the lowest ones.
        self.0 ^ self.0 >> 32
    }
}

type ByNumber<V> = HashMap<usize, V, BuildHasherDefault<NumberHasher>>;

/// Calls and times of a function, or of its calls from one caller.
#[derive(Default)]
struct Times {
    calls: u64,
    recursive: u64,
    depth: u64,
    total: i64,
    own: i64,
}

impl Times {
    fn enter(&mut self) {
        self.depth += 1;
    }

    fn leave(&mut self, total: i64, own: i64) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
        self.own += own;
        self.calls += 1;
    }
}

struct Entry {
    /// A code object, or the text that stands for a native function.
    code: Owned,
    times: Times,
    /// Calls of others, by their entry.
    callees: ByNumber<Times>,
    callee_order: Vec<usize>,
}

/// A call under way.
struct Call {
    entry: usize,
    start: i64,
    /// What the calls within it took.
    inner: i64,
}

#[derive(Default)]
struct Profile {
    entries: Vec<Entry>,
    /// Entries by the address of their code object or text, which the entry keeps alive.
    by_code: ByNumber<usize>,
    /// Entries of native functions by their text.
    by_text: HashMap<Vec<u8>, usize>,
    /// Entries of functions that live as long as their module or type.
    by_function: ByNumber<(Owned, usize)>,
    running: Vec<Call>,
}

impl Profile {
    fn entry_of(&mut self, code: &Object) -> usize {
        let next = self.entries.len();
        let index = *self.by_code.entry(code.as_ptr() as usize).or_insert(next);
        if index == next {
            let callees = ByNumber::default();
            self.entries.push(Entry { code: code.own(), times: Times::default(), callees, callee_order: Vec::new() });
        }
        index
    }

    fn begin(&mut self, entry: usize, subcalls: bool) {
        if let Some(found) = self.entries.get_mut(entry) {
            found.times.enter();
        }
        if subcalls
            && let Some(caller) = self.running.last().map(|call| call.entry)
            && let Some(caller) = self.entries.get_mut(caller)
        {
            let order = &mut caller.callee_order;
            let times = caller.callees.entry(entry).or_insert_with(|| {
                order.push(entry);
                Times::default()
            });
            times.enter();
        }
        self.running.push(Call { entry, start: 0, inner: 0 });
    }

    fn end(&mut self, now: i64, subcalls: bool) {
        let Some(call) = self.running.pop() else { return };
        let total = now.wrapping_sub(call.start);
        let own = total.wrapping_sub(call.inner);
        if let Some(entry) = self.entries.get_mut(call.entry) {
            entry.times.leave(total, own);
        }
        if let Some(caller) = self.running.last_mut() {
            caller.inner += total;
            if subcalls
                && let Some(entry) = self.entries.get_mut(caller.entry)
                && let Some(times) = entry.callees.get_mut(&call.entry)
            {
                times.leave(total, own);
            }
        }
    }
}

/// `_lsprof.Profiler`.
#[object]
pub struct PyProfiler {
    profile: Data<RefCell<Profile>>,
    timer: Slot<Object>,
    /// `sys.monitoring.MISSING`, once the profiler has been enabled.
    missing: Slot<Object>,
    /// How many seconds a unit of the timer is; zero: the timer gives seconds.
    unit: Cell<f64>,
    subcalls: Cell<bool>,
    builtins: Cell<bool>,
    enabled: Cell<bool>,
    /// The timer is being called.
    in_timer: Cell<bool>,
    epoch: Data<Instant>,
}

impl PyProfiler {
    /// Ticks of the timer, or nanoseconds.
    fn now(&self, t: &Thread) -> i64 {
        let Some(timer) = self.timer.get() else {
            return i64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(i64::MAX);
        };
        self.in_timer.set(true);
        let read = timer.call(t, &[]).and_then(|value| {
            if self.unit.get() > 0.0 {
                return Ok(taipan_object::number::index_as_isize(t, &value)? as i64);
            }
            if let Some(int) = value.downcast::<PyInt>() {
                return Ok(int.to_i64().unwrap_or(0).saturating_mul(1_000_000_000));
            }
            match value.downcast::<PyFloat>() {
                Some(float) => Ok((float.value() * 1e9) as i64),
                None => Err(err!(
                    t,
                    TypeError,
                    "'{:.200}' object cannot be interpreted as an integer or float",
                    value.class().name_lossy()
                )),
            }
        });
        self.in_timer.set(false);
        read.unwrap_or_else(|_| {
            let saved = errors::save(t);
            let message = format!("Exception ignored while calling _lsprof timer {}", timer.repr_lossy(t));
            errors::restore(t, saved);
            errors::write_unraisable_msg(t, &message, None);
            0
        })
    }

    fn begin(&self, t: &Thread, entry: usize) {
        self.profile.borrow_mut().begin(entry, self.subcalls.get());
        let now = self.now(t);
        if let Some(call) = self.profile.borrow_mut().running.last_mut() {
            call.start = now;
        }
    }

    fn end(&self, t: &Thread) {
        if self.profile.borrow().running.is_empty() {
            return;
        }
        let now = self.now(t);
        self.profile.borrow_mut().end(now, self.subcalls.get());
    }

    /// The entry of a native function.
    fn native_entry(&self, t: &Thread, callable: &Object, this: Option<&Object>) -> PyResult<Option<usize>> {
        let is_function = callable.is_instance_of::<PyCFunction>();
        let is_method = callable.is_exact::<PyMethodDescr>() && this.is_some();
        if !is_function && !is_method {
            return Ok(None);
        }
        let key = callable.as_ptr() as usize;
        if let Some((_, index)) = self.profile.borrow().by_function.get(&key) {
            return Ok(Some(*index));
        }
        let (text, lasting) = if is_function {
            let this = callable.getattr_opt(t, name!(t, "__self__"))?;
            let lasting = this.as_ref().is_none_or(|this| this.is_instance_of::<PyModule>());
            (function_text(t, callable, this.as_deref())?, lasting)
        } else {
            (callable.repr(t)?, true)
        };
        let mut profile = self.profile.borrow_mut();
        let bytes = text.to_wtf8();
        let index = match profile.by_text.get(&bytes) {
            Some(&index) => index,
            None => {
                let index = profile.entry_of(&text);
                profile.by_text.insert(bytes, index);
                index
            }
        };
        if lasting {
            profile.by_function.insert(key, (callable.own(), index));
        }
        Ok(Some(index))
    }

    /// The first argument of a call; `None` if `sys.monitoring.MISSING` says that there is none.
    fn argument<'a>(&self, given: &'a Object) -> Option<&'a Object> {
        let missing = self.missing.get();
        Some(given).filter(|given| missing.is_none_or(|missing| !given.is(&missing)))
    }

    /// Whether the timer itself is what events are about.
    fn ignores(&self) -> bool {
        self.in_timer.get()
    }
}

/// The text that stands for a native function.
fn function_text(t: &Thread, function: &Object, this: Option<&Object>) -> PyResult<Owned<PyStr>> {
    let own_name = function.getattr(t, name!(t, "__name__"))?;
    let module = function.getattr_opt(t, name!(t, "__module__"))?;
    let module = module.as_ref().and_then(|m| m.downcast::<PyStr>());
    let Some(this) = this.filter(|this| !this.is(singletons::none())) else {
        return match module.filter(|m| !m.eq_str("builtins")) {
            Some(module) => {
                PyStr::from_fmt(t, format_args!("<{}.{}>", module.to_string_lossy(), own_name.str_lossy(t)))
            }
            None => PyStr::from_fmt(t, format_args!("<{}>", own_name.str_lossy(t))),
        };
    };
    if let Some(key) = own_name.downcast::<PyStr>()
        && let Some(found) = this.class().lookup(t, key)
    {
        return found.repr(t);
    }
    let front = module.map_or_else(String::new, |m| format!("{}.", m.to_string_lossy()));
    PyStr::from_fmt(t, format_args!("<built-in method {front}{}>", own_name.str_lossy(t)))
}

fn monitoring(t: &Thread) -> PyResult {
    state::import(t, "sys")?.getattr(t, &*PyStr::intern_str(t, "monitoring")?)
}

fn call(t: &Thread, on: &Object, method: &str, args: &[&Object]) -> PyResult {
    on.call_method(t, &*PyStr::intern_str(t, method)?, args)
}

#[class(
    name = "_lsprof.Profiler",
    inherited_new,
    heap,
    flags(BASETYPE, HAVE_GC),
    doc = "Build a profiler object using the specified timer function.\n\nThe default timer is a fast built-in one based on real time.\nFor custom timer functions returning integers, 'timeunit' can\nbe a float specifying a scale (that is, how long each integer unit\nis, in seconds)."
)]
impl PyProfiler {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        let made = PyProfiler {
            head: Head::new(),
            profile: Data(RefCell::default()),
            timer: Slot::empty(),
            missing: Slot::empty(),
            unit: Cell::new(0.0),
            subcalls: Cell::new(true),
            builtins: Cell::new(true),
            enabled: Cell::new(false),
            in_timer: Cell::new(false),
            epoch: Data(Instant::now()),
        };
        cls.instance(t, made).map(Owned::into_object)
    }

    #[init(sig = "(timer=None, timeunit=0.0, subcalls=True, builtins=True)")]
    fn init(&self, _t: &Thread, timer: Option<&Object>, timeunit: f64, subcalls: bool, builtins: bool) -> PyResult<()> {
        self.timer.set(attr::none_if_none(timer).map(Own::own));
        self.unit.set(timeunit);
        self.subcalls.set(subcalls);
        self.builtins.set(builtins);
        Ok(())
    }

    /// list of profiler_entry objects.
    ///
    /// getstats() -> list of profiler_entry objects
    ///
    /// Return all information collected by the profiler.
    /// Each profiler_entry is a tuple-like object with the
    /// following attributes:
    ///
    ///     code          code object
    ///     callcount     how many times this was called
    ///     reccallcount  how many times called recursively
    ///     totaltime     total time in this entry
    ///     inlinetime    inline time in this entry (not in subcalls)
    ///     calls         details of the calls
    ///
    /// The calls attribute is either None or a list of
    /// profiler_subentry objects:
    ///
    ///     code          called code object
    ///     callcount     how many times this is called
    ///     reccallcount  how many times this is called recursively
    ///     totaltime     total time spent in this call
    ///     inlinetime    inline time (not in further subcalls)
    #[method]
    fn getstats(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let kinds = records(t)?;
        let unit = self.unit.get();
        let factor = if self.timer.get().is_some() && unit > 0.0 { unit } else { 1e-9 };
        let fields = |code: &Object, times: &Times| -> PyResult<Vec<Owned>> {
            Ok(vec![
                code.own(),
                PyInt::from_u64(t, times.calls)?.into_object(),
                PyInt::from_u64(t, times.recursive)?.into_object(),
                PyFloat::new(t, times.total as f64 * factor)?.into_object(),
                PyFloat::new(t, times.own as f64 * factor)?.into_object(),
            ])
        };
        let profile = self.profile.borrow();
        let mut out = Vec::new();
        for entry in profile.entries.iter().filter(|entry| entry.times.calls > 0) {
            let mut calls = Vec::new();
            for callee in &entry.callee_order {
                if let (Some(times), Some(called)) = (entry.callees.get(callee), profile.entries.get(*callee))
                    && times.calls > 0
                {
                    calls.push(structseq::new(t, &kinds.subentry, fields(&called.code, times)?)?);
                }
            }
            let mut items = fields(&entry.code, &entry.times)?;
            items.push(if calls.is_empty() {
                singletons::none().own()
            } else {
                PyList::from_vec(t, calls)?.into_object()
            });
            out.push(structseq::new(t, &kinds.entry, items)?);
        }
        PyList::from_vec(t, out)
    }

    /// Start collecting profiling information.
    ///
    ///   subcalls
    ///     If True, also records for each function
    ///     statistics separated according to its current caller.
    ///   builtins
    ///     If True, records the time spent in
    ///     built-in functions separately from their caller.
    #[method(sig = "(subcalls=True, builtins=True)")]
    fn enable(&self, t: &Thread, subcalls: bool, builtins: bool) -> PyResult<()> {
        let monitoring = monitoring(t)?;
        let tool = PyInt::from_i64(t, TOOL)?;
        call(t, &monitoring, "use_tool_id", &[&tool, &*PyStr::from_str(t, "cProfile")?])?;
        let events = monitoring.getattr(t, &*PyStr::intern_str(t, "events")?)?;
        self.missing.set(Some(monitoring.getattr(t, &*PyStr::intern_str(t, "MISSING")?)?));
        let mut all = 0;
        for (event, method) in CALLBACKS {
            let number = events.getattr(t, &*PyStr::intern_str(t, event)?)?;
            let callback = self.getattr(t, &*PyStr::intern_str(t, method)?)?;
            call(t, &monitoring, "register_callback", &[&tool, &number, &callback])?;
            // Returns and exceptions of native functions come with their calls.
            if !event.starts_with("C_") {
                all |= number.downcast::<PyInt>().and_then(PyInt::to_i64).unwrap_or(0);
            }
        }
        self.subcalls.set(subcalls);
        self.builtins.set(builtins);
        self.enabled.set(true);
        call(t, &monitoring, "set_events", &[&tool, &*PyInt::from_i64(t, all)?]).map(drop)
    }

    /// Stop collecting profiling information.
    #[method]
    fn disable(&self, t: &Thread) -> PyResult<()> {
        if self.in_timer.get() {
            return Err(err!(t, RuntimeError, "cannot disable profiler in external timer"));
        }
        if !self.enabled.get() {
            return Ok(());
        }
        let monitoring = monitoring(t)?;
        let tool = PyInt::from_i64(t, TOOL)?;
        call(t, &monitoring, "set_events", &[&tool, &*PyInt::from_i64(t, 0)?])?;
        let events = monitoring.getattr(t, &*PyStr::intern_str(t, "events")?)?;
        for (event, _) in CALLBACKS {
            let number = events.getattr(t, &*PyStr::intern_str(t, event)?)?;
            call(t, &monitoring, "register_callback", &[&tool, &number, singletons::none()])?;
        }
        call(t, &monitoring, "free_tool_id", &[&tool])?;
        self.enabled.set(false);
        // Calls that the end of profiling lies within.
        while !self.profile.borrow().running.is_empty() {
            self.end(t);
        }
        Ok(())
    }

    /// Clear all profiling information collected so far.
    #[method]
    fn clear(&self, t: &Thread) -> PyResult<()> {
        if self.in_timer.get() {
            return Err(err!(t, RuntimeError, "cannot clear profiler in external timer"));
        }
        let old = self.profile.take();
        drop(old);
        Ok(())
    }

    #[method(sig = "(code, instruction_offset, /)")]
    fn _pystart_callback(&self, t: &Thread, code: &Object, instruction_offset: &Object) {
        let _ = instruction_offset;
        if !self.ignores() {
            let entry = self.profile.borrow_mut().entry_of(code);
            self.begin(t, entry);
        }
    }

    #[method(sig = "(code, instruction_offset, exception, /)")]
    fn _pythrow_callback(&self, t: &Thread, code: &Object, instruction_offset: &Object, exception: &Object) {
        let _ = exception;
        self._pystart_callback(t, code, instruction_offset);
    }

    #[method(sig = "(code, instruction_offset, retval, /)")]
    fn _pyreturn_callback(&self, t: &Thread, code: &Object, instruction_offset: &Object, retval: &Object) {
        let _ = (code, instruction_offset, retval);
        if !self.ignores() {
            self.end(t);
        }
    }

    #[method(sig = "(code, instruction_offset, callable, self_arg, /)")]
    fn _ccall_callback(
        &self,
        t: &Thread,
        code: &Object,
        instruction_offset: &Object,
        callable: &Object,
        self_arg: &Object,
    ) -> PyResult<()> {
        let _ = (code, instruction_offset);
        if self.builtins.get()
            && !self.ignores()
            && let Some(entry) = self.native_entry(t, callable, self.argument(self_arg))?
        {
            self.begin(t, entry);
        }
        Ok(())
    }

    #[method(sig = "(code, instruction_offset, callable, self_arg, /)")]
    fn _creturn_callback(
        &self,
        t: &Thread,
        code: &Object,
        instruction_offset: &Object,
        callable: &Object,
        self_arg: &Object,
    ) -> PyResult<()> {
        let _ = (code, instruction_offset);
        if self.builtins.get() && !self.ignores() && self.native_entry(t, callable, self.argument(self_arg))?.is_some()
        {
            self.end(t);
        }
        Ok(())
    }
}

/// Fast profiler
#[native_module(name = "_lsprof", classes(PyProfiler))]
pub mod lsprof {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let kinds = records(t)?;
        module.set(t, "profiler_entry", kinds.entry.as_object())?;
        module.set(t, "profiler_subentry", kinds.subentry.as_object())
    }
}
