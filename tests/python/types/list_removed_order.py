"""The order in which a list gives up what is removed from it."""


class Item:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print(self.n, end=" ")


for n in 12, 40:
    items = [Item(i) for i in range(n)]
    del items[1:4]
    print()
    items[0:2] = [5]
    print()
    items[2 : n - 8] = [Item(-1), Item(-2)]
    print()
    del items[::2]
    print()
    items[:] = []
    print(items)
