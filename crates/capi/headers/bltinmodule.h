/* Types that only builtins has. */
%data PyTypeObject PyFilter_Type
%data PyTypeObject PyMap_Type
%data PyTypeObject PyZip_Type
