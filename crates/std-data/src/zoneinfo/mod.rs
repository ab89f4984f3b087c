//! `_zoneinfo`: what makes `zoneinfo` fast.

mod cache;
mod rules;
mod zone;

use super::datetime::{DateTime, Delta, TzInfo, calendar};
use cache::{Caches, weak_cache};
use std::cell::Cell;
use taipan_object::argparse::{self, Args, Param, Signature};
use taipan_object::{
    Class, Head, Kwargs, Object, Own, Owned, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList,
    class, err, errors, iter, name, native_module, number, object, singletons, state, upcast,
};
use zone::{Period, Zone};

/// Where a zone comes from: what `_unpickle()` is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    NoCache = 0,
    Cache = 1,
    File = 2,
}

/// `zoneinfo.ZoneInfo`.
#[object]
pub struct ZoneInfo {
    key: Slot,
    /// `repr()` of the file, of zones that were read from one.
    file_repr: Slot<PyStr>,
    source: Cell<Source>,
    zone: ZoneData,
    weaklist: WeakList,
}

/// A zone out of line: most of an instance.
struct ZoneData(Box<Zone>);

impl taipan_object::Traverse for ZoneData {
    fn traverse(&self, visitor: &mut taipan_object::Visitor<'_>) {
        self.0.traverse(visitor);
    }
}

/// What a datetime shows, for which a period is looked up.
struct Shown {
    seconds: i64,
    fold: bool,
    year: i32,
}

impl Shown {
    fn of(t: &Thread, object: &Object) -> PyResult<Self> {
        if let Some(dt) = object.downcast::<DateTime>() {
            return Ok(Self { seconds: dt.seconds(), fold: dt.is_fold(), year: dt.year_number() });
        }
        let number = |value: &Object| {
            let index = number::index(t, value)?;
            let n = index.to_i64().and_then(|n| i32::try_from(n).ok());
            n.map(i64::from).ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C int"))
        };
        let days = number(&*object.call_method(t, name!(t, "toordinal"), &[])?)?;
        let hour = number(&*object.getattr(t, name!(t, "hour"))?)?;
        let minute = number(&*object.getattr(t, name!(t, "minute"))?)?;
        let second = number(&*object.getattr(t, name!(t, "second"))?)?;
        let fold = object.getattr(t, name!(t, "fold"))?.is_true(t)?;
        let year = number(&*object.getattr(t, name!(t, "year"))?)?;
        calendar::check_year(t, year)?;
        let seconds = (days - calendar::EPOCH_ORDINAL) * 86_400 + hour * 3600 + minute * 60 + second;
        Ok(Self { seconds, fold, year: year as i32 })
    }
}

impl ZoneInfo {
    fn make(
        t: &Thread,
        cls: &PyType,
        file: &Object,
        key: &Object,
        source: Source,
        file_repr: Option<Owned<PyStr>>,
    ) -> PyResult<Owned<Self>> {
        let value = Self {
            head: Head::new(),
            key: Slot::new(key.own()),
            file_repr: Slot::from_option(file_repr),
            source: Cell::new(source),
            zone: ZoneData(Box::new(Zone::load(t, file)?)),
            weaklist: WeakList::new(),
        };
        cls.instance(t, value)
    }

    /// An instance that no cache knows, from the file of a key.
    fn fresh(t: &Thread, cls: &PyType, key: &Object) -> PyResult<Owned<Self>> {
        let path = state::import(t, "zoneinfo._tzpath")?.call_method(t, name!(t, "find_tzfile"), &[key])?;
        let file = if path.is(singletons::none()) {
            state::import(t, "zoneinfo._common")?.call_method(t, name!(t, "load_tzdata"), &[key])?
        } else {
            let mode = PyStr::from_str(t, "rb")?;
            state::import(t, "io")?.call_method(t, name!(t, "open"), &[&path, &mode])?
        };
        let made = Self::make(t, cls, &file, key, Source::NoCache, None);
        // The file is closed, whatever happened.
        let saved = made.is_err().then(|| errors::take(t)).flatten();
        let closed = file.call_method(t, name!(t, "close"), &[]);
        match saved {
            Some(exception) => {
                if closed.is_err()
                    && let Some(second) = errors::take(t)
                {
                    let _ = errors::restore_raised(t, exception);
                    errors::chain(t, second);
                    return made;
                }
                Err(errors::restore_raised(t, exception))
            }
            None => closed.and(made),
        }
    }

