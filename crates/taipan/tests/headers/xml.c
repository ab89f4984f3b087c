/* Parses XML by the functions of the capsule pyexpat.expat_CAPI, which are Expat's. What is used of expat.h is declared
   here, so that the module compiles without it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

#define Expat_INCLUDED
typedef char XML_Char;
typedef char XML_LChar;
typedef unsigned char XML_Bool;
typedef unsigned long XML_Size;
typedef struct XML_ParserStruct *XML_Parser;
enum XML_Status { XML_STATUS_ERROR, XML_STATUS_OK };
enum XML_Error { XML_ERROR_NONE, XML_ERROR_NO_MEMORY };
typedef struct {
    void *(*malloc_fcn)(size_t);
    void *(*realloc_fcn)(void *, size_t);
    void (*free_fcn)(void *);
} XML_Memory_Handling_Suite;
typedef struct {
    int map[256];
    void *data;
    int (*convert)(void *, const char *);
    void (*release)(void *);
} XML_Encoding;
typedef void (*XML_StartElementHandler)(void *, const XML_Char *, const XML_Char **);
typedef void (*XML_EndElementHandler)(void *, const XML_Char *);
typedef void (*XML_CharacterDataHandler)(void *, const XML_Char *, int);
typedef void (*XML_ProcessingInstructionHandler)(void *, const XML_Char *, const XML_Char *);
typedef void (*XML_CommentHandler)(void *, const XML_Char *);
typedef void (*XML_DefaultHandler)(void *, const XML_Char *, int);
typedef void (*XML_StartDoctypeDeclHandler)(void *, const XML_Char *, const XML_Char *, const XML_Char *, int);
typedef void (*XML_StartNamespaceDeclHandler)(void *, const XML_Char *, const XML_Char *);
typedef void (*XML_EndNamespaceDeclHandler)(void *, const XML_Char *);
typedef int (*XML_UnknownEncodingHandler)(void *, const XML_Char *, XML_Encoding *);
#include <pyexpat.h>

static struct PyExpat_CAPI *expat;

typedef struct {
    XML_Parser parser;
    PyObject *events;
    int releases;
    int stop_at;
} State;

/* Notes an event with its place, and counts down to where all handlers are taken away. */
static void
note(State *state, PyObject *event)
{
    if (event != NULL) {
        PyObject *pair = Py_BuildValue("(kkN)", (unsigned long)expat->GetErrorLineNumber(state->parser),
                                       (unsigned long)expat->GetErrorColumnNumber(state->parser), event);
        if (pair != NULL) {
            PyList_Append(state->events, pair);
            Py_DECREF(pair);
        }
    }
    if (--state->stop_at == 0) {
        expat->SetElementHandler(state->parser, NULL, NULL);
        expat->SetCharacterDataHandler(state->parser, NULL);
        expat->SetDefaultHandlerExpand(state->parser, NULL);
    }
}

static void
start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    PyObject *all = PyList_New(0);
    for (; all != NULL && *attributes != NULL; attributes += 2) {
        PyObject *pair = Py_BuildValue("(ss)", attributes[0], attributes[1]);
        PyList_Append(all, pair);
        Py_XDECREF(pair);
    }
    note(data, Py_BuildValue("(ssN)", "start", name, all));
}

static void
end(void *data, const XML_Char *name)
{
    note(data, Py_BuildValue("(ss)", "end", name));
}

static void
text(void *data, const XML_Char *s, int len)
{
    note(data, Py_BuildValue("(ss#)", "text", s, (Py_ssize_t)len));
}

static void
other(void *data, const XML_Char *s, int len)
{
    note(data, Py_BuildValue("(ss#)", "default", s, (Py_ssize_t)len));
}

static void
instruction(void *data, const XML_Char *target, const XML_Char *content)
{
    note(data, Py_BuildValue("(sss)", "pi", target, content));
}

