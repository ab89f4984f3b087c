/* Once caught signals of floating-point arithmetic; now does nothing. */
#define PyFPE_START_PROTECT(err_string, leave_stmt)
#define PyFPE_END_PROTECT(v)
