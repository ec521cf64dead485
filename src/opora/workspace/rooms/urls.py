from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from opora.workspace.rooms import accounts, deliveries, first_run, journal
from opora.workspace.rooms.settings import (
    agents,
    audit,
    companies,
    groups,
    mailboxes,
    servers,
    service,
)

urlpatterns = [
    path("language/", login_not_required(set_language), name="language"),
    path("sign-in/link/", accounts.sign_in_by_mail, name="sign-in-by-mail"),
    path("sign-in/<str:token>/", accounts.sign_in_link, name="sign-in-link"),
    path("first-run/", first_run.first_run, name="first-run"),
    path("first-run/next/", first_run.what_next, name="what-next"),
    path("journal/", journal.journal, name="journal"),
    path("journal/<int:arrival_id>/", journal.arrival, name="arrival"),
    path("journal/<int:arrival_id>/letter/", journal.arrival_letter, name="arrival-letter"),
    path("journal/<int:arrival_id>/raw/", journal.arrival_raw, name="arrival-raw"),
    path("journal/<int:arrival_id>/retry/", journal.arrival_retry, name="arrival-retry"),
    path("journal/<int:arrival_id>/open/", journal.arrival_open, name="arrival-open"),
    path("journal/<int:arrival_id>/erase/", journal.arrival_erase, name="arrival-erase"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", deliveries.delivery, name="delivery"),
    path(
        "deliveries/<int:delivery_id>/letter/", deliveries.delivery_letter, name="delivery-letter"
    ),
    path(
        "deliveries/<int:delivery_id>/files/<int:file_id>/",
        deliveries.delivery_file,
        name="delivery-file",
    ),
    path("deliveries/<int:delivery_id>/move/", deliveries.delivery_move, name="delivery-move"),
    path("settings/", service.service, name="settings"),
    path("settings/mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("settings/mailboxes/new/", mailboxes.mailbox, name="mailbox-new"),
    path("settings/mailboxes/<int:door_id>/", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:door_id>/test/", mailboxes.mailbox_test, name="mailbox-test"),
    path("settings/servers/", servers.servers, name="servers"),
    path("settings/servers/new/", servers.server, name="server-new"),
    path("settings/servers/<int:server_id>/", servers.server, name="server"),
    path("settings/servers/<int:server_id>/drop/", servers.server_drop, name="server-drop"),
    path("settings/agents/", agents.agents, name="agents"),
    path("settings/agents/new/", agents.agent_new, name="agent-new"),
    path("settings/agents/<int:person_id>/", agents.agent, name="agent"),
    path("settings/agents/<int:person_id>/link/", agents.agent_link, name="agent-link"),
    path(
        "settings/agents/<int:person_id>/second-factor/",
        agents.agent_second_factor,
        name="agent-second-factor",
    ),
    path("settings/groups/", groups.groups, name="groups"),
    path("settings/groups/new/", groups.group, name="group-new"),
    path("settings/groups/<int:group_id>/", groups.group, name="group"),
    path("settings/companies/", companies.companies, name="companies"),
    path("settings/companies/new/", companies.company, name="company-new"),
    path("settings/companies/<int:company_id>/", companies.company, name="company"),
    path("settings/audit/", audit.audit, name="audit"),
]
