//! C3 linearisation (`mro_implementation`).

use super::PyType;
use crate::handle::{Object, Own, Owned, PyResult};
use crate::{PyTuple, err, name};
use taipan_runtime::Thread;

/// The method resolution order of a type by its bases, `type.mro()`.
pub fn compute_mro(t: &Thread, class: &PyType) -> PyResult<Vec<Owned>> {
    let bases = class.bases().unwrap_or_else(|| PyTuple::empty().own());
    let mut sequences: Vec<Vec<Owned>> = Vec::with_capacity(bases.len() + 1);
    for base in bases.as_slice() {
        let Some(base) = base.downcast::<PyType>() else {
            return Err(err!(t, TypeError, "bases must be types"));
        };
        let Some(mro) = base.mro() else {
            return Err(err!(t, TypeError, "Cannot extend an incomplete type '{:.100}'", base.name_lossy()));
        };
        sequences.push(crate::call::own_all(mro.as_slice()));
    }
    if let [only] = &sequences[..] {
        let mut out = Vec::with_capacity(only.len() + 1);
        out.push(class.as_object().own());
        out.extend(only.iter().cloned());
        return Ok(out);
    }
    let direct = crate::call::own_all(bases.as_slice());
    for (i, base) in direct.iter().enumerate() {
        if direct[..i].iter().any(|other| other.is(base)) {
            let name = base.getattr(t, name!(t, "__name__"))?;
            return Err(err!(t, TypeError, "duplicate base class {}", name.str_lossy(t)));
        }
    }
    sequences.push(direct);
    merge(t, class, &sequences)
}

fn merge(t: &Thread, class: &PyType, sequences: &[Vec<Owned>]) -> PyResult<Vec<Owned>> {
    let mut out = vec![class.as_object().own()];
    let mut at = vec![0usize; sequences.len()];
    loop {
        let mut done = true;
        let mut chosen: Option<&Object> = None;
        for (i, sequence) in sequences.iter().enumerate() {
            let Some(candidate) = sequence.get(at[i]) else { continue };
            done = false;
            let in_tail =
                sequences.iter().enumerate().any(|(j, other)| other.iter().skip(at[j] + 1).any(|o| o.is(candidate)));
            if !in_tail {
                chosen = Some(candidate);
                break;
            }
        }
        if done {
            return Ok(out);
        }
        let Some(chosen) = chosen else {
            return Err(inconsistent(t, sequences, &at));
        };
        out.push(chosen.own());
        for (i, sequence) in sequences.iter().enumerate() {
            if sequence.get(at[i]).is_some_and(|o| o.is(chosen)) {
                at[i] += 1;
            }
        }
    }
}

#[cold]
fn inconsistent(t: &Thread, sequences: &[Vec<Owned>], at: &[usize]) -> crate::Raised {
    let mut names: Vec<String> = Vec::new();
    let mut seen: Vec<Owned> = Vec::new();
    for (sequence, &i) in sequences.iter().zip(at) {
        if let Some(first) = sequence.get(i)
            && !seen.iter().any(|o| o.is(first))
        {
            seen.push(first.clone());
            names.push(match first.getattr(t, name!(t, "__name__")) {
                Ok(name) => name.str_lossy(t),
                Err(_) => {
                    crate::errors::clear(t);
                    "?".to_string()
                }
            });
        }
    }
    err!(t, TypeError, "Cannot create a consistent method resolution order (MRO) for bases {}", names.join(", "))
}

/// Computes and installs the MRO; a metatype's own `mro()` is asked (`mro_internal`). False if that has led to another one
/// being installed already, which stays.
pub(super) fn install_mro(t: &Thread, class: &PyType) -> PyResult<bool> {
    let before = class.mro().map(Own::own);
    let custom = !class.as_object().class().is(<PyType as crate::Class>::class());
    let tuple = if custom {
        let method = crate::attr::lookup_special(t, class, name!(t, "mro"))?;
        match method {
            Some(method) => {
                let result = crate::iter::to_tuple(t, &*method.call(t, &[])?)?;
                check_custom(t, class, &result)?;
                let strangers = result
                    .as_slice()
                    .iter()
                    .any(|base| base.downcast::<PyType>().is_some_and(|base| !descends(class, base)));
                if strangers {
                    // Their changes do not reach this class: nothing of it may be remembered.
                    class.never_versioned();
                }
                result
            }
            None => PyTuple::from_vec(t, compute_mro(t, class)?)?,
        }
    } else {
        PyTuple::from_vec(t, compute_mro(t, class)?)?
    };
    let unchanged = match (&before, class.mro()) {
        (Some(before), Some(now)) => now.as_object().is(before),
        (None, None) => true,
        _ => false,
    };
    if !unchanged {
        return Ok(false);
    }
    set_mro(class, tuple);
    class.modified();
    Ok(true)
}

/// Whether `base` is the class itself or is reached through its bases, whatever its MRO says.
fn descends(class: &PyType, base: &PyType) -> bool {
    if core::ptr::eq(class, base) {
        return true;
    }
    class.bases().is_some_and(|bases| {
        bases.as_slice().iter().any(|next| next.downcast::<PyType>().is_some_and(|next| descends(next, base)))
    })
}

pub(super) fn set_mro(class: &PyType, tuple: Owned<PyTuple>) {
    // SAFETY: the type owns its MRO.
    unsafe {
        let ty = class.as_type_ptr();
        let old = core::mem::replace(&mut (*ty).tp_mro, tuple.into_object().into_ptr());
        taipan_runtime::refcount::xdecref(old);
    }
}

fn check_custom(t: &Thread, class: &PyType, mro: &PyTuple) -> PyResult<()> {
    let solid = super::new::solid_base(class);
    for base in mro.as_slice() {
        let Some(base) = base.downcast::<PyType>() else {
            return Err(err!(t, TypeError, "mro() returned a non-class ('{:.500}')", base.class().name_lossy()));
        };
        if !solid.is_subtype(super::new::solid_base(base)) {
            return Err(err!(
                t,
                TypeError,
                "mro() returned base with unsuitable layout ('{:.500}')",
                base.name_lossy()
            ));
        }
    }
    Ok(())
}
