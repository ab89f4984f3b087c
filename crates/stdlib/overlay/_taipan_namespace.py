"""types.SimpleNamespace, and sys.implementation, which is one."""


class SimpleNamespace:

    """A simple attribute-based namespace."""

    __module__ = 'types'

    def __init__(self, mapping_or_iterable=(), /, **kwargs):
        self.__dict__.update(mapping_or_iterable)
        self.__dict__.update(kwargs)

    def __repr__(self):
        name = 'namespace' if type(self) is SimpleNamespace else type(self).__name__
        return f'{name}({", ".join([f"{key}={value!r}" for key, value in self.__dict__.items()])})'

    def __eq__(self, other):
        if isinstance(self, SimpleNamespace) and isinstance(other, SimpleNamespace):
            return self.__dict__ == other.__dict__
        return NotImplemented

    __hash__ = None

    def __reduce__(self):
        return type(self), (), self.__dict__

    def __replace__(self, /, **changes):
        return type(self)(**(self.__dict__ | changes))


def _install(sys, machine):
    sys.implementation = SimpleNamespace(
        name='cpython', cache_tag='cpython-314', version=sys.version_info, hexversion=sys.hexversion,
        _multiarch=f'{machine}-linux-gnu', supports_isolated_interpreters=True)
    if not hasattr(sys, 'flags'):
        sys.flags = SimpleNamespace(
            debug=0, inspect=0, interactive=0, optimize=0, dont_write_bytecode=0, no_user_site=0, no_site=0,
            ignore_environment=0, verbose=0, bytes_warning=0, quiet=0, hash_randomization=1, isolated=0,
            dev_mode=False, utf8_mode=0, warn_default_encoding=0, safe_path=False, int_max_str_digits=4300,
            gil=1, thread_inherit_context=0, context_aware_warnings=0)
