"""Organisation names in running text: governments, known names by the gazetteer, unknown ones by how names are built.

The structure of an unknown name gives its end: capitalised words, linking words between them, and,
after a head noun (`Ministry`, `Fédération`), what a language lets follow it: in French words in
lower case too.

`Government of Mali`, `Thai government`, `the government` of a country before it. An unknown name is
never guessed to be a known organisation; it is handed on as it stands, to be reviewed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz
from slugify import slugify

from gcmgraph.lexicon.names_in_texts import Gazetteer, Mention, fold
from gcmgraph.lexicon.nationalities import Nationalities
from gcmgraph.model.kinds import LONGEST_SLUG
from gcmgraph.rdf.terms import IRI
from gcmreader.lexicon import Lexicon, in_all_languages


@dataclass(frozen=True)
class Organisation:
    """An organisation as named in a text: known by its IRI, or by its name (and acronym) alone."""

    iri: IRI | None
    name: str
    acronym: str | None = None
    #: the country whose state or government it is
    state: IRI | None = None

    @property
    def slug(self) -> str:
        """Its name in addresses: `government-col` for a state; else from its acronym or name."""
        if self.iri is not None:
            return self.iri.value.rsplit("/", 1)[1]
        if self.state is not None:
            return f"government-{self.state.value.rsplit('/', 1)[1].lower()}"
        return (
            slugify(self.acronym or self.name, max_length=LONGEST_SLUG, word_boundary=True)
            or "unnamed"
        )


@dataclass(frozen=True)
class NamedOrganisation:
    """An organisation at `text[start:end]`."""

    organisation: Organisation
    start: int
    end: int
    #: whether the text says of an unknown name that it is an organisation: `the association X`, `X,
    #: a company that`
    described: bool = False


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two mentions are of one organisation: one IRI, one state, or one name."""
    if one.iri is not None or other.iri is not None:
        return one.iri == other.iri
    if one.state is not None or other.state is not None:
        return one.state == other.state
    names = [fold(organisation.name).casefold() for organisation in (one, other)]
    return names[0] == names[1]


_and = in_all_languages("words", "and")
_article = in_all_languages("words", "article")
_of = in_all_languages("words", "of")
ACRONYM = re.compile(r" ?\((?P<acronym>[A-ZÀ-Ý][\w&/-]{1,14}(?: [A-Z][\w-]+)?)\)")
_CAPITALISED = re.compile(r"(?:[\"«] ?)?[A-ZÀ-ÝŒ][\w&.'-]*(?:(?<!\.)(?: ?[\"»]))?")
#: what follows a verb and no adjective of a name: `la Caisse … opère [depuis 2017 un guichet]`
_OBJECT = re.compile(r" (?:depuis|une?|les?|la|l'|desde|el|los|las|una)\b")
_MAX_NAME = 160
#: the rest of a name up to its acronym
_REST = re.compile(r"(?P<words>(?:[ -][A-ZÀ-Ý][\w'-]*)*) \((?P<acronym>[A-Z][\w-]*)\)")


