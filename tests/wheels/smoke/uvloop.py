"""A TCP server, timers, subprocesses, signals and errors on uvloop."""
import asyncio
import signal
import sys
import uvloop


async def handle(reader, writer):
    while line := await reader.readline():
        writer.write(line[::-1])
        await writer.drain()
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    print(type(loop).__module__)
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def client(i):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello%d\n" % i)
        answer = await reader.readexactly(7)
        writer.close()
        await writer.wait_closed()
        return answer

    print(await asyncio.gather(*(client(i) for i in range(5))))
    server.close()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input()[::-1])", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(b"abc\n"), process.returncode)
    got = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, got.set)
    signal.raise_signal(signal.SIGUSR1)
    await asyncio.wait_for(got.wait(), 5)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")
    print(await asyncio.to_thread(lambda: 5), await loop.getaddrinfo("127.0.0.1", 80, type=1))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(5))
            group.create_task(fails())
    except* ZeroDivisionError as errors:
        print(errors.exceptions)


async def fails():
    return 1 / 0


uvloop.run(main())
