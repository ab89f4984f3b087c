"""Guess encodings."""
from charset_normalizer import from_bytes

for text, encoding in (("Bonjour à tous, voilà où ça se passe, élève français.", "utf-8"), ("Всеки човек има право на образование. " * 4, "cp1251")):
    best = from_bytes(text.encode(encoding)).best()
    print(best.encoding, str(best) == text, best.language)
