"""A small organization as a platform reports it, with all that is hard to write, and places to import it again."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.portal.report_files import NOW, Importer, attempt, member, usage
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.organization import initialise
from tui_admin.portal.reports.asked import Asked
from tui_admin.portal.reports.making import make
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store

ADMIN = "ana@northwind.example"
AT = Moments(NOW, NOW)

HOSTILE = {
    "zoe@x.example": 'Zoë "Zed", Ágnes',
    "formula@x.example": "=1+1",
    "guard@x.example": "'=1",
    "apostrophe@x.example": "'Ndrangheta",
    "minus@x.example": "-x",
    "newline@x.example": "two\nlines",
    "nul@x.example": "nul\x00byte",
    "spaces@x.example": "  spaces  ",
    "han@x.example": "田中 花子",
    "arabic@x.example": "محمد عبد الله",
    "hash@x.example": "#1 learner",
}
"""Names by address."""


def as_bytes(store: Store, actor: Actor, asked: Asked) -> bytes:
    """A report, made now."""
    stream = io.BytesIO()
    make(store, actor, asked, AT, stream)
    return stream.getvalue()


def tables(content: bytes) -> dict[str, str]:
    """The tables of a zip, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def empty_store(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes a further store beside `store`, on the same kind of database, with nothing in it but an administrator."""
    made: list[Store] = []

    def create() -> Store:
        if store.dialect == "sqlite":
            path = tmp_path / f"further-{len(made)}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            made.append(Store(f"sqlite:///{path}"))
        else:
            made.append(Store(request.getfixturevalue("postgres_databases").new()))
        initialise(made[-1], "Further", ADMIN, NOW)
        return made[-1]

    yield create
    for one in made:
        one.close()


@pytest.fixture
def reported(store: Store, tmp_path: Path) -> Importer:
    """A store that imported two programs, two contracts and a course with assessments, and its importer."""
    initialise(store, "Northwind", ADMIN, NOW)
    importer = Importer(store, sign_in(store, ADMIN), tmp_path)
    people = [member(email, Name=name, External_Id=f"00{place}") for place, (email, name) in enumerate(HOSTILE.items())]
    zoe = {"Email": "zoe@x.example", "Name": HOSTILE["zoe@x.example"], "External Id": "000"}
    both = {"Program Slug": "aaa", "Program Name": "Another", "Contract(s)": "Year 2; Year 1"}
    people += [member("zoe@x.example") | zoe | both]
    people += [member("gone@x.example", Member_State="DELETED_MEMBER", Join_Date=""), member("Only.Usage@x.example")]
    courses = [
        usage("zoe@x.example", Overall_Progress="82.4", Course_Grade="57,73", Contract="Year 1", Job_Title="=SUM(A1)")
        | zoe,
        usage("zoe@x.example") | zoe | {"Course ID": "ALG", "Course": "Algebra", "Course Slug": "algebra"},
        usage("zoe@x.example") | zoe | {"Program Slug": "aaa", "Program Name": "Another", "Completed": "Yes"},
        usage("later@x.example", Enrollment_Time="", Overall_Progress="", Removed_From_Program="Yes"),
        usage("Only.Usage@x.example", Last_Course_Activity_Time="2026-03-01T23:59:59.999Z"),
    ]
    special = [
        {
            **zoe,
            **{"Specialization": "Data", "Specialization Slug": "sp-data"},
            **{"University": "Northwind", "Enrollment Time": "2026-01-06T10:00:00.000Z", "Completed": "Yes"},
            **{"Last Specialization Activity Time": "", "Removed From Program": "No", "Program Slug": "data"},
            **{"Program Name": "Data Foundations", "Specialization Completion Time": "2026-02-01T10:00:00.000Z"},
        }
    ]
    worked = [
        attempt("zoe@x.example", Score="40", Passed="No") | zoe,
        attempt("zoe@x.example", Score="8", Max_Score="10", Attempt_Time="2026-01-21T00:00:00.000Z") | zoe,
        attempt("later@x.example", Score="", Passed=""),
        attempt("zoe@x.example", Assessment_ID="q2", Score="7", Max_Score="9") | zoe,
        attempt("zoe@x.example", Assessment_ID="p", Assessment="Practice", Weight="0") | zoe,
    ]
    importer(people, courses, special, worked)
    return importer
