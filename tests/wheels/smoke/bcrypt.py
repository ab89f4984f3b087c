"""Hash and check a password."""
import bcrypt

salt = b"$2b$04$" + b"abcdefghijklmnopqrstuu"
hashed = bcrypt.hashpw(b"secret", salt)
print(hashed, bcrypt.checkpw(b"secret", hashed), bcrypt.checkpw(b"wrong", hashed))
print(bcrypt.kdf(b"password", b"salt", desired_key_bytes=16, rounds=4, ignore_few_rounds=True).hex())
print(bcrypt.checkpw(b"x", bcrypt.hashpw(b"x", bcrypt.gensalt(4))))
