for source in (
    "t = (1,)\ndel t[0]",
    "t = (1,)\nt[0] = 1",
    "t = (1,)\ndel t['a']",
    "class A:\n    def __getitem__(self, i): 0\ndel A()[0]",
    "x = 1\ndel x[0]",
    "s = 'a'\ndel s[0]",
):
    try:
        exec(source)
    except TypeError as e:
        print(e)


def cell():
    if False:
        x = 1
    return (lambda: x).__closure__[0]


try:
    cell().cell_contents
except ValueError as e:
    print(e)
