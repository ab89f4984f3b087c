"""Serves the library's modules that are embedded in the executable, as files of the library's folder."""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _taipan_native_library as _library
import sys

_folder = _library.folder()
_prefix = _folder + '/'


def _serve(loader):
    """Lets the loader of Python files look into the executable first, which has bytecode and files of the library.

    So the library's modules have the loader that they have elsewhere, and programs that look at its type know it. A class
    that derives from it reads files: it may compile them in a way of its own.
    """
    get_code, get_data, path_stats = loader.get_code, loader.get_data, loader.path_stats

    def inside(self, path):
        return type(self) is loader and path.startswith(_prefix)

    def get_code_of_library(self, fullname):
        if inside(self, self.path):
            code = _library.code(self.path[len(_prefix):], self.path)
            if code is not None:
                return code
        return get_code(self, fullname)

    def get_data_of_library(self, path):
        if inside(self, path):
            content = _library.read(path[len(_prefix):])
            if content is not None:
                return content
        return get_data(self, path)

    def path_stats_of_library(self, path):
        if inside(self, path):
            content = _library.read(path[len(_prefix):])
            if content is not None:
                return {'mtime': 0, 'size': len(content)}
        return path_stats(self, path)

    for new, old in (
            (get_code_of_library, get_code), (get_data_of_library, get_data), (path_stats_of_library, path_stats)):
        _bootstrap._wrap(new, old)
        new.__qualname__ = f'{loader.__name__}.{old.__name__}'
        setattr(loader, old.__name__, new)


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
            fullname, location, loader=_external.SourceFileLoader(fullname, location), submodule_search_locations=search)

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
    _serve(_external.SourceFileLoader)
    sys.path_hooks.insert(len(sys.path_hooks) - 1, LibraryFinder.path_hook)
