//! `sendmsg` and `recvmsg`: several buffers, ancillary data, addresses.

use crate::address::{self, Address};
use crate::socket::{For, PySocket};
use core::mem::size_of;
use std::sync::{Mutex, PoisonError};
use taipan_object::buffer::Buffer;
use taipan_object::{Object, Owned, PyBytes, PyInt, PyList, PyResult, PyTuple, Thread, err, errors, iter, number};

/// What one receiving call found besides the data.
struct Received {
    control: Vec<u8>,
    flags: i32,
    from: Address,
}

/// Receives into memory: how much came, and what came with it.
fn receive_now(
    t: &Thread,
    socket: &PySocket,
    parts: &[(usize, usize)],
    control_size: usize,
    flags: i32,
) -> PyResult<(i64, Received)> {
    let result = Mutex::new(None);
    let n = socket.call(t, For::Reading, |fd| {
        let mut vectors: Vec<libc::iovec> = parts
            .iter()
            .map(|&(base, len)| libc::iovec { iov_base: base as *mut libc::c_void, iov_len: len })
            .collect();
        // Words, so that the headers in it are aligned.
        let mut control = vec![0u64; control_size.div_ceil(8)];
        let mut from = Address::empty();
        // SAFETY: zero is a valid value of the struct; the memory is kept by the caller or ours.
        unsafe {
            let mut message: libc::msghdr = core::mem::zeroed();
            message.msg_name = (&raw mut from.storage).cast();
            message.msg_namelen = from.len;
            message.msg_iov = vectors.as_mut_ptr();
            message.msg_iovlen = vectors.len() as _;
            message.msg_control = if control_size == 0 { core::ptr::null_mut() } else { control.as_mut_ptr().cast() };
            message.msg_controllen = control_size as _;
            let n = libc::recvmsg(fd, &mut message, flags | libc::MSG_CMSG_CLOEXEC);
            if n >= 0 {
                from.len = message.msg_namelen;
                let used = (message.msg_controllen as usize).min(control_size);
                let bytes = core::slice::from_raw_parts(control.as_ptr().cast::<u8>(), used).to_vec();
                if let Ok(mut result) = result.lock() {
                    *result =
                        Some(Received { control: bytes, flags: message.msg_flags & !libc::MSG_CMSG_CLOEXEC, from });
                }
            }
            n as i64
        }
    })?;
    let found = result.into_inner().unwrap_or_else(PoisonError::into_inner);
    match found {
        Some(found) => Ok((n, found)),
        None => Err(errors::bad_internal_call(t)),
    }
}

/// The ancillary data as a list of triples.
fn ancillary(t: &Thread, control: &[u8]) -> PyResult<Owned<PyList>> {
    let out = PyList::new(t)?;
    let head = size_of::<libc::cmsghdr>();
    let mut at = 0usize;
    while let Some(rest) = control.get(at..).filter(|rest| rest.len() >= head) {
        // SAFETY: the bytes of a header, read without regard to alignment.
        let header: libc::cmsghdr = unsafe { core::ptr::read_unaligned(rest.as_ptr().cast()) };
        let len = header.cmsg_len as usize;
        if len < head {
            break;
        }
        let data = &rest[head..len.min(rest.len())];
        if len > rest.len() {
            errors::warn(
                t,
                taipan_object::exceptions_class!(RuntimeWarning),
                format_args!("received malformed or improperly-truncated ancillary data"),
                1,
            )?;
        }
        let item = vec![
            PyInt::from_i64(t, i64::from(header.cmsg_level))?.into_object(),
            PyInt::from_i64(t, i64::from(header.cmsg_type))?.into_object(),
            PyBytes::new(t, data)?.into_object(),
        ];
        out.append(t, PyTuple::from_vec(t, item)?.into_object())?;
        at += len.next_multiple_of(8);
    }
    Ok(out)
}

