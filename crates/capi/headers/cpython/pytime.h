/* Time in nanoseconds. */
typedef int64_t PyTime_t;
#define PyTime_MIN INT64_MIN
#define PyTime_MAX INT64_MAX
%fn PyTime_AsSecondsDouble
%fn int PyTime_Monotonic(PyTime_t *)
%fn int PyTime_MonotonicRaw(PyTime_t *)
%fn int PyTime_PerfCounter(PyTime_t *)
%fn int PyTime_PerfCounterRaw(PyTime_t *)
%fn int PyTime_Time(PyTime_t *)
%fn int PyTime_TimeRaw(PyTime_t *)
