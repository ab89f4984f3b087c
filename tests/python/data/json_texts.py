import _json, json
from json import decoder, encoder
def t(s):
    print(s,'->',end=' ')
    try: print(repr(eval(s)))
    except BaseException as e: print(type(e).__name__, str(e)[:14] if isinstance(e,RecursionError) else e)
d=json.loads
for s in ["_json.scanstring('abc',0)","_json.scanstring('a\\\\u12',0)","_json.scanstring('a\\n\"',0)","_json.scanstring('a\\\\q\"',0)","_json.scanstring('a\\\\',0)","_json.scanstring(b'a',0)","_json.scanstring('a\"',5)","_json.scanstring('a\\\\ud83d\\\\ude00\"',0)","_json.scanstring('a\\\\ud83dx\"',0)","_json.scanstring('a\"',-1)","_json.scanstring('\\x01\"',0,False)","d('[1,]')","d('{\"a\":1,}')","d('[1 2]')","d('{1:2}')","d('{')","d('[')","d('')","d('nul')","d('-')","d('1.')","d('1e')","d('01')","d('{\"a\" 1}')","d('{\"a\":}')","d('{\"a\":1 \"b\"}')","d('[1')","d('[1,')","d('{\"a\"')","d('{\"a\":1')","d('{\"a\":1,')","d('{,}')","d('NaN'),d('-Infinity'),d('Infinity')","d('\"abc')","d('1 2')","d('1'*5000)","d('-1.5e3'),d('0'),d('-0'),d('1E400')","_json.encode_basestring('é\"\\n\\x00')","_json.encode_basestring_ascii('é\"\\n\\x00\\x7f\\U0001f600')","_json.encode_basestring(1)","_json.encode_basestring_ascii(b'')","json.dumps(float('nan'),allow_nan=False)","json.dumps({(1,):2})","json.dumps({1:2,None:3,True:4,1.5:5})","json.dumps({b'a':1})","json.dumps(object())","json.dumps([1,[2,{'a':'b'}]],indent=2)","json.dumps({'b':1,'a':2},sort_keys=True)","json.dumps({'b':1,1:2},sort_keys=True)","json.dumps({(1,):1,'a':2},skipkeys=True)","json.dumps([1.0,1e100,-0.0,float('inf')])","json.dumps(2**100)","json.dumps('\\ud800')","json.dumps([],indent=2),json.dumps({},indent=2),json.dumps((),indent='x')","json.dumps([1,2],indent=0)","json.dumps({'a':[1]},indent='--',separators=('!','?'))","_json.make_scanner(5)","_json.make_encoder(1,2,3,4,5,6,7,8,9)","_json.make_encoder(1,2,3,4,'','',7,8,9)","_json.make_scanner(json.decoder.JSONDecoder())('[1]',0)","_json.make_scanner(json.decoder.JSONDecoder())('[1]',5)","_json.make_scanner(json.decoder.JSONDecoder())('[1]',-1)","_json.make_scanner(json.decoder.JSONDecoder()).strict","json.loads('{\"a\":1,\"a\":2}',object_pairs_hook=list)","json.loads('[1.5,2]',parse_float=str,parse_int=repr)","json.loads('NaN',parse_constant=repr)", "json.dumps({'a':1},default=5)","list(json.JSONEncoder(check_circular=False).iterencode([1,{'a':2}]))","list(json.JSONEncoder(indent=1).iterencode([1,{'a':2}]))", "json.loads('\\ufeff1')","json.loads('[\"ü\\u1234\\U0001f600\", {\"k\\\\n\": \"\\\\u00fc\"}]')","json.loads(b'[1]'),json.loads('[1]'.encode('utf-16'))","json.dumps({(1,):1},skipkeys=True,indent=1)","json.dumps(['é'],ensure_ascii=False)"]: t(s)
l=[]; l.append(l)
t("json.dumps(l)")
m={}; m['a']=m; t("json.dumps(m)")
class I(int):
    def __repr__(s): return 'I'
    __str__=__repr__
class F(float):
    def __repr__(s): return 'F'
t("json.dumps([I(3),F(2.5),{I(3):1,F(2.5):1}])")
def notes(f):
    try: f()
    except Exception as e: print(e.__notes__)
notes(lambda: json.dumps({'a':[1,object()]}))
notes(lambda: json.dumps({1:(object(),)}))
a=json.loads('[{"key":1},{"key":2}]'); print(list(a[0])[0] is list(a[1])[0])
