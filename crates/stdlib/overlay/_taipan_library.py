"""Serves the library's modules that are embedded in the executable, as files of the library's folder."""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _taipan_native_library as _library
import sys

_folder = _library.folder()
_prefix = _folder + '/'


class LibraryLoader(_external.SourceFileLoader):

    """Loads a module of the library: its bytecode and its files are in the executable."""

    def get_code(self, fullname):
        return _library.code(self.path[len(_prefix):], self.path)

    def get_data(self, path):
        if path.startswith(_prefix):
            content = _library.read(path[len(_prefix):])
            if content is not None:
                return content
        return super().get_data(path)

    def path_stats(self, path):
        if path.startswith(_prefix):
            content = _library.read(path[len(_prefix):])
            if content is not None:
                return {'mtime': 0, 'size': len(content)}
        return super().path_stats(path)


    # Whoever loads a file of the library by its path loads the same module.
    def __eq__(self, other):
        return isinstance(other, _external.SourceFileLoader) and self.__dict__ == other.__dict__

    __hash__ = _external.SourceFileLoader.__hash__


class LibraryFinder:

    """Finds modules in a folder of the library, then on the file system."""

    def __init__(self, path, files):
        self.path = path
        self._package = path[len(_prefix):].replace('/', '.')
        self._files = files

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition('.')[2]
        name = f'{self._package}.{tail}' if self._package else tail
        found = _library.find(name)
        if found is None:
            return self._files.find_spec(fullname, target)
        path, is_package = found
        location = _prefix + path
        search = [location.rpartition('/')[0]] if is_package else None
        return _external.spec_from_file_location(
            fullname, location, loader=LibraryLoader(fullname, location), submodule_search_locations=search)

    def invalidate_caches(self):
        self._files.invalidate_caches()

    def iter_modules(self, prefix=''):
        start = self._package + '.' if self._package else ''
        for name in _library.names():
            rest = name[len(start):]
            if name.startswith(start) and rest and '.' not in rest:
                yield prefix + rest, _library.find(name)[1]

    def __repr__(self):
        return f'LibraryFinder({self.path!r})'

    @classmethod
    def path_hook(cls, path):
        path = path.rstrip('/')
        if path != _folder and not (path.startswith(_prefix) and _library.is_folder(path[len(_prefix):])):
            raise ImportError('not a folder of the library', path=path)
        return cls(path, _external.FileFinder(path, *_external._get_supported_file_loaders()))


def _install(sys):
    sys.path_hooks.insert(len(sys.path_hooks) - 1, LibraryFinder.path_hook)
