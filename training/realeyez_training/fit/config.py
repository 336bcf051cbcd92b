"""The settings of a training run and their defaults, which the command line shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything that a run depends on besides the pictures themselves."""

    weights: str = "imagenet"  # or none, or the path of a backbone's .weights.h5
    seed: int = 7
    batch: int = 32
    head_epochs: int = 1  # the head alone, backbone frozen
    small_epochs: int = 8  # the network on small views: twice as fast
    epochs: int = 3  # the network on views of the size that is served
    small_size: int = 160
    size: int = 224
    train_from: str = "stem"  # the first block that is trained after the head
    head_learning_rate: float = 2e-3
    learning_rate: float = 5e-4
    weight_decay: float = 0.01
    whole: float = 0.4  # share of the views that show most of a picture; the rest are native crops
    paired: float = 0.25  # share of a batch that is aligned pairs, where there are any
    mixed: float = 0.0  # share of the pairs whose AI picture is real but for a rectangle
    source_balance: float = 0.0  # 0: every picture once an epoch; 1: every source as often
    content_balance: float = 0.0  # the same of what pictures show
    degradation: float = 1.0  # strength of rescaling, blur and lossy encoding; at most 1.5
    label_smoothing: float = 0.0
    mixup: float = 0.0  # alpha of the Beta distribution that the shares are drawn from; 0: none
    residual: bool = False  # whether the network is also given what a blur takes from the picture
    average: float = 0.98  # share of the averaged weights that a step keeps; 0 averages nothing
    patience: int = 3  # epochs of the last phase without a better validation AUC, then it stops
    precision: str = "auto"  # a Keras dtype policy; auto: bfloat16 where there is a GPU

    def size_of(self, epoch: int) -> int:
        return self.small_size if epoch < self.head_epochs + self.small_epochs else self.size

    def phase_start(self, epoch: int) -> int:
        """The first epoch of its phase: the head's, the small views' or the served size's."""
        starts = (0, self.head_epochs, self.head_epochs + self.small_epochs)
        return max(start for start in starts if start <= epoch)

    def pairs_a_batch(self, pairs: int) -> int:
        """How many aligned pairs each batch has."""
        return int(self.batch * self.paired / 2) if pairs else 0

    @property
    def all_epochs(self) -> int:
        return self.head_epochs + self.small_epochs + self.epochs


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """How a run is carried out; none of it changes the weights."""

    save_every: int = 20  # steps; a kill loses at most these
    cache_gib: float = 2.0  # of memory for decoded pictures
    mirror: str | None = None  # s3://bucket/prefix that the run folder is kept at too


DEFAULTS, RUNNING = TrainConfig(), Running()
