//! Certificates, and what stands in them.

use super::failure::{self, Failure};
use super::library::object_text;
use core::ffi::{CStr, c_int, c_long, c_uchar, c_ulong, c_void};
use core::ptr::NonNull;
use taipan_openssl as ffi;

/// A certificate.
pub struct Certificate(NonNull<ffi::X509>);

// SAFETY: a certificate is counted, and not changed once it is there but for what its own lock guards.
unsafe impl Send for Certificate {}
// SAFETY: as above.
unsafe impl Sync for Certificate {}

/// A name: sets of attributes, each with its type and its text in UTF-8.
pub type Name = Vec<Vec<(String, Vec<u8>)>>;

/// Another name for whom a certificate is about.
pub enum AlternativeName {
    /// An entry of a directory.
    Directory(Name),
    /// A name of a kind, as UTF-8.
    Text(&'static str, Vec<u8>),
    /// A name of another kind as it is shown: kind and text.
    Other(Vec<u8>, Vec<u8>),
}

/// What stands in a certificate.
pub struct Content {
    /// Whom it is about.
    pub subject: Name,
    /// Who made it.
    pub issuer: Name,
    /// The version of its form.
    pub version: i64,
    /// Its number, in hexadecimal.
    pub serial: Vec<u8>,
    /// From when it is good.
    pub not_before: Vec<u8>,
    /// Until when it is good.
    pub not_after: Vec<u8>,
    /// Other names of whom it is about; nothing if there is no such list.
    pub alternative: Option<Vec<AlternativeName>>,
    /// Where to ask whether it is revoked.
    pub ocsp: Vec<Vec<u8>>,
    /// Where the certificate of its maker is.
    pub issuers: Vec<Vec<u8>>,
    /// Where lists of revoked certificates are.
    pub revocations: Vec<Vec<u8>>,
}

/// A stream in memory that is freed with this.
struct Buffer(NonNull<ffi::BIO>);

impl Buffer {
    fn new() -> Option<Self> {
        // SAFETY: a new stream.
        NonNull::new(unsafe { ffi::BIO_new(ffi::BIO_s_mem()) }).map(Self)
    }

    /// A stream of bytes that outlive it.
    fn of(data: &[u8]) -> Option<Self> {
        let n = c_int::try_from(data.len()).ok()?;
        // SAFETY: so many bytes, which the callers keep.
        NonNull::new(unsafe { ffi::BIO_new_mem_buf(data.as_ptr().cast(), n) }).map(Self)
    }

    fn raw(&self) -> *mut ffi::BIO {
        self.0.as_ptr()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut block = [0u8; 4096];
        loop {
            // SAFETY: writes at most so many bytes.
            let n = unsafe { ffi::BIO_read(self.raw(), block.as_mut_ptr().cast(), block.len() as c_int) };
            match usize::try_from(n).ok().filter(|&n| n > 0).and_then(|n| block.get(..n)) {
                Some(bytes) => out.extend_from_slice(bytes),
                None => return out,
            }
        }
    }

    /// What a function of OpenSSL prints.
    fn printed(print: impl FnOnce(*mut ffi::BIO)) -> Vec<u8> {
        let Some(buffer) = Self::new() else { return Vec::new() };
        print(buffer.raw());
        buffer.bytes()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: our stream, freed once.
        unsafe { ffi::BIO_free(self.raw()) };
    }
}

/// How certificates are written down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Pem,
    /// Bytes.
    Der,
}

/// Reads certificates one after the other.
pub struct Reader<'a> {
    buffer: Buffer,
    form: Form,
    data: core::marker::PhantomData<&'a [u8]>,
}

impl<'a> Reader<'a> {
    /// Reads from these bytes.
    pub fn new(data: &'a [u8], form: Form) -> Option<Self> {
        Some(Self { buffer: Buffer::of(data)?, form, data: core::marker::PhantomData })
    }

    /// Whether nothing is left.
    pub fn is_at_end(&self) -> bool {
        // SAFETY: a live stream.
        unsafe { ffi::BIO_ctrl(self.buffer.raw(), ffi::BIO_CTRL_PENDING, 0, core::ptr::null_mut()) == 0 }
    }

