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
r=R(7)
vals=[0.0,-0.0,1.0,-1.0,1.5,2.5,3.5,-2.5,0.1,1e16,1e17,1e22,1e23,123456789.123,1e-5,1e-4,0.00012345,5e-324,2.2250738585072014e-308,1.7976931348623157e308,float('inf'),float('-inf'),float('nan'),1/3,2/3,1e15,9007199254740993.0,123456.0,1234567.0]
def num():
    k=r.u(4)
    if k==0: return r.pick(vals)
    if k==1: return float(r.u(100000))/(1+r.u(1000))
    if k==2: return float(str(r.u(1<<31))+'e'+str(r.u(80)-40))
    return float('0x1.'+'%x'%r.u(1<<31)+'p0') if 0 else float.fromhex('0x1.%xp%d'%(r.u(1<<31),r.u(2000)-1000))
i=0
while i<1500:
    a=num(); b=num(); 
    if r.u(3)==0: b=float(r.u(6)-3)
    s=r.u(25)
    op=r.u(26)
    spec=r.pick(['','f','.0f','.1f','.2f','.3e','e','g','.3g','.17g','.25f','+.3f',' .3f','010.2f','>15','<15.2','^15e','=+20.3f',',','_',',.2f','_.2f','%','.1%','n','.3n','#.3g','#.0f','z.1f','.0e','E','G','F','.6','.1','020,.3f','.4_f','.5,f','e<10'])
    fs=[lambda:repr(a),lambda:a+b,lambda:a-b,lambda:a*b,lambda:a/b,lambda:a//b,lambda:a%b,lambda:divmod(a,b),lambda:a**b,lambda:format(a,spec),lambda:format(a,spec),lambda:format(a,spec),lambda:round(a),lambda:round(a,s-8),lambda:a.hex(),lambda:a.as_integer_ratio(),lambda:int(a),lambda:hash(a) if a==a else 0,lambda:a.is_integer(),lambda:(a<b,a<=b,a==b,a!=b,a>b,a>=b),lambda:'%'+r.pick(['f','e','g','.3f','10.2e','-15g','+f','#.3g','05.1f','.0f','F','E','G','s','r','d','x','c'])%a if 0 else ('%'+r.pick(['f','e','g','.3f','10.2e','-15g','+f','#.3g','05.1f','.0f','F','E','G','s','r','d','i']))%(a,),lambda:float.fromhex(a.hex())==a,lambda:complex(a,b),lambda:complex(a,b)*complex(b,a),lambda:complex(a,b)/complex(b,a),lambda:format(complex(a,b),r.pick(['','.3f','g','e','>40','.2e','+','n']))]
    show((i,op),fs[op]); i+=1
