"""Shapes of the texts in a declaration: a pattern, and what to say when it does not match.

A pattern is no narrower than what its owner names, or a stack that Google would take could not be written down:

    Google's names   the grammar Google publishes, and what its own generated clients accept: we check the form,
                     Google checks the truth. Sources stand at each.
    names in the hub the bounds of the hub's own definitions (tests/infra/test_declaration_bounds.py compares them)
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A text must match the whole pattern; consequence and remedy complete the sentence if it does not."""

    pattern: str
    consequence: str
    remedy: str

    def fits(self, text: str) -> bool:
        """Whether the whole text matches."""
        return re.fullmatch(self.pattern, text, re.ASCII) is not None


def _name(longest: int) -> str:
    """RFC 1035: what Google's names of machines, networks, zones and reservations are made of."""
    return rf"[a-z](?:[-a-z0-9]{{0,{longest - 2}}}[a-z0-9])?"


_RESOURCE = _name(63)
"""cloud.google.com/compute/docs/naming-resources: 1 to 63 characters, first a letter, last no dash."""
_DOMAIN = r"(?:[-a-z0-9]{1,63}\.)*[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?:"
_ID = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"

ANY_TEXT = Shape(r"(?s).+", "is empty", "write something")

IMAGE = Shape(
    r"[a-z0-9][a-z0-9._:/-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})",
    "names no version, so what runs would change by itself",
    "write NAME:TAG or NAME@sha256:DIGEST",
)
"""A container image: github.com/opencontainers/distribution-spec, "Pulling manifests"."""

ORIGIN = Shape(
    r"https://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?",
    "is no origin, so browsers would be turned away at the door",
    "write https://HOST, without a path",
)
"""RFC 6454, section 6.2."""

ISSUER = Shape(
    r"https://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[^?#\s]*)?",
    "is no address of an issuer, so nobody could sign in",
    "write https://HOST or https://HOST/PATH, to the letter as the issuer's own metadata has it",
)
"""OpenID Connect Core 1.0, section 2: a URL with scheme, host and perhaps port and path, no query or fragment."""

# --- Names in the hub -----------------------------------------------------------------------------------
DATACENTER = Shape(
    _name(40),
    "is no DNS label of at most 40 characters, so its cluster and its pools would be refused",
    "use at most 40 of a-z, 0-9 and '-', starting with a letter, and no dot, such as lake-mariner",
)
"""40: the hub's bound, and GKE's for a cluster's name (REST v1 projects.locations.clusters, field name)."""
BLOCK = Shape(
    _name(38),
    "is no short DNS label, so its GKE node pools would be refused",
    "use at most 38 of a-z, 0-9 and '-', starting with a letter, and no dot, such as tpu7x-a",
)
"""Leaves room for a dash and a unit in the name of a GKE node pool (LONGEST_NODE_POOL_NAME)."""
CONTRACT = Shape(
    r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
    "is no name the hub accepts for a contract",
    "use at most 63 of a-z, 0-9 and '-', such as hardware-facility-2026",
)
PARTY = Shape(
    r"[^\x00-\x1f\x7f-\x9f]{1,128}",
    "is no name of a company",
    "write at most 128 printable characters, such as TeraWulf",
)
UNIT = Shape(
    r"[a-z0-9]([-a-z0-9]{0,29}[a-z0-9])?",
    "is no unit id, so the hub and GKE would refuse it",
    "use at most 31 of a-z, 0-9 and '-', such as cube-007",
)

