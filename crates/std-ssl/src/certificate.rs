//! `_ssl.Certificate`: a certificate of the other side.

use crate::constants::{ENCODING_DER, ENCODING_PEM};
use crate::decode::certificate_dict;
use crate::errors::{decoded, line, raise};
use crate::openssl::certificate::Certificate;
use taipan_object::{
    CompareOp, Data, Head, Object, Own, Owned, PyBytes, PyDict, PyResult, PyStr, Thread, class, err, new_object,
    object, singletons, upcast,
};

/// `_ssl.Certificate`.
#[object]
pub struct PyCertificate {
    certificate: Data<Certificate>,
}

impl PyCertificate {
    /// A certificate as an object.
    pub fn create(t: &Thread, certificate: Certificate) -> PyResult<Owned<Self>> {
        new_object(t, Self { head: Head::new(), certificate: Data(certificate) })
    }
}

/// The bytes of a certificate.
pub fn der(t: &Thread, certificate: &Certificate) -> PyResult<Owned<PyBytes>> {
    let bytes = certificate.der().map_err(|failure| raise(t, &failure, line::CERTIFICATE))?;
    PyBytes::new(t, &bytes)
}

#[class(name = "_ssl.Certificate", heap, no_new)]
impl PyCertificate {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let subject = decoded(t, &self.certificate.subject_line())?;
        let class = upcast(self).class().name_lossy();
        PyStr::from_str(t, &format!("<{class} '{}'>", subject.to_string_lossy()))
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(match self.certificate.subject_hash() as isize {
            -1 => -2,
            hash => hash,
        })
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let (Some(other), true) = (other.downcast::<Self>(), matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(singletons::not_implemented().own());
        };
        let equal = self.certificate.equals(&other.certificate);
        Ok(singletons::bool(equal == (op == CompareOp::Eq)).own())
    }

    #[method(sig = "(format=1)", text = "($self, /, format=Encoding.PEM)")]
    fn public_bytes(&self, t: &Thread, format: i32) -> PyResult {
        match format {
            ENCODING_PEM => {
                let text = self.certificate.pem().map_err(|failure| raise(t, &failure, line::CERTIFICATE))?;
                Ok(decoded(t, &text)?.into_object())
            }
            ENCODING_DER => Ok(der(t, &self.certificate)?.into_object()),
            _ => Err(err!(t, ValueError, "Unsupported format")),
        }
    }

    #[method]
    fn get_info(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        certificate_dict(t, &self.certificate)
    }
}
