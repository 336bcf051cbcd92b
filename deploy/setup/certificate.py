"""FOLDER/fullchain.pem and privkey.pem for NAME, signed by itself: until there is a real one.

python certificate.py FOLDER NAME
"""

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

folder, name = Path(sys.argv[1]), sys.argv[2]
try:
    site: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
except ValueError:
    site = x509.DNSName(name)
key = ec.generate_private_key(ec.SECP256R1())
subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
now = datetime.datetime.now(datetime.UTC)
certificate = (
    x509.CertificateBuilder()
    .subject_name(subject)
    .issuer_name(subject)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(days=1))
    .not_valid_after(now + datetime.timedelta(days=365))
    .add_extension(x509.SubjectAlternativeName([site]), critical=False)
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .sign(key, hashes.SHA256())
)
(folder / "privkey.pem").write_bytes(
    key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
)
# Last: where it lies, both do.
(folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
