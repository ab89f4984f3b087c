//! Names, numbers and services: `getaddrinfo` and its kin, byte order, interfaces.

use crate::address::{self, Address, gai_error, host_address, host_error, host_name, ip_text, resolve};
use core::ffi::CStr;
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};
use taipan_object::buffer::Buffer;
use taipan_object::{
    Object, Own, Owned, PyBytes, PyInt, PyList, PyResult, PyStr, PyTuple, Thread, attr, audit, err, errors, fspath,
    native_module, number, singletons,
};

fn c_text(t: &Thread, text: &PyStr) -> PyResult<CString> {
    CString::new(text.to_utf8(t)?).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// A number that fits an unsigned type of this many bits.
fn unsigned(t: &Thread, value: &Object, bits: u32) -> PyResult<u32> {
    let n = number::index(t, value)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "Cannot convert negative int"));
    }
    n.to_u64()
        .filter(|&n| n < 1 << bits)
        .map(|n| n as u32)
        .ok_or_else(|| err!(t, OverflowError, "Python int too large for C uint{bits}_t"))
}

/// # Safety
/// A C string.
unsafe fn text(t: &Thread, string: *const libc::c_char) -> PyResult {
    // SAFETY: the caller's promise.
    PyStr::from_fs_bytes(t, unsafe { CStr::from_ptr(string) }.to_bytes()).map(Owned::into_object)
}

/// Name, aliases and addresses of a host (`gethost_common`).
///
/// # Safety
/// The entry, null or as the resolver made it, is alive during the call.
unsafe fn host_entry(t: &Thread, entry: *const libc::hostent, code: i32) -> PyResult<Owned<PyTuple>> {
    if entry.is_null() {
        return Err(host_error(t, code));
    }
    // SAFETY: the caller's promise; arrays end with null.
    unsafe {
        let entry = &*entry;
        let aliases = PyList::new(t)?;
        let mut at = entry.h_aliases;
        while !at.is_null() && !(*at).is_null() {
            aliases.append(t, text(t, *at)?)?;
            at = at.add(1);
        }
        let addresses = PyList::new(t)?;
        let mut at = entry.h_addr_list;
        while !at.is_null() && !(*at).is_null() {
            let shown = if entry.h_addrtype == libc::AF_INET6 {
                let mut octets = [0u8; 16];
                core::ptr::copy_nonoverlapping((*at).cast::<u8>(), octets.as_mut_ptr(), 16);
                Ipv6Addr::from(octets).to_string()
            } else {
                let mut octets = [0u8; 4];
                core::ptr::copy_nonoverlapping((*at).cast::<u8>(), octets.as_mut_ptr(), 4);
                Ipv4Addr::from(octets).to_string()
            };
            addresses.append(t, PyStr::from_str(t, &shown)?.into_object())?;
            at = at.add(1);
        }
        PyTuple::from_vec(t, vec![text(t, entry.h_name)?, aliases.into_object(), addresses.into_object()])
    }
}

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const libc::c_char,
        entry: *mut libc::hostent,
        buffer: *mut libc::c_char,
        size: libc::size_t,
        result: *mut *mut libc::hostent,
        code: *mut libc::c_int,
    ) -> libc::c_int;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        len: libc::socklen_t,
        family: libc::c_int,
        entry: *mut libc::hostent,
        buffer: *mut libc::c_char,
        size: libc::size_t,
        result: *mut *mut libc::hostent,
        code: *mut libc::c_int,
    ) -> libc::c_int;
    fn getservbyname(name: *const libc::c_char, protocol: *const libc::c_char) -> *mut libc::servent;
    fn getservbyport(port: libc::c_int, protocol: *const libc::c_char) -> *mut libc::servent;
    fn getprotobyname(name: *const libc::c_char) -> *mut libc::protoent;
    fn sethostname(name: *const libc::c_char, len: libc::size_t) -> libc::c_int;
}

fn host_argument(t: &Thread, host: &Object, function: &str) -> PyResult<CString> {
    match host_name(t, host) {
        Ok(name) => Ok(name),
        Err(raised) => {
            if host.is_instance_of::<PyStr>() || host.is_instance_of::<PyBytes>() {
                return Err(raised);
            }
            errors::clear(t);
            Err(err!(
                t,
                TypeError,
                "{function}() argument 1 must be str, bytes or bytearray, not {}",
                host.class().short_name_lossy()
            ))
        }
    }
}

fn protocol_argument(t: &Thread, protocol: Option<&PyStr>) -> PyResult<Option<CString>> {
    protocol.map(|protocol| c_text(t, protocol)).transpose()
}

