/* Types with arguments, as in list[int]. */
%data PyTypeObject Py_GenericAliasType
%fn Py_GenericAlias