    /// The next certificate. Encrypted text is read with an empty password.
    pub fn next(&self) -> Result<Certificate, Failure> {
        failure::clear();
        // SAFETY: a live stream; the result is ours.
        let raw = unsafe {
            match self.form {
                Form::Der => ffi::d2i_X509_bio(self.buffer.raw(), core::ptr::null_mut()),
                Form::Pem => ffi::PEM_read_bio_X509(
                    self.buffer.raw(),
                    core::ptr::null_mut(),
                    Some(super::password::empty),
                    core::ptr::null_mut(),
                ),
            }
        };
        NonNull::new(raw).map(Certificate).ok_or_else(Failure::collect)
    }
}

/// Reads the certificate of a file; says whether the file could be opened if that failed.
pub fn read_file(path: &CStr) -> Result<Certificate, bool> {
    // SAFETY: C strings; the stream is freed here, the certificate is ours.
    unsafe {
        let bio = ffi::BIO_new_file(path.as_ptr(), c"r".as_ptr());
        let Some(bio) = NonNull::new(bio) else {
            failure::clear();
            return Err(false);
        };
        let buffer = Buffer(bio);
        let raw = ffi::PEM_read_bio_X509(buffer.raw(), core::ptr::null_mut(), None, core::ptr::null_mut());
        failure::clear();
        NonNull::new(raw).map(Certificate).ok_or(true)
    }
}

/// The items of a list of OpenSSL's.
///
/// # Safety
/// `stack` is null or a list of such items, which lives as long as the iterator.
pub unsafe fn items<T>(stack: *const ffi::OPENSSL_STACK) -> impl Iterator<Item = *mut T> {
    // SAFETY: the caller's promise; a null list has -1 items.
    let n = unsafe { ffi::OPENSSL_sk_num(stack) }.max(0);
    // SAFETY: as above.
    (0..n).map(move |i| unsafe { ffi::OPENSSL_sk_value(stack, i) }.cast::<T>())
}

/// A list that is freed with its items.
struct List(*mut ffi::OPENSSL_STACK, ffi::stack_free);

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: our list, whose items this frees.
        unsafe { ffi::OPENSSL_sk_pop_free(self.0, self.1) };
    }
}

unsafe extern "C" fn free_name(item: *mut c_void) {
    // SAFETY: an item of a list of names.
    unsafe { ffi::GENERAL_NAME_free(item.cast()) }
}
unsafe extern "C" fn free_description(item: *mut c_void) {
    // SAFETY: an item of a list of descriptions.
    unsafe { ffi::ACCESS_DESCRIPTION_free(item.cast()) }
}
unsafe extern "C" fn free_point(item: *mut c_void) {
    // SAFETY: an item of a list of points.
    unsafe { ffi::DIST_POINT_free(item.cast()) }
}

/// The bytes of a string.
///
/// # Safety
/// `string` is null or a string.
unsafe fn string_bytes(string: *const ffi::ASN1_STRING) -> Vec<u8> {
    if string.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise; the string has so many bytes.
    unsafe {
        let data = ffi::ASN1_STRING_get0_data(string);
        let n = usize::try_from(ffi::ASN1_STRING_length(string)).unwrap_or(0);
        if data.is_null() { Vec::new() } else { core::slice::from_raw_parts(data, n).to_vec() }
    }
}

/// A name taken apart.
///
/// # Safety
/// `name` is a name.
unsafe fn name_of(name: *const ffi::X509_NAME) -> Result<Name, Failure> {
    let mut out: Name = Vec::new();
    let mut set = -1;
    // SAFETY: the caller's promise; entries belong to the name, texts are ours to free.
    unsafe {
        for i in 0..ffi::X509_NAME_entry_count(name) {
            let entry = ffi::X509_NAME_get_entry(name, i);
            let this_set = ffi::X509_NAME_ENTRY_set(entry);
            let kind = object_text(ffi::X509_NAME_ENTRY_get_object(entry), false).unwrap_or_default();
            let mut text: *mut c_uchar = core::ptr::null_mut();
            failure::clear();
            let n = ffi::ASN1_STRING_to_UTF8(&raw mut text, ffi::X509_NAME_ENTRY_get_data(entry));
            let Ok(n) = usize::try_from(n) else { return Err(Failure::collect()) };
            let value = if text.is_null() { Vec::new() } else { core::slice::from_raw_parts(text, n).to_vec() };
            ffi::CRYPTO_free(text.cast(), core::ptr::null(), 0);
            match out.last_mut().filter(|_| set == this_set) {
                Some(last) => last.push((kind, value)),
                None => out.push(vec![(kind, value)]),
            }
            set = this_set;
        }
    }
    Ok(out)
}

