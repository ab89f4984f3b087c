/* Reading and writing marshalled values. */
%full
#define Py_MARSHAL_VERSION 5
%end
%full
%fn PyMarshal_ReadLastObjectFromFile
%fn PyMarshal_ReadLongFromFile
%fn PyMarshal_ReadObjectFromFile
%fn PyMarshal_ReadObjectFromString
%fn PyMarshal_ReadShortFromFile
%fn PyMarshal_WriteLongToFile
%fn PyMarshal_WriteObjectToFile
%fn PyMarshal_WriteObjectToString
%end
