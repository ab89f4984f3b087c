"""tensorflow: a network is trained, a function is traced with its loops and branches, gradients, a pipeline of data."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import tensorflow as tf

tf.random.set_seed(0)


@tf.function
def above(values):
    total = tf.constant(0.0)
    for value in values:
        if value > 1.0:
            total += value
    return total


def main():
    x = np.random.RandomState(0).rand(256, 8).astype("float32")
    y = x.sum(1, keepdims=True)
    model = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(1)])
    model.compile(optimizer=tf.keras.optimizers.Adam(0.05), loss="mse")
    history = model.fit(x, y, epochs=20, verbose=0)
    print(history.history["loss"][-1] < 0.1, model.count_params())
    print(above(tf.constant([1.0, 2.0, 3.0])).numpy())
    with tf.GradientTape() as tape:
        v = tf.Variable(3.0)
        square = v**2
    print(tape.gradient(square, v).numpy())
    data = tf.data.Dataset.from_tensor_slices([1, 2, 3, 4]).map(lambda q: q * 2).batch(2)
    print([batch.numpy().tolist() for batch in data])
    print(tf.reduce_sum(tf.reshape(tf.range(6), (2, 3)), axis=0).numpy())
    try:
        tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))
    except tf.errors.InvalidArgumentError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    main()
