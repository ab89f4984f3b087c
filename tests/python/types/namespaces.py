"""Names, results and errors of namespaces."""
def tr(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)


for s in r'''
__import__('types').SimpleNamespace(1)
__import__('types').SimpleNamespace(1,2)
__import__('types').SimpleNamespace({'a':1},b=2)
__import__('types').SimpleNamespace([('a',1)])
__import__('types').SimpleNamespace({1:2})
__import__('types').SimpleNamespace(a=1)==__import__('types').SimpleNamespace(a=1)
__import__('types').SimpleNamespace(a=1).__reduce__()
__import__('types').SimpleNamespace(a=1).__replace__(b=2)
__import__('types').SimpleNamespace(a=1).__replace__(1)
type('S',(__import__('types').SimpleNamespace,),{})(a=1)
{1}.__reduce__()
'''.strip().splitlines():
    tr(s)
