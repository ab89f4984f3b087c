/* Hooks of auditing. */
typedef int (*Py_AuditHookFunction)(const char *event, PyObject *args, void *userdata);
%fn int PySys_AddAuditHook(Py_AuditHookFunction, void *)
