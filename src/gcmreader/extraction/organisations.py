"""Organisation names in running text: governments, known names by the gazetteer, unknown ones by how names are built.

`Government of Mali`, `Thai government`, `the government` of a country before it. An unknown name is never guessed to be
a known organisation; it is handed on as it stands, to be reviewed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from gcmgraph.model.terms import IRI
from gcmgraph.names import Gazetteer, Mention, Nationalities
from gcmreader.extraction.names import ACRONYM, NamedOrganisation, NameShapes, Organisation
from gcmreader.lexicon import Lexicon, in_all_languages

_and = in_all_languages("words", "and")
_of = in_all_languages("words", "of")
#: `X and, until 2023, Y`; `X, which pays for it, and Y`; `X, a company of the north, and Y`
_INSERTED = re.compile(
    rf",? (?:{_and}), [^,.;()]{{1,40}}, "
    rf"|, (?:{in_all_languages('words', 'which')}|{in_all_languages('words', 'indefinite')})"
    rf" [^.;()]{{1,90}}?, (?:{_and}) |,? ?-(?=\w)[^;.-]{{1,120}}-,? "
)
#: what makes a known name the beginning of a longer one: `United Nations [Educational …]`
_LONGER = re.compile(
    r" [A-ZÀ-Ý][a-zà-ÿ]| pour (?:l'|la |le |les )[a-zà-ÿ]| for [A-Z][a-z]| para (?:la |el |los |las )?[A-ZÀ-Ý]"
)
#: between a name and a country that only places it: `in Brazil`, `(Switzerland)`
_PLACE_LINK = re.compile(r" (?:(?:in|of)(?: the)?|(?:en|de)(?: la| el)?|au|aux|à|du|del) ?|,? ?\(")
_PLACE_GOES_ON = re.compile(rf"{_PLACE_LINK.pattern}| (?:{_and})(?: in| en| au| aux)?(?: the| la| el)? ?")

#: between a country and its body: `Ghana[' s ]Ministry of …`
_OWNER = "'s "
#: where the head noun of a name ends: `Office [of …]`, `Coalition [to …]`
_LINKED = re.compile(rf" (?:{_of}|for |on |to |against |in |pour |sur |para |sobre |contra |contre )")
#: Fewest words of the name of a network or programme that nobody knows.
_OWN_WORK = 3
#: Most words of a common noun with what it is for.
_COMMON = 4
#: Minimum similarity (0 to 100) of a name and a part of the title to be the practice's.
_ALIKE = 80
#: the address of a state as an organisation
_GOVERNMENT = re.compile(r"/organisation/government-[a-z]{3}$")
_ACRONYM_ALONE = re.compile(r"(?=(?:.*[A-ZÀ-Ý]){3})[A-ZÀ-Ý0-9][A-ZÀ-Ý0-9a-z.&-]+")


class OrganisationReader:
    """Reads names, and lists of names, at a position of one text."""

    def __init__(self, text: str, shown: str, gazetteer: Gazetteer, lexicon: Lexicon, title: str = "") -> None:
        self.text = text
        self._title = title
        self.shown = shown
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.mentions = gazetteer.mentions(text, lexicon.language)
        self._at = {m.start: m for m in self.mentions}
        self._starts = [m.start for m in self.mentions]
        self._country_ends = {m.end: m for m in self.mentions if m.is_country}
        self._country_starts = [m.start for m in self.mentions if m.is_country]
        names = "names"
        self._article = lexicon.pattern(names, "article", re.IGNORECASE)
        self._part_of = lexicon.pattern(names, "part_of", re.IGNORECASE)
        self._descriptor = lexicon.pattern(names, "descriptor")
        self._shapes = NameShapes(text, self.mentions, lexicon)
        self._separator = lexicon.pattern(names, "separator")
        self._plurals = lexicon.pairs(names, "plurals")
        self._many = tuple(many for many, _ in self._plurals)
        self._and = lexicon.compiled(rf",? (?:{lexicon.fragment('words', 'and')}) ")
        self._common_head = lexicon.pattern(names, "common_head")
        self._postposed = lexicon.fragment(names, "postposed") == "yes"
        self._office = lexicon.pattern(names, "office")
        self._offices = lexicon.pairs(names, "offices")
        self._person = lexicon.pattern(names, "person", re.IGNORECASE)
        self._apposition = lexicon.compiled(rf",? ?(?:\(|, )(?:{lexicon.fragment('words', 'indefinite')}) ")
        self._not_organisation = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'not_organisation')})")
        self._own_work = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'own_work')})")
        self._adjectives = Nationalities(lexicon)
        government = rf"(?:{lexicon.fragment(names, 'government')})"
        self._government = lexicon.compiled(rf"{government}(?: (?:{_of})| ?(?=[,.;:)]|$)|(?= ))")
        self._government_alone = lexicon.compiled(rf"{government}(?= )")
        self._country_itself = lexicon.compiled(rf"(?:{lexicon.fragment(names, 'country_itself')})(?= )")
        #: what `read_one` found: a list is read again from each of its joints
        self._read: dict[int, tuple[NamedOrganisation | None, int]] = {}

    def is_strong(self, item: NamedOrganisation) -> bool:
        """Whether a name is one beyond doubt: known, with an acronym, a head noun, or of several words."""
        organisation = item.organisation
        return bool(
            organisation.iri
            or organisation.acronym
            or organisation.state
            or item.described
            or self._shapes.head.search(organisation.name)
            or organisation.name.isupper()
            or " " in organisation.name
        )

    def is_plausible(self, item: NamedOrganisation, *, gives: bool = False) -> bool:
        """Whether a name is an organisation's by its shape: known, a state's, or unlike an act, a document, a person.

        A programme or a network that nobody knows is mostly the practice itself or a part of it; it counts where it
        `gives` money, or has a long name of its own. A single word counts where it is an acronym or the text says
        what it is.
        """
        organisation = item.organisation
        if organisation.iri or organisation.state:
            return True
        if self.gazetteer.is_country_name(organisation.name) or self._is_common(item):
            return False
        words = _LINKED.split(organisation.name)[0].split()
        head = words[0 if self.lexicon.fragment("names", "postposed") == "yes" else -1]
        if self._not_organisation.fullmatch(head):
            return False
        if self._own_work.fullmatch(head) and not gives and (len(words) < _OWN_WORK or self._is_of_title(organisation)):
            return False
        if " " in organisation.name:
            return True
        return bool(organisation.acronym or item.described or _ACRONYM_ALONE.fullmatch(organisation.name))

    def _is_common(self, item: NamedOrganisation) -> bool:
        """Whether a name is but a common noun with what it is for: `le Centre de formation`."""
        name = item.organisation.name
        if not self._postposed or item.organisation.acronym or item.described or len(name.split()) > _COMMON:
            return False
        own = re.search(r"[ '’][A-ZÀ-Ý]", name) or any(self._adjectives.within(name))
        return not own and bool(self._common_head.match(name))

    def _is_of_title(self, organisation: Organisation) -> bool:
        """Whether a name is that of the practice, or a part of it."""
        return fuzz.partial_ratio(organisation.name.casefold(), self._title.casefold()) > _ALIKE

    def countries(self) -> list[Mention]:
        """The country names in the text that are not part of an organisation's name."""
        return [m for m in self.mentions if m.is_country]

    def countries_between(self, start: int, end: int) -> list[int]:
        """Where country names begin, from `start` on and before `end`."""
        return self._country_starts[bisect_left(self._country_starts, start) : bisect_left(self._country_starts, end)]

    def states_named(self, start: int, end: int) -> list[Mention]:
        """The countries of a list that begins at `start`, where the list begins with one; else none.

        So not those that only place or describe what acts: `the delegations of Mali`.
        """
        first = self._at.get(self._skip(self._article, start))
        if first is None or not first.is_country:
            return []
        return self.countries_named(start, end)

    def countries_named(self, start: int, end: int) -> list[Mention]:
        """The countries named from `start` on and before `end`."""
        return [self._at[at] for at in self.countries_between(start, end)]

    def begins_known(self, position: int) -> bool:
        """Whether a known organisation is named at `position`."""
        mention = self._at.get(self._skip(self._article, position))
        return mention is not None and mention.is_organisation

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """The known names that begin from `start` on and before `end`."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def states(self, starts: Iterable[int]) -> list[NamedOrganisation]:
        """The states whose names begin at some positions, as organisations of that name."""
        found = (self._state(self._at[start].end) for start in starts)
        return [state for state in found if state is not None]

    def read_list(self, position: int, *, states: bool = False) -> tuple[list[NamedOrganisation], int]:
        """The organisations named one after the other from `position`, and where the list ends.

        Items that are no organisations (a state, a group of people) are stepped over; with `states`, a state counts as
        one (a donor).
        """
        named: list[NamedOrganisation] = []
        end = position
        commas_only = True
        last = False  # whether `and` has gone before: only a known name goes on after a comma then
        while True:
            item, after = self.read_one(position)
            if item is None and after == position:
                break
            if item is None and states:
                item = self._state(after)
            if item is None:
                item = self._shared_head(named[-1] if named else None, position, after)
            if item is not None:
                named.append(item)
            end = after
            beyond = self.past_place(after) if item is not None and item.organisation.state is None else after
            separator = _INSERTED.match(self.text, after) or self._separator.match(self.text, beyond)
            if separator is None or (last and separator[0] == ", " and not self.begins_known(separator.end())):
                break
            commas_only = commas_only and separator[0] == ", "
            last = last or bool(self._and.match(separator[0]))
            position = separator.end()
        if commas_only and named and self._person.match(named[0].organisation.name):
            named = named[:1]  # `the mayor of X, Jane Doe, …`
        return [self._singular(item) for item in named], end

    def _state(self, end: int) -> NamedOrganisation | None:
        """The state whose name ends at `end`, as an organisation of that name."""
        state = self._country_ends.get(end)
        return self._of_state(state.iri, state.start, state.end) if state else None

    def _shared_head(self, previous: NamedOrganisation | None, position: int, end: int) -> NamedOrganisation | None:
        """The second of `the Governments of Kenya and [Uganda]`: the head noun and a country of its own."""
        if previous is None or not previous.organisation.name.startswith(self._many):
            return None
        countries = self.countries_between(previous.start + 1, end)
        if end not in self._country_ends or not countries:
            return None
        own = self.shown[position:end]
        name = re.sub(r"^(?:[Tt]he |[Ll]es |[Ll]os )", "", self.shown[previous.start : countries[0]])
        if re.match(r"(?:du|del|de la|de l['’]|des|de|d['’]|of)\b ?", own):
            name = re.sub(r" (?:du|del|de la|de l['’]|des|de|d['’]) ?$", "", name)
        name = name.rstrip()
        state = self._country_ends[end].iri
        return NamedOrganisation(Organisation(None, f"{name} {own}", state=state), previous.start, end)

    def _singular(self, item: NamedOrganisation) -> NamedOrganisation:
        """`Governments of Kenya`, read out of a list of several, as the one it is."""
        name = item.organisation.name
        for many, one in self._plurals:
            if name.startswith(many):
                return replace(item, organisation=replace(item.organisation, name=one + name[len(many) :]))
        return item

    def read_one(self, position: int) -> tuple[NamedOrganisation | None, int]:
        """The organisation at `position`, and where what was read ends; `position` itself where nothing was."""
        if position not in self._read:
            self._read[position] = self._read_one(position)
        return self._read[position]

    def _read_one(self, position: int) -> tuple[NamedOrganisation | None, int]:
        start = self._skip(self._article, position)
        inner = self._skip(self._article, self._skip(self._part_of, start))
        for begin in dict.fromkeys((inner, start)):
            if (found := self._known(begin)) is not None:
                return NamedOrganisation(found.organisation, start, found.end), found.end
        if (government := self._government_at(start)) is not None:
            return government, government.end
        country = self._at.get(start)
        if country is not None and country.is_country and self.text.startswith(_OWNER, country.end):
            return self.read_one(country.end + len(_OWNER))
        if country is not None and country.is_country and not self._continues(country.end):
            return None, country.end
        described = self._descriptor.match(self.text, start)
        name_start = described.end() if described else start
        if (known := self._known(name_start)) is not None:
            return known, known.end
        for begin in dict.fromkeys((name_start, inner)):
            end = self._shapes.name_end(begin, described=bool(described))
            if end is not None:
                return self._unknown(begin, end, described=bool(described))
        return None, position

    def _government_at(self, start: int) -> NamedOrganisation | None:
        """The government of a country, named at `start`: `Government of Mali`, `Thai government`."""
        text = self.text
        said = self._government.match(text, start)
        if said and (mention := self._at.get(said.end())) and mention.is_country:
            return self._of_state(mention.iri, start, mention.end)
        for iso3, end in self._adjectives.at(text, start):
            body = self._government.match(text, end + 1) if text[end : end + 1] == " " else None
            if body and (country := self.gazetteer.country(iso3)):
                return self._of_state(country, start, start + len(text[start : body.end()].rstrip()))
        body = self._government_alone.match(text, start)
        for iso3, end in self._adjectives.at(text, body.end() + 1) if body and self._postposed else ():
            if country := self.gazetteer.country(iso3):
                return self._of_state(country, start, end)
        return self._government_before(start)

    def _government_before(self, start: int) -> NamedOrganisation | None:
        """The government at `start` without a country: that of the country named before it, where it can be no other.

        `In Mali, the [government] …`: in the same sentence, or the only country named so far.
        """
        government = self._government_alone.match(self.text, start)
        said = government or self._country_itself.match(self.text, start)
        several = government and government[0].endswith("s") and government[0][:2].lower() != "au"
        named = self.countries_named(0, start) if said and not several else []
        if said is None or not named:
            return None
        near = re.search(r"[.;:] ", self.text[named[-1].end : start]) is None
        if not near and len({mention.iri for mention in named}) > 1:
            return None
        name = f"{said[0]} ({self.shown[named[-1].start : named[-1].end]})"
        return NamedOrganisation(Organisation(None, name, state=named[-1].iri), start, said.end())

    def _of_state(self, state: IRI, start: int, end: int) -> NamedOrganisation:
        return NamedOrganisation(Organisation(None, self.shown[start:end], state=state), start, end)

    def _skip(self, pattern: re.Pattern[str], position: int) -> int:
        match = pattern.match(self.text, position)
        return match.end() if match else position

    def _known(self, position: int) -> NamedOrganisation | None:
        mention = self._at.get(position)
        if mention is None or not mention.is_organisation or self._continues(mention.end):
            return None
        acronym = ACRONYM.match(self.text, mention.end)
        end = acronym.end() if acronym else mention.end
        state = self.gazetteer.home(mention.iri) if _GOVERNMENT.search(mention.iri.value) else None
        organisation = Organisation(mention.iri, self.shown[mention.start : mention.end], state=state)
        return NamedOrganisation(organisation, mention.start, end)

    def _continues(self, end: int) -> bool:
        """Whether a capitalised word follows at once: the known name is only the beginning of another."""
        longer = _LONGER.match(self.text, end)
        return longer is not None and end + 1 not in self._at

    def past_office(self, end: int) -> int:
        """Past the part of an organisation that acts, after its name: `X [country office]`."""
        return self._skip(self._office, end)

    def past_place(self, end: int) -> int:
        """Past `in Brazil and Colombia`, `(Switzerland)` or a nationality that qualifies a name."""
        link = _PLACE_LINK
        while (at := bisect_left(self._country_starts, end)) < len(self._country_starts):
            country = self._at[self._country_starts[at]]
            if not link.fullmatch(self.text, end, country.start):
                break
            link = _PLACE_GOES_ON
            end = country.end + self.text.startswith(")", country.end)
        return end

    def _known_as(self, name: str) -> IRI | None:
        """The known organisation of this name in whatever case, or for which the office of this name acts.

        `municipality of X` for the Municipality of X; `Governor of the State of X` for the Government of X.
        """
        offices = ((self.lexicon.compiled(office).match(name), body) for office, body in self._offices)
        names = [name, *(body + name[match.end() :] for match, body in offices if match)]
        known = (self.gazetteer.lookup(one) for one in names)
        return next((iri for iri in known if iri is not None and "/organisation/" in iri.value), None)

    def _unknown(self, start: int, end: int, *, described: bool) -> tuple[NamedOrganisation, int]:
        acronym = ACRONYM.match(self.text, end)
        name = self.shown[start:end].strip(' "«»“”')
        short = acronym["acronym"] if acronym and not self.gazetteer.is_country_name(acronym["acronym"]) else None
        known = self._at.get(acronym.start("acronym")) if acronym else None
        iri = known.iri if known is not None and known.is_organisation else self._known_as(name)
        organisation = Organisation(iri, name, short)
        stop = acronym.end() if acronym else end
        described = described or bool(self._apposition.match(self.text, stop))
        return NamedOrganisation(organisation, start, stop, described), stop
