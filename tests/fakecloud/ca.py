"""A certificate authority for one test run: good certificates on the fly, and all kinds of bad."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Kind = Literal["good", "expired", "future", "wrong-host", "self-signed", "unknown"]
"""What is wrong with a certificate: ``unknown`` comes from an authority that nobody trusts."""

_DAY = datetime.timedelta(days=1)


class Authority:
    """Issues certificates for any host name.

    Args:
        folder: where its own certificate and the issued ones are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._contexts: dict[tuple[str, Kind], ssl.SSLContext] = {}
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._own = _Issuer("Fake Cloud Test Authority")
        self._other = _Issuer("Somebody Else")
        self.file = folder / "authority.pem"
        self.file.write_bytes(self._own.certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str, kind: Kind = "good") -> ssl.SSLContext:
        """A server's context for *host*; made once."""
        with self._lock:
            found = self._contexts.get((host, kind))
            if found is None:
                found = self._contexts[host, kind] = self._make(host, kind)
            return found

    def _make(self, host: str, kind: Kind) -> ssl.SSLContext:
        certificate = self._issue("other.invalid" if kind == "wrong-host" else host, kind)
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        pem += self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self._folder / f"{len(self._contexts)}.pem"
        path.write_bytes(pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _issue(self, host: str, kind: Kind) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        begin = {"expired": now - 30 * _DAY, "future": now + 30 * _DAY}.get(kind, now - _DAY)
        issuer = self._other if kind == "unknown" else self._own
        subject = _name(host[:60])
        public = self._key.public_key()
        own = kind == "self-signed"
        signer = self._key if own else issuer.key
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if own else issuer.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + 20 * _DAY)
            .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
        )
        return builder.sign(signer, hashes.SHA256())


class _Issuer:
    """A root certificate and its key."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        public = self.key.public_key()
        usage = dict.fromkeys(
            (
                "digital_signature",
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(name))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 365 * _DAY)
            .not_valid_after(now + 365 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
