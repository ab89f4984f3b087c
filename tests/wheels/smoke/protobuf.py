"""Messages of a descriptor made at run time, binary, text and JSON form."""
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message, message_factory, text_format, timestamp_pb2
from google.protobuf.internal import api_implementation

file = descriptor_pb2.FileDescriptorProto(name="t.proto", package="t", syntax="proto3")
m = file.message_type.add(name="M")
for number, (name, kind, label) in enumerate([("i", 5, 1), ("s", 9, 1), ("r", 1, 3), ("b", 12, 1)], 1):
    m.field.add(name=name, number=number, type=kind, label=label)
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
M = message_factory.GetMessageClass(pool.FindMessageTypeByName("t.M"))
x = M(i=-3, s="ü", r=[1.5, 2.5], b=b"\x00")
data = x.SerializeToString()
print(api_implementation.Type(), data, M.FromString(data) == x, text_format.MessageToString(x), json_format.MessageToDict(x))
x.r.extend([3.5])
x.ClearField("s")
print(len(x.r), [(f.name, v) for f, v in x.ListFields()], timestamp_pb2.Timestamp(seconds=5).ToJsonString())
try:
    M.FromString(b"\xff\xff")
except message.DecodeError as error:
    print(type(error).__name__)
try:
    x.i = "text"
except TypeError as error:
    print(type(error).__name__)
