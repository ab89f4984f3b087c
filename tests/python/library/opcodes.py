# Opcodes: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import _opcode as o
print([(n,o.__dict__[n].__doc__,o.__dict__[n].__text_signature__) for n in sorted(dir(o)) if callable(getattr(o,n)) and not n.startswith('__')])
print(o.get_intrinsic1_descs(), o.get_intrinsic2_descs(), o.get_special_method_names(), o.get_nb_ops(), o.get_specialization_stats())
def t(s):
    try: print(s,'->',repr(eval(s))[:160])
    except BaseException as e: print(s,'->',type(e).__name__, e)
def f(): pass
for i in range(-1,300):
    for n in 'is_valid has_arg has_const has_name has_jump has_free has_local has_exc'.split(): t(f'o.{n}({i})')
    for a in (None,0,1,5,300):
        for j in (None,True,False):
            t(f'o.stack_effect({i},{a},jump={j})')
for s in 'o.get_executor(f.__code__,0)|o.get_executor(f.__code__,1)|o.get_executor(f.__code__,1000)|o.get_executor(1,0)|o.is_valid("a")|o.stack_effect(100,1,jump=3)|o.stack_effect("a")|o.stack_effect(100,"a")'.split('|'): t(s)
