//! Socket addresses: from Python objects to the system's structures and back.

use core::ffi::CStr;
use core::mem::{offset_of, size_of};
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, Raised, Thread, buffer, err, errors, name, number,
    singletons, state,
};
use taipan_types::PyByteArray;

/// The Qualcomm router's address family.
const AF_QIPCRTR: i32 = 42;

/// An address and how long it is.
#[derive(Clone, Copy)]
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// No address, with room for any.
    pub fn empty() -> Self {
        // SAFETY: zero is a valid value of the struct.
        Self { storage: unsafe { core::mem::zeroed() }, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    /// An address of this form.
    pub fn of<T: Copy>(value: T) -> Self {
        let mut out = Self::empty();
        assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>(), "every address fits the storage");
        // SAFETY: the storage has room and is aligned for every address.
        unsafe { core::ptr::write((&raw mut out.storage).cast::<T>(), value) };
        out.len = size_of::<T>() as libc::socklen_t;
        out
    }

    /// The address as one of this form.
    pub fn as_form<T: Copy>(&self) -> T {
        assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>(), "every address fits the storage");
        // SAFETY: the storage is initialised, aligned and large enough; every form is plain numbers.
        unsafe { core::ptr::read((&raw const self.storage).cast::<T>()) }
    }

    /// What the system is given.
    pub fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }
}

/// A class of this module's exceptions.
fn exception_class(t: &Thread, name: &PyStr) -> PyResult {
    state::import(t, "_socket")?.getattr(t, name)
}

/// Raises `gaierror(code, text)`.
#[cold]
pub fn gai_error(t: &Thread, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return errors::last_os_error(t);
    }
    // SAFETY: a static string.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    let raise = || -> PyResult<Raised> {
        let class = exception_class(t, name!(t, "gaierror"))?;
        pair_error(t, &class, code, &text)
    };
    raise().unwrap_or_else(|raised| raised)
}

fn pair_error(t: &Thread, class: &Object, code: i32, text: &str) -> PyResult<Raised> {
    let exception = class.call(t, &[&*PyInt::from_i64(t, i64::from(code))?, &*PyStr::from_str(t, text)?])?;
    Ok(errors::raise(t, exception))
}

/// Raises `herror(code, text)`.
#[cold]
pub fn host_error(t: &Thread, code: i32) -> Raised {
    let text = match code {
        1 => "Unknown host",
        2 => "Host name lookup failure",
        3 => "Unknown server error",
        4 => "No address associated with name",
        _ => "Resolver internal error",
    };
    let raise = || -> PyResult<Raised> {
        let class = exception_class(t, name!(t, "herror"))?;
        pair_error(t, &class, code, text)
    };
    raise().unwrap_or_else(|raised| raised)
}

/// A host given as str, bytes or bytearray.
pub fn host_name(t: &Thread, host: &Object) -> PyResult<CString> {
    let raw = if let Some(text) = host.downcast::<PyStr>() {
        match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => text.encoded(t, Some("idna"), None)?.as_bytes().to_vec(),
        }
    } else if let Some(bytes) = host.downcast::<PyBytes>() {
        bytes.as_bytes().to_vec()
    } else if let Some(bytes) = host.downcast::<PyByteArray>() {
        bytes.as_bytes().to_vec()
    } else {
        return Err(err!(t, TypeError, "str, bytes or bytearray expected, not {}", host.class().short_name_lossy()));
    };
    CString::new(raw).map_err(|_| err!(t, TypeError, "host name must not contain null character"))
}

/// Asks the resolver; gives the addresses with kind, protocol and canonical name.
pub struct Found {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical: Option<Vec<u8>>,
    pub address: Address,
}

