# Ast classes: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import _ast, warnings
warnings.simplefilter('ignore')
def t(s):
    try: print(s,'->',repr(eval(s))[:600])
    except BaseException as e: print(s,'->',type(e).__name__, e)
A=_ast
class Sub(A.AST):
    _fields=('a','b')
class Sub2(A.AST):
    _fields=('a','b'); _field_types={'a':int}
class Sub3(A.Name): pass
n=A.Name('x',A.Load(),lineno=1,col_offset=0)
m=compile('a=1\nb=[1,2,3,4]\ndef f(x,*y,z=3,**k): return x\nif x: pass\nelif y: z\n','<s>','exec',0x400)
for s in '''A.AST()|A.AST(1)|A.AST(a=1)|A.Name()|A.Name('x')|A.Name('x',A.Load(),3)|A.Name('x',id='y')|A.Name('x',foo=1)|vars(A.Name('x',lineno=3))|A.Name('x',lineno=3).lineno|A.Load()|A.Load() is A.Load()|m|repr(m)|m.body|m.body[0]|m.body[2]|m.body[0].targets[0].ctx|m.body[0].targets[0].ctx is m.body[1].targets[0].ctx|n|n.__reduce__()|A.Name.__reduce__(A.Name('x'))|A.AST().__reduce__()|Sub(1,2).__reduce__()|vars(Sub(1))|vars(Sub2())|vars(Sub3('x'))|Sub3('x')|n.__replace__(id='z')|vars(n.__replace__(id='z'))|n.__replace__(1)|n.__replace__(foo=1)|n.__replace__(foo=1,bar=2)|A.Name('x').__replace__()|A.BinOp().__replace__(left=1)|n.__replace__(lineno=9).lineno|A.Constant(1).kind|A.Constant(1)|A.Constant('a'*1000)|A.expr()|A.expr.__doc__|A.Call.__annotations__|A.Call._field_types|A.arg._attributes|A.Call.__match_args__|A.Load.__doc__|A.mod.__doc__|A.operator.__doc__|A.alias.__doc__|A.comprehension.__doc__|A.ExceptHandler._fields|A.Constant._field_types|A.Call.args|A.Name.end_lineno|A.Assign.type_comment|A.PyCF_ONLY_AST|A.PyCF_OPTIMIZED_AST|A.PyCF_TYPE_COMMENTS|A.PyCF_ALLOW_TOP_LEVEL_AWAIT|A.AST.__doc__|A.AST._fields|A.AST._attributes|A.AST.__match_args__|m.__dict__.keys()|m.body[0].__dict__|m.body[1].value.elts[2].__dict__|A.Assign.__module__|A.Assign.__qualname__|type(A.AST)|A.Name('x').__weakref__|A.Module([A.Pass()]*5)|A.Tuple([A.Tuple([A.Tuple([A.Tuple([A.Tuple()])])])])'''.split('|'): t(s)
for c in sorted(dir(A)):
    k=getattr(A,c)
    if isinstance(k,type) and issubclass(k,A.AST): print(c,k.__bases__,k.__doc__,k._fields,k._attributes,k.__match_args__,getattr(k,'_field_types',None),sorted(x for x in k.__dict__ if not x.startswith('__')),k.__annotations__ if c!='AST' else '')
import sys
x=A.Name('q'); y=A.Tuple([x]); y.elts.append(y); print(y)
