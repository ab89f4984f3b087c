/* Taipan's C API: cpython/monitoring.h. Made by `cargo xtask headers` from crates/capi/headers/cpython/monitoring.h. */
#ifndef Py_PYTHON_H
#  include "../Python.h"
#endif
#ifndef Py_CPYTHON_MONITORING_H
#define Py_CPYTHON_MONITORING_H
#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif
/* Events of native code for sys.monitoring. Those before RAISE belong to places in code. */
#define _PY_MONITORING_LOCAL_EVENTS 11
#define PY_MONITORING_IS_INSTRUMENTED_EVENT(ev) ((ev) < _PY_MONITORING_LOCAL_EVENTS)
#define PY_MONITORING_EVENT_PY_START 0
#define PY_MONITORING_EVENT_PY_RESUME 1
#define PY_MONITORING_EVENT_PY_RETURN 2
#define PY_MONITORING_EVENT_PY_YIELD 3
#define PY_MONITORING_EVENT_CALL 4
#define PY_MONITORING_EVENT_LINE 5
#define PY_MONITORING_EVENT_INSTRUCTION 6
#define PY_MONITORING_EVENT_JUMP 7
#define PY_MONITORING_EVENT_BRANCH_LEFT 8
#define PY_MONITORING_EVENT_BRANCH_RIGHT 9
#define PY_MONITORING_EVENT_STOP_ITERATION 10
#define PY_MONITORING_EVENT_RAISE 11
#define PY_MONITORING_EVENT_EXCEPTION_HANDLED 12
#define PY_MONITORING_EVENT_PY_UNWIND 13
#define PY_MONITORING_EVENT_PY_THROW 14
#define PY_MONITORING_EVENT_RERAISE 15
#define PY_MONITORING_EVENT_C_RETURN 16
#define PY_MONITORING_EVENT_C_RAISE 17
#define PY_MONITORING_EVENT_BRANCH 18

/* Whether anybody listens at a place. */
typedef struct _PyMonitoringState {
    uint8_t active;
    uint8_t opaque;
} PyMonitoringState;
/* Brings the states of the events of a piece of native code up to date, unless nothing has
   changed since version. */
PyAPI_FUNC(int) PyMonitoring_EnterScope(PyMonitoringState *states, uint64_t *version, const uint8_t *events, Py_ssize_t n);
/* The piece of native code has ended. */
PyAPI_FUNC(int) PyMonitoring_ExitScope(void);
PyAPI_FUNC(int) _PyMonitoring_FireBranchEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireBranchLeftEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireBranchRightEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireCRaiseEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireCReturnEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireCallEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireExceptionHandledEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireJumpEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
/* Reports that native code has reached a line to tools. */
PyAPI_FUNC(int) _PyMonitoring_FireLineEvent(PyMonitoringState *state, PyObject *codelike, int32_t offset, int line);
PyAPI_FUNC(int) _PyMonitoring_FirePyResumeEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyReturnEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FirePyStartEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyThrowEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyUnwindEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyYieldEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireRaiseEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireReraiseEvent(PyMonitoringState *, PyObject *, int32_t);
/* Reports that a generator in native code has ended, with a value or an exception, to tools. */
PyAPI_FUNC(int) _PyMonitoring_FireStopIterationEvent(PyMonitoringState *state, PyObject *codelike, int32_t offset, PyObject *value);
/* Events are reported where somebody listens. */
#define _PY_MONITORING_FIRE(name, more, rest) \
    static inline int PyMonitoring_##name more \
    { \
        return state->active ? _PyMonitoring_##name rest : 0; \
    }
#define _PY_MONITORING_PLACE PyMonitoringState *state, PyObject *codelike, int32_t offset
_PY_MONITORING_FIRE(FirePyStartEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FirePyResumeEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FirePyReturnEvent, (_PY_MONITORING_PLACE, PyObject *retval), (state, codelike, offset, retval))
_PY_MONITORING_FIRE(FirePyYieldEvent, (_PY_MONITORING_PLACE, PyObject *retval), (state, codelike, offset, retval))
_PY_MONITORING_FIRE(FireCallEvent, (_PY_MONITORING_PLACE, PyObject *callable, PyObject *arg0),
    (state, codelike, offset, callable, arg0))
_PY_MONITORING_FIRE(FireLineEvent, (_PY_MONITORING_PLACE, int lineno), (state, codelike, offset, lineno))
_PY_MONITORING_FIRE(FireJumpEvent, (_PY_MONITORING_PLACE, PyObject *target), (state, codelike, offset, target))
_PY_MONITORING_FIRE(FireBranchLeftEvent, (_PY_MONITORING_PLACE, PyObject *target), (state, codelike, offset, target))
_PY_MONITORING_FIRE(FireBranchRightEvent, (_PY_MONITORING_PLACE, PyObject *target), (state, codelike, offset, target))
_PY_MONITORING_FIRE(FireCReturnEvent, (_PY_MONITORING_PLACE, PyObject *retval), (state, codelike, offset, retval))
_PY_MONITORING_FIRE(FirePyThrowEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FireRaiseEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FireCRaiseEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FireReraiseEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FireExceptionHandledEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FirePyUnwindEvent, (_PY_MONITORING_PLACE), (state, codelike, offset))
_PY_MONITORING_FIRE(FireStopIterationEvent, (_PY_MONITORING_PLACE, PyObject *value), (state, codelike, offset, value))
#undef _PY_MONITORING_FIRE
#undef _PY_MONITORING_PLACE
#ifdef __cplusplus
}
#endif
#endif
#endif