fn protocol_object(t: &Thread, protocol: Option<&PyStr>) -> PyResult {
    match protocol {
        Some(protocol) => Ok(protocol.own().into_object()),
        None => PyStr::from_str(t, "").map(Owned::into_object),
    }
}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[native_module(name = "_socket", part)]
pub mod part {
    use super::*;

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[function(text = "")]
    fn gethostname(t: &Thread) -> PyResult<Owned<PyStr>> {
        audit::audit(t, "socket.gethostname", &[])?;
        let mut out = [0u8; 1024];
        // SAFETY: the buffer is longer than said, so that the name ends with zero.
        if unsafe { libc::gethostname(out.as_mut_ptr().cast(), out.len() - 1) } < 0 {
            return Err(errors::last_os_error(t));
        }
        let end = out.iter().position(|&b| b == 0).unwrap_or(0);
        PyStr::from_fs_bytes(t, &out[..end])
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[function(name = "sethostname", text = "-")]
    fn sethostname_(t: &Thread, name: &Object) -> PyResult<()> {
        let raw = fspath::fs_bytes(t, name)?;
        if audit::active(t) {
            audit::audit(t, "socket.sethostname", &[name])?;
        }
        // SAFETY: the name is as long as said.
        if unsafe { sethostname(raw.as_ptr().cast(), raw.len()) } < 0 { Err(errors::last_os_error(t)) } else { Ok(()) }
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function(text = "-")]
    fn gethostbyname(t: &Thread, host: &Object) -> PyResult<String> {
        let name = host_argument(t, host, "gethostbyname")?;
        if audit::active(t) {
            audit::audit(t, "socket.gethostbyname", &[host])?;
        }
        host_address(t, &name, libc::AF_INET).map(|found| ip_text(&found))
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(text = "-")]
    fn gethostbyname_ex(t: &Thread, host: &Object) -> PyResult<Owned<PyTuple>> {
        let name = host_argument(t, host, "gethostbyname_ex")?;
        if audit::active(t) {
            audit::audit(t, "socket.gethostbyname", &[host])?;
        }
        host_address(t, &name, libc::AF_INET)?;
        let mut buffer = vec![0u64; 2048];
        // SAFETY: zero is a valid value of the struct, whose strings are in the buffer, which is as long as said.
        unsafe {
            let mut entry: libc::hostent = core::mem::zeroed();
            let mut result = core::ptr::null_mut();
            let mut code = 0;
            gethostbyname_r(
                name.as_ptr(),
                &mut entry,
                buffer.as_mut_ptr().cast(),
                buffer.len() * 8,
                &mut result,
                &mut code,
            );
            host_entry(t, result, code)
        }
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(text = "-")]
    fn gethostbyaddr(t: &Thread, host: &Object) -> PyResult<Owned<PyTuple>> {
        let name = host_argument(t, host, "gethostbyaddr")?;
        if audit::active(t) {
            audit::audit(t, "socket.gethostbyaddr", &[host])?;
        }
        let found = host_address(t, &name, libc::AF_UNSPEC)?;
        let family = i32::from(found.storage.ss_family);
        let raw: Vec<u8> = match family {
            libc::AF_INET => found.as_form::<libc::sockaddr_in>().sin_addr.s_addr.to_ne_bytes().to_vec(),
            libc::AF_INET6 => found.as_form::<libc::sockaddr_in6>().sin6_addr.s6_addr.to_vec(),
            _ => return Err(err!(t, OSError, "unsupported address family")),
        };
        let mut buffer = vec![0u64; 2048];
        // SAFETY: zero is a valid value of the struct, whose strings are in the buffer, which is as long as said.
        unsafe {
            let mut entry: libc::hostent = core::mem::zeroed();
            let mut result = core::ptr::null_mut();
            let mut code = 0;
            gethostbyaddr_r(
                raw.as_ptr().cast(),
                raw.len() as libc::socklen_t,
                family,
                &mut entry,
                buffer.as_mut_ptr().cast(),
                buffer.len() * 8,
                &mut result,
                &mut code,
            );
            host_entry(t, result, code)
        }
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(name = "getservbyname", sig = "(servicename, protocolname=None, /)", text = "")]
    fn getservbyname_(t: &Thread, servicename: &PyStr, protocolname: Option<&PyStr>) -> PyResult<u16> {
        let (name, protocol) = (c_text(t, servicename)?, protocol_argument(t, protocolname)?);
        if audit::active(t) {
            audit::audit(t, "socket.getservbyname", &[servicename, &*protocol_object(t, protocolname)?])?;
        }
        // SAFETY: strings end with zero; the static entry is read at once, under the GIL.
        unsafe {
            let found = getservbyname(name.as_ptr(), protocol.as_ref().map_or(core::ptr::null(), |p| p.as_ptr()));
            match found.as_ref() {
                Some(found) => Ok(u16::from_be(found.s_port as u16)),
                None => Err(err!(t, OSError, "service/proto not found")),
            }
        }
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(name = "getservbyport", sig = "(port, protocolname=None, /)", text = "")]
    fn getservbyport_(t: &Thread, port: i32, protocolname: Option<&PyStr>) -> PyResult {
        let protocol = protocol_argument(t, protocolname)?;
        let Ok(number) = u16::try_from(port) else {
            return Err(err!(t, OverflowError, "getservbyport: port must be 0-65535."));
        };
        if audit::active(t) {
            let shown = PyInt::from_i64(t, i64::from(port))?;
            audit::audit(t, "socket.getservbyport", &[&shown, &*protocol_object(t, protocolname)?])?;
        }
        // SAFETY: as above.
        unsafe {
            let protocol = protocol.as_ref().map_or(core::ptr::null(), |p| p.as_ptr());
            match getservbyport(libc::c_int::from(number.to_be()), protocol).as_ref() {
                Some(found) => text(t, found.s_name),
                None => Err(err!(t, OSError, "port/proto not found")),
            }
        }
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[function(name = "getprotobyname", text = "-")]
    fn getprotobyname_(t: &Thread, name: &PyStr) -> PyResult<i32> {
        let name = c_text(t, name)?;
        // SAFETY: as above.
        match unsafe { getprotobyname(name.as_ptr()).as_ref() } {
            Some(found) => Ok(found.p_proto),
            None => Err(err!(t, OSError, "protocol not found")),
        }
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohs(t: &Thread, integer: &Object) -> PyResult<u32> {
        unsigned(t, integer, 16).map(|n| u32::from(u16::from_be(n as u16)))
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htons(t: &Thread, integer: &Object) -> PyResult<u32> {
        unsigned(t, integer, 16).map(|n| u32::from((n as u16).to_be()))
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohl(t: &Thread, integer: &Object) -> PyResult<u32> {
        unsigned(t, integer, 32).map(u32::from_be)
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htonl(t: &Thread, integer: &Object) -> PyResult<u32> {
        unsigned(t, integer, 32).map(u32::to_be)
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[function(sig = "(ip_addr, /)")]
    fn inet_aton(t: &Thread, ip_addr: &PyStr) -> PyResult<Owned<PyBytes>> {
        let text = c_text(t, ip_addr)?;
        let mut out = libc::in_addr { s_addr: 0 };
        unsafe extern "C" {
            fn inet_aton(text: *const libc::c_char, out: *mut libc::in_addr) -> libc::c_int;
        }
        // SAFETY: the text ends with zero; the address is a variable of ours.
        if unsafe { inet_aton(text.as_ptr(), &mut out) } == 0 {
            return Err(err!(t, OSError, "illegal IP address string passed to inet_aton"));
        }
        PyBytes::new(t, &out.s_addr.to_ne_bytes())
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function(sig = "(packed_ip, /)")]
    fn inet_ntoa(t: &Thread, packed_ip: Buffer) -> PyResult<String> {
        match <[u8; 4]>::try_from(packed_ip.as_bytes()) {
            Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
            Err(_) => Err(err!(t, OSError, "packed IP wrong length for inet_ntoa")),
        }
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable
    /// for use with low-level network functions.
    #[function(text = "")]
    fn inet_pton(t: &Thread, af: i32, ip: &PyStr) -> PyResult<Owned<PyBytes>> {
        let text = ip.to_utf8(t)?;
        let bad = || err!(t, OSError, "illegal IP address string passed to inet_pton");
        match af {
            libc::AF_INET => PyBytes::new(t, &text.parse::<Ipv4Addr>().map_err(|_| bad())?.octets()),
            libc::AF_INET6 => PyBytes::new(t, &text.parse::<Ipv6Addr>().map_err(|_| bad())?.octets()),
            _ => Err(errors::os_error(t, libc::EAFNOSUPPORT)),
        }
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[function(text = "")]
    fn inet_ntop(t: &Thread, af: i32, packed_ip: Buffer) -> PyResult<String> {
        let bad = || err!(t, ValueError, "invalid length of packed IP address string");
        match af {
            libc::AF_INET => {
                <[u8; 4]>::try_from(packed_ip.as_bytes()).map(|o| Ipv4Addr::from(o).to_string()).map_err(|_| bad())
            }
            libc::AF_INET6 => {
                <[u8; 16]>::try_from(packed_ip.as_bytes()).map(|o| Ipv6Addr::from(o).to_string()).map_err(|_| bad())
            }
            _ => Err(err!(t, ValueError, "unknown address family {af}")),
        }
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[function(sig = "(host, port, family=0, type=0, proto=0, flags=0)", text = "")]
    fn getaddrinfo(
        t: &Thread,
        host: &Object,
        port: &Object,
        family: i32,
        type_: i32,
        proto: i32,
        flags: i32,
    ) -> PyResult<Owned<PyList>> {
        let name = match attr::none_if_none(Some(host)) {
            None => None,
            Some(host) => {
                let raw = if let Some(text) = host.downcast::<PyStr>() {
                    text.encoded(t, Some("idna"), None)?.as_bytes().to_vec()
                } else if let Some(bytes) = host.downcast::<PyBytes>() {
                    bytes.as_bytes().to_vec()
                } else {
                    return Err(err!(t, TypeError, "getaddrinfo() argument 1 must be string or None"));
                };
                Some(CString::new(raw).map_err(|_| err!(t, ValueError, "embedded null character"))?)
            }
        };
        let service = if let Some(number) = port.downcast::<PyInt>() {
            Some(number.to_decimal_lossy().into_bytes())
        } else if let Some(text) = port.downcast::<PyStr>() {
            Some(text.to_utf8(t)?.as_bytes().to_vec())
        } else if let Some(bytes) = port.downcast::<PyBytes>() {
            Some(bytes.as_bytes().to_vec())
        } else if port.is(singletons::none()) {
            None
        } else {
            return Err(err!(t, OSError, "Int or String expected"));
        };
        let service = service
            .map(|raw| CString::new(raw).map_err(|_| err!(t, ValueError, "embedded null character")))
            .transpose()?;
        if audit::active(t) {
            let number = |n: i32| PyInt::from_i64(t, i64::from(n));
            let all = [number(family)?, number(type_)?, number(proto)?, number(flags)?];
            audit::audit(t, "socket.getaddrinfo", &[host, port, &all[0], &all[1], &all[2], &all[3]])?;
        }
        let out = PyList::new(t)?;
        for found in resolve(t, name.as_ref(), service.as_ref(), (family, type_, proto, flags))? {
            let number = |n: i32| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object);
            let canonical = PyStr::from_fs_bytes(t, found.canonical.as_deref().unwrap_or(b""))?;
            let item = vec![
                number(found.family)?,
                number(found.kind)?,
                number(found.protocol)?,
                canonical.into_object(),
                address::object(t, &found.address, found.protocol)?,
            ];
            out.append(t, PyTuple::from_vec(t, item)?.into_object())?;
        }
        Ok(out)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[function(text = "")]
    fn getnameinfo(t: &Thread, sockaddr: &Object, flags: i32) -> PyResult<(Owned, Owned)> {
        let Some(tuple) = sockaddr.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "getnameinfo() argument 1 must be a tuple"));
        };
        let items = tuple.as_slice();
        let (Some(host), Some(port), true) = (items.first(), items.get(1), items.len() <= 4) else {
            return Err(err!(t, TypeError, "getnameinfo(): illegal sockaddr argument"));
        };
        let Some(host_text) = host.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "getnameinfo(): illegal sockaddr argument"));
        };
        let integer = |value: &Object| -> PyResult<u32> { Ok(number::index(t, value)?.to_u64_mask() as u32) };
        let port = integer(port)?;
        let flow = items.get(2).map_or(Ok(0), |value| integer(value))?;
        let scope = items.get(3).map_or(Ok(0), |value| integer(value))?;
        if flow > 0xf_ffff {
            return Err(err!(t, OverflowError, "getnameinfo(): flowinfo must be 0-1048575."));
        }
        if audit::active(t) {
            audit::audit(t, "socket.getnameinfo", &[sockaddr])?;
        }
        let name = c_text(t, host_text)?;
        let service = CString::new(port.to_string()).unwrap_or_default();
        let hints = (libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST);
        let found = resolve(t, Some(&name), Some(&service), hints)?;
        let [found] = found.as_slice() else {
            return Err(err!(t, OSError, "sockaddr resolved to multiple addresses"));
        };
        let mut to: Address = found.address;
        if found.family == libc::AF_INET6 {
            let mut form: libc::sockaddr_in6 = to.as_form();
            form.sin6_flowinfo = flow.to_be();
            form.sin6_scope_id = scope;
            to = Address::of(form);
        } else if items.len() != 2 {
            return Err(err!(t, OSError, "IPv4 sockaddr must be 2 tuple"));
        }
        let (code, host, service) = t.allow_threads(|| {
            let (mut host, mut service) = (vec![0u8; 1025], vec![0u8; 32]);
            // SAFETY: the address and the buffers are as long as said.
            let code = unsafe {
                libc::getnameinfo(
                    to.pointer(),
                    to.len,
                    host.as_mut_ptr().cast(),
                    host.len() as libc::socklen_t,
                    service.as_mut_ptr().cast(),
                    service.len() as libc::socklen_t,
                    flags,
                )
            };
            (code, host, service)
        });
        if code != 0 {
            return Err(gai_error(t, code));
        }
        let shown = |raw: &[u8]| -> PyResult {
            let end = raw.iter().position(|&b| b == 0).unwrap_or(raw.len());
            PyStr::from_fs_bytes(t, &raw[..end]).map(Owned::into_object)
        };
        Ok((shown(&host)?, shown(&service)?))
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[function(text = "")]
    fn if_nameindex(t: &Thread) -> PyResult<Owned<PyList>> {
        let out = PyList::new(t)?;
        // SAFETY: the list ends with a zero entry and is given back.
        unsafe {
            let list = libc::if_nameindex();
            if list.is_null() {
                return Err(errors::last_os_error(t));
            }
            let mut at = list;
            let mut result = Ok(());
            while (*at).if_index != 0 && !(*at).if_name.is_null() && result.is_ok() {
                result = PyInt::from_u64(t, u64::from((*at).if_index)).and_then(|index| {
                    let item = PyTuple::from_vec(t, vec![index.into_object(), text(t, (*at).if_name)?])?;
                    out.append(t, item.into_object())
                });
                at = at.add(1);
            }
            libc::if_freenameindex(list);
            result?;
        }
        Ok(out)
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[function(sig = "(oname, /)")]
    fn if_nametoindex(t: &Thread, oname: &Object) -> PyResult<u32> {
        let Ok(name) = CString::new(fspath::fs_bytes(t, oname)?) else {
            return Err(err!(t, ValueError, "embedded null byte"));
        };
        // SAFETY: the name ends with zero.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(errors::last_os_error(t)),
            index => Ok(index),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[function(sig = "(if_index, /)")]
    fn if_indextoname(t: &Thread, if_index: &Object) -> PyResult<String> {
        let index = unsigned(t, if_index, 32)?;
        match address::interface_name(index) {
            Some(name) => Ok(name),
            None => Err(errors::last_os_error(t)),
        }
    }

    /// CMSG_LEN(length) -> control message length
    ///
    /// Return the total length, without trailing padding, of an ancillary
    /// data item with associated data of the given length.  This value can
    /// often be used as the buffer size for recvmsg() to receive a single
    /// item of ancillary data, but RFC 3542 requires portable applications to
    /// use CMSG_SPACE() and thus include space for padding, even when the
    /// item will be the last in the buffer.  Raises OverflowError if length
    /// is outside the permissible range of values.
    #[function(text = "-")]
    fn CMSG_LEN(t: &Thread, length: isize) -> PyResult<usize> {
        let head = core::mem::size_of::<libc::cmsghdr>();
        match usize::try_from(length).ok().and_then(|n| n.checked_add(head)).filter(|&n| n <= i32::MAX as usize) {
            Some(n) => Ok(n),
            None => Err(err!(t, OverflowError, "CMSG_LEN() argument out of range")),
        }
    }

    /// CMSG_SPACE(length) -> buffer size
    ///
    /// Return the buffer size needed for recvmsg() to receive an ancillary
    /// data item with associated data of the given length, along with any
    /// trailing padding.  The buffer space needed to receive multiple items
    /// is the sum of the CMSG_SPACE() values for their associated data
    /// lengths.  Raises OverflowError if length is outside the permissible
    /// range of values.
    #[function(text = "-")]
    fn CMSG_SPACE(t: &Thread, length: isize) -> PyResult<usize> {
        let head = core::mem::size_of::<libc::cmsghdr>();
        match usize::try_from(length).ok().filter(|&n| n <= i32::MAX as usize - head - 8) {
            Some(n) => Ok(n.next_multiple_of(8) + head),
            None => Err(err!(t, OverflowError, "CMSG_SPACE() argument out of range")),
        }
    }
}
