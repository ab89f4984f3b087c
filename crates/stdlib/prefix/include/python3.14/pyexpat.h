/* Taipan's C API: pyexpat.h. Made by `cargo xtask headers` from crates/capi/headers/pyexpat.h. */
#ifndef Py_PYTHON_H
#  include "Python.h"
#endif
#ifndef PYEXPAT_H
#define PYEXPAT_H
#ifdef __cplusplus
extern "C" {
#endif
/* What the capsule pyexpat.expat_CAPI holds: functions of the XML parser, as Expat has them. Include expat.h first. */
#ifndef Py_LIMITED_API
#define PyExpat_CAPI_MAGIC "pyexpat.expat_CAPI 1.1"
#define PyExpat_CAPSULE_NAME "pyexpat.expat_CAPI"

#ifdef Expat_INCLUDED
struct PyExpat_CAPI {
    /* PyExpat_CAPI_MAGIC */
    char *magic;
    /* The size of the structure. */
    int size;
    /* The version of Expat as which the parser behaves. */
    int MAJOR_VERSION;
    int MINOR_VERSION;
    int MICRO_VERSION;
    const XML_LChar *(*ErrorString)(enum XML_Error);
    enum XML_Error (*GetErrorCode)(XML_Parser);
    XML_Size (*GetErrorColumnNumber)(XML_Parser);
    XML_Size (*GetErrorLineNumber)(XML_Parser);
    enum XML_Status (*Parse)(XML_Parser, const char *, int, int);
    XML_Parser (*ParserCreate_MM)(const XML_Char *, const XML_Memory_Handling_Suite *, const XML_Char *);
    void (*ParserFree)(XML_Parser);
    void (*SetCharacterDataHandler)(XML_Parser, XML_CharacterDataHandler);
    void (*SetCommentHandler)(XML_Parser, XML_CommentHandler);
    void (*SetDefaultHandlerExpand)(XML_Parser, XML_DefaultHandler);
    void (*SetElementHandler)(XML_Parser, XML_StartElementHandler, XML_EndElementHandler);
    void (*SetNamespaceDeclHandler)(XML_Parser, XML_StartNamespaceDeclHandler, XML_EndNamespaceDeclHandler);
    void (*SetProcessingInstructionHandler)(XML_Parser, XML_ProcessingInstructionHandler);
    void (*SetUnknownEncodingHandler)(XML_Parser, XML_UnknownEncodingHandler, void *);
    void (*SetUserData)(XML_Parser, void *);
    void (*SetStartDoctypeDeclHandler)(XML_Parser, XML_StartDoctypeDeclHandler);
    enum XML_Status (*SetEncoding)(XML_Parser, const XML_Char *);
    int (*DefaultUnknownEncodingHandler)(void *, const XML_Char *, XML_Encoding *);
    int (*SetHashSalt)(XML_Parser, unsigned long);
    XML_Bool (*SetReparseDeferralEnabled)(XML_Parser, XML_Bool);
    XML_Bool (*SetAllocTrackerActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetAllocTrackerMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetBillionLaughsAttackProtectionActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetBillionLaughsAttackProtectionMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetHashSalt16Bytes)(XML_Parser, const uint8_t[16]);
};
#endif
#endif
#ifdef __cplusplus
}
#endif
#endif
