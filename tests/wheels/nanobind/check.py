"""What the module does, printed."""
import kennel

dog = kennel.Dog("rex")
dog.age += 1
print(kennel.add(2), kennel.add(b=5, a=1), kennel.total([1, 2.5]), dog.bark(), dog.age)
for range_error in True, False:
    try:
        kennel.fail(range_error)
    except Exception as error:
        print(repr(error))
try:
    kennel.add("x")
except TypeError as error:
    print(error)
