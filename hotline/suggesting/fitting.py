"""Finds the weights of a model with scikit-learn, which only the process that trains needs."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from hotline.errors import HotlineError
from hotline.suggesting.model import WHOLE, Model
from hotline.wording import N_

LIBRARY = "sklearn"
HELD_BY = 5
"""A term is known to the model only if so many matters hold it: rarer ones name people and places."""
MOST_TERMS = 30_000
LOOSENESS = 2.0
"""The penalty parameter C of the linear support vector machine."""
LARGEST = 32_767 / WHOLE

Matter = tuple[Mapping[str, int], str]
"""The counted terms of a matter, and its label."""


class NoTrainerError(HotlineError):
    """The library that trains is not installed here."""

    sentence = N_("Training needs scikit-learn: pip install -r requirements-suggest.txt")


class OneLabelError(HotlineError):
    """All matters have the same label, or there are none."""

    sentence = N_("There is nothing to tell apart: all matters have the same label.")


def is_installed() -> bool:
    """Tell whether this machine can train."""
    return find_spec(LIBRARY) is not None


def fit(matters: Sequence[Matter]) -> Model:
    """Return the model that tells the labels of `matters` apart.

    Terms count by their rarity (tf–idf), labels alike however many matters they have. Raises
    `NoTrainerError` without the library, `OneLabelError` with fewer than two labels.
    """
    labels = [label for _, label in matters]
    if len(set(labels)) < 2:
        raise OneLabelError
    if not is_installed():
        raise NoTrainerError
    text = import_module("sklearn.feature_extraction.text")
    vectorizer = text.TfidfVectorizer(
        analyzer=_terms, sublinear_tf=True, min_df=_held_by(matters), max_features=MOST_TERMS
    )
    rows = vectorizer.fit_transform([found for found, _ in matters])
    machine = import_module("sklearn.svm").LinearSVC(C=LOOSENESS, class_weight="balanced", random_state=0)
    machine.fit(rows, labels)
    return _model(
        [str(one) for one in machine.classes_],
        [str(one) for one in vectorizer.get_feature_names_out()],
        [float(one) for one in vectorizer.idf_],
        [[float(one) for one in row] for row in machine.coef_],
        [float(one) for one in machine.intercept_],
    )


def _terms(found: Mapping[str, int]) -> list[str]:
    return list(Counter(found).elements())


def _held_by(matters: Sequence[Matter]) -> int:
    """Return `HELD_BY`, or less where matters are so few that nothing would be left."""
    holding = Counter(term for found, _ in matters for term in found)
    return min(HELD_BY, max(holding.values(), default=1))


def _model(
    labels: list[str],
    terms: list[str],
    rarities: list[float],
    coefficients: list[list[float]],
    leanings: list[float],
) -> Model:
    if len(labels) == 2:
        # The machine has one row for two labels: what speaks for the second speaks against the first.
        coefficients = [[-one for one in coefficients[0]], coefficients[0]]
        leanings = [-leanings[0], leanings[0]]
    weights = array(
        "h",
        (
            round(max(-LARGEST, min(LARGEST, row[place])) * WHOLE)
            for place in range(len(terms))
            for row in coefficients
        ),
    )
    return Model(labels, terms, rarities, weights, leanings)
