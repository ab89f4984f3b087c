"""The plain interactive prompt: reads statements, runs them in __main__."""

import codeop
import sys


def _prompt(name, default):
    prompt = getattr(sys, name, default)
    try:
        return str(prompt)
    except Exception:
        return ''


def _report():
    kind, value, traceback = sys.exc_info()
    # The frames of the prompt itself are not the user's business.
    while traceback is not None and traceback.tb_frame.f_globals is globals():
        traceback = traceback.tb_next
    value = value.with_traceback(traceback)
    sys.last_type, sys.last_value, sys.last_traceback, sys.last_exc = kind, value, traceback, value
    sys.excepthook(kind, value, traceback)


def run(namespace, filename='<stdin>', interactive=True):
    """Runs statements from standard input until it ends."""
    if not hasattr(sys, 'ps1'):
        sys.ps1 = '>>> '
    if not hasattr(sys, 'ps2'):
        sys.ps2 = '... '
    compiler = codeop.CommandCompiler()
    lines = []
    while True:
        try:
            prompt = _prompt('ps2', '... ') if lines else _prompt('ps1', '>>> ')
            try:
                line = input(prompt) if interactive else input()
            except EOFError:
                if interactive:
                    sys.stdout.write('\n')
                return
            lines.append(line)
            source = '\n'.join(lines)
            try:
                code = compiler(source, filename, 'single')
            except (SyntaxError, OverflowError, ValueError):
                lines = []
                _report()
                continue
            if code is None:
                continue
            lines = []
            try:
                exec(code, namespace)
            except SystemExit:
                raise
            except BaseException:
                _report()
            sys.stdout.flush()
        except KeyboardInterrupt:
            lines = []
            sys.stderr.write('\nKeyboardInterrupt\n')
