"""The words of one hub's store: its preset's, and those its configuration adds."""

from functools import lru_cache

from mash_monitor.contacts import outcomes, sources
from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.contacts.outcomes import OPEN, OutcomeReading
from mash_monitor.contacts.presets import Preset
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.sources import Source
from mash_monitor.contacts.times import is_blank
from mash_monitor.domain.contact import RISKS, UNMAPPED, UNRATED, Outcome

_CACHE = 4_096


class Vocabulary:
    """Recognises outcomes, sources and risks. Raises StoreMisconfigured on a word mapped to nowhere."""

    def __init__(self, settings: StoreSettings, preset: Preset) -> None:
        self._preset = preset
        try:
            self._outcomes = outcomes.local_words(settings.outcomes)
        except ValueError as error:
            raise _leads_nowhere("outcomes", [outcome.value for outcome in Outcome]) from error
        try:
            self._sources = sources.local_names(dict(settings.sources))
        except ValueError as error:
            raise _leads_nowhere("sources", [*sources.CODES, *sorted(sources.GROUPS)]) from error
        self._risks = {risk: risk for risk in RISKS if risk != UNMAPPED}
        for local, risk in settings.risks.items():
            if risk not in self._risks:
                raise _leads_nowhere("risks", [known for known in RISKS if known != UNMAPPED])
            self._risks[local.strip().casefold()] = risk
        self.source = lru_cache(_CACHE)(self._source)
        self._outcome_of_text = lru_cache(_CACHE)(self._outcome)

    def outcome(self, value: object) -> OutcomeReading:
        """What the raw outcome of a row says."""
        if isinstance(value, str) and len(value) < 64:  # longer ones hardly repeat
            return self._outcome_of_text(value)
        return self._outcome(value)

    def risk(self, text: str | None) -> str:
        """A risk of ours; `unmapped` for a word that nobody recognises."""
        return self._risks.get(text.casefold(), UNMAPPED) if text else UNRATED

    def _outcome(self, value: object) -> OutcomeReading:
        return OPEN if is_blank(value) else self._preset.read_outcome(value, self._outcomes)

    def _source(self, code: str | None, words: str | None) -> Source | None:
        return sources.find(code, words, self._sources, trust_code=self._preset.trust_code)


def _leads_nowhere(key: str, known: list[str]) -> StoreMisconfigured:
    return StoreMisconfigured(
        f"store.{key}",
        "a word mapped to one that does not exist",
        f"one of {', '.join(known)}",
        "correct the mapping",
    )
