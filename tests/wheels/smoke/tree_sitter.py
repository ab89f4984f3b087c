"""The binding without a grammar: what it says to nonsense."""
import tree_sitter
from tree_sitter import Parser, Point, Range

print(tree_sitter.LANGUAGE_VERSION >= 14, Point(1, 2), Range(Point(0, 0), Point(1, 1), 0, 5), Parser().language)
try:
    Parser().parse(b"x")
except ValueError as error:
    print(type(error).__name__)
try:
    tree_sitter.Language(0)
except (ValueError, TypeError) as error:
    print(type(error).__name__)
