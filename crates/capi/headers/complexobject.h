/* complex. */
%data PyTypeObject PyComplex_Type
%fn PyComplex_FromDoubles
%fn PyComplex_ImagAsDouble
%fn PyComplex_RealAsDouble
#define PyComplex_Check(op) PyObject_TypeCheck((op), &PyComplex_Type)
#define PyComplex_CheckExact(op) Py_IS_TYPE((op), &PyComplex_Type)
%full
#include "cpython/complexobject.h"
%end
