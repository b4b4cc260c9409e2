"""/api/v1/operator: sessions, decisions about them, what cards are answered and charges cost."""

from django.urls import path

from charging.operator import asking, deciding, sessions

urlpatterns = [
    path("sessions", sessions.SessionsView.as_view()),
    path("sessions/<uuid:public_id>", sessions.SessionView.as_view()),
    path("sessions/<uuid:public_id>/readings", sessions.ReadingsView.as_view()),
    path("sessions/<uuid:public_id>/stop", sessions.StopView.as_view()),
    path("sessions/<uuid:public_id>/complete", deciding.CompleteView.as_view()),
    path("sessions/<uuid:public_id>/accept", deciding.AcceptView.as_view()),
    path("sessions/<uuid:public_id>/correct", deciding.CorrectView.as_view()),
    path("sessions/<uuid:public_id>/waive", deciding.WaiveView.as_view()),
    path("sessions/<uuid:public_id>/rerun", deciding.RerunView.as_view()),
    path("exports/sessions", sessions.SessionsFileView.as_view()),
    path("decision-requests", deciding.RequestsView.as_view()),
    path("decision-requests/<int:key>/confirm", deciding.ConfirmView.as_view()),
    path("decision-requests/<int:key>/refuse", deciding.RefuseView.as_view()),
    path("id-tags/validate", asking.ValidateView.as_view()),
    path("price/calculate", asking.CalculateView.as_view()),
]
