"""Boxes and signatures of libsodium."""
from nacl.exceptions import BadSignatureError
from nacl.public import Box, PrivateKey
from nacl.secret import SecretBox
from nacl.signing import SigningKey

key = SigningKey(bytes(range(32)))
signed = key.sign(b"text")
print(signed.hex(), key.verify_key.verify(signed))
try:
    key.verify_key.verify(b"x" + signed[1:])
except BadSignatureError as error:
    print(error)
a, b = PrivateKey(bytes(32)), PrivateKey(bytes([1] * 32))
print(Box(b, a.public_key).decrypt(Box(a, b.public_key).encrypt(b"hello")), SecretBox(bytes(32)).encrypt(b"m", bytes(24)).hex())
