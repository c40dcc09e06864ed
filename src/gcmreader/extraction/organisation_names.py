"""Names of organisations in running text, and lists of them.

Governments are read by their wordings, known names by the gazetteer, unknown ones by how names are
built (`name_ends`). An unknown name is never guessed to be a known organisation; it is handed on
as it is, to be reviewed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from gcmgraph.lexicon.names_in_texts import Gazetteer, Mention
from gcmgraph.rdf.terms import IRI
from gcmreader.extraction.governments import GovernmentReader
from gcmreader.extraction.name_ends import NameEnds
from gcmreader.extraction.organisations import NamedOrganisation, Organisation
from gcmreader.lexicon import Lexicon, in_all_languages

#: Minimum number of words of the name of a network or programme that nobody knows.
MIN_WORDS_OF_OWN_WORK = 3
#: Minimum similarity (0 to 100) of a name and a part of the title to be the practice's.
SIMILARITY_TO_TITLE = 80

_and = in_all_languages("words", "and")
_of = in_all_languages("words", "of")
_which = in_all_languages("words", "which")
_indefinite = in_all_languages("words", "indefinite")
_ACRONYM = re.compile(r" ?\((?P<acronym>[A-ZÀ-Ý][\w&/-]{1,14}(?: [A-Z][\w-]+)?)\)")
_ACRONYM_ALONE = re.compile(r"(?=(?:.*[A-ZÀ-Ý]){3})[A-ZÀ-Ý0-9][A-ZÀ-Ý0-9a-z.&-]+")
#: `X and, until 2023, Y`; `X, which pays for it, and Y`; `X, a company of the north, and Y`
_INSERTED = re.compile(
    rf",? (?:{_and}), [^,.;()]{{1,40}}, "
    rf"|, (?:{_which}|{_indefinite})"
    rf" [^.;()]{{1,90}}?, (?:{_and}) |,? ?-(?=\w)[^;.-]{{1,120}}-,? "
)
#: what makes a known name the beginning of a longer one: `United Nations [Educational …]`
_LONGER = re.compile(
    r" [A-ZÀ-Ý][a-zà-ÿ]| pour (?:l'|la |le |les )[a-zà-ÿ]| for [A-Z][a-z]"
    r"| para (?:la |el |los |las )?[A-ZÀ-Ý]"
)
#: between a name and a country that only places it: `in Brazil`, `(Switzerland)`
_PLACE_LINK = re.compile(r" (?:(?:in|of)(?: the)?|(?:en|de)(?: la| el)?|au|aux|à|du|del) ?|,? ?\(")
_PLACE_GOES_ON = re.compile(
    rf"{_PLACE_LINK.pattern}| (?:{_and})(?: in| en| au| aux)?(?: the| la| el)? ?"
)
#: between a country and its body: `Ghana[' s ]Ministry of …`
_OWNER = "'s "
#: where the head noun of a name ends: `Office [of …]`, `Coalition [to …]`
_LINKED = re.compile(
    rf" (?:{_of}|for |on |to |against |in |pour |sur |para |sobre |contra |contre )"
)
_ARTICLE_BEFORE_HEAD = re.compile(r"^(?:[Tt]he |[Ll]es |[Ll]os )")
_LINK_AFTER_HEAD = re.compile(r" (?:du|del|de la|de l['’]|des|de|d['’]) ?$")
#: the address of a state as an organisation
_GOVERNMENT = re.compile(r"/organisation/government-[a-z]{3}$")


@dataclass(frozen=True)
class ReadName:
    """The organisation read at a position, and the end of the words read.

    `organisation` is None where the words are a country, or where no words were read.
    """

    organisation: NamedOrganisation | None
    end: int


@dataclass(frozen=True)
class OrganisationList:
    """Organisations named one after the other, and the end of the list."""

    organisations: list[NamedOrganisation]
    end: int


class OrganisationReader:
    """Reads names, and lists of names, at a position of one text."""

    def __init__(
        self, text: str, shown: str, gazetteer: Gazetteer, lexicon: Lexicon, title: str = ""
    ) -> None:
        self.text = text
        self._title = title
        self.shown = shown
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.mentions = gazetteer.mentions(text, lexicon.language)
        self._mention_starts = [mention.start for mention in self.mentions]
        self._organisation_at = {
            mention.start: mention for mention in self.mentions if mention.is_organisation
        }
        self._country_at = {mention.start: mention for mention in self.countries()}
        self._country_by_end = {mention.end: mention for mention in self.countries()}
        self._country_starts = list(self._country_at)
        self._name_ends = NameEnds(text, self.mentions, lexicon)
        self._governments = GovernmentReader(text, shown, self._country_at, gazetteer, lexicon)
        #: plural and singular of head nouns: `Governments`, `Government`
        self._singulars = lexicon.pairs("names", "plurals")
        self._and = lexicon.compiled(rf",? (?:{lexicon.fragment('words', 'and')}) ")
        self._postposed = lexicon.fragment("names", "postposed") == "yes"
        indefinite = lexicon.fragment("words", "indefinite")
        self._apposition = lexicon.compiled(rf",? ?(?:\(|, )(?:{indefinite}) ")
        #: what was read at positions: a list is read again from each of its joints
        self._read_names: dict[int, ReadName] = {}

    def _pattern(self, name: str, flags: int = 0) -> re.Pattern[str]:
        """A wording of names in the language of the text."""
        return self.lexicon.pattern("names", name, flags)

    def _end_of_wording(self, name: str, position: int, flags: int = re.IGNORECASE) -> int:
        """The end of a wording at a position; the position itself where the wording is not there."""
        match = self._pattern(name, flags).match(self.text, position)
        return match.end() if match else position

    def is_strong(self, named: NamedOrganisation) -> bool:
        """Whether a name is one beyond doubt.

        Known, with an acronym, a head noun, or of several words.
        """
        organisation = named.organisation
        return bool(
            organisation.iri
            or organisation.acronym
            or organisation.state
            or named.described
            or self._name_ends.head.search(organisation.name)
            or organisation.name.isupper()
            or " " in organisation.name
        )

    def is_plausible(self, named: NamedOrganisation, *, gives: bool = False) -> bool:
        """Whether a name is an organisation's by its shape.

        Known, a state's, or unlike an act, a document, a person.

        A programme or a network that nobody knows is mostly the practice itself or a part of it; it
        counts where it `gives` money, or has a long name of its own. A single word counts where it
        is an acronym or the text says what it is.
        """
        organisation = named.organisation
        name = organisation.name
        if organisation.iri or organisation.state:
            return True
        words = _LINKED.split(name)[0].split()
        head = words[0 if self._postposed else -1]
        if self._pattern("not_organisation").fullmatch(head):
            return False
        is_own_work = self._pattern("own_work").fullmatch(head) is not None
        is_short = len(words) < MIN_WORDS_OF_OWN_WORK
        if is_own_work and not gives and (is_short or self._is_of_title(name)):
            return False
        if " " in name or organisation.acronym or named.described:
            return True
        return _ACRONYM_ALONE.fullmatch(name) is not None

    def _is_of_title(self, name: str) -> bool:
        similarity = fuzz.partial_ratio(name.casefold(), self._title.casefold())
        return similarity > SIMILARITY_TO_TITLE

    # countries and known names by position

    def countries(self) -> list[Mention]:
        """The country names in the text that are not part of an organisation's name."""
        return [mention for mention in self.mentions if mention.is_country]

    def countries_named(self, start: int, end: int) -> list[Mention]:
        """The countries whose names begin from `start` on and before `end`."""
        first_index = bisect_left(self._country_starts, start)
        end_index = bisect_left(self._country_starts, end)
        return [
            self._country_at[position] for position in self._country_starts[first_index:end_index]
        ]

    def _next_country(self, position: int) -> Mention | None:
        """The first country whose name begins from a position on."""
        index = bisect_left(self._country_starts, position)
        if index == len(self._country_starts):
            return None
        return self._country_at[self._country_starts[index]]

    def begins_known(self, position: int) -> bool:
        """Whether a known organisation is named at `position`."""
        return self._end_of_wording("article", position) in self._organisation_at

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """The known names that begin from `start` on and before `end`."""
        first_index = bisect_left(self._mention_starts, start)
        end_index = bisect_left(self._mention_starts, end)
        return self.mentions[first_index:end_index]

    def states(self, countries: Iterable[Mention]) -> list[NamedOrganisation]:
        """Countries of the text as the states of these names."""
        state = self._governments.state
        return [state(country.iri, country.start, country.end) for country in countries]

    # lists

    def read_list(self, position: int, *, states: bool = False) -> OrganisationList:
        """The organisations named one after the other from `position`.

        Items that are no organisations (a state, a group of people) are stepped over; with
        `states`, a state counts as one (a donor).
        """
        organisations: list[NamedOrganisation] = []
        separators: list[str] = []
        end = position
        while True:
            item = self._list_item(position, organisations, states=states)
            if item is None:
                break
            if item.organisation is not None:
                organisations.append(item.organisation)
            end = item.end
            separator = self._separator_after(item)
            if separator is None:
                break
            # after `and`, only a known name goes on after a comma
            after_and = any(self._and.match(text) for text in separators)
            if after_and and separator[0] == ", " and not self.begins_known(separator.end()):
                break
            separators.append(separator[0])
            position = separator.end()
        commas_only = all(text == ", " for text in separators)
        if commas_only and organisations and self._is_person(organisations[0]):
            organisations = organisations[:1]  # `the mayor of X, Jane Doe, …`
        return OrganisationList([self._singular(named) for named in organisations], end)

    def _list_item(
        self, position: int, preceding: list[NamedOrganisation], *, states: bool
    ) -> ReadName | None:
        """The item of a list at a position, after the organisations before it.

        None where the list ends.
        """
        item = self.read_name(position)
        if item.organisation is not None:
            return item
        if item.end == position:
            return None
        organisation = self._state_ending_at(item.end) if states else None
        if organisation is None and preceding:
            organisation = self._shared_head(preceding[-1], position, item.end)
        return ReadName(organisation, item.end)

    def _separator_after(self, item: ReadName) -> re.Match[str] | None:
        """The separator between an item of a list and the next: `, `, ` and `.

        None where the list ends.
        """
        inserted = _INSERTED.match(self.text, item.end)
        if inserted:
            return inserted
        end = item.end
        if item.organisation is not None and item.organisation.organisation.state is None:
            end = self.past_place(end)
        return self._pattern("separator").match(self.text, end)

    def _is_person(self, named: NamedOrganisation) -> bool:
        person = self._pattern("person", re.IGNORECASE)
        return person.match(named.organisation.name) is not None

    def _state_ending_at(self, end: int) -> NamedOrganisation | None:
        """The state whose name ends at `end`, as an organisation of that name."""
        country = self._country_by_end.get(end)
        return self._governments.state(country.iri, country.start, end) if country else None

    def _shared_head(
        self, previous: NamedOrganisation, position: int, end: int
    ) -> NamedOrganisation | None:
        """The second of `the Governments of Kenya and [Uganda]`.

        The head noun and a country of its own.
        """
        plurals = tuple(plural for plural, _ in self._singulars)
        country = self._country_by_end.get(end)
        countries = self.countries_named(previous.start + 1, end)
        if country is None or not countries or not previous.organisation.name.startswith(plurals):
            return None
        head = self.shown[previous.start : countries[0].start]
        head = _ARTICLE_BEFORE_HEAD.sub("", head)
        head = _LINK_AFTER_HEAD.sub("", head).rstrip()
        name = f"{head} {self.shown[position:end]}"
        return NamedOrganisation(Organisation(None, name, state=country.iri), previous.start, end)

    def _singular(self, named: NamedOrganisation) -> NamedOrganisation:
        """`Governments of Kenya`, read out of a list of several, as the one it is."""
        name = named.organisation.name
        for plural, singular in self._singulars:
            if name.startswith(plural):
                name = singular + name.removeprefix(plural)
                return replace(named, organisation=replace(named.organisation, name=name))
        return named

    # single names

    def read_name(self, position: int) -> ReadName:
        """The organisation at `position`; without words read, the end is `position` itself."""
        if position not in self._read_names:
            self._read_names[position] = self._read_name(position)
        return self._read_names[position]

    def _read_name(self, position: int) -> ReadName:
        start = self._end_of_wording("article", position)
        inner_start = self._end_of_wording("article", self._end_of_wording("part_of", start))
        for name_start in dict.fromkeys((inner_start, start)):
            known = self._known(name_start)
            if known is not None:
                return ReadName(replace(known, start=start), known.end)
        government = self._governments.read(start)
        if government is not None:
            return ReadName(government, government.end)
        country = self._country_at.get(start)
        if country is not None:
            if self.text.startswith(_OWNER, country.end):
                return self.read_name(country.end + len(_OWNER))
            if not self._continues(country.end):
                return ReadName(None, country.end)
        return self._read_described(start, inner_start) or ReadName(None, position)

    def _read_described(self, start: int, inner_start: int) -> ReadName | None:
        """A known name after a description (`the association [X]`), or an unknown name."""
        descriptor = self._pattern("descriptor").match(self.text, start)
        name_start = descriptor.end() if descriptor else start
        known = self._known(name_start)
        if known is not None:
            return ReadName(known, known.end)
        described = descriptor is not None
        for unknown_start in dict.fromkeys((name_start, inner_start)):
            end = self._name_ends.name_end(unknown_start, described=described)
            if end is not None:
                unknown = self._unknown(unknown_start, end, described=described)
                return ReadName(unknown, unknown.end)
        return None

    def _known(self, position: int) -> NamedOrganisation | None:
        """The known organisation that is named at a position."""
        mention = self._organisation_at.get(position)
        if mention is None or self._continues(mention.end):
            return None
        acronym = _ACRONYM.match(self.text, mention.end)
        end = acronym.end() if acronym else mention.end
        is_government = _GOVERNMENT.search(mention.iri.value)
        state = self.gazetteer.home(mention.iri) if is_government else None
        name = self.shown[mention.start : mention.end]
        return NamedOrganisation(Organisation(mention.iri, name, state=state), position, end)

    def _continues(self, end: int) -> bool:
        """Whether a capitalised word follows at once.

        The known name is only the beginning of another.
        """
        begins_other_name = end + 1 in self._organisation_at or end + 1 in self._country_at
        return not begins_other_name and _LONGER.match(self.text, end) is not None

    def past_office(self, end: int) -> int:
        """Past the part of an organisation that acts, after its name: `X [country office]`."""
        return self._end_of_wording("office", end, 0)

    def past_place(self, end: int) -> int:
        """Past `in Brazil and Colombia`, `(Switzerland)` or a nationality that qualifies a name."""
        link = _PLACE_LINK
        country = self._next_country(end)
        while country is not None and link.fullmatch(self.text, end, country.start):
            end = country.end + self.text.startswith(")", country.end)
            link = _PLACE_GOES_ON
            country = self._next_country(end)
        return end

    def _unknown(self, start: int, end: int, *, described: bool) -> NamedOrganisation:
        """The organisation with the name `text[start:end]`, and the acronym after it."""
        name = self.shown[start:end].strip(' "«»“”')
        match = _ACRONYM.match(self.text, end)
        if match is None:
            organisation = Organisation(self._known_as(name), name)
        else:
            end = match.end()
            acronym = match["acronym"]
            mention = self._organisation_at.get(match.start("acronym"))
            iri = mention.iri if mention is not None else self._known_as(name)
            is_country = self.gazetteer.is_country_name(acronym)
            organisation = Organisation(iri, name, None if is_country else acronym)
        described = described or self._apposition.match(self.text, end) is not None
        return NamedOrganisation(organisation, start, end, described)

    def _known_as(self, name: str) -> IRI | None:
        """The known organisation of this name in any case, or whose office has this name.

        `municipality of X` for the Municipality of X; `Governor of the State of X` for the
        Government of X.
        """
        names = [name]
        for office, body in self.lexicon.pairs("names", "offices"):
            match = self.lexicon.compiled(office).match(name)
            if match:
                names.append(body + name[match.end() :])
        for candidate in names:
            iri = self.gazetteer.lookup(candidate)
            if iri is not None and "/organisation/" in iri.value:
                return iri
        return None
