//! Allocator, reference counts, cycle collector, thread state, GIL.
