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
r=R(13)
alph=[b'ab',b'aB c',b'ab\t\n\r ',b'12-+',b'\x00\xff\x80\x7f\'"\\',b'\xe2\x82\xac\xc3\xa9a',b'\xf0\x9f\x98\x80\xed\xa0']
def st(n=12):
    al=r.pick(alph)
    if r.u(5)==0: al+=r.pick(alph)
    k=r.u(n); o=b''
    while k: o+=bytes([r.pick(al)]); k-=1
    return o
i=0
while i<3000:
    T=bytes if r.u(2) else bytearray
    a=T(st()); b=st(4); c=st(5); n=r.u(9)-2; m=r.u(14)-4
    op=r.u(56)
    def setit():
        x=bytearray(a); x[n:m]=b; return x
    def setit2():
        x=bytearray(a); x[n:m:2]=b; return x
    def delit():
        x=bytearray(a); del x[n:m:1+(m%3)]; return x
    def ins():
        x=bytearray(a); x.insert(n,65); x.extend(b); x.append(66); x+=c; x.reverse(); return (x,x.pop(),x.__alloc__() if 0 else 0)
    fs=[lambda:a.upper(),lambda:a.lower(),lambda:a.title(),lambda:a.capitalize(),lambda:a.swapcase(),setit,lambda:a.split(),lambda:a.rsplit(None,n),lambda:a.split(None,n),lambda:a.split(b,n),lambda:a.rsplit(b,n),lambda:a.splitlines(),lambda:a.splitlines(True),lambda:a.strip(),lambda:a.strip(b),lambda:a.lstrip(b),lambda:a.rstrip(b),lambda:a.find(b,n,m),lambda:a.rfind(b,n,m),lambda:a.index(b),lambda:a.rindex(b),lambda:a.count(b,n),lambda:a.replace(b,c),lambda:a.replace(b,c,n),lambda:a.partition(b),lambda:a.rpartition(b),lambda:a.startswith(b,n),lambda:a.endswith(b,n,m),lambda:a.startswith((b,c)),lambda:a.removeprefix(b),lambda:a.removesuffix(b),lambda:a.center(m+8,b'x') ,lambda:a.ljust(m+9),lambda:a.rjust(m+9,b'\xff'),lambda:a.zfill(m+9),lambda:a.expandtabs(n),lambda:(a.isalpha(),a.isalnum(),a.isdigit(),a.isspace(),a.islower(),a.isupper(),a.istitle(),a.isascii()),lambda:a[n:m],lambda:a[n:m:2],lambda:a[::-1],lambda:a[m:n:-2],lambda:a[n],lambda:a+b,lambda:a*n,lambda:b in a,lambda:(a<b,a<=b,a==b,a>b),lambda:T(b).join([a,c,b]),lambda:repr(a),lambda:a.hex(':',n),lambda:a.decode('utf-8',r.pick(['strict','replace','ignore','backslashreplace','surrogateescape','surrogatepass'])),lambda:a.decode('ascii',r.pick(['strict','replace','ignore','backslashreplace','surrogateescape'])),lambda:a.decode('utf-16',r.pick(['strict','replace','ignore','surrogatepass'])),lambda:a.decode('utf-32',r.pick(['strict','replace','ignore'])),setit2,delit,ins]
    show((i,op),fs[op]); i+=1
