"""What happened in the demo's two weeks; one module a kind of trouble."""

from opora.cli.demo.stories import english, oddities, offices, servers, sites, tills

STORIES = (
    *tills.STORIES,
    *offices.STORIES,
    *servers.STORIES,
    *sites.STORIES,
    *english.STORIES,
    *oddities.STORIES,
)
