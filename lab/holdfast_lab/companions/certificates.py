"""The certificates of a companion's webhooks, in the form in which its own certificate keeper takes them for good.

Kueue keeps its own by cert-controller's rotator (github.com/open-policy-agent/cert-controller, pkg/rotator): it
leaves a Secret alone whose authority is an RSA key in PKCS #1 and carries `<name>-ca` as a name of its own, and whose
server certificate carries the webhook service's name, both valid for 90 days more. So it never writes one that does not
carry the loopback address, by which the lab's API servers call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from holdfast_lab.companions.catalogue import Companion
from holdfast_lab.ports import LOOPBACK

_LIFETIME = timedelta(days=365)
_CLOCK_SKEW = timedelta(minutes=5)
_BITS = 2048


def webhook_keys(companion: Companion, now: datetime) -> Mapping[str, bytes]:
    """`ca.crt`, `ca.key`, `tls.crt` and `tls.key`, each PEM, as they stand in its Secret and in its folder."""
    service = f"{companion.webhook_service}.{companion.namespace}.svc"
    authority, server = (rsa.generate_private_key(65537, _BITS) for _ in range(2))
    issuer = _name(f"{companion.name}-ca")
    root = _certificate(issuer, authority, now).add_extension(_names(f"{companion.name}-ca"), critical=False)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    leaf = _certificate(_name(service), server, now).add_extension(_names(service), critical=False)
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return {
        "ca.crt": _signed(root, issuer, authority),
        "ca.key": _pem(authority),
        "tls.crt": _signed(leaf, issuer, authority),
        "tls.key": _pem(server),
    }


def _certificate(subject: x509.Name, key: rsa.RSAPrivateKey, now: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _names(own: str) -> x509.SubjectAlternativeName:
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ip_address(LOOPBACK))]
    return x509.SubjectAlternativeName([x509.DNSName(own), *addresses])


def _signed(builder: x509.CertificateBuilder, issuer: x509.Name, signer: rsa.RSAPrivateKey) -> bytes:
    certificate = builder.issuer_name(issuer).sign(signer, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    pkcs1 = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, pkcs1, serialization.NoEncryption())
