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
r=R(1)
def num():
    k=r.u(8)
    n=r.u(1000) if k<2 else r.u(1<<31) if k<3 else (1<<r.u(200))+r.u(5)-2 if k<5 else r.u(1<<31)**(1+r.u(20))
    if r.u(2): n=-n
    return n
i=0
while i<1500:
    a=num(); b=num(); s=r.u(90); m=num()
    op=r.u(36)
    fs=[lambda:a+b,lambda:a-b,lambda:a*b,lambda:a//b,lambda:a%b,lambda:divmod(a,b),lambda:a**(s%9),lambda:pow(a,abs(b),m),lambda:pow(a,b,m),lambda:a&b,lambda:a|b,lambda:a^b,lambda:a<<s,lambda:a>>s,lambda:(a<b,a<=b,a==b,a>b),lambda:str(a),lambda:hex(a),lambda:oct(a),lambda:bin(a),lambda:a/b,lambda:float(a),lambda:round(a,-(s%20)),lambda:a.bit_length(),lambda:a.bit_count(),lambda:a.to_bytes(s%40,'big' if s%2 else 'little',signed=True),lambda:int.from_bytes(a.to_bytes(90,'big',signed=True),'big',signed=True)==a,lambda:format(a,r.pick(['d','x','X','b','o','n',',','_','_x','#x','+d',' d','<30','^40,','=+45_d','08d','e','.3e','g','f','%','.2f','#_b','c','*^50'])),lambda:hash(a),lambda:~a,lambda:-a,lambda:abs(a),lambda:int(str(a)),lambda:int(hex(a),16)==a,lambda:int('z'+'0'*(s%4),36),lambda:a==float(a),lambda:(a<float(b),a>1.5e20)]
    show((i,op),fs[op]); i+=1
