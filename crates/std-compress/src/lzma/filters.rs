//! Filters as Python describes them: dictionaries.

use super::stream::{FILTERS_MAX, Filter, Lzma, Options, is_branch_filter};
use super::{ERROR, unsigned};
use liblzma_sys as z;
use taipan_object::{Object, Owned, PyDict, PyInt, PyResult, PyStr, Raised, Thread, err, errors, sequence};

/// The value under a name in a mapping.
fn entry(t: &Thread, spec: &Object, name: &str) -> PyResult<Option<Owned>> {
    sequence::get_item_opt(t, spec, &*PyStr::intern_str(t, name)?)
}

fn narrow(t: &Thread, value: &Object) -> PyResult<u32> {
    Ok(unsigned(t, value, u32::MAX.into(), "uint32_t")? as u32)
}

/// The options of these names, in their order. Others, but for `ignored`, raise an exception.
fn options<const N: usize>(
    t: &Thread,
    spec: &Object,
    ignored: &[&str],
    names: [&str; N],
) -> PyResult<[Option<u32>; N]> {
    let unknown = || err!(t, TypeError, "unknown option");
    let dict = spec.downcast::<PyDict>().ok_or_else(unknown)?;
    let mut found = [None; N];
    for (key, value) in dict.items_vec() {
        let key = key.downcast::<PyStr>().ok_or_else(unknown)?;
        match names.iter().position(|name| key.eq_str(name)) {
            Some(i) => found[i] = Some(narrow(t, &value)?),
            None if ignored.iter().any(|name| key.eq_str(name)) => {}
            None => return Err(unknown()),
        }
    }
    Ok(found)
}

/// Puts one message in place of whatever was wrong with the options of a filter.
fn invalid(t: &Thread, what: &str) -> Raised {
    errors::clear(t);
    err!(t, ValueError, "Invalid filter specifier for {what} filter")
}

fn lzma(t: &Thread, spec: &Object) -> PyResult<Lzma> {
    let preset = match entry(t, spec, "preset")? {
        Some(preset) => narrow(t, &preset)?,
        None => z::LZMA_PRESET_DEFAULT,
    };
    let mut lzma = Lzma::preset(preset).ok_or_else(|| bad_preset(t, preset))?;
    let names = ["dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let given = options(t, spec, &["id", "preset"], names).map_err(|_| invalid(t, "LZMA"))?;
    let places = [
        &mut lzma.dict_size,
        &mut lzma.lc,
        &mut lzma.lp,
        &mut lzma.pb,
        &mut lzma.mode,
        &mut lzma.nice_len,
        &mut lzma.mf,
        &mut lzma.depth,
    ];
    for (place, value) in places.into_iter().zip(given) {
        *place = value.unwrap_or(*place);
    }
    Ok(lzma)
}

/// Raises the exception for a preset that does not exist.
pub fn bad_preset(t: &Thread, preset: u32) -> Raised {
    ERROR.raise(t, format_args!("Invalid compression preset: {preset}"))
}

/// Reads the description of a filter.
pub fn parse(t: &Thread, spec: &Object) -> PyResult<Filter> {
    if !sequence::is_mapping(spec) {
        return Err(err!(t, TypeError, "Filter specifier must be a dict or dict-like object"));
    }
    let Some(id) = entry(t, spec, "id")? else {
        return Err(err!(t, ValueError, "Filter specifier must have an \"id\" entry"));
    };
    let id = unsigned(t, &id, u64::MAX, "lzma_vli")?;
    let options = match id {
        z::LZMA_FILTER_LZMA1 | z::LZMA_FILTER_LZMA2 => Options::Lzma(lzma(t, spec)?),
        z::LZMA_FILTER_DELTA => {
            let [dist] = options(t, spec, &["id"], ["dist"]).map_err(|_| invalid(t, "delta"))?;
            Options::Delta(dist.unwrap_or(1))
        }
        _ if is_branch_filter(id) => {
            let [start] = options(t, spec, &["id"], ["start_offset"]).map_err(|_| invalid(t, "BCJ"))?;
            Options::Branch(Some(start.unwrap_or(0)))
        }
        _ => return Err(unknown_filter(t, id)),
    };
    Ok(Filter { id, options })
}

fn unknown_filter(t: &Thread, id: u64) -> Raised {
    err!(t, ValueError, "Invalid filter ID: {id}")
}

/// Reads the description of a chain of filters.
pub fn parse_chain(t: &Thread, specs: &Object) -> PyResult<Vec<Filter>> {
    if sequence::is_mapping(specs) && !sequence::is_sequence(specs) {
        return Err(err!(t, TypeError, "{:.200} is not a sequence", specs.class().name_lossy()));
    }
    let n = sequence::len(t, specs)?;
    if n > FILTERS_MAX {
        return Err(err!(t, ValueError, "Too many filters - liblzma supports a maximum of {FILTERS_MAX}"));
    }
    (0..n).map(|i| parse(t, &*sequence::sequence_item(t, specs, i as isize)?)).collect()
}

/// Describes a filter.
pub fn describe(t: &Thread, filter: Filter) -> PyResult<Owned<PyDict>> {
    let spec = PyDict::new(t)?;
    let add = |name: &str, value: u64| spec.set_item(t, &*PyStr::intern_str(t, name)?, &*PyInt::from_u64(t, value)?);
    add("id", filter.id)?;
    match filter.options {
        Options::Lzma(lzma) => {
            if filter.id == z::LZMA_FILTER_LZMA1 {
                add("lc", lzma.lc.into())?;
                add("lp", lzma.lp.into())?;
                add("pb", lzma.pb.into())?;
            }
            add("dict_size", lzma.dict_size.into())?;
        }
        Options::Delta(dist) => add("dist", dist.into())?,
        Options::Branch(Some(start)) => add("start_offset", start.into())?,
        Options::Branch(None) => {}
        Options::Other => return Err(unknown_filter(t, filter.id)),
    }
    Ok(spec)
}