static void
comment(void *data, const XML_Char *s)
{
    note(data, Py_BuildValue("(ss)", "comment", s));
}

static void
doctype(void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    note(data, Py_BuildValue("(szzzi)", "doctype", name, system, public, internal));
}

static void
start_namespace(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    note(data, Py_BuildValue("(szz)", "namespace", prefix, uri));
}

static void
end_namespace(void *data, const XML_Char *prefix)
{
    note(data, Py_BuildValue("(sz)", "namespace ends", prefix));
}

static int
convert(void *data, const char *s)
{
    (void)data;
    const unsigned char *bytes = (const unsigned char *)s;
    return bytes[1] == 0xff ? -1 : (bytes[0] - 0x80) * 256 + bytes[1];
}

static void
release(void *data)
{
    ((State *)data)->releases++;
}

/* "x-pairs": bytes from 0x80 on begin pairs. "x-bad": no way to read them. "x-moved": letters elsewhere. Python's others. */
static int
unknown(void *data, const XML_Char *name, XML_Encoding *info)
{
    State *state = data;
    note(state, Py_BuildValue("(ss)", "encoding", name));
    if (name[0] != 'x' || name[1] != '-') {
        return expat->DefaultUnknownEncodingHandler(NULL, name, info);
    }
    for (int i = 0; i < 256; i++) {
        info->map[i] = i < 0x80 ? i : -2;
    }
    info->map[0xff] = -1;
    info->map[0xfe] = 0x20ac;
    if (strcmp(name, "x-moved") == 0) {
        info->map['a'] = 'b';
    }
    info->data = state;
    info->convert = strcmp(name, "x-bad") == 0 ? NULL : convert;
    info->release = release;
    return strcmp(name, "x-refused") != 0;
}

/* parse(pieces, encoding, separator, listen, stop_at, hostile) -> (events, status, error, message, line, column, releases) */
static PyObject *
parse(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *pieces;
    const char *encoding, *separator, *listen;
    int hostile;
    State state = {NULL, NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "O!zzsii", &PyTuple_Type, &pieces, &encoding, &separator, &listen, &state.stop_at, &hostile)) {
        return NULL;
    }
    XML_Memory_Handling_Suite memory = {PyMem_Malloc, PyMem_Realloc, PyMem_Free};
    state.parser = expat->ParserCreate_MM(encoding, &memory, separator);
    if (state.parser == NULL) {
        return PyErr_NoMemory();
    }
    state.events = PyList_New(0);
    if (state.events == NULL) {
        return NULL;
    }
    expat->SetUserData(state.parser, &state);
    expat->SetHashSalt(state.parser, 42);
    if (strchr(listen, 'e')) expat->SetElementHandler(state.parser, start, end);
    if (strchr(listen, 't')) expat->SetCharacterDataHandler(state.parser, text);
    if (strchr(listen, 'd')) expat->SetDefaultHandlerExpand(state.parser, other);
    if (strchr(listen, 'p')) expat->SetProcessingInstructionHandler(state.parser, instruction);
    if (strchr(listen, 'c')) expat->SetCommentHandler(state.parser, comment);
    if (strchr(listen, 'D')) expat->SetStartDoctypeDeclHandler(state.parser, doctype);
    if (strchr(listen, 'n')) expat->SetNamespaceDeclHandler(state.parser, start_namespace, end_namespace);
    if (strchr(listen, 'u')) expat->SetUnknownEncodingHandler(state.parser, unknown, &state);
    if (hostile) {
        expat->SetBillionLaughsAttackProtectionActivationThreshold(state.parser, 100);
        expat->SetBillionLaughsAttackProtectionMaximumAmplification(state.parser, 2.0f);
    }
    enum XML_Status status = XML_STATUS_OK;
    for (Py_ssize_t i = 0; i <= PyTuple_GET_SIZE(pieces) && status == XML_STATUS_OK && !PyErr_Occurred(); i++) {
        if (i == PyTuple_GET_SIZE(pieces)) {
            status = expat->Parse(state.parser, "", 0, 1);
        }
        else {
            PyObject *piece = PyTuple_GET_ITEM(pieces, i);
            status = expat->Parse(state.parser, PyBytes_AsString(piece), (int)PyBytes_Size(piece), 0);
        }
    }
    enum XML_Error error = expat->GetErrorCode(state.parser);
    unsigned long line = expat->GetErrorLineNumber(state.parser), column = expat->GetErrorColumnNumber(state.parser);
    expat->ParserFree(state.parser);
    if (PyErr_Occurred()) {
        Py_DECREF(state.events);
        return NULL;
    }
    return Py_BuildValue("(Niizkki)", state.events, (int)status, (int)error, expat->ErrorString(error), line, column,
                         state.releases);
}

