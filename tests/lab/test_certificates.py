"""Who a certificate names and who may trust it."""

from __future__ import annotations

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from holdfast_lab.certificates import KeyPair, Subject, create_authority, create_signing_key, issue
from holdfast_lab.kubeconfig import Access, write_kubeconfig

NOW = datetime(2027, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> KeyPair:
    return create_authority("hub cluster", NOW)


def parsed(pair: KeyPair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate)


def test_user_and_groups_are_common_name_and_organisations(authority: KeyPair) -> None:
    subject = parsed(issue(authority, Subject("ana", groups=("mistral", "night")), NOW)).subject
    assert [each.value for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["ana"]
    groups = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert sorted(str(each.value) for each in groups) == ["mistral", "night"]


def test_a_server_is_named_by_address_and_by_name(authority: KeyPair) -> None:
    certificate = parsed(issue(authority, Subject("etcd", hosts=("localhost", "127.0.0.1")), NOW))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]


def test_only_its_own_authority_vouches_for_a_certificate(authority: KeyPair) -> None:
    certificate = parsed(issue(authority, Subject("ana"), NOW))
    certificate.verify_directly_issued_by(parsed(authority))
    with pytest.raises(InvalidSignature):
        certificate.verify_directly_issued_by(parsed(create_authority("hub cluster", NOW)))


def test_a_certificate_is_valid_now_and_for_a_year(authority: KeyPair) -> None:
    certificate = parsed(issue(authority, Subject("ana"), NOW))
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc == NOW + timedelta(days=365)


def test_a_signing_key_has_a_public_half() -> None:
    private, public = create_signing_key()
    assert b"PRIVATE KEY" in private
    assert b"PUBLIC KEY" in public


def test_a_kubeconfig_is_for_its_owner_alone_and_starts_with_the_first_context(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    contexts = [Access(name, "https://127.0.0.1:1", b"ca", "token") for name in ("hub", "abernathy")]
    write_kubeconfig(path, contexts)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = yaml.safe_load(path.read_text())
    assert content["current-context"] == "hub"
    assert [each["name"] for each in content["contexts"]] == ["hub", "abernathy"]
