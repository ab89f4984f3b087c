/* Words of the evaluation stack and of code. */

/* An object pointer whose low bit says that the reference is not counted, or a small integer with both low bits set. */
typedef union _PyStackRef {
    uintptr_t bits;
} _PyStackRef;

typedef struct {
    uint16_t value_and_backoff;
} _Py_BackoffCounter;
/* An instruction, or data behind one. */
typedef union {
    uint16_t cache;
    struct {
        uint8_t code;
        uint8_t arg;
    } op;
    _Py_BackoffCounter counter;
} _Py_CODEUNIT;
