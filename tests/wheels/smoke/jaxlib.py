"""Compilation, differentiation and vectorisation of jax."""
import jax
import jax.numpy as jnp

f = jax.jit(lambda x: jnp.sum(jnp.sin(x) ** 2))
x = jnp.arange(3.0)
print(round(float(f(x)), 4), [round(float(v), 4) for v in jax.grad(f)(x)])
print(jax.vmap(lambda a: a @ a)(jnp.ones((2, 3))).tolist(), jax.random.uniform(jax.random.key(0), (2,)).shape)
print(jax.lax.scan(lambda c, v: (c + v, c * v), 0.0, x)[1].tolist())
