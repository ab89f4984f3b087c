import csv,_csv,re
def t(s):
    print(s,'->',end=' ')
    try: print(re.sub('0x[0-9a-f]+','0x',repr(eval(s))))
    except BaseException as e: print(type(e).__name__, e)
D=_csv.Dialect
def rd(x,*a,**k): return list(csv.reader(x,*a,**k))
class W:
    def __init__(s): s.l=[]
    def write(s,x): s.l.append(x); return len(x)
def wr(rows,*a,**k):
    w=W(); csv.writer(w,*a,**k).writerows(rows); return w.l
for s in ["D(delimiter='ab')","D(delimiter='')","D(delimiter=None)","D(delimiter=5)","D(quotechar=None)","D(quotechar=None,quoting=1)","D(quotechar='')","D(quotechar='ab')","D(quotechar=5)","D(escapechar=5)","D(escapechar='')","D(lineterminator=None)","D(lineterminator=5)","D(quoting=9)","D(quoting='a')","D(quoting=None)","D(delimiter='\\n')","D(delimiter=' ')","D(quotechar=' ')","D(escapechar=' ')","D(delimiter=' ',skipinitialspace=True)","D(delimiter=',',quotechar=',')","D(delimiter=',',escapechar=',')","D(quotechar='!',escapechar='!')","D(delimiter='x',lineterminator='xy')","D('nope')","D('excel').delimiter","D(5).delimiter","D(x=5)","D(strict=[]).strict","D(quoting=3).quotechar","D().quoting,D().escapechar,D().lineterminator,D().quotechar,D().doublequote,D().skipinitialspace","D(D()) is D","D().__reduce__()","D(1,2,3,4,5,6,7,8,9,10)","D(lineterminator='')","D(doublequote=False)",
"rd(['a,b','\"c,d\",e'])","rd(['a,\"b'])","rd(['a,\"b'],strict=True)","rd(['\"a\"b,c'])","rd(['\"a\"b,c'],strict=True)","rd(['a\\nb'])","rd(['a\\r\\n'])","rd(['a\\rb'])","rd(['a,b\\n','','c'])","rd(['\"a\\n','b\"'])","rd([b'a'])","rd(5)","rd(['a b'],delimiter=' ')","rd(['a, b'],skipinitialspace=True)","rd(['1,a,\"2\"'],quoting=2)","rd(['1,\"2\"'],quoting=2)","rd(['a\\\\,b,c'],escapechar='\\\\')","rd(['\"a\"\"b\"'])","rd(['\"a\\\\\"b\"'],escapechar='\\\\',doublequote=False)","rd(['a\"b,c'],quoting=3)","rd(['a,,\"\"'],quoting=4)","rd(['a,,\"\"'],quoting=5)","rd(['1,,\"\"'],quoting=4)","rd(['a'*200000])","rd(['a\\x00b'])","rd(['a,b'],'nope')","rd(['a|b'],delimiter='|')","rd(['a\\\\'],escapechar='\\\\')","rd(['a\\\\'],escapechar='\\\\',strict=True)","rd(['\"a'])","rd(['a,b'],x=5)",
"wr([['a','b'],['c,d','e\"f'],['x\\ny',1],[None,''],[1.5,2],[''],[None],[]])","wr([['a',1,None,'']],quoting=1)","wr([['a',1,None,'']],quoting=2)","wr([['a',1,None,'']],quoting=3)","wr([['a,b']],quoting=3)","wr([['a,b']],quoting=3,escapechar='\\\\')","wr([['a',1,None,'']],quoting=4)","wr([['a',1,None,'']],quoting=5)","wr([['a\"b']],doublequote=False)","wr([['a\"b']],doublequote=False,escapechar='\\\\')","wr([['']],quoting=3)","wr([[None]],quoting=3)","wr([5])","wr(5)","wr([['a']],lineterminator='!')","wr([[' a','a '],[' ']])","wr([['a b',' ']],delimiter=' ')","wr([['\\\\a']],escapechar='\\\\')","wr([['a\\rb','c\\nd']])","wr([['\"']],quotechar=None)","wr([[1,'x']],quotechar=\"'\")","wr([['']],quoting=4)","wr([[None]],quoting=4)","wr([[None]],quoting=5)","wr([['a',None]],delimiter=' ',skipinitialspace=True)","wr([['']],delimiter=' ',skipinitialspace=True)","wr([['',None]],delimiter=' ',skipinitialspace=True,quoting=3)",
"csv.writer(5)","csv.writer(W()).writerow()","csv.reader()","csv.list_dialects()","csv.get_dialect('x')","csv.unregister_dialect('x')","csv.register_dialect(5)","csv.register_dialect('a',5)","csv.register_dialect('a',delimiter=';')","csv.get_dialect('a').delimiter","csv.register_dialect('b','a',quoting=1)","csv.get_dialect('b').delimiter","csv.field_size_limit()","csv.field_size_limit('a')","csv.field_size_limit(5)","rd(['abcdef'])","csv.field_size_limit(131072)","csv.reader([]).line_num","csv.reader([]).dialect.delimiter","type(csv.reader([]))","_csv.Error.__mro__","_csv.__version__ if hasattr(_csv,'__version__') else 0","csv.Sniffer().sniff('a;b\\n1;2\\n').delimiter","list(csv.DictReader(['a,b','1,2','3,4,5','6']))","type(csv.reader([]))()","csv.writer(W()).writerow(['a','b'])","csv.reader(['a'],dialect=None)"]: t(s)
r=csv.reader(['a\n','"b\n','c"\n']); print([(x,r.line_num) for x in r])
class X:
    def __str__(s): raise ValueError('x')
t("wr([[X()]])")
def it():
    yield 'a'; raise KeyError('k')
t("rd(it())")
print(rd(['ü,ḃ,😀'],quotechar='ü'), wr([['ü','😀,']]))
