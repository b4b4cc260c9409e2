"""Many at once: a job is written, looked at and begun on one page; its own page shows how far it is, live."""

from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from accounts.named import NamingPeople
from drivepower.core.admin import STATES, QuickListAdmin, RecordAdmin, person, state_label
from drivepower.core.cut_pages import View, is_of_company
from drivepower.core.errors import in_their_language
from drivepower.core.lists import ChosenList
from drivepower.core.refusals import Refusal
from ocpp_consumer import bulk
from ocpp_consumer.admin.bulk_form import FIELDS, BulkForm
from ocpp_consumer.admin.bulk_progress import PART, progress_of, wish_in_words
from ocpp_consumer.admin.bulk_waves import WAVES, in_words
from ocpp_consumer.bulk.rights import may_begin
from stations.admin.rows import handed_on
from stations.models import BulkCommand

State = BulkCommand.State
PAGE = "ocpp_consumer/bulk/begin.html"


def dialog(title: Any, text: Any, submit: Any) -> dict[str, Any]:
    """A question before something is done."""
    return {"title": title, "description": text, "form_class": BaseDialogForm, "form_submit_text": submit}


STOP = dialog(
    _("Ask no further station?"), _("What has been asked stays asked, and its outcome is still noted."), _("Stop")
)
RESUME = dialog(
    _("Go on with the next stations?"), _("In spite of what has failed; failures from now on count anew."), _("Go on")
)
RETRY = dialog(_("Ask those again that have failed?"), _("Each in its wave."), _("Ask again"))


class ManyAtOnce(QuickListAdmin):
    """A list of stations from which jobs are begun."""

    def has_many_permission(self, request: HttpRequest) -> bool:
        """Whoever may ask stations; staff of a company, who post nothing to lists, begin where jobs are."""
        return request.user.has_perm("stations.add_command") and not is_of_company(request)

    @admin.action(description=_("Many at once"), permissions=["many"])
    def many_at_once(self, request: HttpRequest, queryset: "QuerySet[Any]") -> HttpResponse:
        """Go to the page that asks what to do with them."""
        address = reverse("admin:stations_bulkcommand_add")
        return HttpResponseRedirect(f"{address}?{handed_on(request, queryset)}")


class CountedList(ChosenList):
    """Jobs with their progress, counted in one query for all that are shown."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Hang each one's counts on it."""
        super().get_results(request)
        shown: list[Any] = list(self.result_list)
        counted = bulk.progress(shown)
        for job in shown:
            job.counted = counted[job.pk]
        self.result_list = shown


