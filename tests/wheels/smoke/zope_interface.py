"""Interfaces, adapters, verification."""
from zope.interface import Attribute, Interface, implementer, providedBy
from zope.interface.adapter import AdapterRegistry
from zope.interface.exceptions import Invalid
from zope.interface.verify import verifyObject


class IA(Interface):
    x = Attribute("x")

    def f(a):
        """f"""


class IB(Interface):
    pass


@implementer(IA)
class A:
    x = 1

    def f(self, a):
        return a


a = A()
print(IA.providedBy(a), list(providedBy(a)), verifyObject(IA, a), IB(a, None), IA(a) is a)
registry = AdapterRegistry()
registry.register([IA], IB, "", lambda o: ("adapted", o.x))
print(registry.queryAdapter(a, IB), registry.lookup1(IA, IB) is not None)
try:
    verifyObject(IB, a)
except Invalid as error:
    print(type(error).__name__)
try:
    IB(a)
except TypeError as error:
    print(error.args[0])
