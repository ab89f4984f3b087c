//! Compiled extension modules: C that declares what it uses of the C API is compiled, imported and used.

mod compiler;

use compiler::{Folder, compile, our_headers, their_headers};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/extensions")
}

#[test]
fn modules_are_loaded_and_used() {
    let folder = Folder::new("extensions");
    for name in ["single", "multi", "events", "nomemory", "ending"] {
        let source = sources().join(format!("{name}.c"));
        let target = folder.0.join(format!("{name}.so"));
        let (source, target) = (source.to_string_lossy(), target.to_string_lossy());
        if !compile(&["-shared", "-fPIC", "-O1", "-pthread", "-o", &target, &source]) {
            return;
        }
    }
    for script in ["use", "use_events", "use_nomemory", "use_ending"] {
        let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
            .arg(sources().join(format!("{script}.py")))
            .env("PYTHONPATH", &folder.0)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .expect("the interpreter starts");
        let recorded = sources().join(format!("{script}.out"));
        let expected = std::fs::read_to_string(recorded).expect("the recorded output");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Frames that C code has made can be run.
#[test]
fn frames_run_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_taipan"))
        .arg(sources().join("frames.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("the interpreter starts");
    let expected = std::fs::read_to_string(sources().join("frames.out")).expect("the recorded output");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
}

/// Structure sizes and field offsets of the crate `abi`, with the C expressions that must have the same values.
macro_rules! facts {
    ($($ty:ident: $($field:ident)*;)*) => {
        vec![$(
            (format!("sizeof({})", stringify!($ty)), size_of::<taipan_runtime::abi::$ty>()),
            $((
                format!("offsetof({}, {})", stringify!($ty), stringify!($field)),
                core::mem::offset_of!(taipan_runtime::abi::$ty, $field),
            ),)*
        )*]
    };
}

#[test]
fn layouts_are_those_of_the_headers() {
    let facts = facts! {
        PyObject: ob_refcnt ob_type;
        PyVarObject: ob_size;
        PyTypeObject: tp_name tp_basicsize tp_itemsize tp_dealloc tp_vectorcall_offset tp_getattr tp_setattr tp_as_async
            tp_repr tp_as_number tp_as_sequence tp_as_mapping tp_hash tp_call tp_str tp_getattro tp_setattro
            tp_as_buffer tp_flags tp_doc tp_traverse tp_clear tp_richcompare tp_weaklistoffset tp_iter tp_iternext
            tp_methods tp_members tp_getset tp_base tp_dict tp_descr_get tp_descr_set tp_dictoffset tp_init tp_alloc
            tp_new tp_free tp_is_gc tp_bases tp_mro tp_cache tp_subclasses tp_weaklist tp_del tp_version_tag
            tp_finalize tp_vectorcall tp_watched tp_versions_used;
        PyHeapTypeObject: as_async as_number as_mapping as_sequence as_buffer ht_name ht_slots ht_qualname
            ht_cached_keys ht_module _ht_tpname ht_token _spec_cache;
        PyNumberMethods: nb_add nb_index nb_matrix_multiply nb_inplace_matrix_multiply;
        PySequenceMethods: sq_length sq_item sq_contains sq_inplace_repeat;
        PyMappingMethods: mp_length mp_subscript mp_ass_subscript;
        PyAsyncMethods: am_await am_send;
        PyBufferProcs: bf_getbuffer bf_releasebuffer;
        PyMethodDef: ml_name ml_meth ml_flags ml_doc;
        PyGetSetDef: name get set doc closure;
        PyMemberDef: name offset flags doc;
        PyType_Slot: slot pfunc;
        PyType_Spec: name basicsize itemsize flags slots;
        PyModuleDef_Base: m_init m_index m_copy;
        PyModuleDef: m_name m_doc m_size m_methods m_slots m_traverse m_clear m_free;
        PyModuleDef_Slot: slot value;
        Py_buffer: buf obj len itemsize readonly ndim format shape strides suboffsets internal;
        PyListObject: ob_item allocated;
        PyTupleObject: ob_hash ob_item;
        PyBytesObject: ob_shash ob_sval;
        PyByteArrayObject: ob_alloc ob_bytes ob_start ob_exports;
        PyFloatObject: ob_fval;
        PyComplexObject: ;
        PyDictObject: ma_used ma_keys ma_values;
        PySetObject: fill used mask table hash finger smalltable weakreflist;
        PySliceObject: start stop step;
        PyASCIIObject: length hash state;
        PyCompactUnicodeObject: utf8_length utf8;
        PyCFunctionObject: m_ml m_self m_module m_weakreflist vectorcall;
        PyCMethodObject: mm_class;
        PyMethodObject: im_func im_self im_weakreflist vectorcall;
        PyCellObject: ob_ref;
        PyFunctionObject: func_globals func_builtins func_name func_qualname func_code func_defaults func_kwdefaults
            func_closure func_doc func_dict func_weakreflist func_module func_annotations func_annotate
            func_typeparams vectorcall func_version;
        PyCodeObject: co_consts co_names co_exceptiontable co_flags co_argcount co_posonlyargcount co_kwonlyargcount
            co_stacksize co_firstlineno co_nlocalsplus co_framesize co_nlocals co_ncellvars co_nfreevars co_version
            co_localsplusnames co_localspluskinds co_filename co_name co_qualname co_linetable;
        PyDescrObject: d_type d_name d_qualname;
        PyMethodDescrObject: d_method vectorcall;
        PyMemberDescrObject: d_member;
        PyGetSetDescrObject: d_getset;
        PyWrapperDescrObject: d_base d_wrapped;
        PyBaseExceptionObject: dict args notes traceback context cause suppress_context;
        PySyntaxErrorObject: msg filename lineno offset text;
        PyImportErrorObject: msg name path name_from;
        PyUnicodeErrorObject: encoding object start end reason;
        PySystemExitObject: code;
        PyOSErrorObject: myerrno strerror filename filename2 written;
        PyStopIterationObject: value;
        PyNameErrorObject: name;
        PyAttributeErrorObject: obj name;
        PyTracebackObject: tb_next tb_frame tb_lasti tb_lineno;
        PyWeakReference: wr_object wr_callback hash wr_prev wr_next;
        PyThreadState: prev next interp eval_breaker holds_gil state py_recursion_remaining py_recursion_limit tracing
            what_event current_frame c_profilefunc c_tracefunc c_profileobj c_traceobj current_exception exc_info dict
            gilstate_counter async_exc thread_id native_thread_id delete_later critical_section
            coroutine_origin_tracking_depth async_gen_firstiter async_gen_finalizer context context_ver id
            datastack_chunk datastack_top datastack_limit exc_state current_executor datastack_cached_chunk;
        PyMemAllocatorEx: ctx malloc calloc realloc free;
        Py_tss_t: _is_initialized _key;
    };
    let mut probe =
        "#include <Python.h>\n#include <structmember.h>\n#include <frameobject.h>\n#include <stddef.h>\n".to_string();
    for (expression, value) in &facts {
        // Two structures have names of their own in C.
        let _ = writeln!(probe, "_Static_assert({expression} == {value}, \"{expression}\");");
    }
    let folder = Folder::new("layouts");
    let source = folder.file("probe.c");
    std::fs::write(&source, probe).expect("a file");
    if their_headers().is_none() {
        eprintln!("skipped: no headers of CPython 3.14 (set TAIPAN_PYTHON_HEADERS to their folder)");
    }
    for include in std::iter::once(our_headers()).chain(their_headers()) {
        compile(&["-fsyntax-only", &format!("-I{}", include.display()), &source]);
    }
}
