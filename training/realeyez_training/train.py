"""Train the network: the head alone first, then everything, on growing pictures.

    python -m realeyez_training train --data DATA --weights FILE --run runs/first

The same command on the same folder goes on where it stopped; `run_folder.py` says what is in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras

from realeyez_training.batch_norm import PreciseBatchNorm
from realeyez_training.dataset import Picture, TrainingBatches, ValidationBatches, read_manifest
from realeyez_training.errors import InputError
from realeyez_training.memory import keep_freed_memory
from realeyez_training.model import build_model
from realeyez_training.run_folder import newest_state, record


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Everything that a run depends on besides the pictures themselves."""

    weights: str
    seed: int = 7
    batch: int = 32
    head_epochs: int = 1  # the head alone, backbone frozen
    small_epochs: int = 8  # the whole network on small views: twice as fast
    epochs: int = 3  # the whole network on views of the size that is served
    small_size: int = 160
    size: int = 224
    head_learning_rate: float = 2e-3
    learning_rate: float = 5e-4
    weight_decay: float = 0.01

    def size_of(self, epoch: int) -> int:
        return self.small_size if epoch < self.head_epochs + self.small_epochs else self.size

    @property
    def all_epochs(self) -> int:
        return self.head_epochs + self.small_epochs + self.epochs


def train(data: Path, run: Path, config: TrainConfig) -> Path:
    """Train, or go on training, in the folder `run`; returns the path of the best model.

    Raises `InputError` if the folder holds a run of another configuration.
    """
    keep_freed_memory()
    keras.utils.set_random_seed(config.seed)
    training = read_manifest(data, "train")
    validation = read_manifest(data, "val")
    _claim(run, config, training)
    first_epoch, model = newest_state(run) or (0, build_model(config.weights))

    steps = len(training) // config.batch
    for epoch in range(first_epoch, config.all_epochs):
        if epoch == 0 and config.head_epochs:
            _compile(model, config.head_learning_rate, backbone_trainable=False)
        elif epoch == config.head_epochs:
            schedule = keras.optimizers.schedules.CosineDecay(
                initial_learning_rate=config.learning_rate / 20,
                warmup_target=config.learning_rate,
                warmup_steps=steps // 2,
                decay_steps=steps * (config.small_epochs + config.epochs) - steps // 2,
                alpha=0.01,
            )
            _compile(model, schedule, config.weight_decay, backbone_trainable=True)
        size = config.size_of(epoch)
        batches = TrainingBatches(
            training, batch=config.batch, size=size, seed=config.seed, epoch=epoch
        )
        fitted = model.fit(
            batches,
            validation_data=ValidationBatches(validation, batch=config.batch, size=size),
            initial_epoch=epoch,
            epochs=epoch + 1,
            callbacks=[PreciseBatchNorm(batches)],
        )
        figures = {name: values[0] for name, values in fitted.history.items()}
        record(run, model, {"epoch": epoch, "size": size} | figures)
    return run / "best.keras"


def _claim(run: Path, config: TrainConfig, training: list[Picture]) -> None:
    """Write what this run is; refuse a folder that holds another one."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / "config.json"
    ai = sum(picture.label for picture in training)
    mine = asdict(config) | {"training_data": {"real": len(training) - ai, "ai": ai}}
    if path.is_file() and json.loads(path.read_text()) != mine:
        raise InputError(f"{run} holds a run of another configuration. Choose another --run.")
    path.write_text(json.dumps(mine, indent=2) + "\n")


def _compile(
    model: keras.Model,
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule,
    weight_decay: float = 0.0,
    *,
    backbone_trainable: bool,
) -> None:
    model.get_layer("backbone").trainable = backbone_trainable
    model.compile(
        optimizer=keras.optimizers.AdamW(learning_rate, weight_decay=weight_decay),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.AUC(from_logits=True, name="auc")],
        jit_compile=False,  # XLA on a CPU makes a step several times slower
    )
