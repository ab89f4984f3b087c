//! `_uuid`: identifiers made of time and place (RFC 9562, version 1).

use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use taipan_object::{Owned, PyBytes, PyInt, PyModule, PyResult, PyTuple, Thread, native_module};

/// 100-nanosecond steps from the Gregorian calendar's beginning to the Unix epoch.
const EPOCH: u64 = 0x01b2_1dd2_1381_4000;

/// Last time given out, clock sequence and node.
struct Clock {
    last: u64,
    sequence: u16,
    node: [u8; 6],
}

static CLOCK: Mutex<Option<Clock>> = Mutex::new(None);

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes));
    if read.is_err() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        for (byte, from) in bytes.iter_mut().zip(now.to_le_bytes()) {
            *byte = from;
        }
    }
    bytes
}

/// The address of a network interface.
fn hardware_node() -> Option<[u8; 6]> {
    let mut names: Vec<_> = std::fs::read_dir("/sys/class/net").ok()?.flatten().map(|e| e.path()).collect();
    names.sort();
    names.iter().find_map(|path| {
        let text = std::fs::read_to_string(path.join("address")).ok()?;
        let parts: Vec<u8> = text.trim().split(':').filter_map(|p| u8::from_str_radix(p, 16).ok()).collect();
        let node: [u8; 6] = parts.try_into().ok()?;
        (node != [0; 6]).then_some(node)
    })
}

fn generate() -> [u8; 16] {
    let mut held = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let clock = held.get_or_insert_with(|| {
        let node = hardware_node().unwrap_or_else(|| {
            // The multicast bit says that the node is no address.
            let mut node = random_bytes::<6>();
            node[0] |= 1;
            node
        });
        Clock { last: 0, sequence: u16::from_le_bytes(random_bytes::<2>()) & 0x3fff, node }
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut time = (now.as_nanos() / 100) as u64 + EPOCH;
    if time <= clock.last {
        if clock.last - time > 10_000_000 {
            // The clock was set back.
            clock.sequence = (clock.sequence + 1) & 0x3fff;
        } else {
            time = clock.last + 1;
        }
    }
    clock.last = time;
    let mut out = [0u8; 16];
    out[..4].copy_from_slice(&(time as u32).to_be_bytes());
    out[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    out[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    out[8..10].copy_from_slice(&(clock.sequence | 0x8000).to_be_bytes());
    out[10..].copy_from_slice(&clock.node);
    out
}

#[native_module(name = "_uuid")]
pub mod uuid {
    use super::*;

    #[function(text = "($self, /)")]
    fn generate_time_safe(t: &Thread) -> PyResult<Owned<PyTuple>> {
        let bytes = PyBytes::new(t, &generate())?.into_object();
        // No daemon keeps processes apart: the identifier is not known to be safe.
        PyTuple::from_vec(t, vec![bytes, PyInt::from_i64(t, -1)?.into_object()])
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "has_uuid_generate_time_safe", &*PyInt::from_i64(t, 1)?)?;
        module.set(t, "has_stable_extractable_node", &*PyInt::from_i64(t, 0)?)
    }
}
