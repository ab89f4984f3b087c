/* Tables of modules that are part of a program. */
struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};
struct _frozen {
    const char *name;
    const unsigned char *code;
    int size;
    int is_package;
};
%data const struct _frozen *PyImport_FrozenModules
%data struct _inittab *PyImport_Inittab
%fn int PyImport_ExtendInittab(struct _inittab *)
%fn PyImport_ImportModuleAttr
%fn PyImport_ImportModuleAttrString
