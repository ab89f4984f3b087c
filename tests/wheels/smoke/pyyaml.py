"""Load and dump with libyaml's C loader."""
import yaml

text = "a: [1, 2.5, true, null, 2026-01-02]\nb: &x {k: v}\nc: *x\nd: |\n  text\n  more\n"
data = yaml.load(text, Loader=yaml.CSafeLoader)
print(data, data == yaml.safe_load(text), data["b"] is data["c"])
print(yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False), yaml.dump({"ü": [1, [2]]}, allow_unicode=True, Dumper=yaml.CDumper))
try:
    yaml.load("a: [1,\nb: }", Loader=yaml.CSafeLoader)
except yaml.YAMLError as error:
    print(error)
