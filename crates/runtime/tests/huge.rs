//! Requests beyond the machine's memory are refused, not granted to be killed later.

#[test]
fn huge() {
    assert!(taipan_runtime::mem::alloc(1 << 45).is_null());
    assert!(taipan_runtime::mem::alloc_zeroed(1 << 46).is_null());
    let block = taipan_runtime::mem::alloc(1 << 20);
    assert!(!block.is_null());
    // SAFETY: the block was allocated above and is not used any more.
    unsafe { taipan_runtime::mem::free(block) };
}
