"""Train the network: the head alone first, then everything, on growing pictures.

    python -m realeyez_training train --data DATA --weights FILE --run runs/first

The same command on the same folder goes on where it stopped; `run_folder.py` says what is in it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import keras
import numpy as np

from realeyez_training.data.manifest import Picture, pictures_digest, read_manifest
from realeyez_training.data.pixels import PixelCache
from realeyez_training.errors import InputError
from realeyez_training.fit.averaging import AveragingAdamW, averaged_weights
from realeyez_training.fit.batch_norm import estimate_batch_norm
from realeyez_training.fit.batches import TrainingBatches, ValidationBatches, steps_an_epoch
from realeyez_training.fit.config import RUNNING, Running, TrainConfig
from realeyez_training.fit.devices import best_precision, jit_compile
from realeyez_training.fit.fused_norm import with_fused_norm
from realeyez_training.fit.memory import keep_freed_memory
from realeyez_training.fit.model import build_model, float32_copy, train_from
from realeyez_training.fit.pictures import read_training
from realeyez_training.fit.rounded_auc import RoundedAUC
from realeyez_training.fit.run_folder import (
    claim,
    epochs_since_best,
    fetch_run,
    is_best,
    newest_state,
    record_epoch,
    record_steps,
    save_best,
    save_state,
    training_figures,
)
from realeyez_training.fit.tensorboard import TensorBoard

VALIDATION = "web"  # where people meet pictures


def train(
    data: Path,
    run: Path,
    config: TrainConfig,
    running: Running = RUNNING,
    more: Sequence[Path] = (),
) -> Path:
    """Train, or go on training, in the folder `run`; returns the path of the best model.

    more: other data sets, whose split train is trained on too; aligned pairs may be among them.

    Raises `InputError` if the pictures are too few or the folder holds a run of another
    configuration.
    """
    training, validation = read_training(data, more), read_manifest(data, "val")
    if running.mirror:
        fetch_run(running.mirror, run)
    digests = {"pictures": training.digest, "validation": pictures_digest(data, validation)}
    claim(run, asdict(config) | {"training_data": training.counts} | digests)
    steps = steps_an_epoch(training, config)
    if not steps:
        raise InputError(
            f"{len(training.single)} pictures of train make no batch of {config.batch}."
        )
    pixels_of = PixelCache(int(running.cache_gib * 2**30))

    first_epoch, step, model = newest_state(run) or (0, 0, _new_model(config))
    log = TensorBoard(run / "tensorboard", first_epoch * steps + step)
    for epoch in range(first_epoch, config.all_epochs):
        last_phase = config.head_epochs + config.small_epochs
        if epochs_since_best(run, last_phase) >= config.patience:
            break
        if step == 0:
            _begin_phase(model, config, epoch, steps)
        size = config.size_of(epoch)
        batches = partial(TrainingBatches, training, config, epoch=epoch, pixels_of=pixels_of)
        while step < steps:
            stop = min(step + running.save_every, steps)
            keep_freed_memory()  # every time: TensorFlow's input pipeline sets limits of its own
            _seed_dropout(model, (config.seed, epoch), step)
            fitted = model.fit(
                batches(steps=range(step, stop)),
                shuffle=False,  # they are, and going on must find the same order
                verbose=_verbosity(),
            )
            figures = {name: values[0] for name, values in fitted.history.items()}
            figures["learning_rate"] = float(model.optimizer.learning_rate)
            record_steps(run, {"epoch": epoch, "step": stop} | figures)
            log.write(epoch * steps + stop, figures)
            step = stop
            if step < steps:
                save_state(run, model, epoch, step, running.mirror)

        figures = training_figures(run, epoch)
        with averaged_weights(model):
            estimate_batch_norm(model, batches())
            validated = _validate(model, validation, config.batch, size)
            row = {"epoch": epoch, "size": size} | figures | validated
            if is_best(run, row, config.phase_start(epoch)):
                save_best(run, float32_copy(model))
        record_epoch(run, row)
        log.write(epoch * steps + stop, validated)
        print(f"Epoch {epoch + 1} of {config.all_epochs}:", _in_words(figures | validated))
        save_state(run, model, epoch + 1, 0, running.mirror)
        step = 0
    return run / "best.keras"


def _validate(
    model: keras.Model, validation: list[Picture], batch: int, size: int
) -> dict[str, float]:
    batches = ValidationBatches(validation, batch=batch, size=size, condition=VALIDATION)
    figures = model.evaluate(batches, return_dict=True, verbose=0)
    return {f"val_{name}": value for name, value in figures.items()}


def _new_model(config: TrainConfig) -> keras.Model:
    keras.utils.set_random_seed(config.seed)
    precision = best_precision() if config.precision == "auto" else config.precision
    return with_fused_norm(build_model(config.weights, precision, residual=config.residual))


def _begin_phase(model: keras.Model, config: TrainConfig, epoch: int, steps: int) -> None:
    """At the first epoch of the head's phase or of the network's: a fresh optimizer."""
    if epoch == 0 and config.head_epochs:
        train_from(model, "head")
        optimizer = keras.optimizers.AdamW(config.head_learning_rate, weight_decay=0.0)
        _compile(model, optimizer, config.label_smoothing)
    elif epoch == config.head_epochs:
        train_from(model, config.train_from)
        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=config.learning_rate / 20,
            warmup_target=config.learning_rate,
            warmup_steps=steps // 2,
            decay_steps=steps * (config.small_epochs + config.epochs) - steps // 2,
            alpha=0.01,
        )
        optimizer = AveragingAdamW(
            schedule,
            weight_decay=config.weight_decay,
            use_ema=config.average > 0,
            ema_momentum=config.average,
        )
        _compile(model, optimizer, config.label_smoothing)


def _compile(
    model: keras.Model, optimizer: keras.optimizers.Optimizer, label_smoothing: float
) -> None:
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=label_smoothing),
        metrics=[RoundedAUC(from_logits=True, name="auc")],
        jit_compile=jit_compile(),
    )


def _seed_dropout(model: keras.Model, seed: tuple[int, int], step: int) -> None:
    """Draw what a step drops from (seed, epoch, step), so that going on draws the same."""
    rng = np.random.default_rng(seed)
    for layer in [*model.layers, *model.get_layer("backbone").layers]:
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:  # it counts its draws: one a step
            generator.state.assign([int(rng.integers(2**31)), step])


def _in_words(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in figures.items())


def _verbosity() -> int:
    """A bar for a person; a line for a log."""
    return 1 if sys.stdout.isatty() else 2
