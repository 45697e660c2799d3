"""The sealed file: a validator that is not ours finds it whole, and sees a changed byte."""

import datetime as dt
import hashlib
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import keys, pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pyhanko.sign.timestamps import DummyTimeStamper
from pypdf import PdfReader

from clients.models import AgreementFile, SealingCertificate, SponsorContact
from clients.policies import Party
from clients.services import agreements_file
from clients.services.sealing import sealing_key
from coachops.documents.pdf import html_to_pdf
from coachops.documents.seals import SealText, make_key, seal_pdf
from coachops.encryption.seal import Unreadable
from coachops.outbox.engine import drain
from coachops.outbox.registry import NotDelivered
from coachops.practices.models import Practice
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast
from tests.clients.agreements import draft, link_in, mail_to, proved, send, sign

PASSWORD = "secret"
TEXT = SealText(name="Harbour", reason="Everybody has signed")


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler's validator says."""
    program = shutil.which("pdfsig")
    assert program, "pdfsig is missing: apt-get install poppler-utils"
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, path], capture_output=True, text=True, check=False)
    return done.stdout


@pytest.fixture
def file(cast: Cast) -> AgreementFile:
    """Dave and Bob have signed; the worker has made the file."""
    order = (Party.CLIENT, Party.COACH)
    made = draft(cast, None, engagement=cast.dave_engagement, kind="two_party", order=order)
    for signer in send(cast, made).signers:
        sign(cast, signer)
    drain()
    with scope(cast.bob.scope()):
        return AgreementFile.objects.select_related("agreement").get()


def test_sealed_agreement_verifies_and_a_changed_byte_is_detected(
    cast: Cast, file: AgreementFile, tmp_path: Path
) -> None:
    with file.file.open("rb") as stored:
        pdf = stored.read()
    assert hashlib.sha256(pdf).hexdigest() == file.fingerprint
    said = pdfsig(pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    changed = bytearray(pdf)
    changed[1000] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(changed), tmp_path)
    pages = PdfReader(BytesIO(pdf)).pages
    paper = "\n".join(page.extract_text() for page in pages)
    for words in (
        "simple electronic signatures",
        "192.0.2.7",
        "A browser",
        "Certificate of signing",
    ):
        assert words in paper
    assert file.agreement.text_hash in paper.replace("\n", "")
    assert {each.to[0] for each in mail.outbox if "Signed by everybody" in each.subject} == {
        "dave@harbour.example",
        "bob@harbour.example",
    }


def test_repeated_work_makes_one_file(cast: Cast, file: AgreementFile) -> None:
    with scope(system_scope(cast.practice.pk)):
        file.agreement.engagement = cast.dave_engagement
        work = agreements_file.work_on(file.agreement, timezone.now())
    agreements_file.make_file(work)
    with scope(cast.bob.scope()):
        assert AgreementFile.objects.get().fingerprint == file.fingerprint


def test_file_is_for_its_parties_alone(cast: Cast, file: AgreementFile, visit: object) -> None:
    pk = file.agreement_id
    portal = reverse("portal:agreement_pdf", args=[cast.practice.slug, pk])
    found = visit(cast.dave).get(portal)
    assert found.headers["Content-Type"] == "application/pdf"
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert visit(cast.carol).get(portal).status_code == 404
    desk = reverse("coach:agreement_pdf", args=[cast.practice.slug, pk])
    assert visit(cast.vera).get(desk).status_code == 200
    assert visit(cast.olga).get(desk).status_code == 404
    assert visit(cast.mallory).get(desk).status_code == 404


def test_contact_without_an_account_gets_the_file_by_link_and_code(
    cast: Cast, hr: SponsorContact
) -> None:
    with scope(system_scope(cast.practice.pk)):
        SponsorContact.objects.filter(pk=hr.pk).update(membership=None)
        hr.refresh_from_db()
    for signer in send(cast, draft(cast, hr)).signers:
        sign(cast, signer)
    drain()
    path = link_in(mail_to("sam@harbour.example"))
    assert "Sealed PDF" not in Browser().get(path).content.decode()
    browser = proved(path, "sam@harbour.example")
    assert browser.post(path).headers["Content-Type"] == "application/pdf"


