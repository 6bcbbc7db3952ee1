"""How often a model is right on matters it has not seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.suggesting.fitting import Matter
from hotline.suggesting.model import Model


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model named first, against what was right."""

    tried: int
    right: int
    macro_f1: float
    """The mean over the labels of F1, so that small classes count like large ones."""

    @property
    def accuracy(self) -> float:
        """The share of matters whose label was named first, 0 to 1."""
        return self.right / self.tried if self.tried else 0.0


def tried(model: Model, matters: Sequence[Matter]) -> Trial:
    """Return how `model` does on `matters`; one it can say nothing about counts as wrong."""
    named = [next((one.code for one in model.suggest(found, most=1)), None) for found, _ in matters]
    truth = [label for _, label in matters]
    both = Counter(label for label, said in zip(truth, named, strict=True) if label == said)
    of_truth, of_named = Counter(truth), Counter(named)
    labels = {*truth, *(one for one in named if one is not None)}
    scores = [2 * both[label] / (of_truth[label] + of_named[label]) for label in labels]
    return Trial(len(matters), sum(both.values()), sum(scores) / len(scores) if scores else 0.0)
