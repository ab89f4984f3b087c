"""The plain interactive prompt: reads statements, runs them in __main__."""

import codeop
import sys

_ONLY_AST = 0x400


class _Input:
    """Lines of standard input, with prompts on standard error; those of a terminal may be edited."""

    def __init__(self):
        self.stream = sys.stdin
        try:
            self.is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        except Exception:
            self.is_terminal = False

    def _prompt(self, name, default):
        try:
            text = str(getattr(sys, name, default))
        except Exception:
            text = ''
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()

    def _edited(self, name, default):
        try:
            prompt = str(getattr(sys, name, default))
        except Exception:
            prompt = ''
        try:
            return input(prompt)
        except EOFError:
            sys.stderr.write('\n')
            return None

    def line(self, first):
        """The next line without its end, or None at the end of the input."""
        if self.is_terminal:
            return self._edited('ps1', '>>> ') if first else self._edited('ps2', '... ')
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


class _Statements:
    """Reads and compiles statements one by one."""

    def __init__(self, filename):
        self.source = _Input()
        self.filename = filename
        self.compiler = codeop.CommandCompiler()
        self.count = 0

    def _parse(self, text, filename, symbol, flags=0, **settings):
        return self.compiler.compiler(text, filename, symbol, flags | _ONLY_AST, **settings)

    def _compile(self, text):
        # Errors of the parser name the file, code objects have a name of their own each.
        tree = self._parse(text, self.filename, 'single', incomplete_input=False)
        name = f'{self.filename[:-1]}-{self.count}>'
        self.count += 1
        try:
            return text, self.compiler.compiler(tree, name, 'single', incomplete_input=False)
        except SyntaxError as error:
            # The tree does not know its text.
            lines = text.splitlines(True)
            if error.text is None and error.lineno and error.lineno <= len(lines):
                error.text = lines[error.lineno - 1]
            raise

    def next(self):
        """The source and code of the next statement, or None at the end of the input."""
        lines = []
        while True:
            line = self.source.line(not lines)
            if line is None:
                return self._compile('\n'.join(lines) + '\n') if lines else None
            lines.append(line)
            text = '\n'.join(lines)
            try:
                complete = codeop._maybe_compile(self._parse, text, self.filename, 'single', 0) is not None
            except SyntaxError:
                # The error of the text with its last line end is the one to show.
                complete = True
            if complete:
                return self._compile(text + '\n')


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
    statements = _Statements(filename)
    shortages = 0
    while True:
        try:
            try:
                found = statements.next()
                if found is None:
                    return
                text, code = found
                _remember(code, text, filename)
                exec(code, namespace)
                shortages = 0
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                # Where there is never memory, the end of the input is never found.
                shortages = shortages + 1 if isinstance(error, MemoryError) else 0
                if shortages > 16:
                    raise
                _flush()
                _report()
            _flush()
        except KeyboardInterrupt:
            sys.stderr.write('\nKeyboardInterrupt\n')
