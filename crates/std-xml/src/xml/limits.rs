//! Limits for hostile documents: how much larger than what came in the text of entities, and memory, may become.
//!
//! A document's parser and those of its external entities count together.

use std::cell::Cell;

/// The amplification that is tolerated.
pub const MAX_AMPLIFICATION: f32 = 100.0;
/// Output in bytes below which amplification is not looked at.
pub const EXPANSION_THRESHOLD: u64 = 8 << 20;
/// Memory in bytes below which amplification is not looked at.
pub const MEMORY_THRESHOLD: u64 = 64 << 20;
/// What Expat allocates for a parser that has seen nothing.
const PARSER_SIZE: u64 = 4096;
/// The shortest declaration that includes another text.
const SHORTEST_INCLUDE: u64 = 22;

/// To whom bytes are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Account {
    /// They come from the text itself.
    Direct,
    /// They come from an entity.
    Expansion,
    /// They are counted elsewhere.
    None,
}

/// A threshold and a factor.
pub struct Limit {
    pub threshold: Cell<u64>,
    pub factor: Cell<f32>,
}

impl Limit {
    const fn new(threshold: u64) -> Self {
        Self { threshold: Cell::new(threshold), factor: Cell::new(MAX_AMPLIFICATION) }
    }
}

/// Counters and limits.
pub struct Limits {
    direct: Cell<u64>,
    indirect: Cell<u64>,
    memory: Cell<u64>,
    pub expansion: Limit,
    pub allocation: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            direct: Cell::new(0),
            indirect: Cell::new(0),
            memory: Cell::new(PARSER_SIZE),
            expansion: Limit::new(EXPANSION_THRESHOLD),
            allocation: Limit::new(MEMORY_THRESHOLD),
        }
    }
}

impl Limits {
    /// Counts text; says whether that is tolerable.
    #[inline]
    pub fn count(&self, bytes: usize, is_direct: bool) -> bool {
        let target = if is_direct { &self.direct } else { &self.indirect };
        target.set(target.get().saturating_add(bytes as u64));
        let (direct, indirect) = (self.direct.get(), self.indirect.get());
        let output = direct.saturating_add(indirect);
        output < self.expansion.threshold.get() || self.tolerates(direct, indirect, output)
    }

    fn tolerates(&self, direct: u64, indirect: u64, output: u64) -> bool {
        let amplification = if direct > 0 {
            output as f32 / direct as f32
        } else {
            (SHORTEST_INCLUDE + indirect) as f32 / SHORTEST_INCLUDE as f32
        };
        amplification <= self.expansion.factor.get()
    }

    /// Counts memory; says whether that is tolerable.
    pub fn allocate(&self, bytes: usize) -> bool {
        let total = self.memory.get().saturating_add(bytes as u64);
        self.memory.set(total);
        // Without input the amplification is infinite.
        total < self.allocation.threshold.get()
            || total as f32 / self.direct.get() as f32 <= self.allocation.factor.get()
    }

    /// Memory is given back.
    pub fn free(&self, bytes: usize) {
        self.memory.set(self.memory.get().saturating_sub(bytes as u64));
    }
}
