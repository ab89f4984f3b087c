"""A format, ended by a null byte, and data: what is unpacked can be packed, and becomes the same bytes."""

import struct

SEEDS = [
    b"<IhdB8s\0" + bytes(range(64)), b">qQ?ce\0" + bytes(64), b"@nNPlL3x2i\0" + bytes(96), b"=5p f d\0\x04abcdefgh12345678",
    b"!0s0i 3H\0abcdef", b"FD\0" + bytes(24),
]


def check(data):
    form, _, content = data.partition(b"\0")
    try:
        size = struct.calcsize(form)
    except (struct.error, UnicodeError):
        return
    if size > 1 << 16:
        return
    made = struct.Struct(form)
    assert made.size == size
    content = content.ljust(size, b"\0")
    try:
        values = made.unpack_from(content)
    except ValueError:
        # No more arguments than a tuple may have.
        return
    assert len(content[:size]) == size and made.unpack(content[:size]) == values or any(value != value for value in values)
    packed = made.pack(*values)
    assert len(packed) == size
    again = made.unpack(packed)
    # Bytes of padding are lost, and so is what a NaN holds besides.
    assert again == values or any(value != value for value in values), (values, again)
    room = bytearray(size + 2)
    made.pack_into(room, 1, *values)
    assert room[1:-1] == packed
    if size:
        whole = content[:len(content) // size * size]
        assert len(list(made.iter_unpack(whole))) == len(whole) // size
    wrong = [b"x", -1, 2**70, 1e400, None, "s", True]
    for value in wrong:
        try:
            made.pack(*([value] * len(values)))
        except (struct.error, OverflowError, TypeError):
            pass
