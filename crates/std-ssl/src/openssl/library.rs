//! What belongs to no handle: start, version, random numbers, numbered objects, default places of certificates.

use super::failure::{self, Failure};
use super::{copied, copied_text};
use core::ffi::{CStr, c_int};
use std::ffi::CString;
use std::sync::OnceLock;
use taipan_openssl as ffi;

/// Places in contexts and connections for data of ours.
#[derive(Clone, Copy)]
pub struct Places {
    /// In a context: the protocols that a server offers.
    pub protocols: c_int,
    /// In a connection: the Python object.
    pub object: c_int,
}

/// Starts the library, once.
pub fn start() -> Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    *PLACES.get_or_init(|| {
        // SAFETY: initialises with the defaults; the new places have no data of their own but what `free` frees.
        unsafe {
            // Threads may still be at work when the process ends: nothing is taken away from them.
            ffi::OPENSSL_init_ssl(ffi::OPENSSL_INIT_NO_ATEXIT, core::ptr::null());
            let none = core::ptr::null();
            let new = |class, free| ffi::CRYPTO_get_ex_new_index(class, 0, core::ptr::null_mut(), none, none, free);
            Places {
                protocols: new(ffi::CRYPTO_EX_INDEX_SSL_CTX, Some(super::context::free_protocols)),
                object: new(ffi::CRYPTO_EX_INDEX_SSL, None),
            }
        }
    })
}

/// The version in words.
pub fn version_text() -> String {
    // SAFETY: the text is static.
    unsafe { copied_text(ffi::OpenSSL_version(0)) }.unwrap_or_default()
}

/// The version as a number.
pub fn version_number() -> u64 {
    // SAFETY: no arguments.
    unsafe { ffi::OpenSSL_version_num() }
}

/// Mixes bytes into the random numbers.
pub fn random_add(data: &[u8], entropy: f64) {
    for chunk in data.chunks(1 << 30) {
        // SAFETY: reads so many bytes.
        unsafe { ffi::RAND_add(chunk.as_ptr().cast(), chunk.len() as c_int, entropy) };
    }
}

/// Fills a block with random bytes.
pub fn random_bytes(out: &mut [u8]) -> Result<(), Failure> {
    for chunk in out.chunks_mut(1 << 30) {
        failure::clear();
        // SAFETY: writes so many bytes.
        if unsafe { ffi::RAND_bytes(chunk.as_mut_ptr(), chunk.len() as c_int) } != 1 {
            return Err(Failure::collect());
        }
    }
    Ok(())
}

/// Whether there are random numbers.
pub fn random_status() -> bool {
    // SAFETY: no arguments.
    unsafe { ffi::RAND_status() == 1 }
}

/// A numbered object: its number, its names, and its dotted identifier.
pub struct Numbered {
    /// The number that OpenSSL gives it; zero for an identifier that it does not know.
    pub nid: c_int,
    /// Its short name.
    pub short: Option<String>,
    /// Its long name.
    pub long: Option<String>,
    /// The identifier.
    pub oid: Option<String>,
}

/// Looks an object up, by its identifier alone or by names too.
pub fn object_of_text(text: &CStr, names: bool) -> Option<Numbered> {
    // SAFETY: the object is ours and freed here.
    unsafe {
        let object = ffi::OBJ_txt2obj(text.as_ptr(), (!names).into());
        if object.is_null() {
            failure::clear();
            return None;
        }
        let found = describe(object);
        ffi::ASN1_OBJECT_free(object);
        Some(found)
    }
}

/// Looks an object up by its number.
pub fn object_of_number(nid: c_int) -> Option<Numbered> {
    // SAFETY: objects found by number are static, or owned by the library.
    unsafe {
        let object = ffi::OBJ_nid2obj(nid);
        if object.is_null() {
            failure::clear();
            return None;
        }
        let found = describe(object);
        ffi::ASN1_OBJECT_free(object);
        Some(found)
    }
}

