"""Byte order marks of text streams, over streams with and without positions."""

import io


class Raw(io.RawIOBase):
    def __init__(self, seekable):
        self.has_positions = seekable
        self.content = b""

    def writable(self):
        return True

    def seekable(self):
        return self.has_positions

    def write(self, data):
        self.content += bytes(data)
        return len(data)

    def tell(self):
        return len(self.content)

    def seek(self, position, whence=0):
        return position


for seekable in False, True:
    for encoding in "utf-16", "utf-32", "utf-8-sig", "utf-16-le", "UTF16", "U16", "utf-7", "ascii", "iso2022_jp":
        raw = Raw(seekable)
        text = io.TextIOWrapper(raw, encoding, write_through=True)
        text.write("a")
        text.write("b")
        text.flush()
        print(seekable, encoding, raw.content)
        try:
            text.seek(0)
            text.write("c")
            text.flush()
            print("  after seek", raw.content)
        except OSError as error:
            print("  ", type(error), error)
        text.reconfigure(encoding="utf-16")
        text.write("d")
        text.flush()
        print("  reconfigured", raw.content)
