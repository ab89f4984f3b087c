//! `_types`: the types that have no other name.

use crate::code::PyCode;
use crate::frame::PyFrame;
use crate::function::PyFunction;
use crate::generator::{PyAsyncGen, PyCoro, PyGen};
use crate::traceback::PyTraceback;
use taipan_object::descr::{PyClassMethodDescr, PyGetSetDescr, PyMemberDescr, PyMethodWrapper};
use taipan_object::{
    Class, PyCFunction, PyCell, PyMappingProxy, PyMethod, PyMethodDescr, PyModule, PyResult, PyType, PyWrapperDescr,
    Thread, native_module, singletons,
};
use taipan_types::capsule::PyCapsule;
use taipan_types::generic_alias::PyGenericAlias;
use taipan_types::namespace::PySimpleNamespace;
use taipan_types::union::PyUnion;

/// Define names for built-in types.
#[native_module(name = "_types")]
pub mod types {
    use super::*;

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let types: [(&str, &PyType); 27] = [
            ("AsyncGeneratorType", PyAsyncGen::class()),
            ("BuiltinFunctionType", PyCFunction::class()),
            ("BuiltinMethodType", PyCFunction::class()),
            ("CapsuleType", PyCapsule::class()),
            ("CellType", PyCell::class()),
            ("ClassMethodDescriptorType", PyClassMethodDescr::class()),
            ("CodeType", PyCode::class()),
            ("CoroutineType", PyCoro::class()),
            ("EllipsisType", singletons::ellipsis().class()),
            ("FrameType", PyFrame::class()),
            ("FunctionType", PyFunction::class()),
            ("GeneratorType", PyGen::class()),
            ("GenericAlias", PyGenericAlias::class()),
            ("GetSetDescriptorType", PyGetSetDescr::class()),
            ("LambdaType", PyFunction::class()),
            ("MappingProxyType", PyMappingProxy::class()),
            ("MemberDescriptorType", PyMemberDescr::class()),
            ("MethodDescriptorType", PyMethodDescr::class()),
            ("MethodType", PyMethod::class()),
            ("MethodWrapperType", PyMethodWrapper::class()),
            ("ModuleType", PyModule::class()),
            ("NoneType", singletons::none().class()),
            ("NotImplementedType", singletons::not_implemented().class()),
            ("SimpleNamespace", PySimpleNamespace::class()),
            ("TracebackType", PyTraceback::class()),
            ("UnionType", PyUnion::class()),
            ("WrapperDescriptorType", PyWrapperDescr::class()),
        ];
        for (name, class) in types {
            module.set(t, name, class.as_object())?;
        }
        Ok(())
    }
}
