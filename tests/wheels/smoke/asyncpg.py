"""asyncpg's types, its records' protocol module, and what happens without a server."""
import asyncio
import socket
import asyncpg
from asyncpg import Range, types
from asyncpg.pgproto import pgproto
from asyncpg.protocol import protocol

print(Range(1, 5), Range(empty=True), Range(1, 2) == Range(1, 2), types.Point(1, 2), types.Box((3, 4), (1, 2)))
u = pgproto.UUID("12345678-1234-5678-1234-567812345678")
print(u, u.hex, u.int, repr(u), hash(u) == hash(u.int))
print(protocol.BUILTIN_TYPE_NAME_MAP["int4"], len(protocol.BUILTIN_TYPE_NAME_MAP) > 50)


async def main():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    try:
        await asyncpg.connect(host="127.0.0.1", port=port, user="u", password="p", database="d", timeout=5, ssl=False)
    except OSError as error:
        print(type(error).__name__)


asyncio.run(main())