/* What calls without a document or with odd arguments give. */
static PyObject *
corners(PyObject *module, PyObject *none)
{
    (void)module, (void)none;
    XML_Parser parser = expat->ParserCreate_MM(NULL, NULL, NULL);
    PyObject *list = PyList_New(0);
#define SEE(value) do { \
        PyObject *number = PyLong_FromLong((long)(value)); \
        PyList_Append(list, number); \
        Py_DECREF(number); \
    } while (0)
    SEE(expat->Parse(parser, NULL, 3, 0));
    SEE(expat->GetErrorCode(parser));
    SEE(expat->Parse(parser, "x", -1, 0));
    SEE(expat->SetEncoding(parser, "utf-8"));
    SEE(expat->SetEncoding(parser, NULL));
    SEE(expat->SetHashSalt(parser, 1));
    SEE(expat->SetReparseDeferralEnabled(parser, 0));
    SEE(expat->SetReparseDeferralEnabled(parser, 2));
    SEE(expat->SetReparseDeferralEnabled(NULL, 1));
    SEE(expat->SetAllocTrackerActivationThreshold(parser, 1000));
    SEE(expat->SetAllocTrackerActivationThreshold(NULL, 1000));
    SEE(expat->SetAllocTrackerMaximumAmplification(parser, 0.5f));
    SEE(expat->SetAllocTrackerMaximumAmplification(parser, 2.0f));
    SEE(expat->SetBillionLaughsAttackProtectionMaximumAmplification(parser, 0.5f));
    SEE(expat->Parse(parser, "<a>", 3, 0));
    SEE(expat->GetErrorCode(parser));
    SEE(expat->SetEncoding(parser, "utf-8"));
    SEE(expat->SetHashSalt(parser, 1));
    SEE(expat->Parse(parser, "</a>", 4, 1));
    SEE(expat->Parse(parser, "<b/>", 4, 1));
    SEE(expat->GetErrorCode(parser));
    expat->ParserFree(parser);
    expat->ParserFree(NULL);
    SEE(expat->ErrorString(0) == NULL);
    SEE(expat->ErrorString(1000) == NULL);
    SEE(expat->GetErrorCode(NULL));
    return list;
}

static PyMethodDef methods[] = {
    {"parse", parse, METH_VARARGS, NULL},
    {"corners", corners, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int
exec(PyObject *module)
{
    expat = PyCapsule_Import(PyExpat_CAPSULE_NAME, 0);
    if (expat == NULL) {
        return -1;
    }
    if (strcmp(expat->magic, PyExpat_CAPI_MAGIC) != 0 || (size_t)expat->size < sizeof(struct PyExpat_CAPI)) {
        PyErr_SetString(PyExc_ImportError, "pyexpat's table is another");
        return -1;
    }
    return PyModule_Add(module, "version", Py_BuildValue("(iii)", expat->MAJOR_VERSION, expat->MINOR_VERSION,
                                                         expat->MICRO_VERSION));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)exec},
    {0, NULL},
};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "xml_by_c", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_xml_by_c(void)
{
    return PyModuleDef_Init(&definition);
}
