/* Frame objects. */
#include "pycore_typedefs.h"
%struct PyFrameObject _frame
/* States of a generator. */
typedef enum _framestate {
    FRAME_CREATED = -3,
    FRAME_SUSPENDED = -2,
    FRAME_SUSPENDED_YIELD_FROM = -1,
    FRAME_EXECUTING = 0,
    FRAME_COMPLETED = 1,
    FRAME_CLEARED = 4
} PyFrameState;
#define FRAME_STATE_SUSPENDED(s) ((s) == FRAME_SUSPENDED || (s) == FRAME_SUSPENDED_YIELD_FROM)
#define FRAME_STATE_FINISHED(s) ((s) >= FRAME_COMPLETED)
