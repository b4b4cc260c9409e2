"""The page of one's own second factor: registered with a QR, confirmed, removed; recovery codes are shown once."""

from base64 import b32encode
from typing import Any, cast

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import locks, sessions
from accounts.models import User
from accounts.twofactor import devices
from accounts.twofactor.asked import has_device
from accounts.twofactor.forms import CodeForm, SureForm
from drivepower.core.refusals import Refusal

# Under which a session keeps the secret that it has begun with. Another session of the same person neither sees nor
# confirms it: whoever has the password alone would know the secret of the owner's app.
BEGUN = "second_factor_begun"


@never_cache
@sensitive_post_parameters()
def show(request: HttpRequest) -> HttpResponse:
    """What is registered; everybody their own, and nobody another's."""
    person = cast(User, request.user)
    acts = {"begin": begin, "confirm": confirm, "renew": renew, "remove": remove}
    if request.method != "POST":
        return page(request)
    act = acts.get(request.POST.get("act", ""))
    if act is None or not person.is_staff:
        raise PermissionDenied
    try:
        return act(request, person)
    except Refusal as refusal:
        messages.error(request, gettext(refusal.message))
        return page(request, status=429 if refusal.code == "too_many_requests" else 400)


def begin(request: HttpRequest, person: User) -> HttpResponse:
    """A new secret."""
    request.session[BEGUN] = devices.begin(person).pk
    return HttpResponseRedirect(reverse("admin:twofactor"))


def confirm(request: HttpRequest, person: User) -> HttpResponse:
    """It counts, once its code is right."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return page(request, confirming=form, status=400)
    if begun_here(request, person) is None:
        raise Refusal("otp_invalid", "Set it up anew: it was begun in another browser.")
    at = timezone.now()
    device, codes = devices.confirm(person, form.cleaned_data["code"], at=at)
    login(request, device)
    request.session.cycle_key()
    sessions.end_all(user=person, at=at, but=request.session.session_key)
    messages.success(request, _("Your second factor is on: the next login asks for its code."))
    return page(request, codes=codes)


def renew(request: HttpRequest, person: User) -> HttpResponse:
    """Other recovery codes, for who is sure."""
    form = SureForm(request.POST)
    if not form.is_valid():
        return page(request, sure=form, status=400)
    make_sure(request, person, form)
    return page(request, codes=devices.renew_recovery_codes(person))


def remove(request: HttpRequest, person: User) -> HttpResponse:
    """Take it away, for who is sure."""
    form = SureForm(request.POST)
    if not form.is_valid():
        return page(request, sure=form, status=400)
    make_sure(request, person, form)
    devices.remove(person)
    messages.success(request, _("Your second factor is off."))
    return HttpResponseRedirect(reverse("admin:twofactor"))


def make_sure(request: HttpRequest, person: User, form: SureForm) -> None:
    """Refusal where password or code is wrong, or tried too often: a borrowed session takes nothing away."""
    name, address = str(person.email or person.phone), locks.address_of(request)
    locks.take_try(name=name, address=address, at=timezone.now())
    if not person.check_password(form.cleaned_data["password"]):
        raise Refusal("invalid_credentials", "The name or the password is wrong.")
    devices.check(person, form.cleaned_data["code"])
    locks.forgive(name=name, address=address)


def page(
    request: HttpRequest,
    *,
    codes: list[str] | None = None,
    confirming: CodeForm | None = None,
    sure: SureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What there is and what may be done about it."""
    person = cast(User, request.user)
    is_on, waiting = has_device(person), begun_here(request, person)
    known: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Second factor"),
        "is_on": is_on,
        "is_required": settings.STAFF_OTP == "required",
        "left": devices.recovery_codes_left(person) if is_on else 0,
        "codes": codes,
        "waiting": secret_of(waiting) if waiting and not is_on else None,
        "confirming": confirming or CodeForm(),
        "sure": sure or SureForm(auto_id="sure_%s"),
    }
    return TemplateResponse(request, "accounts/second_factor.html", known, status=status)


def begun_here(request: HttpRequest, person: User) -> TOTPDevice | None:
    """The secret that waits to be confirmed, if this session has begun with it."""
    waiting = devices.waiting(person)
    return waiting if waiting is not None and request.session.get(BEGUN) == waiting.pk else None


def secret_of(device: TOTPDevice) -> dict[str, str]:
    """A secret for an app: as a picture, and in groups of letters to be typed."""
    letters = b32encode(device.bin_key).decode().rstrip("=")
    groups = " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))
    return {
        "picture": segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=3, light="white"),
        "letters": groups,
    }
