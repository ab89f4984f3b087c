class R:
    def __init__(self, s): self.s=s
    def u(self, n):
        self.s=(self.s*6364136223846793005+1442695040888963407)%(1<<64)
        return (self.s>>33)%n
    def pick(self, l): return l[self.u(len(l))]
def show(l, f):
    try: r=repr(f())
    except BaseException as e: r=type(e).__name__+': '+str(e)
    r=r.encode('ascii','backslashreplace').decode()
    if len(r)>300: r=r[:150]+'...'+str(len(r))+'#'+str(sum_(r))
    print(l,'=>',r)
def sum_(r):
    h=0
    for c in r: h=(h*31+ord(c))%1000000007
    return h
r=R(11)
alph=['ab','aB c','ab\t\n\r ','abé','aЖж','a\U0001f600b','ǅßŉİiıΣσς ','12½²٣','-+0','\x1c\x85\u2028 a\n','\ud800a','\x00\x7f\xa0\'"\\']
def st(n=12):
    al=r.pick(alph)
    if r.u(5)==0: al+=r.pick(alph)
    k=r.u(n); o=''
    while k: o+=r.pick(al); k-=1
    return o
i=0
while i<3000:
    a=st(); b=st(4); c=st(5); n=r.u(9)-2; m=r.u(14)-4
    op=r.u(58)
    fs=[lambda:a.upper(),lambda:a.lower(),lambda:a.title(),lambda:a.capitalize(),lambda:a.swapcase(),lambda:a.casefold(),lambda:a.split(),lambda:a.rsplit(None,n),lambda:a.split(None,n),lambda:a.split(b,n),lambda:a.rsplit(b,n),lambda:a.splitlines(),lambda:a.splitlines(True),lambda:a.strip(),lambda:a.strip(b),lambda:a.lstrip(b),lambda:a.rstrip(b),lambda:a.find(b,n,m),lambda:a.rfind(b,n,m),lambda:a.index(b),lambda:a.rindex(b),lambda:a.count(b,n),lambda:a.replace(b,c),lambda:a.replace(b,c,n),lambda:a.partition(b),lambda:a.rpartition(b),lambda:a.startswith(b,n),lambda:a.endswith(b,n,m),lambda:a.startswith((b,c)),lambda:a.removeprefix(b),lambda:a.removesuffix(b),lambda:a.center(m+8,b or 'x') ,lambda:a.ljust(m+9),lambda:a.rjust(m+9,'é'),lambda:a.zfill(m+9),lambda:a.expandtabs(n),lambda:(a.isalpha(),a.isalnum(),a.isdigit(),a.isdecimal(),a.isnumeric(),a.isspace(),a.islower(),a.isupper(),a.istitle(),a.isascii(),a.isidentifier(),a.isprintable()),lambda:a[n:m],lambda:a[n:m:2],lambda:a[::-1],lambda:a[m:n:-2],lambda:a[n],lambda:a+b,lambda:a*n,lambda:b in a,lambda:(a<b,a<=b,a==b,a>b),lambda:b.join([a,c,b]),lambda:repr(a),lambda:ascii(a),lambda:a.encode('utf-8','replace'),lambda:a.encode('ascii',r.pick(['ignore','replace','backslashreplace','xmlcharrefreplace','namereplace','strict','surrogateescape'])),lambda:a.encode('latin-1',r.pick(['ignore','replace','backslashreplace','strict'])),lambda:a.encode('utf-16','surrogatepass'),lambda:a.encode('utf-32','replace'),lambda:a.encode('utf-8','surrogatepass').decode('utf-8',r.pick(['replace','ignore','backslashreplace','surrogatepass','surrogateescape'])),lambda:a.translate({97:'xy',98:None,99:100}),lambda:[x for x in a],lambda:a.__format__(r.pick(['','10','<10','>10','^10','*^12','.3','.2s','é>8','5.1']))]
    show((i,op),fs[op]); i+=1
