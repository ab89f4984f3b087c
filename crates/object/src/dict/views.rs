//! Views of and iterators over dictionaries.
