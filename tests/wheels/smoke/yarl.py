"""URLs."""
from yarl import URL

u = URL("http://user:pässwort@exämple.com:8080/p a/ü?q=1&q=2#frag")
print(u, u.host, u.path, u.query.getall("q"), u.with_query(a="b c", d=[1, 2]), u / "x%2Fy", u.join(URL("../z")), u.human_repr())
try:
    URL("http://[::1")
except ValueError as error:
    print(error)
