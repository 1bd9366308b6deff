"""Title and language of a page where its vocabularies do not tell: by its heading, and by what its template says."""

from __future__ import annotations

from harvester.clean import text
from harvester.formats.crosswalk import crosswalk, take
from harvester.formats.draft import Draft
from harvester.formats.web_page.html import WebPage
from harvester.formats.web_page.site import Site, is_wall, only_the_site
from harvester.formats.web_page.tongue import contradicts


def entitle(drafts: dict[str, Draft], found: WebPage, site: Site, *, home: bool) -> None:
    """A title that is only the site's name gives way to another one, be it the only heading of the page."""
    titled = [title for draft in drafts.values() for title in draft.titles if not title.type]
    telling = any(not only_the_site(title.title, site.in_titles) for title in titled)
    headings = {text.title_key(heading): heading for heading in found.headings}
    if not telling and not home and len(headings) == 1:
        heading = found.headings[0]
        if not only_the_site(heading, site.in_titles) and not is_wall(heading):
            draft = drafts.setdefault("plain", Draft(drafts["schema"].raw, ""))
            take(draft, crosswalk("web_page").fields["html heading"], "html heading", heading, None)
            telling = bool(draft.titles)
    for name, draft in drafts.items() if telling else ():
        of_site = [t for t in draft.titles if not t.type and only_the_site(t.title, site.in_titles)]
        if of_site:
            others = [title for title in draft.titles if title not in of_site]
            draft.titles = [] if name == "schema" else others  # its other names are the site's too
            draft.extra.setdefault("title", []).extend(title.title for title in of_site)


def speak(drafts: dict[str, Draft], found: WebPage) -> None:
    """The language that a page says, unless it is plainly written in another; that for networks last, without its country."""
    row = crosswalk("web_page").fields["language"]
    if found.language:
        plain = drafts.setdefault("plain", Draft(drafts["schema"].raw, ""))
        later, plain.language = plain.language, []
        take(plain, row, "html lang", found.language, None)
        plain.language = plain.language or later
    if (og := drafts.get("og")) is not None:
        told = "plain" in drafts and drafts["plain"].language
        og.language = [] if told else [tag.partition("-")[0] for tag in og.language]
    titles = [t.title for draft in drafts.values() for t in draft.titles[:1]]
    written = [d.text for draft in drafts.values() for d in (*draft.descriptions[:1], *draft.loose_descriptions[:1])]
    for name in ("schema", "plain", "og"):
        if (draft := drafts.get(name)) is not None:
            wrong = [tag for tag in draft.language if contradicts(tag, " ".join([*titles[:1], *written[:1]]))]
            if wrong:
                draft.language = [tag for tag in draft.language if tag not in wrong]
                draft.extra.setdefault("language", []).extend(wrong)
