/* enumerate and reversed. */
%data PyTypeObject PyEnum_Type
%data PyTypeObject PyReversed_Type