    /// The instance for a key: the cached one, or one that is cached from now on.
    fn cached(t: &Thread, cls: &PyType, key: &Object) -> PyResult {
        let own = cls.is(Self::class());
        let caches = Caches::of(t)?;
        if own && let Some(found) = caches.recall(t, key)? {
            return Ok(found);
        }
        let weak = weak_cache(t, cls)?;
        let check = |instance: Owned| {
            if instance.class().is_subtype(cls) || instance.is_instance_of::<Self>() && own {
                return Ok(instance);
            }
            Err(err!(
                t,
                RuntimeError,
                "Unexpected instance of {} in {} weak cache for key {}",
                instance.class().fully_qualified_name(t)?.display(),
                cls.name_lossy(),
                key.repr(t)?.display()
            ))
        };
        let found = weak.call_method(t, name!(t, "get"), &[key, singletons::none()])?;
        let instance = if found.is(singletons::none()) {
            let fresh = Self::fresh(t, cls, key)?;
            let kept = check(weak.call_method(t, name!(t, "setdefault"), &[key, upcast(&*fresh)])?)?;
            if let Some(zone) = kept.downcast::<Self>() {
                zone.source.set(Source::Cache);
            }
            kept
        } else {
            check(found)?
        };
        if own {
            caches.remember(key, &instance);
        }
        Ok(instance)
    }

    /// The period that an argument of `utcoffset()` and its like belongs to.
    fn period(&self, t: &Thread, argument: &Object) -> PyResult<Option<&Period>> {
        if argument.is(singletons::none()) {
            return Ok(self.zone.0.always());
        }
        let Shown { seconds, fold, year } = Shown::of(t, argument)?;
        Ok(Some(self.zone.0.at_local(seconds, fold, year)))
    }

    fn key(&self) -> Option<Owned> {
        self.key.get().filter(|key| !key.is(singletons::none()))
    }
}

#[class(name = "zoneinfo.ZoneInfo", heap, base = TzInfo, flags(BASETYPE, HAVE_GC), weaklist = weaklist, fields(key = key))]
impl ZoneInfo {
    #[new(sig = "(key)", text = "")]
    fn new(cls: &PyType, t: &Thread, key: &Object) -> PyResult {
        Self::cached(t, cls, key)
    }

    /// Return the zone of a key, freshly read: what the caches hold is neither used nor changed.
    #[classmethod(sig = "(key)", text = "($type, /, key)")]
    fn no_cache(cls: &PyType, t: &Thread, key: &Object) -> PyResult<Owned<Self>> {
        Self::fresh(t, cls, key)
    }

    /// Read a zone from a binary file object.
    #[classmethod(sig = "(file_obj, /, key=None)", text = "($type, file_obj, /, key=None)")]
    fn from_file(cls: &PyType, t: &Thread, file_obj: &Object, key: Option<&Object>) -> PyResult<Owned<Self>> {
        let file_repr = file_obj.repr(t)?;
        Self::make(t, cls, file_obj, key.unwrap_or(singletons::none()), Source::File, Some(file_repr))
    }

    /// Forget the cached zones, or those of some keys.
    #[classmethod(sig = "(*, only_keys=None)", text = "($type, /, *, only_keys=None)")]
    fn clear_cache(cls: &PyType, t: &Thread, only_keys: Option<&Object>) -> PyResult<()> {
        let weak = weak_cache(t, cls)?;
        let own = cls.is(Self::class());
        let caches = Caches::of(t)?;
        let Some(keys) = only_keys.filter(|keys| !keys.is(singletons::none())) else {
            weak.call_method(t, name!(t, "clear"), &[])?;
            if own {
                caches.clear();
            }
            return Ok(());
        };
        let pop = weak.getattr(t, name!(t, "pop"))?;
        let keys = keys.iter(t)?;
        while let Some(key) = iter::next(t, &keys)? {
            if own {
                caches.forget(t, &key)?;
            }
            pop.call(t, &[&key, singletons::none()])?;
        }
        Ok(())
    }

    /// The offset from UTC at a local time, as a timedelta.
    #[method(sig = "(dt, /)", text = "($self, dt, /)")]
    fn utcoffset(&self, t: &Thread, dt: &Object) -> PyResult<Option<Owned<Delta>>> {
        Ok(self.period(t, dt)?.map(|period| period.offset.clone()))
    }

    /// How much of the offset is due to summer time at a local time, as a timedelta.
    #[method(sig = "(dt, /)", text = "($self, dt, /)")]
    fn dst(&self, t: &Thread, dt: &Object) -> PyResult<Option<Owned<Delta>>> {
        Ok(self.period(t, dt)?.map(|period| period.dst.clone()))
    }

