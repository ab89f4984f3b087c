"""Programs in small: a virtual machine, a board game, a parser that compiles, imports of much of the library."""

import ast
import collections
import importlib
import inspect
import sys
import tokenize
import io

PUSH, ADD, SUB, LOAD, STORE, JUMP, TEST, HALT = range(8)


class Machine:
    def __init__(self, code):
        self.code, self.stack, self.names, self.at = code, [], {}, 0

    def pop(self):
        return self.stack.pop()

    def run(self):
        steps = 0
        stack = self.stack
        while True:
            op, arg = self.code[self.at]
            self.at += 1
            steps += 1
            if op == PUSH:
                stack.append(arg)
            elif op == ADD:
                right = self.pop()
                stack[-1] += right
            elif op == SUB:
                right = self.pop()
                stack.append(self.pop() - right)
            elif op == LOAD:
                stack.append(self.names[arg])
            elif op == STORE:
                self.names[arg] = self.pop()
            elif op == TEST:
                if self.pop() <= 0:
                    self.at = arg
            elif op == JUMP:
                self.at = arg
            else:
                return steps, self.names


class Board:
    def __init__(self, size):
        self.size = size
        self.cells = [" "] * (size * size)
        self.neighbours = {i: [j for j in (i - size, i + size, i - 1, i + 1) if 0 <= j < size * size] for i in range(size * size)}
        self.history = set()

    def group(self, start):
        colour, seen, todo = self.cells[start], {start}, collections.deque([start])
        free = 0
        while todo:
            at = todo.popleft()
            for next_ in self.neighbours[at]:
                if self.cells[next_] == " ":
                    free += 1
                elif self.cells[next_] == colour and next_ not in seen:
                    seen.add(next_)
                    todo.append(next_)
        return seen, free

    def play(self, at, colour):
        self.cells[at] = colour
        for next_ in self.neighbours[at]:
            if self.cells[next_] not in (" ", colour):
                stones, free = self.group(next_)
                if not free:
                    for stone in stones:
                        self.cells[stone] = " "
        self.history.add("".join(self.cells))


code = [(PUSH, 20000), (STORE, "n"), (PUSH, 0), (STORE, "s"), (LOAD, "n"), (TEST, 15), (LOAD, "s"), (LOAD, "n"), (ADD, None), (STORE, "s"),
        (LOAD, "n"), (PUSH, 1), (SUB, None), (STORE, "n"), (JUMP, 4), (HALT, None)]
print(Machine(code).run())
board = Board(9)
at = 7
for i in range(3000):
    at = at * 1103 % 81
    at = (at + i) % 81
    if board.cells[at] == " ":
        board.play(at, "xo"[i % 2])
print(len(board.history))
source = inspect.getsource(inspect)
for _ in range(2):
    tree = ast.parse(source)
    compiled = compile(source, "inspect", "exec")
print(sum(1 for _ in ast.walk(tree)) > 1000, len(ast.unparse(tree)) > 1000, len(list(tokenize.generate_tokens(io.StringIO(source[:40000]).readline))) > 100)
for name in "calendar difflib email.message fileinput html.parser http.client ipaddress locale mailbox netrc optparse pdb platform plistlib pprint pydoc shelve shlex smtplib socketserver sched selectors symtable tarfile timeit trace turtle urllib.request wave xmlrpc.client zipfile".split():
    try:
        importlib.import_module(name)
    except ImportError:
        pass
import difflib  # noqa: E402
import pprint  # noqa: E402

lines = source.splitlines()[:400]
print(len(list(difflib.unified_diff(lines, [*lines[:100], "changed", *lines[120:]]))), len(pprint.pformat({i: list(range(i)) for i in range(60)})), len(sys.modules) > 50)
