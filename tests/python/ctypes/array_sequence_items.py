"""array.array through PySequence_SetItem and PySequence_DelItem, which take the sequence slots."""
import array
import ctypes

set_item = ctypes.pythonapi.PySequence_SetItem
set_item.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.py_object]
delete_item = ctypes.pythonapi.PySequence_DelItem
delete_item.argtypes = [ctypes.py_object, ctypes.c_ssize_t]
items = array.array("i", [1, 2, 3])
set_item(items, -1, 9)
print(items)
for function, *args in (set_item, 5, 1), (set_item, -7, 1), (set_item, 0, "x"), (delete_item, 8):
    try:
        function(items, *args)
    except Exception as error:
        print(type(error).__name__, error)
delete_item(items, 0)
print(items)
items.reverse()
items.byteswap()
print(items)
