//! `pwd` and `grp`: the databases of users and groups.

use crate::args::id_object;
use crate::posix::results::Kind;
use core::ffi::CStr;
use std::ffi::CString;
use taipan_object::{
    Object, Owned, PyList, PyModule, PyResult, PyStr, Raised, Thread, errors, exceptions_class, native_module,
};

static PASSWD: Kind = Kind::new(
    "pwd.struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
    &[
        ("pw_name", "user name"),
        ("pw_passwd", "password"),
        ("pw_uid", "user id"),
        ("pw_gid", "group id"),
        ("pw_gecos", "real name"),
        ("pw_dir", "home directory"),
        ("pw_shell", "shell program"),
    ],
    7,
);

static GROUP: Kind = Kind::new(
    "grp.struct_group",
    "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
    &[("gr_name", "group name"), ("gr_passwd", "password"), ("gr_gid", "group id"), ("gr_mem", "group members")],
    4,
);

/// # Safety
/// A C string or null, alive during the call.
unsafe fn text(t: &Thread, string: *const libc::c_char) -> PyResult {
    if string.is_null() {
        return Ok(crate::none());
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(string) }.to_bytes();
    PyStr::from_fs_bytes(t, bytes).map(Owned::into_object)
}

/// # Safety
/// An entry whose strings are alive during the call.
unsafe fn passwd(t: &Thread, entry: &libc::passwd) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        PASSWD.make(
            t,
            vec![
                text(t, entry.pw_name)?,
                text(t, entry.pw_passwd)?,
                id_object(t, entry.pw_uid)?,
                id_object(t, entry.pw_gid)?,
                text(t, entry.pw_gecos)?,
                text(t, entry.pw_dir)?,
                text(t, entry.pw_shell)?,
            ],
        )
    }
}

/// # Safety
/// An entry whose strings are alive during the call.
unsafe fn group(t: &Thread, entry: &libc::group) -> PyResult {
    let members = PyList::new(t)?;
    // SAFETY: the caller's promise; the array of members ends with null.
    unsafe {
        let mut at = entry.gr_mem;
        while !at.is_null() && !(*at).is_null() {
            members.append(t, text(t, *at)?)?;
            at = at.add(1);
        }
        GROUP.make(
            t,
            vec![
                text(t, entry.gr_name)?,
                text(t, entry.gr_passwd)?,
                id_object(t, entry.gr_gid)?,
                members.into_object(),
            ],
        )
    }
}

#[cold]
fn not_found(t: &Thread, message: &str) -> Raised {
    match PyStr::from_str(t, message) {
        Ok(message) => errors::raise_value(t, exceptions_class!(KeyError), &message),
        Err(raised) => raised,
    }
}

