"""Signatures, certificates, symmetric encryption."""
import datetime
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
signature = key.sign(b"message")
print(signature.hex())
key.public_key().verify(signature, b"message")
try:
    key.public_key().verify(signature, b"other")
except InvalidSignature:
    print("invalid")
rsa_key = rsa.generate_private_key(65537, 2048)
signature = rsa_key.sign(b"data", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
rsa_key.public_key().verify(signature, b"data", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
print(Fernet(Fernet.generate_key()).__class__.__name__, AESGCM(bytes(16)).encrypt(bytes(12), b"text", b"aad").hex())
ec_key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
start = datetime.datetime(2026, 1, 1)
certificate = (
    x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(ec_key.public_key()).serial_number(7)
    .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=9))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(ec_key, hashes.SHA256())
)
read = x509.load_pem_x509_certificate(certificate.public_bytes(serialization.Encoding.PEM))
print(read.subject, read.serial_number, read.not_valid_after_utc, read.extensions[0].value)