/// Another name.
///
/// # Safety
/// `name` is a general name.
unsafe fn alternative(name: *mut ffi::GENERAL_NAME) -> Result<AlternativeName, Failure> {
    use AlternativeName::{Directory, Other, Text};
    // SAFETY: the caller's promise; what the name points at is what its kind says.
    unsafe {
        let data = (*name).d;
        Ok(match (*name).type_ {
            ffi::GEN_DIRNAME => Directory(name_of(data.cast())?),
            ffi::GEN_EMAIL => Text("email", string_bytes(data.cast())),
            ffi::GEN_DNS => Text("DNS", string_bytes(data.cast())),
            ffi::GEN_URI => Text("URI", string_bytes(data.cast())),
            ffi::GEN_RID => Text("Registered ID", object_text(data.cast(), false).unwrap_or_default().into_bytes()),
            ffi::GEN_IPADD => Text("IP Address", address_text(&string_bytes(data.cast())).into_bytes()),
            _ => {
                let shown = Buffer::printed(|bio| {
                    ffi::GENERAL_NAME_print(bio, name);
                });
                let colon = shown.iter().position(|&byte| byte == b':');
                let (kind, text) = shown.split_at(colon.unwrap_or(shown.len()));
                Other(kind.to_vec(), text.get(1..).unwrap_or_default().to_vec())
            }
        })
    }
}

fn address_text(bytes: &[u8]) -> String {
    match bytes.len() {
        4 => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."),
        16 => {
            let pairs = bytes.chunks_exact(2).map(|pair| pair.iter().fold(0u16, |n, &byte| n << 8 | u16::from(byte)));
            pairs.map(|n| format!("{n:X}")).collect::<Vec<_>>().join(":")
        }
        _ => "<invalid>".to_string(),
    }
}

impl Certificate {
    /// Takes a counted certificate over.
    ///
    /// # Safety
    /// `raw` is null, or a certificate with a reference for us.
    pub unsafe fn from_raw(raw: *mut ffi::X509) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    /// Counts a certificate of somebody else.
    ///
    /// # Safety
    /// `raw` is null or a live certificate.
    pub unsafe fn borrowed(raw: *mut ffi::X509) -> Option<Self> {
        let raw = NonNull::new(raw)?;
        // SAFETY: the caller's promise.
        unsafe { ffi::X509_up_ref(raw.as_ptr()) };
        Some(Self(raw))
    }

    /// The handle.
    pub const fn raw(&self) -> *mut ffi::X509 {
        self.0.as_ptr()
    }

    /// Whether it may sign others.
    pub fn is_authority(&self) -> bool {
        // SAFETY: a live certificate.
        unsafe { ffi::X509_check_ca(self.raw()) != 0 }
    }

    /// Whether both are the same.
    pub fn equals(&self, other: &Self) -> bool {
        // SAFETY: live certificates.
        unsafe { ffi::X509_cmp(self.raw(), other.raw()) == 0 }
    }

    /// A hash of whom it is about.
    pub fn subject_hash(&self) -> c_ulong {
        // SAFETY: a live certificate.
        unsafe { ffi::X509_subject_name_hash(self.raw()) }
    }

    /// Whom it is about, in a line of UTF-8.
    pub fn subject_line(&self) -> Vec<u8> {
        let flags = ffi::XN_FLAG_RFC2253 & !ffi::ASN1_STRFLGS_ESC_MSB;
        Buffer::printed(|bio| {
            // SAFETY: a live stream and the name of a live certificate.
            unsafe { ffi::X509_NAME_print_ex(bio, ffi::X509_get_subject_name(self.raw()), 0, flags) };
        })
    }

