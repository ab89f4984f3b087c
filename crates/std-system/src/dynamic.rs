//! Tables of what libraries opened at run time have.

/// Declares a table of a library's functions and variables, with what loads it.
macro_rules! table {
    ($(#[$meta:meta])* $table:ident { $($name:ident = $symbol:literal: $ty:ty,)* }) => {
        $(#[$meta])*
        struct $table {
            $($name: $ty,)*
        }

        impl $table {
            fn load(library: taipan_runtime::dynamic::Library) -> Result<Self, String> {
                Ok(Self {
                    $($name: {
                        // SAFETY: the symbol has this type in the library's header.
                        unsafe { library.get($symbol)? }
                    },)*
                })
            }
        }
    };
}
pub(crate) use table;
