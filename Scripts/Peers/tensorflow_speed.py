#!/usr/bin/env python3
"""Time one training step of TensorFlow in graph mode on the CPU: a forward and a backward pass and an update, on random data that is
already in memory.

Prints one JSON line with the keys of torch_speed.py. See README.md beside this file.
"""
import argparse
import json
import os
import statistics
import time

import keras_networks
import memory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def alexnet(tf, normalised=True):
    """Krizhevsky et al. 2012: two columns of channels, which meet in convolution 3 and in the dense layers."""
    layers = tf.keras.layers

    def normalise(x):
        # TensorFlow's alpha is not divided by the window, as in the paper; within a column, as on a GPU of 2012.
        # It has none for bfloat16, so that is in single precision there.
        wide = tf.cast(x, tf.float32)
        parts = [tf.nn.local_response_normalization(part, 2, 2.0, 1e-4, 0.75) for part in tf.split(wide, 2, axis=-1)]
        return tf.cast(tf.concat(parts, axis=-1), x.dtype)

    class Columns(layers.Layer):
        """Each column on its own: on a CPU faster than TensorFlow's grouped convolution."""

        def __init__(self, filters, kernel):
            super().__init__()
            self.parts = [layers.Conv2D(filters // 2, kernel, padding="same", activation="relu") for _ in range(2)]

        def call(self, x):
            return tf.concat([f(part) for f, part in zip(self.parts, tf.split(x, 2, axis=-1))], axis=-1)

    norm = lambda: [layers.Lambda(normalise)] if normalised else []
    return (227, 227, 3), 1000, [
        layers.Conv2D(96, 11, 4, activation="relu"), *norm(), layers.MaxPool2D(3, 2),
        Columns(256, 5), *norm(), layers.MaxPool2D(3, 2),
        layers.Conv2D(384, 3, padding="same", activation="relu"), Columns(384, 3), Columns(256, 3), layers.MaxPool2D(3, 2),
        *dense_layers(layers)]


def dense_layers(layers):
    return [layers.Flatten(), layers.Dropout(0.5), layers.Dense(4096, "relu"), layers.Dropout(0.5), layers.Dense(4096, "relu"),
            layers.Dense(1000, dtype="float32")]


def alexnet_torchvision(tf):
    """torchvision.models.alexnet: one column, no normalisation. A padding of 2 at a stride of 4 is not TensorFlow's "same"."""
    layers = tf.keras.layers
    return (224, 224, 3), 1000, [
        layers.ZeroPadding2D(2), layers.Conv2D(64, 11, 4, activation="relu"), layers.MaxPool2D(3, 2),
        layers.Conv2D(192, 5, padding="same", activation="relu"), layers.MaxPool2D(3, 2),
        *[layers.Conv2D(maps, 3, padding="same", activation="relu") for maps in (384, 256, 256)], layers.MaxPool2D(3, 2),
        *dense_layers(layers)]


def lenet5(tf):
    layers = tf.keras.layers
    return (28, 28, 1), 10, [
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AvgPool2D(2), layers.Conv2D(16, 5, activation="tanh"),
        layers.AvgPool2D(2), layers.Flatten(), layers.Dense(120, "tanh"), layers.Dense(84, "tanh"),
        layers.Dense(10, dtype="float32")]


MODELS = {
    "alexnet": alexnet,
    "alexnet-without-lrn": lambda tf: alexnet(tf, normalised=False),
    "alexnet-torchvision": alexnet_torchvision,
    "lenet5": lenet5,
}


def built(tf, name):
    """A network, its input and its classes."""
    if name in keras_networks.MODELS:
        network, shape = keras_networks.MODELS[name](tf)
        return network, shape, tf.nest.flatten(network.output)[0].shape[-1]
    shape, classes, layers = MODELS[name](tf)
    return tf.keras.Sequential([tf.keras.Input(shape), *layers]), shape, classes


def build_facts(tf):
    """What of this library speed and memory hang on."""
    from tensorflow.python.util import _pywrap_util_port
    build = tf.sysconfig.get_build_info()
    return {"tensorflow": tf.__version__, "cuda": build.get("cuda_version") if build["is_cuda_build"] else None,
            "onednn_on": bool(_pywrap_util_port.IsMklEnabled())}


def training_step(tf, network, loss_of, optimizer, inputs, labels, xla):
    """A function that takes one step, as a graph."""

    @tf.function(jit_compile=xla)
    def step():
        with tf.GradientTape() as tape:
            # Behind the first come the scores of auxiliary heads.
            first, *heads = tf.nest.flatten(network(inputs, training=True))
            loss = loss_of(labels, first)
            for scores in heads:
                loss += 0.3 * loss_of(labels, scores)
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step


def momentum(tf):
    return tf.keras.optimizers.SGD(1e-3, momentum=0.9, weight_decay=5e-4)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", choices=[*MODELS, *keras_networks.MODELS], default="alexnet")
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--steps", type=int, default=6, help="timed ones, after the warm-up")
    p.add_argument("--warm-up", type=int, default=3, help="the first traces the graph")
    p.add_argument("--dtype", choices=["f32", "bf16"], default="f32", help="bf16: Keras's policy mixed_bfloat16")
    p.add_argument("--xla", action="store_true", help="the step compiled by XLA")
    a = p.parse_args()

    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(a.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.random.set_seed(0)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # So that what comes after is the network's own: threads, tables and pages that any step needs are there.
    one = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
    training_step(tf, one, loss_of, momentum(tf), tf.ones((1, 1)), tf.zeros((1,), tf.int32), a.xla)().numpy()
    growth = memory.Growth()
    if a.dtype == "bf16":
        tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
    network, shape, classes = built(tf, a.model)
    inputs = tf.random.normal((a.batch, *shape))
    labels = tf.random.uniform((a.batch,), 0, classes, tf.int32)
    step = training_step(tf, network, loss_of, momentum(tf), inputs, labels, a.xla)
    seconds = []
    for number in range(a.warm_up + a.steps):
        if number == a.warm_up:
            growth.warm()
        began = time.perf_counter()
        step().numpy()
        seconds.append(time.perf_counter() - began)
    seconds = seconds[a.warm_up:]
    median = statistics.median(seconds)
    print(json.dumps({
        "model": a.model, "batch": a.batch, "threads": a.threads, "dtype": a.dtype, "xla": a.xla,
        "step_seconds_median": round(median, 5),
        "step_seconds_min": round(min(seconds), 5), "step_seconds_max": round(max(seconds), 5),
        "images_per_second": round(a.batch / median, 2),
        **growth.line(), **build_facts(tf)}))


if __name__ == "__main__":
    main()
