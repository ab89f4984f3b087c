"""Lists, tuples, dictionaries, sets, deques, heaps, sorting, slicing, and objects that die in cycles."""

import array
import bisect
import collections
import gc
import heapq
import random
import weakref

rng = random.Random(11)


def lists(n):
    items = []
    for i in range(n):
        items.append(i * 7 % 101)
    items.extend(range(50))
    items.insert(3, 5)
    copy = items[:]
    copy.reverse()
    del copy[10:20]
    copy[5:8] = [1, 2]
    while len(copy) > n // 2:
        copy.pop()
    total = 0
    for i in range(len(items)):
        total += items[i] + items[-i]
        if i < len(copy):
            copy[i] += 1
    for i, (a, b) in enumerate(zip(items, copy)):
        total += i if a == b else -1
    stack = [(0, 0)]
    while stack:
        x, depth = stack.pop()
        if depth < 10:
            stack.append((x + 1, depth + 1))
            stack += [(x, depth + 2)]
    return total, items.count(3), items.index(50), 3 in items, sum(items[::3]), [0] * 5 + items[:2], x


def dictionaries(n):
    counts = {}
    words = [f"word{rng.randrange(300)}" for _ in range(n)]
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    groups = collections.defaultdict(list)
    for i, word in enumerate(words):
        groups[word[:5]].append(i)
    numbers = {i * 3: i for i in range(n)}
    hits = 0
    for i in range(n):
        if i in numbers:
            hits += numbers[i]
        try:
            hits += numbers[i * 2]
        except KeyError:
            hits -= 1
    for key, value in list(numbers.items()):
        if value % 3 == 0:
            del numbers[key]
    merged = {**counts, **{"extra": 1}} | {"more": 2}
    merged.update(counts, last=3)
    merged.setdefault("x", []).append(1)
    merged.pop("extra")
    pairs = {(i % 10, i % 7): i for i in range(n)}
    top = collections.Counter(words).most_common(3)
    ordered = collections.OrderedDict(counts)
    ordered.move_to_end(words[0])
    chained = collections.ChainMap({}, counts)
    return hits, len(groups), len(numbers), len(pairs), top[0][1], sum(counts.values()), next(reversed(ordered)), chained[words[1]], sorted(merged)[0]


def sets(n):
    a, b = {i * 2 for i in range(n)}, set(range(0, n, 3))
    c = frozenset("some letters")
    a.add(-1)
    a.discard(5)
    return len(a & b), len(a | b), len(a - b), len(a ^ b), b <= a, not a.isdisjoint(b), len(c), sum(x in a for x in range(n))


def queues(n):
    queue = collections.deque(maxlen=100)
    for i in range(n):
        queue.append(i)
        if i % 3 == 0:
            queue.rotate(1)
            queue.popleft()
    heap = []
    for i in range(n // 4):
        heapq.heappush(heap, (rng.random(), i))
    popped = [heapq.heappop(heap)[1] for _ in range(n // 8)]
    ordered = []
    for i in range(n // 10):
        bisect.insort(ordered, rng.randrange(1000))
    data = array.array("d", range(100))
    return len(queue), len(popped), heapq.nlargest(3, range(n)), ordered == sorted(ordered), sum(data)


def sorting(n):
    numbers = [rng.randrange(n) for _ in range(n)]
    floats = [rng.random() for _ in range(n)]
    texts = [str(x) for x in numbers]
    pairs = list(zip(numbers, texts))
    pairs.sort(key=lambda pair: (pair[1], -pair[0]))
    pairs.sort()
    return sorted(numbers)[5], sorted(floats, reverse=True)[0] < 1, sorted(texts)[3], sorted(texts, key=len)[0], pairs[2], max(pairs), sorted(numbers, key=lambda x: -x)[:3]


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right, self.parent = value, left, right, None
        for child in (left, right):
            if child is not None:
                child.parent = self

    def check(self):
        return self.value + (self.left.check() if self.left else 0) + (self.right.check() if self.right else 0)


def tree(depth):
    return Node(1) if depth == 0 else Node(depth, tree(depth - 1), tree(depth - 1))


def tuples(depth):
    return (None, None) if depth == 0 else (tuples(depth - 1), tuples(depth - 1))


def size(node):
    left, right = node
    return 1 if left is None else 1 + size(left) + size(right)


def cycles(n):
    alive = weakref.WeakSet()
    for i in range(n):
        node = tree(3)
        node.left.parent = node
        entry = {"node": node, "list": [i]}
        entry["self"] = entry
        if i % 100 == 0:
            alive.add(node)
    gc.collect()
    return len(alive) <= n // 100


print(lists(20000), dictionaries(8000), sets(10000), queues(12000), sorting(5000))
print(sum(tree(9).check() for _ in range(6)), sum(size(tuples(11)) for _ in range(6)), cycles(1500))