    /// The abbreviation of the zone's name at a local time.
    #[method(sig = "(dt, /)", text = "($self, dt, /)")]
    fn tzname(&self, t: &Thread, dt: &Object) -> PyResult<Option<Owned>> {
        Ok(self.period(t, dt)?.map(|period| period.name.clone()))
    }

    /// The local time of a datetime that shows UTC, and has this zone.
    #[method(sig = "(object, /)")]
    fn fromutc(&self, t: &Thread, object: &Object) -> PyResult {
        let Some(dt) = object.downcast::<DateTime>() else {
            return Err(err!(t, TypeError, "fromutc: argument must be a datetime"));
        };
        if !dt.has_zone(upcast(self)) {
            return Err(err!(t, ValueError, "fromutc: dt.tzinfo is not self"));
        }
        let (period, fold) = self.zone.0.at_utc(dt.seconds(), dt.year_number());
        if object.is_exact::<DateTime>() {
            return dt.moved(t, period.seconds, fold).map(Owned::into_object);
        }
        let moved = dt.plus(t, i128::from(period.seconds) * 1_000_000)?;
        if !fold {
            return Ok(moved);
        }
        let one = PyInt::from_i64(t, 1)?;
        moved.getattr(t, name!(t, "replace"))?.call_with(t, &[], &[("fold", &*one)])
    }

    /// What pickle needs to make this zone again.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let source = self.source.get();
        if source == Source::File {
            let error = state::import(t, "pickle")?.getattr(t, name!(t, "PicklingError"))?;
            let message = PyStr::from_str(t, "Cannot pickle a ZoneInfo file from a file stream.")?;
            let exception = error.call(t, &[&message])?;
            return Err(errors::raise(t, exception));
        }
        let make = upcast(self).class().as_object().getattr(t, name!(t, "_unpickle"))?;
        let key = self.key.get().unwrap_or_else(|| singletons::none().own());
        let source = PyInt::from_i64(t, source as i64)?.into_object();
        let args = PyTuple::from_vec(t, vec![key, source])?.into_object();
        PyTuple::from_vec(t, vec![make, args])
    }

    /// Make a pickled zone again; for pickle alone.
    #[classmethod(text = "($type, key, from_cache, /)")]
    fn _unpickle(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        const PARAMS: [Param; 2] =
            [Param { name: "key", required: true }, Param { name: "from_cache", required: true }];
        const SIGNATURE: Signature =
            Signature { fname: "_unpickle", params: &PARAMS, pos_only: 2, positional: 2, varargs: false, varkw: false };
        let mut slots = [None; 2];
        args.parse(t, &SIGNATURE, &mut slots)?;
        let [Some(key), Some(from_cache)] = slots else { return Err(argparse::missing(t)) };
        // A C `unsigned char`, of which overflow goes unnoticed.
        let from_cache = number::index(t, from_cache)?;
        if from_cache.digits().first().is_some_and(|low| low & 0xff != 0) {
            return Self::cached(t, cls, key);
        }
        Self::fresh(t, cls, key).map(Owned::into_object)
    }

    /// Give a subclass a cache of its own.
    #[classmethod(sig = "(*args, **kwargs)", text = "-")]
    fn __init_subclass__(cls: &PyType, t: &Thread, args: &[&Object], kwargs: Kwargs) -> PyResult<()> {
        let _ = (args, kwargs);
        let weak = cache::new_weak_cache(t)?;
        cls.as_object().setattr(t, name!(t, "_weak_cache"), &weak)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let class = upcast(self).class().name_lossy();
        match (self.key(), self.file_repr.get()) {
            (None, Some(file)) => PyStr::from_fmt(t, format_args!("{class}.from_file({})", file.display())),
            (key, _) => {
                let key = key.unwrap_or_else(|| singletons::none().own());
                PyStr::from_fmt(t, format_args!("{class}(key={})", key.repr(t)?.display()))
            }
        }
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        match self.key() {
            Some(key) => Ok(key),
            None => upcast(self).repr(t).map(Owned::into_object),
        }
    }
}

/// Time zones of the IANA database, in native code.
#[native_module(name = "_zoneinfo", classes(ZoneInfo))]
pub mod zoneinfo {
    use super::*;

    #[exec]
    fn exec(_module: &PyModule, t: &Thread) -> PyResult<()> {
        // Zones are `datetime.tzinfo` of the native module: `datetime` must not be the one written in Python.
        state::import(t, "datetime")?.getattr(t, name!(t, "datetime_CAPI")).map(drop)
    }
}