/// A user number; `None` if it is no possible one.
fn possible_id(t: &Thread, arg: &Object) -> PyResult<Option<u32>> {
    match crate::args::id_number(t, arg, "uid") {
        Ok(id) => Ok(Some(id)),
        Err(_) if errors::matches::<taipan_object::exceptions::OverflowError>(t) => {
            errors::clear(t);
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// Calls one of the look-up functions with a growing buffer: whether it found anything.
fn with_buffer(
    t: &Thread,
    mut look_up: impl FnMut(*mut libc::c_char, usize) -> (i32, bool),
) -> PyResult<Option<Vec<u8>>> {
    let mut size = 1024usize;
    loop {
        let mut buffer = vec![0u8; size];
        let (code, found) = look_up(buffer.as_mut_ptr().cast(), size);
        match code {
            libc::ERANGE if size < 1 << 24 => size *= 2,
            0 if found => return Ok(Some(buffer)),
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => return Ok(None),
            code => return Err(errors::os_error(t, code)),
        }
    }
}

fn name_argument(t: &Thread, name: &PyStr) -> PyResult<CString> {
    CString::new(name.to_fs_bytes(t)?).map_err(|_| taipan_object::err!(t, ValueError, "embedded null byte"))
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
///
/// Password database entries are reported as 7-tuples containing the following
/// items from the password database (see `<pwd.h>'), in order:
/// pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.
/// The uid and gid items are integers, all others are strings. An
/// exception is raised if the entry asked for cannot be found.
#[native_module(name = "pwd")]
pub mod pwd {
    use super::*;

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(uidobj, /)")]
    fn getpwuid(t: &Thread, uidobj: &Object) -> PyResult {
        let missing = |shown: &str| not_found(t, &format!("getpwuid(): uid not found: {shown}"));
        let Some(uid) = possible_id(t, uidobj)? else {
            return Err(not_found(t, "getpwuid(): uid not found"));
        };
        // SAFETY: zero is a valid value of the struct, which the call fills in; its strings are in the buffer.
        unsafe {
            let mut entry: libc::passwd = core::mem::zeroed();
            let found = with_buffer(t, |buffer, size| {
                let mut result = core::ptr::null_mut();
                let code = libc::getpwuid_r(uid, &mut entry, buffer, size, &mut result);
                (code, !result.is_null())
            })?;
            match found {
                Some(_buffer) => passwd(t, &entry),
                None if uid == u32::MAX => Err(missing("-1")),
                None => Err(missing(&uid.to_string())),
            }
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(name, /)")]
    fn getpwnam(t: &Thread, name: &PyStr) -> PyResult {
        let c = name_argument(t, name)?;
        // SAFETY: as above; the name ends with zero.
        unsafe {
            let mut entry: libc::passwd = core::mem::zeroed();
            let found = with_buffer(t, |buffer, size| {
                let mut result = core::ptr::null_mut();
                let code = libc::getpwnam_r(c.as_ptr(), &mut entry, buffer, size, &mut result);
                (code, !result.is_null())
            })?;
            match found {
                Some(_buffer) => passwd(t, &entry),
                None => {
                    let shown = name.as_object().repr(t)?.to_string_lossy();
                    Err(not_found(t, &format!("getpwnam(): name not found: {shown}")))
                }
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function]
    fn getpwall(t: &Thread) -> PyResult<Owned<PyList>> {
        let out = PyList::new(t)?;
        // SAFETY: the GIL keeps other Python threads from the shared position; entries are copied at once.
        unsafe {
            libc::setpwent();
            loop {
                let entry = libc::getpwent();
                if entry.is_null() {
                    break;
                }
                let made = passwd(t, &*entry).and_then(|made| out.append(t, made));
                if let Err(raised) = made {
                    libc::endpwent();
                    return Err(raised);
                }
            }
            libc::endpwent();
        }
        Ok(out)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        PASSWD.add(t, module)
    }
}

/// Access to the Unix group database.
///
/// Group entries are reported as 4-tuples containing the following fields
/// from the group database, in order:
///
///   name   - name of the group
///   passwd - group password (encrypted); often empty
///   gid    - numeric ID of the group
///   mem    - list of members
///
/// The gid is an integer, name and password are strings.  (Note that most
/// users are not explicitly listed as members of the groups they are in
/// according to the password database.  Check both databases to get
/// complete membership information.)
#[native_module(name = "grp")]
pub mod grp {
    use super::*;

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(sig = "(id)")]
    fn getgrgid(t: &Thread, id: &Object) -> PyResult {
        let missing = |shown: &str| not_found(t, &format!("getgrgid(): gid not found: {shown}"));
        let gid = crate::args::id_number(t, id, "gid")?;
        // SAFETY: zero is a valid value of the struct, which the call fills in; its strings are in the buffer.
        unsafe {
            let mut entry: libc::group = core::mem::zeroed();
            let found = with_buffer(t, |buffer, size| {
                let mut result = core::ptr::null_mut();
                let code = libc::getgrgid_r(gid, &mut entry, buffer, size, &mut result);
                (code, !result.is_null())
            })?;
            match found {
                Some(_buffer) => group(t, &entry),
                None if gid == u32::MAX => Err(missing("-1")),
                None => Err(missing(&gid.to_string())),
            }
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(sig = "(name)")]
    fn getgrnam(t: &Thread, name: &PyStr) -> PyResult {
        let c = name_argument(t, name)?;
        // SAFETY: as above; the name ends with zero.
        unsafe {
            let mut entry: libc::group = core::mem::zeroed();
            let found = with_buffer(t, |buffer, size| {
                let mut result = core::ptr::null_mut();
                let code = libc::getgrnam_r(c.as_ptr(), &mut entry, buffer, size, &mut result);
                (code, !result.is_null())
            })?;
            match found {
                Some(_buffer) => group(t, &entry),
                None => {
                    let shown = name.as_object().repr(t)?.to_string_lossy();
                    Err(not_found(t, &format!("getgrnam(): name not found: {shown}")))
                }
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function]
    fn getgrall(t: &Thread) -> PyResult<Owned<PyList>> {
        let out = PyList::new(t)?;
        // SAFETY: the GIL keeps other Python threads from the shared position; entries are copied at once.
        unsafe {
            libc::setgrent();
            loop {
                let entry = libc::getgrent();
                if entry.is_null() {
                    break;
                }
                let made = group(t, &*entry).and_then(|made| out.append(t, made));
                if let Err(raised) = made {
                    libc::endgrent();
                    return Err(raised);
                }
            }
            libc::endgrent();
        }
        Ok(out)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        GROUP.add(t, module)
    }
}
