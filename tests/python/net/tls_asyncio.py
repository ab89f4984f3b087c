"""TLS in asyncio: streams, upgrades, failures."""

import asyncio
import ssl

from tls_support import client_context, path, server_context, show


async def echo(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    writer.close()


async def conversation():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=server_context())
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=client_context(), server_hostname="localhost"
    )
    print(writer.get_extra_info("peercert")["subject"])
    print(writer.get_extra_info("ssl_object").version() is not None, len(writer.get_extra_info("cipher")))
    data = bytes(range(256)) * 4000
    writer.write(data)
    print(await reader.readexactly(len(data)) == data)
    writer.close()
    await writer.wait_closed()
    for hostname, authority in (("wrong.example", "ca"), ("localhost", "other")):
        try:
            await asyncio.open_connection("127.0.0.1", port, ssl=client_context(authority), server_hostname=hostname)
        except ssl.SSLError as error:
            print(show(error))
    results = await asyncio.gather(*(one(port, i) for i in range(20)))
    print(results)
    server.close()
    await server.wait_closed()


async def one(port, i):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=client_context(), server_hostname="localhost"
    )
    writer.write(b"%d\n" % i)
    line = await reader.readline()
    writer.close()
    return int(line)


async def upgrade():
    async def handle(reader, writer):
        print(await reader.readline())
        writer.write(b"go on\n")
        await writer.start_tls(server_context())
        print(await reader.readline())
        writer.write(b"secret answer\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    writer.write(b"start\n")
    print(await reader.readline())
    await writer.start_tls(client_context(), server_hostname="localhost")
    writer.write(b"secret\n")
    print(await reader.readline())
    writer.close()
    server.close()


async def required():
    context = server_context()
    context.load_verify_locations(path("ca"))
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=context)
    client = client_context()
    client.load_cert_chain(path("client"))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", server.sockets[0].getsockname()[1], ssl=client, server_hostname="localhost"
    )
    writer.write(b"who am I\n")
    print(await reader.readline())
    writer.close()
    server.close()


for scenario in (conversation, upgrade, required):
    print("==", scenario.__name__)
    asyncio.run(scenario())
