/* types.SimpleNamespace. */
%fn _PyNamespace_New
