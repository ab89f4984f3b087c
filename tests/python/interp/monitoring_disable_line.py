import sys
E=sys.monitoring.events
src="def f(x):\n    if x:\n        return 1\n    else:\n        return 2\n\nfor i in range(3):\n    f(1)\n"
c=compile(src,"m","exec")
print(list(c.co_branches()))
sys.monitoring.use_tool_id(3,"x")
for n in "LINE BRANCH_LEFT BRANCH_RIGHT PY_RETURN JUMP".split():
    def cb(code,*a,n=n):
        if code.co_filename=="m": print(n,code.co_name,a[:2])
    def cb(code,*a,n=n):
        if code.co_filename=="m": print(n,code.co_name,a[:2])
        return sys.monitoring.DISABLE
    sys.monitoring.register_callback(3,getattr(E,n),cb)
sys.monitoring.set_events(3,E.LINE|E.BRANCH_LEFT|E.BRANCH_RIGHT|E.PY_RETURN)
exec(c)