/// `getaddrinfo(3)` without the GIL.
pub fn resolve(
    t: &Thread,
    host: Option<&CString>,
    service: Option<&CString>,
    hints: (i32, i32, i32, i32),
) -> PyResult<Vec<Found>> {
    let (family, kind, protocol, flags) = hints;
    let (result, found) = t.allow_threads(|| {
        // SAFETY: strings end with zero; the list is copied and given back.
        unsafe {
            let mut wanted: libc::addrinfo = core::mem::zeroed();
            wanted.ai_family = family;
            wanted.ai_socktype = kind;
            wanted.ai_protocol = protocol;
            wanted.ai_flags = flags;
            let mut list = core::ptr::null_mut();
            let code = libc::getaddrinfo(
                host.map_or(core::ptr::null(), |host| host.as_ptr()),
                service.map_or(core::ptr::null(), |service| service.as_ptr()),
                &wanted,
                &mut list,
            );
            let mut out = Vec::new();
            if code == 0 {
                let mut at = list;
                while !at.is_null() {
                    let entry = &*at;
                    let mut address = Address::empty();
                    let len = (entry.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
                    core::ptr::copy_nonoverlapping(
                        entry.ai_addr.cast::<u8>(),
                        (&raw mut address.storage).cast::<u8>(),
                        len,
                    );
                    address.len = len as libc::socklen_t;
                    out.push(Found {
                        family: entry.ai_family,
                        kind: entry.ai_socktype,
                        protocol: entry.ai_protocol,
                        canonical: if entry.ai_canonname.is_null() {
                            None
                        } else {
                            Some(CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec())
                        },
                        address,
                    });
                    at = entry.ai_next;
                }
                libc::freeaddrinfo(list);
            }
            (code, out)
        }
    });
    if result != 0 { Err(gai_error(t, result)) } else { Ok(found) }
}

/// The address of a host, with port zero (`setipaddr`).
pub fn host_address(t: &Thread, host: &CString, family: i32) -> PyResult<Address> {
    let text = host.to_bytes();
    if text.is_empty() {
        let service = c"0".to_owned();
        let found = resolve(t, None, Some(&service), (family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE))?;
        return match found.as_slice() {
            [one] => Ok(one.address),
            [] => Err(gai_error(t, libc::EAI_NONAME)),
            _ => Err(err!(t, OSError, "wildcard resolved to multiple address")),
        };
    }
    let v4 = |address: Ipv4Addr| {
        Address::of(libc::sockaddr_in {
            sin_family: libc::AF_INET as libc::sa_family_t,
            sin_port: 0,
            sin_addr: libc::in_addr { s_addr: u32::from(address).to_be() },
            sin_zero: [0; 8],
        })
    };
    if text == b"255.255.255.255" || text == b"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(err!(t, OSError, "address family mismatched"));
        }
        return Ok(v4(Ipv4Addr::BROADCAST));
    }
    if let Ok(text) = core::str::from_utf8(text) {
        if (family == libc::AF_INET || family == libc::AF_UNSPEC)
            && let Ok(address) = text.parse::<Ipv4Addr>()
        {
            return Ok(v4(address));
        }
        if (family == libc::AF_INET6 || family == libc::AF_UNSPEC)
            && let Ok(address) = text.parse::<Ipv6Addr>()
        {
            return Ok(Address::of(libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: 0,
                sin6_flowinfo: 0,
                sin6_addr: libc::in6_addr { s6_addr: address.octets() },
                sin6_scope_id: 0,
            }));
        }
    }
    let found = resolve(t, Some(host), None, (family, 0, 0, 0))?;
    match found.first() {
        Some(first) => Ok(first.address),
        None => Err(gai_error(t, libc::EAI_NONAME)),
    }
}

/// The text of an IP address.
pub fn ip_text(address: &Address) -> String {
    if i32::from(address.storage.ss_family) == libc::AF_INET6 {
        let form: libc::sockaddr_in6 = address.as_form();
        let text = Ipv6Addr::from(form.sin6_addr.s6_addr).to_string();
        if form.sin6_scope_id == 0 {
            return text;
        }
        return match interface_name(form.sin6_scope_id) {
            Some(name) => format!("{text}%{name}"),
            None => format!("{text}%{}", form.sin6_scope_id),
        };
    }
    let form: libc::sockaddr_in = address.as_form();
    Ipv4Addr::from(u32::from_be(form.sin_addr.s_addr)).to_string()
}

