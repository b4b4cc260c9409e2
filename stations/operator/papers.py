"""Certificates of stations: what they hold, and what they are asked to do with them."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import certificates, pacing
from stations.models import Certificate
from stations.operator.doors import filtered, for_staff, read, station_of
from stations.operator.forms import Search
from stations.operator.shapes import QueuedCommand

# What a station may be given or asked about; its own it makes by itself.
ROOTS = [Certificate.Kind.CENTRAL_SYSTEM_ROOT.value, Certificate.Kind.MANUFACTURER_ROOT.value]


class CertificateShape(serializers.Serializer[Any]):
    """A certificate of a station, or of ours on it; its private key is never here."""

    id = serializers.IntegerField()
    station_id = serializers.CharField(source="station.code")
    kind = serializers.ChoiceField(Certificate.Kind.values)
    state = serializers.ChoiceField(Certificate.State.values)
    subject = serializers.CharField(allow_blank=True)
    serial_number = serializers.CharField(allow_blank=True)
    not_before = serializers.DateTimeField(allow_null=True)
    not_after = serializers.DateTimeField(allow_null=True)
    pem = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why it was rejected.")
    changed_at = serializers.DateTimeField()


class CertificateSearch(Search):
    """Filters of certificates."""

    kind = serializers.ChoiceField(Certificate.Kind.values, required=False)
    state = serializers.ChoiceField(Certificate.State.values, required=False)


class CertificateForm(StrictSerializer):
    """Which station."""

    station_id = serializers.CharField(max_length=50)


class RootsForm(CertificateForm):
    """Which station, and which roots."""

    kind = serializers.ChoiceField(ROOTS)


class RootForm(RootsForm):
    """A root in PEM for a station."""

    pem = serializers.CharField(max_length=20_000)


ASKED: dict[str, Any] = {"answer": {"command": QueuedCommand()}, "name": "CommandQueued", "status": 202}


class CertificatesView(StaffView):
    """/api/v1/operator/certificates"""

    rights = {"GET": "stations.view_certificate"}

    @for_staff("Certificates", rows=CertificateShape, query=CertificateSearch, name="CertificateList")
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = read(CertificateSearch, request.query_params.dict())
        rows = filtered(Certificate.objects.seen_by(self.person).select_related("station"), asked)
        return self.listed(rows.filter(kind=asked["kind"]) if "kind" in asked else rows, CertificateShape)


class CertificateView(StaffView):
    """/api/v1/operator/certificates/{id}"""

    rights = {"GET": "stations.view_certificate", "DELETE": "stations.add_command"}

    @for_staff(
        "One certificate",
        answer={"certificate": CertificateShape()},
        name="CertificateShown",
        errors=["certificate_not_found"],
    )
    def get(self, request: Request, key: int) -> Response:
        """As the station last told of it."""
        return Response({"success": True, "certificate": CertificateShape(paper_of(self.person, key)).data})

    @for_staff(
        "Delete a certificate from its station", errors=["certificate_not_found", "certificate_not_listed"], **ASKED
    )
    def delete(self, request: Request, key: int) -> Response:
        """By the hashes that the station reported: ask it first which it holds."""
        paper = paper_of(self.person, key)
        with pacing.one_turn(asked_by=self.by) as at:
            command = certificates.ask_delete(certificate=paper, asked_by=self.by, at=at)
        return Response({"success": True, "command": QueuedCommand(command).data}, status=202)


class RequestView(Idempotent, StaffView):
    """/api/v1/operator/certificates/request"""

    rights = {"POST": "stations.add_command"}

    @for_staff(
        "Have a station ask for a certificate", request=CertificateForm, errors=["station_not_found"], idempotent=True,
        **ASKED,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It makes a key and a request, which is signed and sent to it."""
        station = station_of(self.person, read(CertificateForm, request.data)["station_id"])
        with pacing.one_turn(asked_by=self.by) as at:
            command = certificates.ask_request(station=station, asked_by=self.by, at=at)
        return Response({"success": True, "command": QueuedCommand(command).data}, status=202)


class ListView(Idempotent, StaffView):
    """/api/v1/operator/certificates/list"""

    rights = {"POST": "stations.add_command"}

    @for_staff(
        "Ask which roots a station holds", request=RootsForm, errors=["station_not_found"], idempotent=True, **ASKED
    )
    def post(self, request: Request) -> Response:
        """What it answers replaces what was thought."""
        said = read(RootsForm, request.data)
        station, kind = station_of(self.person, said["station_id"]), Certificate.Kind(said["kind"])
        with pacing.one_turn(asked_by=self.by) as at:
            command = certificates.ask_list(station=station, kind=kind, asked_by=self.by, at=at)
        return Response({"success": True, "command": QueuedCommand(command).data}, status=202)


class InstallView(Idempotent, StaffView):
    """/api/v1/operator/certificates/install"""

    rights = {"POST": "stations.add_command"}

    @for_staff(
        "Give a station a root", request=RootForm, answer={"certificate": CertificateShape()}, name="CertificateShown",
        status=202, errors=["station_not_found", "certificate_malformed"], idempotent=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Its state tells whether the station took it."""
        said = read(RootForm, request.data)
        station, kind = station_of(self.person, said["station_id"]), Certificate.Kind(said["kind"])
        with pacing.one_turn(asked_by=self.by) as at:
            paper = certificates.ask_install(station=station, kind=kind, text=said["pem"], asked_by=self.by, at=at)
        return Response({"success": True, "certificate": CertificateShape(paper).data}, status=202)


def paper_of(person: User, key: int) -> Certificate:
    """One certificate; Refusal certificate_not_found."""
    rows = Certificate.objects.seen_by(person).select_related("station")
    paper = rows.filter(pk=key).first()
    if paper is None:
        raise Refusal("certificate_not_found", "There is no such certificate.")
    return paper
