//! Certificates as dicts.

use crate::errors::{decoded, line, raise};
use crate::openssl::certificate::{AlternativeName, Certificate, Name};
use taipan_object::{Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, Thread};

/// A name: a tuple for each set of attributes, with a pair for each attribute.
fn name_tuple(t: &Thread, name: &Name) -> PyResult<Owned<PyTuple>> {
    let mut sets = Vec::with_capacity(name.len());
    for set in name {
        let mut pairs = Vec::with_capacity(set.len());
        for (kind, value) in set {
            let pair = [PyStr::from_str(t, kind)?, decoded(t, value)?];
            pairs.push(PyTuple::from_vec(t, pair.map(Owned::into_object).into())?.into_object());
        }
        sets.push(PyTuple::from_vec(t, pairs)?.into_object());
    }
    PyTuple::from_vec(t, sets)
}

/// Another name: its kind and its text.
fn alternative_tuple(t: &Thread, name: &AlternativeName) -> PyResult<Owned> {
    let pair = match name {
        AlternativeName::Directory(name) => {
            vec![PyStr::from_str(t, "DirName")?.into_object(), name_tuple(t, name)?.into_object()]
        }
        AlternativeName::Text(kind, text) => {
            vec![PyStr::from_str(t, kind)?.into_object(), decoded(t, text)?.into_object()]
        }
        AlternativeName::Other(kind, text) => {
            vec![decoded(t, kind)?.into_object(), decoded(t, text)?.into_object()]
        }
    };
    Ok(PyTuple::from_vec(t, pair)?.into_object())
}

fn texts(t: &Thread, texts: &[Vec<u8>]) -> PyResult<Owned<PyTuple>> {
    let texts = texts.iter().map(|text| Ok(decoded(t, text)?.into_object())).collect::<PyResult<Vec<_>>>()?;
    PyTuple::from_vec(t, texts)
}

/// What stands in a certificate, as a dict.
pub fn certificate_dict(t: &Thread, certificate: &Certificate) -> PyResult<Owned<PyDict>> {
    let content = certificate.content().map_err(|failure| raise(t, &failure, line::CERTIFICATE))?;
    let dict = PyDict::new(t)?;
    let put = |key: &str, value: Owned| dict.set_str(t, &*PyStr::intern_str(t, key)?, &value);
    put("subject", name_tuple(t, &content.subject)?.into_object())?;
    put("issuer", name_tuple(t, &content.issuer)?.into_object())?;
    put("version", PyInt::from_i64(t, content.version)?.into_object())?;
    put("serialNumber", decoded(t, &content.serial)?.into_object())?;
    put("notBefore", decoded(t, &content.not_before)?.into_object())?;
    put("notAfter", decoded(t, &content.not_after)?.into_object())?;
    if let Some(names) = &content.alternative {
        let names = names.iter().map(|name| alternative_tuple(t, name)).collect::<PyResult<Vec<_>>>()?;
        put("subjectAltName", PyTuple::from_vec(t, names)?.into_object())?;
    }
    for (key, list) in
        [("OCSP", &content.ocsp), ("caIssuers", &content.issuers), ("crlDistributionPoints", &content.revocations)]
    {
        if !list.is_empty() {
            put(key, texts(t, list)?.into_object())?;
        }
    }
    Ok(dict)
}
