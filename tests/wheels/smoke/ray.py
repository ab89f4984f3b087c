"""Serialisation and object identifiers of ray, without a cluster."""
import ray
from ray import cloudpickle

f = cloudpickle.loads(cloudpickle.dumps(lambda x, y=2: x + y))
print(f(1), ray.ObjectRef.nil().is_nil(), len(ray.JobID.from_int(5).binary()), ray.JobID.from_int(5))


@ray.remote
def g():
    return 1


try:
    g()
except TypeError as error:
    print(str(error)[:40])
