/* Auditing events. */
%since 3.13
%fn PySys_Audit
%fn PySys_AuditTuple
%end
%full
#include "cpython/audit.h"
%end
