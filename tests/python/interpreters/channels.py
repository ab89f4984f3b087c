"""_interpchannels: channels between interpreters, their ends, what closes them, and what is refused."""

import threading
import time

import _interpchannels as c
import _interpreters as interpreters


def show(f):
    try:
        print(f())
    except Exception as e:
        print(f"{type(e).__name__}: {e}")


def info(channel):
    found = c.get_info(channel)
    names = [name for name in dir(found) if name.startswith(("num_", "send_", "recv_"))]
    state = [name for name in ("open", "closing", "closed") if getattr(found, name)]
    print(*state, found.count, *(f"{name}={getattr(found, name):d}" for name in names if getattr(found, name)))


print("-- numbers")
a = c.create()
print(repr(a), str(a), repr(a.send), repr(a.recv), a.end, a.send.end, hash(a) == hash(int(a)))
print(a == a.send, a.send == a.send, a == int(a), a == 1.5, a != 5, a == "x", a == 2 ** 80, a.__index__(), int(a))
for f in (lambda: a < 2, lambda: a + 1, lambda: c.ChannelID(1), lambda: c._channel_id(99), lambda: c._channel_id("x"),
          lambda: c._channel_id(5, send=False, recv=False), lambda: c._channel_id(), lambda: c._channel_id(-1),
          lambda: c._channel_id(2 ** 70), lambda: c._channel_id(1.0), lambda: c._channel_id(a, x=1),
          lambda: repr(c._channel_id(a.send)), lambda: repr(c._channel_id(a.send, recv=True)),
          lambda: repr(c._channel_id(10, send=True, force=True)), lambda: repr(c._channel_id(a, send=True, recv=True))):
    show(f)

print("-- arguments")
for f in (lambda: c.create(4), lambda: c.create(1, 4), lambda: c.create(0), lambda: c.create("x"),
          lambda: c.create(1, 2, 3), lambda: c.create(x=2), lambda: c.send(), lambda: c.send(a),
          lambda: c.send(a, 1, 9), lambda: c.send(a, 1, -1, 9), lambda: c.send(a, 1, blocking=False, timeout=3),
          lambda: c.send(a, 1, timeout=-1), lambda: c.send(a, 1, timeout="x"), lambda: c.send(a, 1, timeout=0),
          lambda: c.send(99, 1), lambda: c.recv(99), lambda: c.close(99), lambda: c.release(99),
          lambda: c.destroy(99), lambda: c.get_info(99), lambda: c.get_count(99), lambda: c.get_channel_defaults(99),
          lambda: c.list_interpreters(99, send=True), lambda: c.list_interpreters(99), lambda: c.get_count(),
          lambda: c.get_info(1, 2), lambda: c.recv(1, 2, 3), lambda: c.send_buffer(a, 5, blocking=False),
          lambda: c._register_end_types(1, 2), lambda: c._register_end_types(int, 2), lambda: c.list_all(1)):
    show(f)
info(a)
print(c.get_channel_defaults(a), c.get_channel_defaults(c.create(1, 0)), [row[1:] for row in c.list_all()])

print("-- closing")
c.send(a, 1, blocking=False)
c.send(a, ["x"], 2, blocking=False)
info(a)
show(lambda: c.close(a))
show(lambda: c.close(a, recv=True))
show(lambda: c.close(a, send=True))
info(a)
show(lambda: c.close(a, send=True))
show(lambda: c.send(a, 3, blocking=False))
show(lambda: c.list_interpreters(a, send=True))
show(lambda: c.list_interpreters(a, send=False))
show(lambda: c.recv(a))
info(a)
show(lambda: c.recv(a))
info(a)
for f in (lambda: c.recv(a), lambda: c.recv(a, 5), lambda: c.get_count(a), lambda: c.release(a), lambda: c.close(a),
          lambda: c.get_channel_defaults(a), lambda: c.destroy(a), lambda: c.recv(a)):
    show(f)
b = c.create()
c.send(b, 1, blocking=False)
show(lambda: c.close(b, send=True, force=True))
show(lambda: c.recv(b))

print("-- releasing")
b = c.create()
show(lambda: c.release(b, send=True))
info(b)
show(lambda: c.recv(b))
show(lambda: c.release(b))
b = c.create()
show(lambda: c.recv(b))
show(lambda: c.recv(b, "default"))
show(lambda: c.release(b, send=True))
info(b)
show(lambda: c.send(b, 1, blocking=False))
show(lambda: c.release(b, recv=True))
info(b)
show(lambda: c.recv(b))
number = int(b)
del b
show(lambda: c.recv(number))

print("-- other interpreters")
d = c.create()
other = interpreters.create()
for op in (1, 2, 3):
    interpreters.run_string(other, f"""
import _interpchannels as c
c.send({int(d)}, 'x', {op}, blocking=False)
c.send({int(d)}, (1, b'2'), {op}, blocking=False)
""")
c.send(d, 5, blocking=False)
info(d)
print(len(c.list_interpreters(d, send=True)), len(c.list_interpreters(d, send=False)))
show(lambda: c.recv(d))
info(d)
interpreters.destroy(other)
info(d)
while c.get_count(d):
    show(lambda: c.recv(d))
show(lambda: c.recv(d))
other = interpreters.create()
interpreters.run_string(other, f"import _interpchannels as c; c.send({int(d)}, c._channel_id({int(d)}, send=True), blocking=False)")
print(repr(c.recv(d)[0]) == repr(d.send))
interpreters.run_string(other, f"c.release({int(d)}); print(c.get_info({int(d)}).send_released)")
info(d)
interpreters.destroy(other)

print("-- waiting")
e = c.create()
memory = bytearray(b"abc")
c.send_buffer(e, memory, blocking=False)
view = c.recv(e)[0]
memory[0] = 122
print(bytes(view))


def later(work):
    def run():
        time.sleep(0.1)
        work()
    thread = threading.Thread(target=run)
    thread.start()
    return thread


received = []
thread = later(lambda: received.append(c.recv(e)))
show(lambda: c.send(e, "w"))
thread.join()
print(received)
show(lambda: c.send(e, "w", timeout=0.05))
print(c.get_count(e))
thread = later(lambda: c.close(e, force=True))
show(lambda: c.send(e, "w", timeout=30))
thread.join()
