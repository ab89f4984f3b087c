//! Big integers, float parsing and formatting. No objects, no unsafe.
