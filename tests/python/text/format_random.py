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
r=R(17)
vals=[0,1,-1,42,-12345,10**20,3.14159,-2.5,1e100,'abc','é','',b'by',True,None,1j]
i=0
while i<500:
    v=r.pick(vals)
    sp=''
    if r.u(3)==0: sp+=r.pick(['*','é','0','a'])+r.pick('<>=^')
    elif r.u(3)==0: sp+=r.pick('<>=^')
    if r.u(3)==0: sp+=r.pick('+- ')
    if r.u(6)==0: sp+='z'
    if r.u(5)==0: sp+='#'
    if r.u(5)==0: sp+='0'
    if r.u(2)==0: sp+=str(r.u(20))
    if r.u(5)==0: sp+=r.pick([',','_'])
    if r.u(4)==0: sp+='.'+str(r.u(8))
    if r.u(2)==0: sp+=r.pick('bcdeEfFgGnosxX%q')
    pc='%'
    if r.u(3)==0: pc+=r.pick('+-# 0')
    if r.u(3)==0: pc+=r.pick('+-# 0')
    if r.u(2)==0: pc+=str(r.u(20))
    if r.u(3)==0: pc+='.'+str(r.u(8))
    pc+=r.pick('diouxXeEfFgGcrsa%q')
    show((i,sp,v),lambda:format(v,sp))
    show((i,pc,v),lambda:pc%(v,))
    show((i,pc,v,'b'),lambda:pc.encode('ascii')%(v,))
    show((i,'f'),lambda:('{0!r:'+'>8}|{0:'+sp.replace('{','').replace('}','')+'}|{{').format(v))
    i+=1