fn outcome(t: &Thread, socket: &PySocket, first: Owned, found: &Received) -> PyResult<Owned<PyTuple>> {
    let control = ancillary(t, &found.control)?;
    let flags = PyInt::from_i64(t, i64::from(found.flags))?;
    let from = address::object(t, &found.from, socket.protocol_number())?;
    PyTuple::from_vec(t, vec![first, control.into_object(), flags.into_object(), from])
}

fn control_size(t: &Thread, size: isize, function: &str) -> PyResult<usize> {
    match usize::try_from(size) {
        Ok(size) if size <= i32::MAX as usize => Ok(size),
        _ => Err(err!(t, ValueError, "invalid ancillary data buffer length in {function}()")),
    }
}

/// `recvmsg`.
pub fn receive(t: &Thread, socket: &PySocket, size: isize, control: isize, flags: i32) -> PyResult<Owned<PyTuple>> {
    let Ok(size) = usize::try_from(size) else {
        return Err(err!(t, ValueError, "negative buffer size in recvmsg()"));
    };
    let control = control_size(t, control, "recvmsg")?;
    let out = PyBytes::alloc(t, size)?;
    let (n, found) = receive_now(t, socket, &[(out.data_ptr() as usize, size)], control, flags)?;
    let bytes = PyBytes::new(t, &out.as_bytes()[..(n as usize).min(size)])?;
    outcome(t, socket, bytes.into_object(), &found)
}

/// `recvmsg_into`.
pub fn receive_into(
    t: &Thread,
    socket: &PySocket,
    buffers: &Object,
    control: isize,
    flags: i32,
) -> PyResult<Owned<PyTuple>> {
    let mut held = Vec::new();
    for item in iter::fast_vec(t, buffers, "recvmsg_into() argument 1 must be an iterable")? {
        match Buffer::get(t, &item, taipan_object::abi::PyBUF_WRITABLE) {
            Ok(buffer) => held.push(buffer),
            Err(_) => {
                errors::clear(t);
                return Err(err!(
                    t,
                    TypeError,
                    "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers"
                ));
            }
        }
    }
    let parts: Vec<(usize, usize)> = held.iter().map(|b| (b.view().buf as usize, b.len())).collect();
    let control = control_size(t, control, "recvmsg_into")?;
    let (n, found) = receive_now(t, socket, &parts, control, flags)?;
    let n = PyInt::from_i64(t, n)?.into_object();
    outcome(t, socket, n, &found)
}

/// Appends one piece of ancillary data, with its header and padding.
fn push_control(out: &mut Vec<u8>, level: i32, kind: i32, data: &[u8]) {
    let head = size_of::<libc::cmsghdr>();
    // SAFETY: zero is a valid value of the struct.
    let mut header: libc::cmsghdr = unsafe { core::mem::zeroed() };
    header.cmsg_len = (head + data.len()) as _;
    header.cmsg_level = level;
    header.cmsg_type = kind;
    // SAFETY: the bytes of a plain structure.
    out.extend_from_slice(unsafe { core::slice::from_raw_parts((&raw const header).cast::<u8>(), head) });
    out.extend_from_slice(data);
    out.resize(out.len().next_multiple_of(8), 0);
}

fn send_now(
    t: &Thread,
    socket: &PySocket,
    parts: &[(usize, usize)],
    control: &[u8],
    flags: i32,
    to: Option<Address>,
) -> PyResult<i64> {
    let mut words = vec![0u64; control.len().div_ceil(8)];
    // SAFETY: the words have room for the bytes.
    unsafe { core::ptr::copy_nonoverlapping(control.as_ptr(), words.as_mut_ptr().cast::<u8>(), control.len()) };
    let words = &words;
    socket.call(t, For::Writing, move |fd| {
        let mut vectors: Vec<libc::iovec> = parts
            .iter()
            .map(|&(base, len)| libc::iovec { iov_base: base as *mut libc::c_void, iov_len: len })
            .collect();
        let mut to = to;
        // SAFETY: zero is a valid value of the struct; the memory is kept by the caller or ours, and only read.
        unsafe {
            let mut message: libc::msghdr = core::mem::zeroed();
            if let Some(to) = &mut to {
                message.msg_name = (&raw mut to.storage).cast();
                message.msg_namelen = to.len;
            }
            message.msg_iov = vectors.as_mut_ptr();
            message.msg_iovlen = vectors.len() as _;
            if !control.is_empty() {
                message.msg_control = words.as_ptr().cast_mut().cast();
                message.msg_controllen = control.len() as _;
            }
            libc::sendmsg(fd, &message, flags) as i64
        }
    })
}

