from django.urls import path

from opora.workspace.tickets import acts, files, pages, preferences

urlpatterns = [
    path("", pages.home, name="home"),
    path("preferences/", preferences.change, name="preferences"),
    path("tickets/new/", acts.new, name="ticket-new"),
    path("tickets/<int:ticket_id>/", pages.ticket, name="ticket"),
    path("tickets/<int:ticket_id>/row/", pages.row, name="ticket-row"),
    path("tickets/<int:ticket_id>/say/", acts.say, name="ticket-say"),
    path("tickets/<int:ticket_id>/move/", acts.move, name="ticket-move"),
    path("tickets/<int:ticket_id>/change/", acts.change, name="ticket-change"),
    path("tickets/<slug:key>/", pages.tickets, name="tickets"),
    path("uploads/", files.upload, name="upload"),
    path("files/<int:file_id>/", files.file, name="file"),
    path("letters/<int:message_id>/", files.letter, name="message-letter"),
]
