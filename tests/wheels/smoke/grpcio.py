"""A server and a client with generic handlers."""
from concurrent import futures
import grpc


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method == "/test/Echo":
            return grpc.unary_unary_rpc_method_handler(lambda request, context: request[::-1])
        if details.method == "/test/Count":
            return grpc.unary_stream_rpc_method_handler(lambda request, context: (b"%d" % i for i in range(int(request))))
        return None


server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Handler()])
port = server.add_insecure_port("127.0.0.1:0")
server.start()
with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
    print(channel.unary_unary("/test/Echo")(b"abc", timeout=20))
    print(list(channel.unary_stream("/test/Count")(b"4", timeout=20)))
    try:
        channel.unary_unary("/test/None")(b"", timeout=20)
    except grpc.RpcError as error:
        print(error.code(), error.details())
server.stop(None).wait()
