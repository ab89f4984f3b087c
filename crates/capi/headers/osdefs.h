/* Characters in paths and lists of paths. */
#ifndef SEP
#  define SEP L'/'
#endif
#ifndef DELIM
#  define DELIM L':'
#endif
#ifndef MAXPATHLEN
#  ifdef PATH_MAX
#    define MAXPATHLEN PATH_MAX
#  else
#    define MAXPATHLEN 4096
#  endif
#endif
