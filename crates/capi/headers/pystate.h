/* Thread states and interpreter states, and taking the GIL from threads that Python does not know. */
#define MAX_CO_EXTRA_USERS 255
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;
%fn PyGILState_STATE PyGILState_Ensure(void)
%fn PyGILState_GetThisThreadState
%fn void PyGILState_Release(PyGILState_STATE)
%fn PyInterpreterState_Clear
%fn PyInterpreterState_Delete
%fn PyInterpreterState_New
%fn PyState_FindModule
%fn PyThreadState_Clear
%fn PyThreadState_Delete
%fn PyThreadState_Get
%fn PyThreadState_GetDict
%fn PyThreadState_New
%fn PyThreadState_SetAsyncExc
%fn PyThreadState_Swap
%since 3.3
%fn PyState_AddModule
%fn PyState_RemoveModule
%end
%since 3.7
%fn PyInterpreterState_GetID
%end
%since 3.8
%fn PyInterpreterState_GetDict
%end
%since 3.9
%fn PyInterpreterState_Get
%fn PyFrameObject *PyThreadState_GetFrame(PyThreadState *)
%fn PyThreadState_GetID
%fn PyThreadState_GetInterpreter
%end
#define PyThreadState_GET() PyThreadState_Get()
%full
#include "cpython/pystate.h"
%end
