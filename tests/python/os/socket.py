import _socket
def t(f,*a,**k):
    try: print(repr(f(*a,**k)))
    except BaseException as e: print(type(e).__name__,e)
s=_socket.socket(); t(s.bind,5);t(s.bind,('a',));t(s.bind,('127.0.0.1','x'));t(s.bind,('127.0.0.1',99999));t(s.bind,(5,5));t(s.connect,'x');t(s.send,'x');t(s.recv,-1);t(s.settimeout,-1);t(s.settimeout,'a');t(s.getsockopt,1,2,-5);t(s.getsockopt,1,2,5000);t(s.setsockopt,1,2,'x');t(s.setsockopt,1,2,None);t(s.getpeername);t(s.recvmsg,-1);t(s.sendmsg,5);t(s.sendmsg,[5]);t(s.sendmsg,[b'x'],5);t(s.sendmsg,[b'x'],[5]);t(s.recv_into,b'x');t(s.recvfrom,-1);t(s.sendto,b'x');t(s.sendto,b'x',5);t(s.shutdown,9)
t(s._accept)
s.close();print(s);t(s.recv,5);t(s.fileno);t(s.detach)
t(_socket.socket,999);t(_socket.socket,fileno='a');t(_socket.socket,fileno=-1);t(_socket.socket,fileno=1.5);t(_socket.socket,fileno=999)
t(_socket.inet_aton,'x');t(_socket.inet_ntoa,b'x');t(_socket.inet_pton,2,'x');t(_socket.inet_pton,99,'x');t(_socket.inet_ntop,2,b'x');t(_socket.inet_ntop,99,b'xxxx');t(_socket.htons,99999);t(_socket.htons,-1);t(_socket.htonl,-1);t(_socket.htonl,1<<40);t(_socket.getaddrinfo,None,None);t(_socket.getaddrinfo,'127.0.0.1',80,0,1);t(_socket.getaddrinfo,5,80);t(_socket.getaddrinfo,'a',5.5);t(_socket.gethostbyname,'127.0.0.1');t(_socket.getservbyname,'nope');t(_socket.getprotobyname,'nope');t(_socket.getnameinfo,('127.0.0.1',80),3);t(_socket.getnameinfo,5,3);t(_socket.getnameinfo,('x',80),3);t(_socket.if_nametoindex,'nope');t(_socket.if_indextoname,999);t(_socket.CMSG_LEN,-1);t(_socket.CMSG_LEN,5);t(_socket.CMSG_SPACE,5);t(_socket.sethostname,5.5);t(_socket.getdefaulttimeout);t(_socket.setdefaulttimeout,-1);t(_socket.close,-1);t(_socket.dup,-1);t(_socket.socketpair,99)
t(_socket.getservbyport,-1);t(_socket.gethostbyname,5)
u=_socket.socket(1);t(u.bind,5);t(u.bind,'/'*200);t(u.connect,'/nope');t(u.getsockname);u.close()
v=_socket.socket(10);t(v.bind,('::1',));t(v.bind,('::1',0,-5));t(v.bind,('::1',0));print(v.getsockname()[0::2]);v.close()
l=_socket.socket(); l.bind(('127.0.0.1',0)); l.listen(); c=_socket.socket(); c.connect(l.getsockname()); fd,a=l._accept(); d=_socket.socket(fileno=fd); print(d.family,d.type,d.proto,a==c.getsockname())
c.sendall(b'hello'*1000); n=0
while n<5000: n+=len(d.recv(4096))
print(n); d.settimeout(0.05); t(d.recv,5); d.setblocking(False); t(d.recv,5); print(d.gettimeout(), d.getblocking())
a,b=_socket.socketpair(); print(a.sendmsg([b'ab',b'cd'])); print(b.recvmsg(10)); bb=bytearray(3); a.send(b'xyz'); print(b.recv_into(bb), bb)
import os
a.sendmsg([b'f'],[(_socket.SOL_SOCKET,_socket.SCM_RIGHTS,(0).to_bytes(4,'little'))]); m=b.recvmsg(10,_socket.CMSG_SPACE(4)); print(m[0],m[1][0][:2],m[2:])
x=_socket.socket(2,2); x.bind(('127.0.0.1',0)); y=_socket.socket(2,2); y.sendto(b'dg',x.getsockname()); print(x.recvfrom(10)[0])
for s in (a,b,c,d,l,x,y): s.close()
print(sorted(n for n in dir(_socket) if isinstance(getattr(_socket,n),int)).__len__(), _socket.AF_INET6, _socket.CAPI.__class__)