# --- Google's names -------------------------------------------------------------------------------------
PROJECT = Shape(
    rf"(?:{_DOMAIN})?(?![0-9]+\Z){_ID}",
    "is no Google Cloud project id",
    "use the id, such as holdfast-lake-mariner or example.com:lake-mariner, not the number or the display name",
)
"""Ids of today have 6 to 30 characters, older ones fewer or more, and those of a domain carry it before a colon
(the pattern of Google's generated clients, as in terraform-provider-google verify/validation.go). A number is
also a project to Google, but not in the name of a workload pool."""
REGION = Shape(
    _RESOURCE,
    "is no region",
    "write a region such as us-central1, in small letters and without a zone's suffix",
)
ZONE = Shape(_RESOURCE, "is no zone", "write a zone such as us-central1-b, or us-central1-ai1a of an AI zone")
"""A zone is its region and a suffix of any letters and digits: AI zones are named like us-south1-ai1b
(docs.cloud.google.com/compute/docs/regions-zones/ai-zones). That it lies in the region is a rule of its own."""
EXCLUSION = Shape(
    _RESOURCE,
    "is no name GKE accepts for an exclusion",
    "use at most 63 of a-z, 0-9 and '-', starting with a letter, such as winter-runs",
)
MACHINE = Shape(
    r"(?=.{1,63}\Z)[a-z0-9]+(-[a-z0-9]+)+", "is no machine type", "write one such as n2-standard-8"
)
"""Series, kind and size, custom ones (n2-custom-4-8192-ext) and suffixes (-lssd, -metal) included:
cloud.google.com/compute/docs/machine-resource."""
VERSION = Shape(
    r"[0-9]+\.[0-9]+\.[0-9]+-gke\.[0-9]+",
    "is no full GKE version, and a short one would drift",
    'write it in full and in quotes, such as "1.35.2-gke.1842000"',
)
"""GKE also takes aliases (1.35, latest). We do not: what they stand for changes between preview and up
(cloud.google.com/kubernetes-engine/versioning)."""
ACCOUNT = Shape(
    r"[-a-z0-9.]{1,100}@(?:[-a-z0-9]+\.)+gserviceaccount\.com",
    "is no service account",
    "write its e-mail address, such as nodes@holdfast-lake-mariner.iam.gserviceaccount.com",
)
"""Accounts of projects, of projects of a domain, and Google's default ones:
cloud.google.com/iam/docs/service-account-types."""
GOOGLE_RESERVATION = Shape(
    rf"(?:projects/(?:{_DOMAIN})?{_ID}/reservations/)?{_RESOURCE}"
    rf"(?:/reservationBlocks/{_RESOURCE}(?:/reservationSubBlocks/{_RESOURCE})?)?",
    "names no reservation, so Google would place the nodes on demand or nowhere",
    "write it as Google gave it, such as projects/holdfast-capacity/reservations/ironwood/reservationBlocks/block-a",
)
"""The name alone for one of this project, the path for one that another project shares, each with a block and a
sub-block: cloud.google.com/kubernetes-engine/docs/how-to/consuming-reservations. A project may be its number."""
SUB_BLOCKS = Shape(
    rf"{_RESOURCE}(?:\.\.{_RESOURCE})?",
    "names no sub-blocks",
    "write one or a range, such as block-a-0001..block-a-0144",
)
NETWORK = Shape(
    rf"projects/(?:{_DOMAIN})?{_ID}/global/networks/{_RESOURCE}",
    "is no VPC's path",
    "write it whole, such as projects/holdfast-network/global/networks/shared",
)
"""A network of this project or of a Shared VPC's host project: cloud.google.com/vpc/docs/shared-vpc."""
KMS_KEY = Shape(
    rf"projects/(?:{_DOMAIN})?{_ID}/locations/{_RESOURCE}/keyRings/[-_A-Za-z0-9]{{1,63}}/cryptoKeys/[-_A-Za-z0-9]{{1,63}}",
    "is no key of Cloud KMS",
    "write its path, such as projects/P/locations/us-east4/keyRings/R/cryptoKeys/K",
)
"""cloud.google.com/kms/docs/getting-resource-ids."""
NODE_NAMES = Shape(
    r"(?:[-a-z0-9.]|\{unit\}|\{host\})+",
    "names no nodes",
    "write a Kubernetes node's name with {unit} and, if a unit has several hosts, {host} in it, such as gpu-{unit}",
)
POLICY = Shape(
    _RESOURCE,
    "is no name of a resource policy",
    "write the name that the other stack gave it, such as lake-mariner-4x4x4",
)
