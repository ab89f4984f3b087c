/* Tuples whose items have names. */
%struct PyStructSequence_Field =PyStructSequence_Field
%struct PyStructSequence_Desc =PyStructSequence_Desc
%data const char *const PyStructSequence_UnnamedField
%fn PyStructSequence_GetItem
%fn PyStructSequence_New
%fn PyTypeObject *PyStructSequence_NewType(PyStructSequence_Desc *)
%fn PyStructSequence_SetItem
%full
%fn void PyStructSequence_InitType(PyTypeObject *, PyStructSequence_Desc *)
%fn int PyStructSequence_InitType2(PyTypeObject *, PyStructSequence_Desc *)
%end
%full
typedef PyTupleObject PyStructSequence;
#define PyStructSequence_SET_ITEM PyStructSequence_SetItem
#define PyStructSequence_GET_ITEM PyStructSequence_GetItem
%end