def test_time_stamp_is_part_of_the_seal(tmp_path: Path) -> None:

    authority = make_key(name="Authority", now=timezone.now())
    certificate = asn1.Certificate.load(pem.unarmor(authority.certificates.encode())[2])
    key = keys.PrivateKeyInfo.load(pem.unarmor(authority.key.encode())[2])
    stamper = DummyTimeStamper(certificate, key, fixed_dt=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    pdf = seal_pdf(
        _plain_pdf(), key=make_key(name="Harbour", now=timezone.now()), text=TEXT, stamper=stamper
    )
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    assert b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e".hex() in pdf.decode("latin-1").lower()


def test_silent_authority_is_tried_again(cast: Cast, file: AgreementFile, settings: object) -> None:

    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with scope(system_scope(cast.practice.pk)):
        file.agreement.engagement = cast.dave_engagement
        work = agreements_file.work_on(file.agreement, timezone.now())
    with pytest.raises(NotDelivered):
        agreements_file.sealed_pdf(work)


def test_key_is_sealed_at_rest_and_bound_to_its_row(cast: Cast, file: AgreementFile) -> None:
    with scope(cast.alice.scope()):
        row = SealingCertificate.objects.get()
        assert b"PRIVATE KEY" not in bytes(row.sealed_key)
        practice = Practice.objects.get(pk=cast.practice.pk)
        assert "PRIVATE KEY" in sealing_key(practice=practice, now=timezone.now()).key
        SealingCertificate.objects.filter(pk=row.pk).update(replaced_at=timezone.now())
        moved = SealingCertificate.objects.get(pk=row.pk)
        moved.pk, moved.replaced_at, moved._state.adding = uuid7(), None, True
        moved.save()
        with pytest.raises(Unreadable):
            sealing_key(practice=practice, now=timezone.now())
    for person in (cast.bob, cast.vera, cast.carol, cast.sam, cast.mallory):
        with scope(person.scope()):
            assert not SealingCertificate.objects.exists()


def bundle(
    *, days: tuple[int, int] = (-1, 100), bits: int = 2048, password: str = PASSWORD
) -> bytes:
    now = timezone.now()
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Harbour Coaching Ltd")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .sign(key, hashes.SHA256())
    )
    cipher = BestAvailableEncryption(password.encode())
    return serialize_key_and_certificates(b"seal", key, certificate, None, cipher)


def upload(cast: Cast, visit: object, data: bytes, password: str = PASSWORD) -> object:
    page = reverse("coach:agreement_certificate", args=[cast.practice.slug])
    file = SimpleUploadedFile("seal.p12", data)
    return visit(cast.alice).post(page, {"file": file, "password": password})


@pytest.mark.parametrize(
    ("data", "password", "words"),
    [
        (b"not a certificate", "secret", "not a certificate file"),
        (bundle()[:-40], "secret", "not a certificate file"),
        (bundle(), "wrong", "does not open with this password"),
        (bundle(days=(-30, -1)), "secret", "has expired"),
        (bundle(days=(2, 30)), "secret", "not valid yet"),
        (bundle(bits=1024), "secret", "too short"),
        (b"0" * 300_000, "secret", "not a certificate file"),
    ],
)
def test_unusable_certificate_is_refused_beside_the_field(
    cast: Cast, visit: object, data: bytes, password: str, words: str
) -> None:
    page = upload(cast, visit, data, password)
    assert page.status_code == 422
    assert words in page.content.decode()
    with scope(cast.alice.scope()):
        assert not SealingCertificate.objects.exists()


def test_uploaded_certificate_seals_from_then_on(cast: Cast, visit: object, tmp_path: Path) -> None:
    assert upload(cast, visit, bundle()).status_code == 302
    with scope(system_scope(cast.practice.pk)):
        key = sealing_key(practice=Practice.objects.get(pk=cast.practice.pk), now=timezone.now())
    said = pdfsig(seal_pdf(_plain_pdf(), key=key, text=TEXT), tmp_path)
    assert "Harbour Coaching Ltd" in said
    assert "Signature is Valid" in said


def _plain_pdf() -> bytes:

    page = '<!doctype html><html lang="en"><head><title>A</title></head><body>Words</body></html>'
    return html_to_pdf(page, brand_hue=205)
