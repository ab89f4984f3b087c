"""The plain interactive prompt: reads statements, runs them in __main__."""

import codeop
import sys


class _Input:
    """Lines of standard input, with prompts on standard error."""

    def __init__(self):
        self.stream = sys.stdin

    def _prompt(self, name, default):
        try:
            text = str(getattr(sys, name, default))
        except Exception:
            text = ''
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()

    def line(self, first):
        """The next line without its end, or None at the end of the input."""
        if first:
            self._prompt('ps1', '>>> ')
        else:
            self._prompt('ps2', '... ')
        try:
            line = self.stream.readline()
        except OSError:
            line = ''
        if not line.endswith('\n'):
            # The input ends here; a line without its end is looked for in vain once more.
            if line:
                self._prompt('ps2', '... ')
            if sys.stderr is not None:
                sys.stderr.write('\n')
            return line or None
        return line[:-1]


def _report():
    kind, value, traceback = sys.exc_info()
    # The frames of the prompt itself are not the user's business.
    while traceback is not None and traceback.tb_frame.f_globals in (globals(), vars(codeop)):
        traceback = traceback.tb_next
    value = value.with_traceback(traceback)
    sys.last_type, sys.last_value, sys.last_traceback, sys.last_exc = kind, value, traceback, value
    try:
        hook = sys.excepthook
    except AttributeError:
        sys.stderr.write('sys.excepthook is missing\n')
        sys.__excepthook__(kind, value, traceback)
        return
    try:
        hook(kind, value, traceback)
    except SystemExit:
        raise
    except BaseException as second:
        sys.stderr.write('Error in sys.excepthook:\n')
        sys.__excepthook__(type(second), second, second.__traceback__.tb_next)
        sys.stderr.write('\nOriginal exception was:\n')
        sys.__excepthook__(kind, value, traceback)


def _flush():
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except Exception:
            pass


def _statement(source, compiler, filename):
    """Reads one statement: its source and code, or None at the end of the input."""
    lines = []
    while True:
        line = source.line(not lines)
        if line is None:
            if not lines:
                return None
            text = '\n'.join(lines) + '\n'
            return text, compiler.compiler(text, filename, 'single', incomplete_input=False)
        lines.append(line)
        text = '\n'.join(lines)
        try:
            code = compiler(text, filename, 'single')
            wrong = False
        except SyntaxError:
            wrong = True
        if wrong:
            # The error of the text with its last line end is the one to show.
            return text + '\n', compiler.compiler(text + '\n', filename, 'single', incomplete_input=False)
        if code is not None:
            return text + '\n', code


def _remember(code, text, filename):
    # Tracebacks show lines of the statement.
    try:
        import linecache
        linecache._register_code(code, text, filename)
    except Exception:
        pass


def run(namespace, filename='<stdin>'):
    """Runs statements from standard input until it ends."""
    if not hasattr(sys, 'ps1'):
        sys.ps1 = '>>> '
    if not hasattr(sys, 'ps2'):
        sys.ps2 = '... '
    if sys.stdin is None:
        return
    source = _Input()
    compiler = codeop.CommandCompiler()
    while True:
        try:
            try:
                found = _statement(source, compiler, filename)
                if found is None:
                    return
                text, code = found
                _remember(code, text, filename)
                exec(code, namespace)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException:
                _flush()
                _report()
            _flush()
        except KeyboardInterrupt:
            sys.stderr.write('\nKeyboardInterrupt\n')