/// # Safety
/// `object` is an object.
unsafe fn describe(object: *const ffi::ASN1_OBJECT) -> Numbered {
    // SAFETY: the caller's promise; names are static.
    unsafe {
        let nid = ffi::OBJ_obj2nid(object);
        let (short, long) = if nid == ffi::NID_undef {
            (None, None)
        } else {
            (copied_text(ffi::OBJ_nid2sn(nid)), copied_text(ffi::OBJ_nid2ln(nid)))
        };
        Numbered { nid, short, long, oid: object_text(object, true) }
    }
}

/// The text of an object: its identifier, or its name if it has one.
///
/// # Safety
/// `object` is null or an object.
pub unsafe fn object_text(object: *const ffi::ASN1_OBJECT, no_name: bool) -> Option<String> {
    let mut buffer = vec![0u8; 256];
    // SAFETY: the caller's promise; at most so many bytes are written, with a NUL at the end.
    unsafe {
        let mut n = ffi::OBJ_obj2txt(buffer.as_mut_ptr().cast(), buffer.len() as c_int, object, no_name.into());
        if n >= buffer.len() as c_int {
            buffer.resize(n as usize + 1, 0);
            n = ffi::OBJ_obj2txt(buffer.as_mut_ptr().cast(), buffer.len() as c_int, object, no_name.into());
        }
        let text = buffer.get(..usize::try_from(n).ok().filter(|&n| n > 0)?)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

/// The number of a curve by its name.
pub fn curve_number(name: &CStr) -> Option<c_int> {
    // SAFETY: a C string.
    Some(unsafe { ffi::OBJ_sn2nid(name.as_ptr()) }).filter(|&nid| nid != ffi::NID_undef)
}

/// The long name of a numbered object.
pub fn long_name(nid: c_int) -> Option<String> {
    if nid == ffi::NID_undef {
        return None;
    }
    // SAFETY: the text is static.
    unsafe { copied_text(ffi::OBJ_nid2ln(nid)) }
}

/// Where systems that are not Debian's kin keep the certificates that they trust.
const BUNDLES: [&CStr; 5] = [
    c"/etc/pki/tls/certs/ca-bundle.crt",
    c"/etc/ssl/certs/ca-certificates.crt",
    c"/etc/ssl/ca-bundle.pem",
    c"/etc/ssl/cert.pem",
    c"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
];

fn exists(path: &[u8]) -> bool {
    std::path::Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path)).exists()
}

/// The file of certificates of a system that has none in OpenSSL's own places.
pub fn system_bundle() -> Option<&'static CStr> {
    let [_, file, _, folder] = library_places();
    if exists(&file) || exists(&folder) {
        return None;
    }
    BUNDLES.into_iter().find(|bundle| exists(bundle.to_bytes()))
}

/// The variable and the place of the default file of certificates, and those of the default folder.
pub fn default_places() -> [Vec<u8>; 4] {
    let mut places = library_places();
    if let Some(bundle) = system_bundle() {
        places[1] = bundle.to_bytes().to_vec();
    }
    places
}

/// Those places as OpenSSL has them.
fn library_places() -> [Vec<u8>; 4] {
    // SAFETY: the texts are static.
    unsafe {
        [
            copied(ffi::X509_get_default_cert_file_env()),
            copied(ffi::X509_get_default_cert_file()),
            copied(ffi::X509_get_default_cert_dir_env()),
            copied(ffi::X509_get_default_cert_dir()),
        ]
        .map(Option::unwrap_or_default)
    }
}

/// What the result of a verification means.
pub fn verification_text(code: i64) -> Option<Vec<u8>> {
    // SAFETY: the text is static.
    unsafe { copied(ffi::X509_verify_cert_error_string(code)) }
}

/// The bytes of an address that a text is, if it is one.
pub fn ip_address(text: &str) -> Option<Vec<u8>> {
    let text = CString::new(text).ok()?;
    // SAFETY: a C string; the address is ours, of that length, and freed here.
    unsafe {
        let address = ffi::a2i_IPADDRESS(text.as_ptr());
        if address.is_null() {
            failure::clear();
            return None;
        }
        let n = usize::try_from(ffi::ASN1_STRING_length(address)).unwrap_or(0);
        let bytes = core::slice::from_raw_parts(ffi::ASN1_STRING_get0_data(address), n).to_vec();
        ffi::ASN1_OCTET_STRING_free(address);
        Some(bytes)
    }
}
