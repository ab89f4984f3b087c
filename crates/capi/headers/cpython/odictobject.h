/* collections.OrderedDict. */
typedef struct _odictobject PyODictObject;
%data PyTypeObject PyODictItems_Type
%data PyTypeObject PyODictIter_Type
%data PyTypeObject PyODictKeys_Type
%data PyTypeObject PyODictValues_Type
%data PyTypeObject PyODict_Type
%fn int PyODict_DelItem(PyObject *, PyObject *)
%fn PyObject *PyODict_New(void)
%fn int PyODict_SetItem(PyObject *, PyObject *, PyObject *)
#define PyODict_Check(op) PyObject_TypeCheck((op), &PyODict_Type)
#define PyODict_CheckExact(op) Py_IS_TYPE((op), &PyODict_Type)
#define PyODict_SIZE(op) PyDict_GET_SIZE((op))
#define PyODict_GetItem(od, key) PyDict_GetItem(_PyObject_CAST(od), (key))
#define PyODict_GetItemWithError(od, key) PyDict_GetItemWithError(_PyObject_CAST(od), (key))
#define PyODict_GetItemString(od, key) PyDict_GetItemString(_PyObject_CAST(od), (key))
#define PyODict_Contains(od, key) PyDict_Contains(_PyObject_CAST(od), (key))
#define PyODict_Size(od) PyDict_Size(_PyObject_CAST(od))
