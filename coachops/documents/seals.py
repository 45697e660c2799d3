"""Electronic seals on PDF (PAdES). The only module that knows pyHanko.

A seal says that the file is as the practice's system made it, and when. It does not turn the
signatures inside it into more than they are: simple electronic signatures.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import BytesIO
from typing import Final

from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

KEY_BITS: Final = 3072
FEWEST_KEY_BITS: Final = 2048
VALID_FOR: Final = timedelta(days=10 * 365)
LARGEST_UPLOAD: Final = 200_000
MOST_CERTIFICATES: Final = 10
_FIELD: Final = "Seal"
_NAME_LENGTH: Final = 64  # of a common name: X.520, ub-common-name
_STAMP_SECONDS: Final = 20


class Unusable(StrEnum):
    """Why a certificate cannot seal anything."""

    NOT_A_FILE = "not_a_file"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 -- a reason, not a password
    NO_KEY = "no_key"
    NO_CERTIFICATE = "no_certificate"
    OTHER_KEY = "other_key"
    WEAK_KEY = "weak_key"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    NOT_FOR_SIGNING = "not_for_signing"


class CertificateRefused(Exception):
    """A named reason; the page says it in words."""

    def __init__(self, reason: Unusable) -> None:
        super().__init__(reason)
        self.reason = reason


class NotTimeStamped(Exception):
    """The time-stamping authority did not answer as it should; worth trying again."""


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A private key, its certificate first and then whatever vouches for it, all as PEM."""

    key: str
    certificates: str
    subject: str
    # SHA-256 of the certificate, in hexadecimal.
    fingerprint: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class SealText:
    """What a reader's seal panel shows. `name` is who seals, `reason` says what is sealed."""

    name: str
    reason: str


def make_key(*, name: str, now: datetime) -> SealingKey:
    """A new key with a certificate that vouches for itself, for practices without their own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_NAME_LENGTH])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _sealing_key(key, certificate, [])


def read_pkcs12(data: bytes, password: str, *, now: datetime) -> SealingKey:
    """A key and certificate from a file (.p12, .pfx; RFC 7292). Raises CertificateRefused."""
    if not data or len(data) > LARGEST_UPLOAD or data[:1] != b"\x30":
        raise CertificateRefused(Unusable.NOT_A_FILE)
    try:
        found = load_pkcs12(data, password.encode())
    except ValueError as error:
        # The library says both with one exception; a file cut short is not a DER sequence.
        whole = _is_whole(data)
        reason = Unusable.WRONG_PASSWORD if whole else Unusable.NOT_A_FILE
        raise CertificateRefused(reason) from error
    if found.key is None:
        raise CertificateRefused(Unusable.NO_KEY)
    if found.cert is None:
        raise CertificateRefused(Unusable.NO_CERTIFICATE)
    certificate = found.cert.certificate
    _check_key(found.key, certificate)
    _check_certificate(certificate, now)
    others = [each.certificate for each in found.additional_certs[:MOST_CERTIFICATES]]
    return _sealing_key(found.key, certificate, others)


def time_stamper(url: str) -> TimeStamper | None:
    """The authority at this address (RFC 3161); None without one."""
    return HTTPTimeStamper(url, timeout=_STAMP_SECONDS) if url else None


def seal_pdf(
    pdf: bytes, *, key: SealingKey, text: SealText, stamper: TimeStamper | None = None
) -> bytes:
    """The file with a certifying PAdES signature over all of it; no later change is permitted.

    Raises NotTimeStamped when the authority does not answer.
    """
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        name=text.name,
        reason=text.reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    sealer = signers.PdfSigner(metadata, signer=_signer(key), timestamper=stamper)
    out = BytesIO()
    try:
        sealer.sign_pdf(writer, output=out)
    except (TimestampRequestError, OSError) as error:
        raise NotTimeStamped(str(error)) from error
    return out.getvalue()


def _signer(key: SealingKey) -> signers.SimpleSigner:
    found = [
        asn1_x509.Certificate.load(der)
        for _, _, der in pem.unarmor(key.certificates.encode(), multiple=True)
    ]
    _, _, der = pem.unarmor(key.key.encode())
    registry = SimpleCertificateStore.from_certs(found[1:])  # type: ignore[no-untyped-call]
    return signers.SimpleSigner(
        signing_cert=found[0],
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=registry,
    )


def _is_whole(data: bytes) -> bool:
    """Whether the bytes are one complete DER sequence."""
    first = data[1] if len(data) > 1 else 0
    if first < 0x80:
        return len(data) == 2 + first
    count = first & 0x7F
    return len(data) == 2 + count + int.from_bytes(data[2 : 2 + count], "big")


def _check_key(key: object, certificate: x509.Certificate) -> None:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < FEWEST_KEY_BITS:
            raise CertificateRefused(Unusable.WEAK_KEY)
    elif not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificateRefused(Unusable.NOT_FOR_SIGNING)
    if key.public_key() != certificate.public_key():
        raise CertificateRefused(Unusable.OTHER_KEY)


def _check_certificate(certificate: x509.Certificate, now: datetime) -> None:
    if certificate.not_valid_after_utc <= now:
        raise CertificateRefused(Unusable.EXPIRED)
    if certificate.not_valid_before_utc > now:
        raise CertificateRefused(Unusable.NOT_YET_VALID)
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return  # Without the extension a key may be used for everything: RFC 5280, 4.2.1.3.
    if not (usage.digital_signature or usage.content_commitment):
        raise CertificateRefused(Unusable.NOT_FOR_SIGNING)


def _sealing_key(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | object,
    certificate: x509.Certificate,
    others: list[x509.Certificate],
) -> SealingKey:
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)  # noqa: S101 -- checked
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = b"".join(each.public_bytes(Encoding.PEM) for each in [certificate, *others])
    return SealingKey(
        key=private.decode(),
        certificates=chain.decode(),
        subject=certificate.subject.rfc4514_string(),
        fingerprint=hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        valid_until=certificate.not_valid_after_utc.astimezone(UTC),
    )
