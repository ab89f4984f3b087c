/* Comparing ASCII text without regard to case. */
%fn PyOS_mystricmp
%fn PyOS_mystrnicmp
#define PyOS_strnicmp PyOS_mystrnicmp
#define PyOS_stricmp PyOS_mystricmp