fn held_buffers(t: &Thread, buffers: &Object, message: &str) -> PyResult<Vec<Buffer>> {
    let mut held = Vec::new();
    for item in iter::fast_vec(t, buffers, message)? {
        held.push(Buffer::readable(t, &item)?);
    }
    Ok(held)
}

fn number_of(t: &Thread, value: &Object) -> PyResult<i32> {
    i32::try_from(number::index_as_isize(t, value)?)
        .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))
}

/// `sendmsg`.
pub fn send(
    t: &Thread,
    socket: &PySocket,
    buffers: &Object,
    ancillary: Option<&Object>,
    flags: i32,
    to: Option<Address>,
) -> PyResult<i64> {
    let held = held_buffers(t, buffers, "sendmsg() argument 1 must be an iterable")?;
    let parts: Vec<(usize, usize)> = held.iter().map(|b| (b.view().buf as usize, b.len())).collect();
    let mut control = Vec::new();
    if let Some(ancillary) = ancillary {
        for item in iter::fast_vec(t, ancillary, "sendmsg() argument 2 must be an iterable")? {
            let triple = item.downcast::<PyTuple>().map(PyTuple::as_slice);
            let Some(triple) = triple else {
                return Err(err!(
                    t,
                    TypeError,
                    "[sendmsg() ancillary data items]() argument must be 3-item tuple, not {:.50}",
                    item.class().short_name_lossy()
                ));
            };
            let [level, kind, data] = triple else {
                return Err(err!(
                    t,
                    TypeError,
                    "[sendmsg() ancillary data items]() argument must be sequence of length 3, not {}",
                    triple.len()
                ));
            };
            let data = Buffer::readable(t, data)?;
            push_control(&mut control, number_of(t, level)?, number_of(t, kind)?, data.as_bytes());
        }
    }
    send_now(t, socket, &parts, &control, flags, to)
}

/// `sendmsg_afalg`.
pub fn send_algorithm(
    t: &Thread,
    socket: &PySocket,
    message: Option<&Object>,
    operation: Option<&Object>,
    iv: Option<&Object>,
    associated: Option<&Object>,
    flags: i32,
) -> PyResult<i64> {
    let operation = match operation {
        Some(operation) => number_of(t, operation)?,
        None => -1,
    };
    if operation < 0 {
        return Err(err!(t, TypeError, "Invalid or missing argument 'op'"));
    }
    let mut control = Vec::new();
    push_control(&mut control, libc::SOL_ALG, libc::ALG_SET_OP, &(operation as u32).to_ne_bytes());
    if let Some(iv) = iv {
        let iv = Buffer::readable(t, iv)?;
        let mut data = (iv.len() as u32).to_ne_bytes().to_vec();
        data.extend_from_slice(iv.as_bytes());
        push_control(&mut control, libc::SOL_ALG, libc::ALG_SET_IV, &data);
    }
    if let Some(associated) = associated {
        let Ok(n) = u32::try_from(number_of(t, associated)?) else {
            return Err(err!(t, TypeError, "assoclen must be positive"));
        };
        push_control(&mut control, libc::SOL_ALG, libc::ALG_SET_AEAD_ASSOCLEN, &n.to_ne_bytes());
    }
    let held = match message {
        Some(message) => held_buffers(t, message, "sendmsg_afalg() argument 1 must be an iterable")?,
        None => Vec::new(),
    };
    let parts: Vec<(usize, usize)> = held.iter().map(|b| (b.view().buf as usize, b.len())).collect();
    send_now(t, socket, &parts, &control, flags, None)
}
