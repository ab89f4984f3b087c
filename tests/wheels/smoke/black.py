"""Format code with black, whose modules mypyc compiled."""
import black

source = "def f(a,b = 1, *args)->int :\n  x = {  'a':1,'b':2 }\n  return  x['a']+b if a else None\nclass A( object ):\n\n\n    x:int=1\n"
print(black.format_str(source, mode=black.Mode()))
print(black.format_str("match x:\n  case [1,2,*_]: pass\ntype A[T]=list[T]\nf'{x!r:>{w}}'\n", mode=black.Mode(line_length=40)))
try:
    black.format_str("def (:\n", mode=black.Mode())
except black.InvalidInput as error:
    print(error)
