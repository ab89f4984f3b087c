"""Names, results and errors of typevars."""
import typing
from typing import *
T = TypeVar('T'); P = ParamSpec('P'); Ts = TypeVarTuple('Ts')
def f[A: int = str, *B = tuple[int], **C = [int]](): pass
A, B, C = f.__type_params__
type X[Q] = list[Q]
def tr(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)


for s in r'''
T|int
T|'x'
'x'|T
T|1
1|T
TypeVar('T',int)
TypeVar('T',int,str,bound=int)
TypeVar('T',bound=1)
TypeVar('T',covariant=True,contravariant=True)
TypeVar('T',covariant=True,infer_variance=True)
TypeVar(1)
TypeVar('T',int,str).__constraints__
TypeVar('T',int,1)
TypeVar('T',bound=int).evaluate_bound
TypeVar('T',bound=int).evaluate_bound(1)
TypeVar('T',bound=int).evaluate_bound(4)
TypeVar('T',bound=int).evaluate_bound(3)
TypeVar('T',bound=int).evaluate_bound('x')
TypeVar('T',bound=int).evaluate_bound()
type(TypeVar('T',bound=int).evaluate_bound)
TypeVar('T',int,str).evaluate_constraints
TypeVar('T',int,str).evaluate_constraints(4)
T.evaluate_bound
T.evaluate_default
T.__default__
T.has_default()
TypeVar('T',default=None).__default__
A.__bound__
A.__default__
A.__constraints__
A.__dict__
T.__dict__
repr(A)
repr(B),repr(C),repr(P),repr(Ts),P.args,P.kwargs
P.args==P.args
P.args<P.args
P.args.__origin__
ParamSpecArgs(1)
hash(P.args)
B.__default__, C.__default__
ParamSpec('P',bound=1)
ParamSpec('P',covariant=True,contravariant=True)
list(Ts)
list(B)
T.__reduce__()
T.__mro_entries__(())
P.__mro_entries__(())
Ts.__mro_entries__(())
P.args.__mro_entries__(())
P.kwargs.__mro_entries__(())
T.__typing_subst__(1)
T.__typing_prepare_subst__(Generic[T],())
TypeVar('T',default=int).__typing_prepare_subst__(Generic[T],())
Ts.__typing_subst__(1)
P.__typing_subst__(1)
X
X.__value__
X.__parameters__
X.__type_params__
X.__module__
X[int]
X|int
list(X)
TypeAliasType('Y',int)
TypeAliasType('Y',int).evaluate_value
TypeAliasType('Y',int,type_params=(T,))[int]
TypeAliasType('Y',int)[int]
TypeAliasType('Y',int,type_params=1)
TypeAliasType('Y',int,type_params=(1,))
TypeAliasType('Y',int,type_params=(TypeVar('A',default=int),T))
TypeAliasType('Y',int,type_params=(Ts,)).__parameters__
TypeAliasType('Y')
TypeAliasType(1,2)
X.__reduce__()
NoDefault
type(NoDefault)()
NoDefault.__reduce__()
type(NoDefault)(1)
type(NoDefault).__module__
T.__name__
setattr(T,'__name__',1)
setattr(T,'zzz',1)
setattr(X,'zzz',1)
type('Z',(TypeVar,),{})
Generic[T]
Generic[int]
T.__module__
TypeVar('T').__bound__
TypeVar('T',bound='x').__bound__
TypeVar('T',bound=None).__bound__
ParamSpec('P',bound='x').__bound__
ParamSpec('P').__bound__
typing._typing._idfunc(1)
TypeVarTuple('T',default=3).__default__
TypeVarTuple(1)
TypeVarTuple('x').evaluate_default
Ts.__dict__
ParamSpecArgs.__new__.__text_signature__
'''.strip().splitlines():
    tr(s)
