/* complex: its value, and arithmetic on such values. */
typedef struct {
    double real;
    double imag;
} Py_complex;
typedef struct {
    PyObject_HEAD
    Py_complex cval;
} PyComplexObject;
%fn Py_complex PyComplex_AsCComplex(PyObject *)
%fn PyObject *PyComplex_FromCComplex(Py_complex)
%fn double _Py_c_abs(Py_complex)
%fn Py_complex _Py_c_diff(Py_complex, Py_complex)
%fn Py_complex _Py_c_neg(Py_complex)
%fn Py_complex _Py_c_pow(Py_complex, Py_complex)
%fn Py_complex _Py_c_prod(Py_complex, Py_complex)
%fn Py_complex _Py_c_quot(Py_complex, Py_complex)
%fn Py_complex _Py_c_sum(Py_complex, Py_complex)