/// The name of a network interface.
pub fn interface_name(index: u32) -> Option<String> {
    let mut out = [0u8; libc::IF_NAMESIZE];
    // SAFETY: the buffer is as long as names can be.
    let found = unsafe { libc::if_indextoname(index, out.as_mut_ptr().cast()) };
    if found.is_null() {
        return None;
    }
    CStr::from_bytes_until_nul(&out).ok().map(|name| name.to_string_lossy().into_owned())
}

fn tuple<'a>(t: &Thread, args: &'a Object, caller: &str, family: &str) -> PyResult<&'a PyTuple> {
    match args.downcast::<PyTuple>() {
        Some(tuple) => Ok(tuple),
        None => Err(err!(
            t,
            TypeError,
            "{caller}(): {family} address must be tuple, not {:.500}",
            args.class().short_name_lossy()
        )),
    }
}

fn c_int(t: &Thread, value: &Object) -> PyResult<i32> {
    i32::try_from(number::index_as_isize(t, value)?)
        .map_err(|_| err!(t, OverflowError, "Python int too large to convert to C int"))
}

fn c_uint(t: &Thread, value: &Object) -> PyResult<u32> {
    Ok(number::index(t, value)?.to_u64_mask() as u32)
}

fn port(t: &Thread, value: &Object, caller: &str) -> PyResult<u16> {
    let n = number::index(t, value)?;
    n.to_i64()
        .and_then(|n| u16::try_from(n).ok())
        .ok_or_else(|| err!(t, OverflowError, "{caller}(): port must be 0-65535."))
}

fn interface_index(t: &Thread, value: &Object, family: &str) -> PyResult<u32> {
    let Some(text) = value.downcast::<PyStr>() else {
        return Err(err!(t, TypeError, "{family} address: interface name must be str"));
    };
    let raw = text.to_fs_bytes(t)?;
    if raw.is_empty() {
        return Ok(0);
    }
    let Ok(name) = CString::new(raw) else { return Err(err!(t, ValueError, "embedded null byte")) };
    // SAFETY: the name ends with zero.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(errors::last_os_error(t)),
        index => Ok(index),
    }
}

