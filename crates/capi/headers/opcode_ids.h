/* Instructions by number. */
%opcodes
/* Instructions from here on use their argument, are specialised, or are traced. */
#define HAVE_ARGUMENT 43
#define MIN_SPECIALIZED_OPCODE 129
#define MIN_INSTRUMENTED_OPCODE 234
