"""Compile a function with LLVM and call it."""
import ctypes
import llvmlite.binding as llvm
from llvmlite import ir

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()
module = ir.Module("m")
double = ir.DoubleType()
function = ir.Function(module, ir.FunctionType(double, (double, double)), "f")
builder = ir.IRBuilder(function.append_basic_block("entry"))
builder.ret(builder.fadd(builder.fmul(*function.args), ir.Constant(double, 1)))
parsed = llvm.parse_assembly(str(module))
parsed.verify()
engine = llvm.create_mcjit_compiler(parsed, llvm.Target.from_default_triple().create_target_machine())
engine.finalize_object()
print(ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(engine.get_function_address("f"))(3, 4))
try:
    llvm.parse_assembly("nonsense")
except RuntimeError as error:
    print(str(error).splitlines()[0])