/// The address that Python code gave (`getsockaddrarg`).
pub fn parse(t: &Thread, family: i32, protocol: i32, args: &Object, caller: &str) -> PyResult<Address> {
    match family {
        libc::AF_INET => {
            let tuple = tuple(t, args, caller, "AF_INET")?;
            let [host, at] = tuple.as_slice() else {
                return Err(err!(t, TypeError, "AF_INET address must be a pair (host, port)"));
            };
            let host = host_name(t, host)?;
            // The port is looked at as a number before the host is looked up.
            let number = number::index(t, at)?;
            let found = host_address(t, &host, family)?;
            let mut form: libc::sockaddr_in = found.as_form();
            form.sin_port = port(t, &number, caller)?.to_be();
            Ok(Address::of(form))
        }
        libc::AF_INET6 => {
            let tuple = tuple(t, args, caller, "AF_INET6")?;
            let items = tuple.as_slice();
            if !(2..=4).contains(&items.len()) {
                return Err(err!(t, TypeError, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
            }
            let host = host_name(t, items[0])?;
            let number = number::index(t, items[1])?;
            let flow = items.get(2).map_or(Ok(0), |flow| c_uint(t, flow))?;
            let scope = items.get(3).map_or(Ok(0), |scope| c_uint(t, scope))?;
            let found = host_address(t, &host, family)?;
            let at = port(t, &number, caller)?;
            if flow > 0xf_ffff {
                return Err(err!(t, OverflowError, "{caller}(): flowinfo must be 0-1048575."));
            }
            let mut form: libc::sockaddr_in6 = found.as_form();
            form.sin6_port = at.to_be();
            form.sin6_flowinfo = flow.to_be();
            if items.len() > 3 {
                form.sin6_scope_id = scope;
            }
            Ok(Address::of(form))
        }
        libc::AF_UNIX => {
            let path = match args.downcast::<PyStr>() {
                Some(text) => text.to_fs_bytes(t)?,
                None => buffer::contiguous_bytes(t, args)?,
            };
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_un = unsafe { core::mem::zeroed() };
            form.sun_family = libc::AF_UNIX as libc::sa_family_t;
            let abstract_name = path.first() == Some(&0);
            let room = if abstract_name { form.sun_path.len() } else { form.sun_path.len() - 1 };
            if path.len() > room {
                return Err(err!(t, OSError, "AF_UNIX path too long"));
            }
            for (slot, &byte) in form.sun_path.iter_mut().zip(&path) {
                *slot = byte as libc::c_char;
            }
            let mut out = Address::of(form);
            // An empty path asks for any abstract name.
            let extra = usize::from(!abstract_name && !path.is_empty());
            out.len = (offset_of!(libc::sockaddr_un, sun_path) + path.len() + extra) as libc::socklen_t;
            Ok(out)
        }
        libc::AF_NETLINK => {
            let tuple = tuple(t, args, caller, "AF_NETLINK")?;
            let [pid, groups] = tuple.as_slice() else {
                return Err(err!(t, TypeError, "AF_NETLINK address must be a pair (pid, groups)"));
            };
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_nl = unsafe { core::mem::zeroed() };
            form.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            form.nl_pid = c_uint(t, pid)?;
            form.nl_groups = c_uint(t, groups)?;
            Ok(Address::of(form))
        }
        libc::AF_VSOCK => {
            let tuple = tuple(t, args, caller, "AF_VSOCK")?;
            let [cid, at] = tuple.as_slice() else {
                return Err(err!(t, TypeError, "getsockaddrarg() AF_VSOCK address must be a pair (cid, port)"));
            };
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_vm = unsafe { core::mem::zeroed() };
            form.svm_family = libc::AF_VSOCK as libc::sa_family_t;
            form.svm_cid = c_uint(t, cid)?;
            form.svm_port = c_uint(t, at)?;
            Ok(Address::of(form))
        }
        AF_QIPCRTR => {
            let tuple = tuple(t, args, caller, "AF_QIPCRTR")?;
            let [node, at] = tuple.as_slice() else {
                return Err(err!(t, TypeError, "AF_QIPCRTR address must be a pair (node, port)"));
            };
            #[repr(C)]
            #[derive(Clone, Copy)]
            struct Form {
                family: libc::sa_family_t,
                node: u32,
                port: u32,
            }
            Ok(Address::of(Form {
                family: AF_QIPCRTR as libc::sa_family_t,
                node: c_uint(t, node)?,
                port: c_uint(t, at)?,
            }))
        }
        libc::AF_PACKET => {
            let tuple = tuple(t, args, caller, "AF_PACKET")?;
            let items = tuple.as_slice();
            if !(2..=5).contains(&items.len()) {
                return Err(err!(t, TypeError, "AF_PACKET address must be a tuple of two to five elements"));
            }
            let protocol = c_int(t, items[1])?;
            let kind = items.get(2).map_or(Ok(0), |value| c_int(t, value))?;
            let hatype = items.get(3).map_or(Ok(0), |value| c_int(t, value))?;
            let hardware = items.get(4).map_or(Ok(Vec::new()), |value| buffer::contiguous_bytes(t, value))?;
            if hardware.len() > 8 {
                return Err(err!(t, ValueError, "Hardware address must be 8 bytes or less"));
            }
            let Ok(protocol) = u16::try_from(protocol) else {
                return Err(err!(t, OverflowError, "{caller}(): proto must be 0-65535."));
            };
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_ll = unsafe { core::mem::zeroed() };
            form.sll_family = libc::AF_PACKET as libc::c_ushort;
            form.sll_protocol = protocol.to_be();
            form.sll_ifindex = interface_index(t, items[0], "AF_PACKET")? as i32;
            form.sll_pkttype = kind as u8;
            form.sll_hatype = hatype as u16;
            form.sll_halen = hardware.len() as u8;
            form.sll_addr[..hardware.len()].copy_from_slice(&hardware);
            Ok(Address::of(form))
        }
        libc::AF_CAN => {
            let tuple = tuple(t, args, caller, "AF_CAN")?;
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_can = unsafe { core::mem::zeroed() };
            form.can_family = libc::AF_CAN as libc::sa_family_t;
            match (protocol, tuple.as_slice()) {
                (libc::CAN_ISOTP, [interface, rx, tx]) => {
                    form.can_ifindex = interface_index(t, interface, "AF_CAN")? as i32;
                    form.can_addr.tp.rx_id = c_uint(t, rx)?;
                    form.can_addr.tp.tx_id = c_uint(t, tx)?;
                }
                (libc::CAN_J1939, [interface, name, pgn, at]) => {
                    form.can_ifindex = interface_index(t, interface, "AF_CAN")? as i32;
                    let name = number::index(t, name)?.to_u64_mask();
                    form.can_addr.j1939.name = name;
                    form.can_addr.j1939.pgn = c_uint(t, pgn)?;
                    form.can_addr.j1939.addr = c_uint(t, at)? as u8;
                }
                (libc::CAN_RAW | libc::CAN_BCM, [interface, ..]) => {
                    form.can_ifindex = interface_index(t, interface, "AF_CAN")? as i32;
                }
                _ => return Err(err!(t, OSError, "{caller}(): unsupported CAN protocol")),
            }
            Ok(Address::of(form))
        }
        libc::AF_ALG => {
            let tuple = tuple(t, args, caller, "AF_ALG")?;
            let items = tuple.as_slice();
            let text = |value: &Object| -> PyResult<Vec<u8>> {
                match value.downcast::<PyStr>() {
                    Some(text) => Ok(text.to_utf8(t)?.as_bytes().to_vec()),
                    None => Err(err!(t, TypeError, "AF_ALG address must be a tuple (type, name[, feat[, mask]])")),
                }
            };
            if !(2..=4).contains(&items.len()) {
                return Err(err!(t, TypeError, "AF_ALG address must be a tuple (type, name[, feat[, mask]])"));
            }
            // SAFETY: zero is a valid value of the struct.
            let mut form: libc::sockaddr_alg = unsafe { core::mem::zeroed() };
            form.salg_family = libc::AF_ALG as libc::sa_family_t;
            form.salg_feat = items.get(2).map_or(Ok(0), |value| c_uint(t, value))?;
            form.salg_mask = items.get(3).map_or(Ok(0), |value| c_uint(t, value))?;
            let (kind, name) = (text(items[0])?, text(items[1])?);
            if kind.len() >= form.salg_type.len() {
                return Err(err!(t, ValueError, "AF_ALG type too long."));
            }
            if name.len() >= form.salg_name.len() {
                return Err(err!(t, ValueError, "AF_ALG name too long."));
            }
            form.salg_type[..kind.len()].copy_from_slice(&kind);
            form.salg_name[..name.len()].copy_from_slice(&name);
            Ok(Address::of(form))
        }
        _ => Err(err!(t, OSError, "{caller}(): unknown address family")),
    }
}

fn int(t: &Thread, n: i64) -> PyResult {
    PyInt::from_i64(t, n).map(Owned::into_object)
}

fn text(t: &Thread, text: &str) -> PyResult {
    PyStr::from_str(t, text).map(Owned::into_object)
}

fn items(t: &Thread, items: Vec<Owned>) -> PyResult {
    PyTuple::from_vec(t, items).map(Owned::into_object)
}

/// The address as Python sees it (`makesockaddr`).
pub fn object(t: &Thread, address: &Address, protocol: i32) -> PyResult {
    if address.len == 0 {
        return Ok(singletons::none().own());
    }
    match i32::from(address.storage.ss_family) {
        libc::AF_INET => {
            let form: libc::sockaddr_in = address.as_form();
            items(t, vec![text(t, &ip_text(address))?, int(t, i64::from(u16::from_be(form.sin_port)))?])
        }
        libc::AF_INET6 => {
            let form: libc::sockaddr_in6 = address.as_form();
            // The scope stands in a field of its own.
            let plain = Ipv6Addr::from(form.sin6_addr.s6_addr).to_string();
            items(
                t,
                vec![
                    text(t, &plain)?,
                    int(t, i64::from(u16::from_be(form.sin6_port)))?,
                    int(t, i64::from(u32::from_be(form.sin6_flowinfo)))?,
                    int(t, i64::from(form.sin6_scope_id))?,
                ],
            )
        }
        libc::AF_UNIX => {
            let form: libc::sockaddr_un = address.as_form();
            let path: Vec<u8> = form.sun_path.iter().map(|&c| c as u8).collect();
            let n = (address.len as usize).saturating_sub(offset_of!(libc::sockaddr_un, sun_path)).min(path.len());
            if n > 0 && path[0] == 0 {
                return PyBytes::new(t, &path[..n]).map(Owned::into_object);
            }
            let end = path[..n].iter().position(|&b| b == 0).unwrap_or(n);
            PyStr::from_fs_bytes(t, &path[..end]).map(Owned::into_object)
        }
        libc::AF_NETLINK => {
            let form: libc::sockaddr_nl = address.as_form();
            items(t, vec![int(t, i64::from(form.nl_pid))?, int(t, i64::from(form.nl_groups))?])
        }
        libc::AF_VSOCK => {
            let form: libc::sockaddr_vm = address.as_form();
            items(t, vec![int(t, i64::from(form.svm_cid))?, int(t, i64::from(form.svm_port))?])
        }
        libc::AF_PACKET => {
            let form: libc::sockaddr_ll = address.as_form();
            let name = if form.sll_ifindex == 0 { None } else { interface_name(form.sll_ifindex as u32) };
            let n = usize::from(form.sll_halen).min(form.sll_addr.len());
            items(
                t,
                vec![
                    text(t, name.as_deref().unwrap_or(""))?,
                    int(t, i64::from(u16::from_be(form.sll_protocol)))?,
                    int(t, i64::from(form.sll_pkttype))?,
                    int(t, i64::from(form.sll_hatype))?,
                    PyBytes::new(t, &form.sll_addr[..n])?.into_object(),
                ],
            )
        }
        libc::AF_CAN => {
            let form: libc::sockaddr_can = address.as_form();
            let name = if form.can_ifindex == 0 { None } else { interface_name(form.can_ifindex as u32) };
            let mut all = vec![text(t, name.as_deref().unwrap_or(""))?];
            // SAFETY: every member of the union is plain numbers.
            unsafe {
                match protocol {
                    libc::CAN_ISOTP => {
                        all.push(int(t, i64::from(form.can_addr.tp.rx_id))?);
                        all.push(int(t, i64::from(form.can_addr.tp.tx_id))?);
                    }
                    libc::CAN_J1939 => {
                        let (name, pgn, at) =
                            (form.can_addr.j1939.name, form.can_addr.j1939.pgn, form.can_addr.j1939.addr);
                        all.push(PyInt::from_u64(t, name)?.into_object());
                        all.push(int(t, i64::from(pgn))?);
                        all.push(int(t, i64::from(at))?);
                    }
                    _ => {}
                }
            }
            items(t, all)
        }
        family => {
            let form: libc::sockaddr = address.as_form();
            let n = (address.len as usize).saturating_sub(size_of::<libc::sa_family_t>()).min(form.sa_data.len());
            let raw: Vec<u8> = form.sa_data[..n].iter().map(|&c| c as u8).collect();
            items(t, vec![int(t, i64::from(family))?, PyBytes::new(t, &raw)?.into_object()])
        }
    }
}
