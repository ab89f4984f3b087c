//! How often each instruction ran, which followed which, and how often specialised forms met other operands than those
//! that they were made for. Only with the feature `statistics`:
//!
//! ```text
//! cargo build --release -p taipan --features statistics
//! TAIPAN_STATISTICS=FILE target/release/taipan program.py
//! ```
//!
//! writes the figures to FILE when the program ends.

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fmt::Write;
use taipan_bytecode::opcode::{OPCODE_NAMES, private_name};

/// Executions by the instruction before and the instruction.
static PAIRS: [AtomicU64; 1 << 16] = [const { AtomicU64::new(0) }; 1 << 16];
/// The same by the two instructions before.
static TRIPLES: [AtomicU64; 1 << 24] = [const { AtomicU64::new(0) }; 1 << 24];
/// Times that an instruction took its general form.
static GENERAL: [AtomicU64; 256] = [const { AtomicU64::new(0) }; 256];

thread_local! {
    static LAST: Cell<[u8; 2]> = const { Cell::new([0; 2]) };
}

/// Counts an instruction.
#[inline]
pub fn instruction(opcode: u8) {
    let [older, last] = LAST.get();
    LAST.set([last, opcode]);
    let pair = usize::from(last) << 8 | usize::from(opcode);
    PAIRS[pair].fetch_add(1, Ordering::Relaxed);
    TRIPLES[usize::from(older) << 16 | pair].fetch_add(1, Ordering::Relaxed);
}

/// Counts an instruction that took its general form.
#[inline]
pub fn general(opcode: u8) {
    GENERAL[usize::from(opcode)].fetch_add(1, Ordering::Relaxed);
}

fn name(opcode: usize) -> String {
    match private_name(opcode as u8).unwrap_or(OPCODE_NAMES[opcode]) {
        "" => opcode.to_string(),
        name => name.to_string(),
    }
}

/// Writes the figures to the file that `TAIPAN_STATISTICS` names.
pub fn report() {
    let Some(path) = std::env::var_os("TAIPAN_STATISTICS") else { return };
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let mut single = [0; 256];
    let mut pairs = Vec::new();
    for (i, counter) in PAIRS.iter().enumerate() {
        let n = read(counter);
        single[i & 255] += n;
        if n > 0 {
            pairs.push((n, i));
        }
    }
    let total: u64 = single.iter().sum();
    let share = |n: u64| n as f64 * 100.0 / total.max(1) as f64;
    let mut text = format!("{total} instructions\n");
    let mut order: Vec<usize> = (0..256).filter(|&i| single[i] > 0).collect();
    order.sort_by_key(|&i| core::cmp::Reverse(single[i]));
    for i in order {
        let general = read(&GENERAL[i]);
        let _ = writeln!(text, "one\t{}\t{:.3}\t{}\t{general}", single[i], share(single[i]), name(i));
    }
    pairs.sort_by_key(|&(n, _)| core::cmp::Reverse(n));
    for (n, i) in pairs {
        let _ = writeln!(text, "two\t{n}\t{:.3}\t{}\t{}", share(n), name(i >> 8), name(i & 255));
    }
    let mut triples: Vec<(u64, usize)> =
        TRIPLES.iter().enumerate().map(|(i, counter)| (read(counter), i)).filter(|&(n, _)| n * 2000 > total).collect();
    triples.sort_by_key(|&(n, _)| core::cmp::Reverse(n));
    for (n, i) in triples {
        let (first, second, third) = (name(i >> 16), name(i >> 8 & 255), name(i & 255));
        let _ = writeln!(text, "three\t{n}\t{:.3}\t{first}\t{second}\t{third}", share(n));
    }
    if let Err(error) = std::fs::write(&path, text) {
        eprintln!("{}: {error}", path.display());
    }
}
