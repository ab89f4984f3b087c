x, name = 3.14159, "taipan"
print(f"{x:.2f} {x:10.3e} {name!r:>12} {name:^10}| {x=} {name=!s}")
print(f"{1234567:,} {255:#x} {5:08b} {-7:+d} {0.5:%} {1e100} {12345.678:_.1f}")
print(f"{'nested':{'>'}{10}}", f"{{}}", f"{'a' 'b'}")
print("%s %r %d %5.1f %x %c %%" % ("s", "r", 3, 2.55, 255, "c"))
print("{0} {1!r} {k:>4} {0.real}".format(1, "z", k=2))
print("{:{}}".format(5, ">4"), format(3.0), format(10**20, ","), format(True))
for bad in (lambda: f"{1:s}", lambda: f"{'a':d}", lambda: "%d" % "a", lambda: "{}".format(), lambda: f"{1:.3d}"):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