    /// The certificate as bytes.
    pub fn der(&self) -> Result<Vec<u8>, Failure> {
        let mut data: *mut c_uchar = core::ptr::null_mut();
        failure::clear();
        // SAFETY: the block is made by OpenSSL, of that size, and freed here.
        unsafe {
            let n = ffi::i2d_X509(self.raw(), &raw mut data);
            let Ok(n) = usize::try_from(n) else { return Err(Failure::collect()) };
            let out = if data.is_null() { Vec::new() } else { core::slice::from_raw_parts(data, n).to_vec() };
            ffi::CRYPTO_free(data.cast(), core::ptr::null(), 0);
            Ok(out)
        }
    }

    /// The certificate as text.
    pub fn pem(&self) -> Result<Vec<u8>, Failure> {
        let Some(buffer) = Buffer::new() else { return Err(Failure::collect()) };
        failure::clear();
        // SAFETY: a live stream and certificate.
        if unsafe { ffi::PEM_write_bio_X509(buffer.raw(), self.raw()) } == 0 {
            return Err(Failure::collect());
        }
        Ok(buffer.bytes())
    }

    /// A list that an extension has; null if there is none.
    fn extension(&self, nid: c_int, free: ffi::stack_free) -> List {
        // SAFETY: a live certificate; the list is ours.
        let stack = unsafe { ffi::X509_get_ext_d2i(self.raw(), nid, core::ptr::null_mut(), core::ptr::null_mut()) };
        List(stack.cast(), free)
    }

    /// The addresses that the extension about the issuer has for a purpose.
    fn access(&self, purpose: c_int) -> Vec<Vec<u8>> {
        let list = self.extension(ffi::NID_info_access, free_description);
        let mut out = Vec::new();
        // SAFETY: items of the list, which lives until the end; locations are what their kind says.
        unsafe {
            for item in items::<ffi::AccessDescription>(list.0) {
                let (method, location) = ((*item).method, (*item).location);
                if ffi::OBJ_obj2nid(method) == purpose && (*location).type_ == ffi::GEN_URI {
                    out.push(string_bytes((*location).d.cast()));
                }
            }
        }
        out
    }

    fn revocations(&self) -> Vec<Vec<u8>> {
        let list = self.extension(ffi::NID_crl_distribution_points, free_point);
        let mut out = Vec::new();
        // SAFETY: as above; a point has a list of names if it is of the kind 0.
        unsafe {
            for item in items::<ffi::DistPoint>(list.0) {
                let name = (*item).distpoint;
                if name.is_null() || (*name).type_ != 0 {
                    continue;
                }
                for name in items::<ffi::GENERAL_NAME>((*name).name) {
                    if (*name).type_ == ffi::GEN_URI {
                        out.push(string_bytes((*name).d.cast()));
                    }
                }
            }
        }
        out
    }

    /// What stands in it.
    pub fn content(&self) -> Result<Content, Failure> {
        // SAFETY: a live certificate, whose parts live as long; printing goes to live streams.
        unsafe {
            let raw = self.raw();
            let list = self.extension(ffi::NID_subject_alt_name, free_name);
            let alternative = if list.0.is_null() {
                None
            } else {
                Some(items(list.0).map(|name| alternative(name)).collect::<Result<Vec<_>, _>>()?)
            };
            let content = Content {
                subject: name_of(ffi::X509_get_subject_name(raw))?,
                issuer: name_of(ffi::X509_get_issuer_name(raw))?,
                version: ffi::X509_get_version(raw) + 1 as c_long,
                serial: Buffer::printed(|bio| {
                    ffi::i2a_ASN1_INTEGER(bio, ffi::X509_get_serialNumber(raw));
                }),
                not_before: Buffer::printed(|bio| {
                    ffi::ASN1_TIME_print(bio, ffi::X509_get0_notBefore(raw));
                }),
                not_after: Buffer::printed(|bio| {
                    ffi::ASN1_TIME_print(bio, ffi::X509_get0_notAfter(raw));
                }),
                alternative,
                ocsp: self.access(ffi::NID_ad_OCSP),
                issuers: self.access(ffi::NID_ad_ca_issuers),
                revocations: self.revocations(),
            };
            failure::clear();
            Ok(content)
        }
    }
}

impl Clone for Certificate {
    fn clone(&self) -> Self {
        // SAFETY: a live certificate.
        unsafe { ffi::X509_up_ref(self.raw()) };
        Self(self.0)
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: our reference, given up once.
        unsafe { ffi::X509_free(self.raw()) };
    }
}