@admin.register(BulkCommand)
class BulkCommandAdmin(NamingPeople, RecordAdmin):
    """Jobs over many stations."""

    is_big = False
    list_display = ["asked_at", "what", "target", "standing", "done", "failed", "asked_by", "ended_at"]
    list_filter = ["state", "kind"]
    search_fields = ["action", "target"]
    empty_hint = _("Nothing was asked of many stations yet: choose some in their list, or begin here.")
    empty_action = (_("Begin a job"), "admin:stations_bulkcommand_add")
    fields = readonly_fields = ["asked_by", "asked_at", "target", "waves", "limits", "ended_at", "ended_by"]
    change_form_outer_before_template = "ocpp_consumer/bulk/job.html"
    actions_detail = ["stop", "resume", "retry"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CountedList]:
        """With the counts of each job."""
        return CountedList

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may ask stations."""
        return may_begin(request.user, BulkCommand.Kind.COMMAND)

    @admin.display(description=_("what"), ordering="kind")
    def what(self, job: BulkCommand) -> str:
        """In a few words."""
        return wish_in_words(job)

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def standing(self, job: BulkCommand) -> tuple[str, str]:
        """Its word, and a colour."""
        colour = {State.CANCELLED: "warning", State.HALTED: "failed"}.get(State(job.state), job.state)
        return state_label(str(colour), job.get_state_display())

    @admin.display(description=_("done"))
    def done(self, job: Any) -> str:
        """How many of how many."""
        return f"{job.counted['success']} / {job.counted['stations']}"

    @admin.display(description=_("failed"))
    def failed(self, job: Any) -> int:
        """How many have."""
        count: int = job.counted["failure"]
        return count

    @admin.display(description=_("in waves"))
    def waves(self, job: BulkCommand) -> str:
        """So many first, then so many at a time."""
        counts = job.steps.aggregate(first=Count("pk", filter=Q(wave=1)), stations=Count("pk"))
        return in_words(**counts, size=job.wave_size or counts["stations"])

    @admin.display(description=_("failures allowed"))
    def limits(self, job: BulkCommand) -> str:
        """As a number, as a share, or without a limit."""
        share = f"{job.most_failures_percent} %" if job.most_failures_percent is not None else ""
        return " · ".join(filter(None, [str(job.most_failures) if job.most_failures is not None else "", share])) or "–"

    def guarded(self, view: View, *, is_list: bool) -> View:
        """As everywhere; but staff of a company who may ask stations begin and move jobs of theirs, as by the API."""
        closed = super().guarded(view, is_list=is_list)

        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_list or not (is_of_company(request) and may_begin(request.user, BulkCommand.Kind.COMMAND)):
                return closed(request, *args, **kwargs)
            self.require_key(kwargs.get("object_id"))
            if kwargs.get("object_id") is not None:
                self.require_theirs(request, kwargs["object_id"])
            return view(request, *args, **kwargs)

        return look

    def get_urls(self) -> list[URLPattern]:
        """With the part of the page that moves."""
        view = self.admin_site.admin_view(self.guarded(self.part_view, is_list=False))
        return [path("<path:object_id>/progress/", view, name="stations_bulkcommand_progress"), *super().get_urls()]

    def part_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The counts and the stations, as they stand now."""
        job = self.get_object(request, object_id)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        if job is None:
            raise Http404
        return render(request, PART, progress_of(request, job))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With its progress above what it is."""
        job = self.get_object(request, object_id)
        more = progress_of(request, job) if job and self.has_view_permission(request, job) else {}
        answer: HttpResponse = super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})
        return answer

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Write a job, look at what it would do, begin it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BulkForm(request.POST or None, request=request, initial=request.GET.dict())
        seen = None
        if request.method == "POST" and form.is_valid() and form.target:
            if "begin" in request.POST and form.is_confirmed() and (job := self.begun(request, form)):
                return HttpResponseRedirect(reverse("admin:stations_bulkcommand_change", args=[job.pk]))
            seen = bulk.foresee(form.target.stations, at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Many at once"),
            "opts": self.opts,
            "form": form,
            "groups": [(kind.value, [form[name] for name in names]) for kind, names in FIELDS.items()],
            "waves": [form[name] for name in WAVES],
            "seen": seen,
            "going": form.waves_in_words(seen.stations) if seen else "",
            "most": bulk.MOST_STATIONS,
            "back": reverse("admin:stations_bulkcommand_changelist"),
        }
        return render(request, PAGE, context)

    def begun(self, request: HttpRequest, form: BulkForm) -> BulkCommand | None:
        """The job, written down in its history, or as this form has begun it before; None with the reason shown."""
        try:
            job = form.begin(by=person(request))
        except Refusal as refusal:
            named = BulkCommand.objects.filter(asked_by=person(request), public_id=form.cleaned_data["once"]).first()
            if named is None:
                form.add_error(None, in_their_language(refusal.message))
            else:
                self.message_user(request, in_their_language(refusal.message), messages.WARNING)
            return named
        self.log_addition(request, job, f"Begun over {len(form.target.stations if form.target else [])} stations.")
        return job

    def may_move(self, request: HttpRequest, object_id: Any, *states: State) -> bool:
        """Whether that job stands so, and this person may ask stations."""
        job = BulkCommand.objects.filter(pk=int(object_id)).first() if str(object_id).isdecimal() else None
        return job is not None and job.state in states and may_begin(request.user, job.kind)

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """While it runs."""
        return self.may_move(request, object_id, State.RUNNING)

    def has_resume_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Once it was stopped."""
        return self.may_move(request, object_id, State.CANCELLED, State.HALTED)

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Once it has ended with failures."""
        has_ended = self.may_move(request, object_id, State.DONE, State.CANCELLED, State.HALTED)
        return has_ended and BulkCommand.objects.filter(pk=object_id, steps__outcome="failure").exists()

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Stop"), icon="pause", permissions=["stop"], dialog=STOP
    )
    def stop(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask no further station."""
        job = self.get_object(request, object_id)
        return self.moved(request, job, bulk.stop(bulk=job, by=person(request), at=timezone.now()), "Stopped.")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Go on"), icon="play_arrow", permissions=["resume"], dialog=RESUME
    )
    def resume(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask the next ones."""
        job = self.get_object(request, object_id)
        return self.moved(request, job, bulk.resume(bulk=job, at=timezone.now()), "Went on.")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Retry the failed"), icon="replay", permissions=["retry"], dialog=RETRY
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask them again."""
        job = self.get_object(request, object_id)
        return self.moved(request, job, bulk.retry(bulk=job, at=timezone.now()), "Asked the failed again.")

    def moved(self, request: HttpRequest, job: BulkCommand, did: bool, what: str) -> HttpResponse:
        """Write it down, and show the job."""
        if did:
            self.log_change(request, job, what)
        else:
            self.message_user(request, _("Somebody was faster: see how it stands."), messages.WARNING)
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_bulkcommand_change", args=[job.pk])})
