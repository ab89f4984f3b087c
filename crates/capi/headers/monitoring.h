/* Events of native code for sys.monitoring. */
%full
#include "cpython/monitoring.h"
%end
