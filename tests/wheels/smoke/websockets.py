"""A server and a client; the C masking function."""
import asyncio
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed
from websockets.speedups import apply_mask

print(apply_mask(b"abcdef", b"\x01\x02\x03\x04"))


async def handle(ws):
    async for message in ws:
        if message == "close":
            await ws.close(4000, "bye")
        else:
            await ws.send(message[::-1])


async def main():
    async with serve(handle, "127.0.0.1", 0) as server:
        async with connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", compression="deflate") as ws:
            for message in "text ü", b"\x00\x01", "x" * 100_000:
                await ws.send(message)
                answer = await ws.recv()
                print(answer[:10], len(answer))
            await ws.send("close")
            try:
                await ws.recv()
            except ConnectionClosed as error:
                print(error.rcvd)


asyncio.run(main())
