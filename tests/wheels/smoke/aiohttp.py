"""An HTTP server and a client of aiohttp on loopback, with a websocket and a chunked body."""
import asyncio
from aiohttp import ClientSession, WSMsgType, web


async def hello(request):
    return web.json_response({"name": request.match_info["name"], "q": request.query.get("q"), "body": await request.text()})


async def echo(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for message in ws:
        await ws.send_str(message.data.upper())
    return ws


async def main():
    app = web.Application()
    app.add_routes([web.post("/hello/{name}", hello), web.get("/ws", echo)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]

    async def body():
        for i in range(3):
            yield b"part%d " % i

    async with ClientSession() as session:
        async with session.post(f"http://127.0.0.1:{port}/hello/world?q=1", data=body()) as response:
            print(response.status, response.headers["Content-Type"], await response.json())
        async with session.ws_connect(f"http://127.0.0.1:{port}/ws") as ws:
            for word in "a", "päß":
                await ws.send_str(word)
                message = await ws.receive()
                print(message.type is WSMsgType.TEXT, message.data)
        async with session.get(f"http://127.0.0.1:{port}/none") as response:
            print(response.status, await response.text())
    await runner.cleanup()


asyncio.run(main())
