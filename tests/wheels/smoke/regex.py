"""Features that `re` lacks."""
import regex

print(regex.findall(r"\p{Lu}\w+", "Äpfel und Birnen"), regex.sub(r"(?<!\d{2,})x", "y", "x1x12x"), regex.fullmatch(r"(\((?:[^()]|(?1))*\))", "(a(b)c)").group())
print(regex.search(r"(?:cats){e<=1}", "I like cuts").group(), regex.match(r"(?:(\w)(\d))+", "a1b2").captures(1), regex.split(r"(?V1)(?=[A-Z])", "aBcD"))
try:
    regex.compile("(a")
except regex.error as error:
    print(error, error.pos)
