# Texts that the C library holds on to go when others take their places.

import syslog
from growth import check


def opened():
    syslog.openlog("leaks")


def opened_anonymously():
    syslog.openlog()
    syslog.closelog()


check("openlog", opened)
check("openlog and closelog", opened_anonymously)
syslog.closelog()
try:
    import readline
except ImportError:
    print("delimiters does not grow")
else:
    check("delimiters", lambda: readline.set_completer_delims(" ,"))
