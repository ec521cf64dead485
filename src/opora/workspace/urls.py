from opora.workspace.rooms import urls as rooms
from opora.workspace.tickets import urls as tickets

app_name = "workspace"
urlpatterns = [*tickets.urlpatterns, *rooms.urlpatterns]
