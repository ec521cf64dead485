"""A whole Opora that runs is healthy, by its own doctor's word."""

from tests.running import Running


def test_the_doctor_finds_nothing_wrong_with_a_running_opora(house: Running) -> None:
    done = house.opora("doctor")
    lines = done.stdout.decode().splitlines()
    assert [line for line in lines if line.startswith("wrong")] == []
    assert done.returncode == 0
    for subject in ("durability", "tables", "worker", "mail", "intake", "pages"):
        assert any(line.startswith(f"ok      {subject}:") for line in lines), subject