class NameShapes:
    """Finds where names end in one text."""

    def __init__(self, text: str, mentions: Iterable[Mention], lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self._at = {m.start: m for m in mentions}
        self.head = lexicon.compiled(lexicon.fragment("names", "head") + r"\b")
        self._link = lexicon.pattern("names", "link")
        self._stop = lexicon.compiled(
            "(?:" + (lexicon.fragment("names", "stop") or "(?!)") + r")\b|\d"
        )
        nations = "|".join(lexicon.table("adjectives").values())
        nation = (
            rf" (?:{nations})(?![\w-])"
            if lexicon.fragment("names", "postposed") == "yes"
            else "(?!)"
        )
        self._adjective = lexicon.compiled(
            rf"(?:{lexicon.fragment('names', 'adjective')}|{nation})"
        )
        joint = f",? (?:{lexicon.fragment('words', 'and')}) (?:{_of}|{_article})?"
        self._joined = lexicon.compiled(joint)
        self._not_a_name = lexicon.compiled(rf"(?:{lexicon.fragment('names', 'not_a_name')})\b")
        self._in_lower_case = lexicon.fragment("names", "lower_case") == "yes"

    def name_end(self, start: int, *, described: bool) -> int | None:
        """Where the unknown name that begins at `start` ends, or None where no name begins."""
        text = self.text
        if lower := self.lexicon.pattern("names", "lower_head").match(text, start):
            end = self._linked(lower.end(), headed=False)
            return None if end is None else self._name_rest(start, end, headed=False)
        if self._not_a_name.match(text, start) and not self.head.match(text, start):
            return None
        first = _CAPITALISED.match(text, start)
        if first is None:
            return None
        headed = bool(self.head.match(text, start)) or (described and self._in_lower_case)
        return self._name_rest(start, first.end(), headed)

    def _name_rest(self, start: int, end: int, headed: bool) -> int:
        """End of a name that reaches from `start` at least to `end`."""
        while end - start < _MAX_NAME:
            following = self._extend(start, end, headed)
            if following is None:
                break
            end = following
        while self.text[end - 1] in ".,'":
            end -= 1
        return end

    def _extend(self, start: int, end: int, headed: bool) -> int | None:
        """The end of the name with its next piece, or None where the name is complete."""
        text = self.text
        if text[end - 1] in ",;:.":
            return None
        if capital := re.compile(r"[ -]" + _CAPITALISED.pattern).match(text, end):
            return capital.end()
        if joined := self._joined.match(text, end):
            return self._conjunct(start, joined.end(), joined[0], headed)
        link = self._link.match(text, end + (0 if self._link.pattern.startswith("(?: ") else 1))
        if link and text[end : end + 1] == " ":
            return self._linked(link.end(), headed)
        adjective = self._adjective.match(text, end) if headed else None
        if (
            adjective is None
            or self._stop.match(text, end + 1)
            or _OBJECT.match(text, adjective.end())
        ):
            return None
        return adjective.end()

    def _linked(self, position: int, headed: bool) -> int | None:
        """The end of the word after a linking word (`of`, `de la`), where a name can go on there."""
        text = self.text
        if (capital := _CAPITALISED.match(text, position)) is not None:
            return capital.end()
        if (
            headed
            and self._in_lower_case
            and not self.lexicon.pattern("names", "determiner").match(text, position)
        ):
            word = re.compile(r"[a-zà-ÿœ][\w'-]*").match(text, position)
            return word.end() if word else None
        return None

    def _conjunct(self, start: int, position: int, joint: str, headed: bool) -> int | None:
        """The end of `Labour and Social Affairs` within one name; None where `and` joins two organisations."""
        text, name = self.text, self.text[start : position - len(joint)]
        descriptor = self.lexicon.pattern("names", "descriptor")
        known = (
            position in self._at
            or self.head.match(text, position)
            or descriptor.match(text, position)
        )
        if joint.startswith(",") or known or re.match(rf" (?:{_and}) (?:{_article})", joint):
            return None
        if self._in_lower_case:
            bare = re.fullmatch(rf" (?:{_and}) ", joint) and not text[position].islower()
            return (
                None if bare or self._stop.match(text, position) else self._linked(position, headed)
            )
        capital = _CAPITALISED.match(text, position)
        if capital is None or (capital[0].isupper() and len(capital[0]) > 1):
            return None
        if rest := _REST.match(text, capital.end()):  # one name where the acronym is of all of it
            return (
                capital.end()
                if _abbreviates(rest["acronym"], f"{name} {capital[0]}{rest['words']}")
                else None
            )
        return capital.end() if re.search(r" (?:of|for|on|de|del|de la|para) ", name) else None


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials, from its first on: `SDC` of `Swiss Agency for Development …`."""
    initials = iter(word[0] for word in re.findall(r"[A-Z][\w'-]*", name))
    return acronym[0] == name[0] and all(
        letter in initials for letter in acronym if letter.isupper()
    )


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
_PLACE_GOES_ON = re.compile(
    rf"{_PLACE_LINK.pattern}| (?:{_and})(?: in| en| au| aux)?(?: the| la| el)? ?"
)

#: between a country and its body: `Ghana[' s ]Ministry of …`
_OWNER = "'s "
#: where the head noun of a name ends: `Office [of …]`, `Coalition [to …]`
_LINKED = re.compile(
    rf" (?:{_of}|for |on |to |against |in |pour |sur |para |sobre |contra |contre )"
)
#: Fewest words of the name of a network or programme that nobody knows.
_OWN_WORK = 3
#: Minimum similarity (0 to 100) of a name and a part of the title to be the practice's.
_ALIKE = 80
#: the address of a state as an organisation
_GOVERNMENT = re.compile(r"/organisation/government-[a-z]{3}$")
_ACRONYM_ALONE = re.compile(r"(?=(?:.*[A-ZÀ-Ý]){3})[A-ZÀ-Ý0-9][A-ZÀ-Ý0-9a-z.&-]+")


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
        self._at = {m.start: m for m in self.mentions}
        self._starts = [m.start for m in self.mentions]
        self._country_ends = {m.end: m for m in self.mentions if m.is_country}
        self._country_starts = [m.start for m in self.mentions if m.is_country]
        self._shapes = NameShapes(text, self.mentions, lexicon)
        self._plurals = lexicon.pairs("names", "plurals")
        self._many = tuple(many for many, _ in self._plurals)
        self._and = lexicon.compiled(rf",? (?:{lexicon.fragment('words', 'and')}) ")
        self._postposed = lexicon.fragment("names", "postposed") == "yes"
        self._apposition = lexicon.compiled(
            rf",? ?(?:\(|, )(?:{lexicon.fragment('words', 'indefinite')}) "
        )
        self._adjectives = Nationalities(lexicon)
        government = rf"(?:{lexicon.fragment('names', 'government')})"
        self._government = lexicon.compiled(rf"{government}(?: (?:{_of})| ?(?=[,.;:)]|$)|(?= ))")
        self._government_alone = lexicon.compiled(rf"{government}(?= )")
        #: what `read_one` found: a list is read again from each of its joints
        self._read: dict[int, tuple[NamedOrganisation | None, int]] = {}

    def _pattern(self, name: str, flags: int = 0) -> re.Pattern[str]:
        """A wording of names in the language of the text."""
        return self.lexicon.pattern("names", name, flags)

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

        A programme or a network that nobody knows is mostly the practice itself or a part of it; it
        counts where it `gives` money, or has a long name of its own. A single word counts where it
        is an acronym or the text says what it is.
        """
        organisation = item.organisation
        if organisation.iri or organisation.state:
            return True
        words = _LINKED.split(organisation.name)[0].split()
        head = words[0 if self._postposed else -1]
        if self._pattern("not_organisation").fullmatch(head):
            return False
        of_title = fuzz.partial_ratio(organisation.name.casefold(), self._title.casefold()) > _ALIKE
        if (
            self._pattern("own_work").fullmatch(head)
            and not gives
            and (len(words) < _OWN_WORK or of_title)
        ):
            return False
        named = " " in organisation.name or organisation.acronym or item.described
        return bool(named or _ACRONYM_ALONE.fullmatch(organisation.name))

    def countries(self) -> list[Mention]:
        """The country names in the text that are not part of an organisation's name."""
        return [m for m in self.mentions if m.is_country]

    def countries_between(self, start: int, end: int) -> list[int]:
        """Where country names begin, from `start` on and before `end`."""
        return self._country_starts[
            bisect_left(self._country_starts, start) : bisect_left(self._country_starts, end)
        ]

    def countries_named(self, start: int, end: int) -> list[Mention]:
        """The countries named from `start` on and before `end`."""
        return [self._at[at] for at in self.countries_between(start, end)]

    def begins_known(self, position: int) -> bool:
        """Whether a known organisation is named at `position`."""
        mention = self._at.get(self._skip("article", position))
        return mention is not None and mention.is_organisation

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        """The known names that begin from `start` on and before `end`."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def states(self, starts: Iterable[int]) -> list[NamedOrganisation]:
        """The states whose names begin at some positions, as organisations of that name."""
        found = (self._state(self._at[start].end) for start in starts)
        return [state for state in found if state is not None]

    def read_list(
        self, position: int, *, states: bool = False
    ) -> tuple[list[NamedOrganisation], int]:
        """The organisations named one after the other from `position`, and where the list ends.

        Items that are no organisations (a state, a group of people) are stepped over; with
        `states`, a state counts as one (a donor).
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
            beyond = (
                self.past_place(after)
                if item is not None and item.organisation.state is None
                else after
            )
            separator = _INSERTED.match(self.text, after) or self._pattern("separator").match(
                self.text, beyond
            )
            if separator is None or (
                last and separator[0] == ", " and not self.begins_known(separator.end())
            ):
                break
            commas_only = commas_only and separator[0] == ", "
            last = last or bool(self._and.match(separator[0]))
            position = separator.end()
        if (
            commas_only
            and named
            and self._pattern("person", re.IGNORECASE).match(named[0].organisation.name)
        ):
            named = named[:1]  # `the mayor of X, Jane Doe, …`
        return [self._singular(item) for item in named], end

    def _state(self, end: int) -> NamedOrganisation | None:
        """The state whose name ends at `end`, as an organisation of that name."""
        state = self._country_ends.get(end)
        return self._of_state(state.iri, state.start, state.end) if state else None

    def _shared_head(
        self, previous: NamedOrganisation | None, position: int, end: int
    ) -> NamedOrganisation | None:
        """The second of `the Governments of Kenya and [Uganda]`: the head noun and a country of its own."""
        if previous is None or not previous.organisation.name.startswith(self._many):
            return None
        countries = self.countries_between(previous.start + 1, end)
        if end not in self._country_ends or not countries:
            return None
        own = self.shown[position:end]
        name = re.sub(
            r"^(?:[Tt]he |[Ll]es |[Ll]os )", "", self.shown[previous.start : countries[0]]
        )
        name = re.sub(r" (?:du|del|de la|de l['’]|des|de|d['’]) ?$", "", name).rstrip()
        state = self._country_ends[end].iri
        return NamedOrganisation(
            Organisation(None, f"{name} {own}", state=state), previous.start, end
        )

    def _singular(self, item: NamedOrganisation) -> NamedOrganisation:
        """`Governments of Kenya`, read out of a list of several, as the one it is."""
        name = item.organisation.name
        for many, one in self._plurals:
            if name.startswith(many):
                return replace(
                    item, organisation=replace(item.organisation, name=one + name[len(many) :])
                )
        return item

    def read_one(self, position: int) -> tuple[NamedOrganisation | None, int]:
        """The organisation at `position`, and where what was read ends; `position` itself where nothing was."""
        if position not in self._read:
            self._read[position] = self._read_one(position)
        return self._read[position]

    def _read_one(self, position: int) -> tuple[NamedOrganisation | None, int]:
        start = self._skip("article", position)
        inner = self._skip("article", self._skip("part_of", start))
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
        described = self._pattern("descriptor").match(self.text, start)
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
                return self._of_state(
                    country, start, start + len(text[start : body.end()].rstrip())
                )
        body = self._government_alone.match(text, start)
        for iso3, end in (
            self._adjectives.at(text, body.end() + 1) if body and self._postposed else ()
        ):
            if country := self.gazetteer.country(iso3):
                return self._of_state(country, start, end)
        return self._government_before(start)

    def _government_before(self, start: int) -> NamedOrganisation | None:
        """The government at `start` without a country: that of the country named before it, where it can be no other.

        `In Mali, the [government] …`.
        """
        government = self._government_alone.match(self.text, start)
        itself = self.lexicon.compiled(
            rf"(?:{self.lexicon.fragment('names', 'country_itself')})(?= )"
        )
        said = government or itself.match(self.text, start)
        several = government and government[0].endswith("s") and government[0][:2].lower() != "au"
        named = self.countries_named(0, start) if said and not several else []
        if said is None or not named:
            return None
        name = f"{said[0]} ({self.shown[named[-1].start : named[-1].end]})"
        return NamedOrganisation(Organisation(None, name, state=named[-1].iri), start, said.end())

    def _of_state(self, state: IRI, start: int, end: int) -> NamedOrganisation:
        return NamedOrganisation(Organisation(None, self.shown[start:end], state=state), start, end)

    def _skip(self, name: str, position: int, flags: int = re.IGNORECASE) -> int:
        match = self._pattern(name, flags).match(self.text, position)
        return match.end() if match else position

    def _known(self, position: int) -> NamedOrganisation | None:
        mention = self._at.get(position)
        if mention is None or not mention.is_organisation or self._continues(mention.end):
            return None
        acronym = ACRONYM.match(self.text, mention.end)
        end = acronym.end() if acronym else mention.end
        state = self.gazetteer.home(mention.iri) if _GOVERNMENT.search(mention.iri.value) else None
        organisation = Organisation(
            mention.iri, self.shown[mention.start : mention.end], state=state
        )
        return NamedOrganisation(organisation, mention.start, end)

    def _continues(self, end: int) -> bool:
        """Whether a capitalised word follows at once: the known name is only the beginning of another."""
        longer = _LONGER.match(self.text, end)
        return longer is not None and end + 1 not in self._at

    def past_office(self, end: int) -> int:
        """Past the part of an organisation that acts, after its name: `X [country office]`."""
        return self._skip("office", end, 0)

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

        `municipality of X` for the Municipality of X; `Governor of the State of X` for the
        Government of X.
        """
        offices = (
            (self.lexicon.compiled(office).match(name), body)
            for office, body in self.lexicon.pairs("names", "offices")
        )
        names = [name, *(body + name[match.end() :] for match, body in offices if match)]
        known = (self.gazetteer.lookup(one) for one in names)
        return next(
            (iri for iri in known if iri is not None and "/organisation/" in iri.value), None
        )

    def _unknown(self, start: int, end: int, *, described: bool) -> tuple[NamedOrganisation, int]:
        acronym = ACRONYM.match(self.text, end)
        name = self.shown[start:end].strip(' "«»“”')
        short = (
            acronym["acronym"]
            if acronym and not self.gazetteer.is_country_name(acronym["acronym"])
            else None
        )
        known = self._at.get(acronym.start("acronym")) if acronym else None
        iri = known.iri if known is not None and known.is_organisation else self._known_as(name)
        organisation = Organisation(iri, name, short)
        stop = acronym.end() if acronym else end
        described = described or bool(self._apposition.match(self.text, stop))
        return NamedOrganisation(organisation, start, stop, described), stop
