#!/usr/bin/env python3
"""Time one training step of TensorFlow in graph mode on the CPU: a forward and a backward pass and an update, on random data that is
already in memory.

Prints one JSON line with the keys of torch_speed.py. See README.md beside this file.
"""
import argparse
import json
import os
import resource
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def alexnet(tf):
    """Krizhevsky et al. 2012: two columns of channels, which meet in convolution 3 and in the dense layers."""
    layers = tf.keras.layers

    def normalise(x):
        # TensorFlow's alpha is not divided by the window, as in the paper; within a column, as on a GPU of 2012.
        parts = [tf.nn.local_response_normalization(part, 2, 2.0, 1e-4, 0.75) for part in tf.split(x, 2, axis=-1)]
        return tf.concat(parts, axis=-1)

    class Columns(layers.Layer):
        """Each column on its own: on a CPU faster than TensorFlow's grouped convolution."""

        def __init__(self, filters, kernel):
            super().__init__()
            self.parts = [layers.Conv2D(filters // 2, kernel, padding="same", activation="relu") for _ in range(2)]

        def call(self, x):
            return tf.concat([f(part) for f, part in zip(self.parts, tf.split(x, 2, axis=-1))], axis=-1)

    return (227, 227, 3), 1000, [
        layers.Conv2D(96, 11, 4, activation="relu"), layers.Lambda(normalise), layers.MaxPool2D(3, 2),
        Columns(256, 5), layers.Lambda(normalise), layers.MaxPool2D(3, 2),
        layers.Conv2D(384, 3, padding="same", activation="relu"), Columns(384, 3), Columns(256, 3), layers.MaxPool2D(3, 2),
        layers.Flatten(), layers.Dropout(0.5), layers.Dense(4096, "relu"), layers.Dropout(0.5), layers.Dense(4096, "relu"),
        layers.Dense(1000, dtype="float32")]


def lenet5(tf):
    layers = tf.keras.layers
    return (28, 28, 1), 10, [
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AvgPool2D(2), layers.Conv2D(16, 5, activation="tanh"),
        layers.AvgPool2D(2), layers.Flatten(), layers.Dense(120, "tanh"), layers.Dense(84, "tanh"),
        layers.Dense(10, dtype="float32")]


MODELS = {"alexnet": alexnet, "lenet5": lenet5}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", choices=MODELS, default="alexnet")
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--steps", type=int, default=6, help="timed ones, after the warm-up")
    p.add_argument("--warm-up", type=int, default=3, help="the first traces the graph")
    a = p.parse_args()

    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(a.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.random.set_seed(0)
    shape, classes, layers = MODELS[a.model](tf)
    network = tf.keras.Sequential([tf.keras.Input(shape), *layers])
    optimizer = tf.keras.optimizers.SGD(1e-3, momentum=0.9, weight_decay=5e-4)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    inputs = tf.random.normal((a.batch, *shape))
    labels = tf.random.uniform((a.batch,), 0, classes, tf.int32)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = loss_of(labels, network(inputs, training=True))
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    seconds = []
    for _ in range(a.warm_up + a.steps):
        began = time.perf_counter()
        step().numpy()
        seconds.append(time.perf_counter() - began)
    seconds = seconds[a.warm_up:]
    median = statistics.median(seconds)
    print(json.dumps({
        "model": a.model, "batch": a.batch, "threads": a.threads, "step_seconds_median": round(median, 5),
        "step_seconds_min": round(min(seconds), 5), "step_seconds_max": round(max(seconds), 5),
        "images_per_second": round(a.batch / median, 2),
        "peak_bytes_of_this_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "tensorflow": tf.__version__}))


if __name__ == "__main__":
    main()
