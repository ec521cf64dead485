from django.urls import URLPattern, URLResolver, include, path

handler500 = "opora.workspace.outage.show_fault"
urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("opora.workspace.rooms.account_urls")),
    path("", include("opora.workspace.urls")),
]
