"""Organisation names in running text: known ones by the gazetteer, unknown ones by how names are built.

An unknown name is never guessed to be a known organisation; it is handed on as it stands, to be reviewed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from gcmgraph.extraction.gazetteer import Gazetteer, Mention, fold
from gcmgraph.extraction.lexicon import Lexicon
from gcmgraph.model.terms import IRI

#: Words that begin with a capital and are no organisation.
_NOT_A_NAME = re.compile(
    r"(?:Mr|Mrs|Ms|Mme|Mlle|M|Dr|Dre|Prof|Sir|In|The|This|These|It|Its|They|As|By|For|At|On|Le|La|Les|Cette|Ce|Il|Elle|"
    r"Ils|Elles|Depuis|En|Dans|Since|Member|January|February|March|April|May|June|July|August|September|October|November|"
    r"December|[ÉE]tats? membres|Participating)\b"
)
_ACRONYM = re.compile(r" ?\((?P<acronym>[A-ZÀ-Ý][\w&/-]{1,14}(?: [A-Z][\w-]+)?)\)")
_CAPITALISED = re.compile(r"(?:[\"«] ?)?[A-ZÀ-ÝŒ][\w&.'-]*(?:(?<!\.)(?: ?[\"»]))?")
#: `X and, until 2023, Y`; `X, which pays for it, and Y`
_INSERTED = re.compile(r",? (?:and|et), [^,.;()]{1,40}, |, (?:which|who|qui) [^.;()]{1,90}?, (?:and|et) ")
#: what makes a known name the beginning of a longer one: `United Nations [Educational …]`
_LONGER = re.compile(r" [A-ZÀ-Ý][a-zà-ÿ]| pour (?:l'|la |le |les )[a-zà-ÿ]| for [A-Z][a-z]")
#: the rest of an enumeration within a name: `…, la science et la culture (UNESCO)`
_ENUMERATED = re.compile(
    r"(?:, (?:la |le |les |l'|the )?[\w-]+(?: [\w-]+)?){1,3},? (?:et|and) (?:la |le |les |l')?[\w-]+(?: [\w-]+){0,2}"
    r"(?= \([A-Z]{3,}\))"
)
#: words after `de` with which no name goes on
_DETERMINER = re.compile(
    r"(?:une?|son|sa|ses|leurs?|ce|cet|cette|ces|chaque|plusieurs|tous|toutes|quelques|nombreux|nombreuses)\b|\d"
)
_INDEFINITE = re.compile(r"\b(?:an?|une?) $")
#: between a name and a country that only places it: `in Brazil`, `(Switzerland)`
_PLACE_LINK = re.compile(
    r" (?:in|en|au|aux|à|du|de|of|et en|et au|et aux|and)(?: the)? ?|,? ?\(| (?:and|et)(?: in| en| au| aux)? "
)
_MAX_NAME = 160


@dataclass(frozen=True)
class Organisation:
    """An organisation as named in a text: known by its IRI, or by its name (and acronym) alone."""

    iri: IRI | None
    name: str
    acronym: str | None = None


@dataclass(frozen=True)
class Named:
    """An organisation at `text[start:end]`."""

    organisation: Organisation
    start: int
    end: int


class OrganisationReader:
    """Reads names, and lists of names, at a position of one text."""

    def __init__(self, text: str, shown: str, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self.text = text
        self.shown = shown
        self.lexicon = lexicon
        self.mentions = gazetteer.mentions(text)
        self._at = {m.start: m for m in self.mentions}
        self._ends = {m.end for m in self.mentions}
        self._country_starts = [m.start for m in self.mentions if m.is_country]
        names = "names"
        self._article = re.compile(lexicon.fragment(names, "article"), re.IGNORECASE)
        self._part_of = re.compile(lexicon.fragment(names, "part_of"), re.IGNORECASE)
        self._descriptor = re.compile(lexicon.fragment(names, "descriptor"))
        self._head = re.compile(lexicon.fragment(names, "head") + r"\b")
        self._link = re.compile(lexicon.fragment(names, "link"))
        self._stop = re.compile("(?:" + (lexicon.fragment(names, "stop") or "(?!)") + r")\b|\d")
        self._separator = re.compile(lexicon.fragment(names, "separator"))
        self._adjective = re.compile(lexicon.fragment(names, "adjective"))
        self._lower_head = re.compile(lexicon.fragment(names, "lower_head"))
        self._plurals = lexicon.pairs(names, "plurals")

    def is_strong(self, item: Named) -> bool:
        """Whether a name is one beyond doubt: known, with an acronym, a head noun, or of several words."""
        organisation = item.organisation
        return bool(
            organisation.iri
            or organisation.acronym
            or self._head.search(organisation.name)
            or organisation.name.isupper()
            or " " in organisation.name
        )

    def country_after(self, end: int) -> int | None:
        """Where the country begins that a name ending at `end` is of: `… of Sri Lanka`; None where none follows."""
        link = re.compile(r" (?:of|du|de|des|d'|de la|de l')(?: the)? ?").match(self.text, end)
        mention = self._at.get(link.end()) if link else None
        return mention.start if mention and mention.is_country else None

    def countries(self) -> list[Mention]:
        """The country names in the text that are not part of an organisation's name."""
        return [m for m in self.mentions if m.is_country]

    def read_list(self, position: int) -> tuple[list[Named], int]:
        """The organisations named one after the other from `position`, and where the list ends.

        Things in the list that are no organisations (a state, a group of people) are stepped over.
        """
        named: list[Named] = []
        end = position
        while True:
            item, after = self.read_one(position)
            if item is None and after == position:
                break
            if item is None:
                item = self._shared_head(named[-1] if named else None, position, after)
            if item is not None:
                named.append(item)
            end = after
            separator = _INSERTED.match(self.text, after) or self._separator.match(self.text, self.past_place(after))
            if separator is None:
                break
            position = separator.end()
        return [self._singular(item) for item in named], end

    def _shared_head(self, previous: Named | None, position: int, end: int) -> Named | None:
        """The second of `the Governments of Kenya and [Uganda]`: the head noun and a country of its own."""
        if previous is None or not any(previous.organisation.name.startswith(many) for many, _ in self._plurals):
            return None
        country = next((m for m in self.mentions if m.is_country and m.end == end), None)
        first = next((m for m in self.mentions if m.is_country and m.start > previous.start), None)
        if country is None or first is None:
            return None
        own = self.shown[position:end]
        link = re.compile(r"(?:du|de la|de l['’]|des|de|d['’]|of)\b ?").match(own)
        name = self.shown[previous.start : first.start]
        name = re.sub(r"^(?:[Tt]he |[Ll]es )| (?:du|de la|de l['’]|des|de|d['’]) ?$", "", name) if link else name
        name = re.sub(r"^(?:[Tt]he |[Ll]es )", "", name).rstrip()
        return Named(Organisation(None, f"{name} {own}"), previous.start, end)

    def _singular(self, item: Named) -> Named:
        """`Governments of Kenya`, read out of a list of several, as the one it is."""
        name = item.organisation.name
        for many, one in self._plurals:
            if name.startswith(many):
                return replace(item, organisation=replace(item.organisation, name=one + name[len(many) :]))
        return item

    def read_one(self, position: int) -> tuple[Named | None, int]:
        """The organisation at `position`, and where what was read ends; `position` itself where nothing was."""
        start = self._skip(self._article, position)
        inner = self._skip(self._article, self._skip(self._part_of, start))
        for begin in dict.fromkeys((inner, start)):
            if (found := self._known(begin)) is not None:
                return Named(found.organisation, start, found.end), found.end
        country = self._at.get(start)
        if country is not None and country.is_country and not self._continues(country.end):
            return None, country.end
        described = self._descriptor.match(self.text, start)
        if described is None and _INDEFINITE.search(self.text, position, start):
            return None, position  # `a Moroccan NGO` describes, it does not name
        name_start = described.end() if described else start
        if (known := self._known(name_start)) is not None:
            return known, known.end
        for begin in dict.fromkeys((name_start, inner)):
            end = self._name_end(begin, bool(described))
            if end is not None:
                return self._unknown(begin, end)
        return None, position

    def _skip(self, pattern: re.Pattern[str], position: int) -> int:
        match = pattern.match(self.text, position)
        return match.end() if match else position

    def _known(self, position: int) -> Named | None:
        mention = self._at.get(position)
        if mention is None or not mention.is_organisation or self._continues(mention.end):
            return None
        acronym = _ACRONYM.match(self.text, mention.end)
        end = acronym.end() if acronym else mention.end
        organisation = Organisation(mention.iri, self.shown[mention.start : mention.end])
        return Named(organisation, mention.start, end)

    def _continues(self, end: int) -> bool:
        """Whether a capitalised word follows at once: the known name is only the beginning of another."""
        longer = _LONGER.match(self.text, end)
        return longer is not None and end + 1 not in self._at

    def past_place(self, end: int) -> int:
        """Past `in Brazil and Colombia`, `(Switzerland)` or a nationality that qualifies a name."""
        while (at := bisect_left(self._country_starts, end)) < len(self._country_starts):
            country = self._at[self._country_starts[at]]
            if not _PLACE_LINK.fullmatch(self.text, end, country.start):
                break
            end = country.end + self.text.startswith(")", country.end)
        return end

    def _name_end(self, start: int, described: bool) -> int | None:
        """Where the unknown name that begins at `start` ends, or None where no name begins."""
        text = self.text
        if lower := self._lower_head.match(text, start):
            end = self._linked(lower.end(), headed=False)
            return None if end is None else self._name_rest(start, end, headed=False)
        if _NOT_A_NAME.match(text, start) and not self._head.match(text, start):
            return None
        first = _CAPITALISED.match(text, start)
        if first is None:
            return None
        headed = bool(self._head.match(text, start)) or (described and self.lexicon.language == "fr")
        end = self._name_rest(start, first.end(), headed)
        name = text[start:end]
        enough = described or headed or self._head.search(name) or " " in name or name.isupper()
        return end if enough or _ACRONYM.match(text, end) or len(name) > 3 else None

    def _name_rest(self, start: int, end: int, headed: bool) -> int:
        """Where a name that goes from `start` at least to `end` is complete."""
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
        if _ACRONYM.match(text, end):
            return None
        capital = re.compile(r"[ -]" + _CAPITALISED.pattern).match(text, end)
        if capital and not text[end:].startswith(" ("):
            return capital.end()
        joined = re.match(r",? (?:and|et) (?:the |de la |de l'|des |du |de |d'|la |le |les |l')?", text[end:])
        if joined:
            return self._conjunct(start, end, end + joined.end(), joined[0], headed)
        if headed and (enumerated := _ENUMERATED.match(text, end)) and " " in text[start:end]:
            return enumerated.end()
        link = self._link.match(text, end + (0 if self._link.pattern.startswith("(?: ") else 1))
        if link and text[end : end + 1] == " ":
            return self._linked(link.end(), headed)
        adjective = self._adjective.match(text, end) if headed else None
        return adjective.end() if adjective and not self._stop.match(text, end + 1) else None

    def _linked(self, position: int, headed: bool) -> int | None:
        """The end of the word after a linking word (`of`, `de la`), where a name can go on there."""
        text = self.text
        if (mention := self._at.get(position)) is not None:
            return mention.end
        if (capital := _CAPITALISED.match(text, position)) is not None:
            return capital.end()
        if headed and self.lexicon.language == "fr" and not _DETERMINER.match(text, position):
            word = re.compile(r"[a-zà-ÿœ][\w'-]*").match(text, position)
            return word.end() if word else None
        return None

    def _conjunct(self, start: int, end: int, position: int, joint: str, headed: bool) -> int | None:
        """The end of `Labour and Social Affairs` within one name; None where `and` joins two organisations."""
        text = self.text
        if joint.startswith(","):
            return None
        if position in self._at or self._head.match(text, position) or self._descriptor.match(text, position):
            return None
        if end in self._ends:  # `the Government of Kenya and …`
            return None
        name = text[start:end]
        if self.lexicon.language == "fr":
            if re.search(r"et (?:la|le|les|l')", joint):
                return None
            if joint.rstrip() in {"et", "and"} and not text[position].islower():
                return None
            return self._linked(position, headed)
        capital = _CAPITALISED.match(text, position)
        if capital is None or joint.endswith("the ") or (capital[0].isupper() and len(capital[0]) > 1):
            return None
        rest = re.compile(r"(?P<words>(?:[ -][A-Z][\w'-]*)*) \((?P<acronym>[A-Z][\w-]*)\)").match(text, capital.end())
        if rest:  # one name where the acronym is of all of it, two organisations else
            whole = name + " " + capital[0] + rest["words"]
            return capital.end() if _abbreviates(rest["acronym"], whole) else None
        if re.search(r" (?:of|for|on) ", name):
            return capital.end()
        # `Tertiary and Vocational Education Commission`: two adjectives before one head noun
        shared = re.fullmatch(r"[A-Z][a-z]+(?:al|ary|ic|ive|an|ish|ous)", name)
        headed_by = re.compile(r"(?:[A-Z][\w'-]* ){1,4}?(?=" + self._head.pattern + ")").match(text, position)
        return capital.end() if shared and headed_by else None

    def _unknown(self, start: int, end: int) -> tuple[Named, int]:
        acronym = _ACRONYM.match(self.text, end)
        name = self.shown[start:end].strip(' "«»“”')
        organisation = Organisation(None, name, acronym["acronym"] if acronym else None)
        stop = acronym.end() if acronym else end
        return Named(organisation, start, stop), stop


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether an acronym is made of a name's initials, from its first on: `SDC` of `Swiss Agency for Development …`."""
    initials = iter(word[0] for word in re.findall(r"[A-Z][\w'-]*", name))
    return acronym[0] == name[0] and all(letter in initials for letter in acronym if letter.isupper())


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two mentions are of one organisation: one IRI, one name, or one acronym."""
    if one.iri is not None or other.iri is not None:
        return one.iri == other.iri
    if one.acronym and (one.acronym in {other.acronym, other.name}):
        return True
    if other.acronym and other.acronym == one.name:
        return True
    return fold(one.name).casefold() == fold(other.name).casefold()
