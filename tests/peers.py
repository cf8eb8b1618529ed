"""The training of notebook 04 in several ways: the same weights, bits and losses, by other programs.

Each way takes the module of the notebook's cells and returns `train(inputs, targets)`: one epoch from a state of zeros,
inputs and targets [window, batch, time]. It returns the losses [window] as a NumPy array, so that nothing is left to
compute. The weights start as the notebook's and are kept from call to call. PyTorch and JAX are optional.
"""

import os
import sys

import numpy as np

RATE, START, EPSILON = 0.3, 0.1, 1e-7  # Adagrad: w -= RATE g / sqrt(sum + EPSILON), Keras's formula and epsilon


def compiled_epoch(cells, jit_compile=True):
    """The notebook's own: one compiled program for the whole epoch."""
    weights = [cells.tf.Variable(weight) for weight in cells.weights]

    def forward(window, state):
        return cells.forward(window, state, weights)

    train = cells.make_train_epoch(forward, weights, jit_compile=jit_compile)
    if not jit_compile:
        train = train.python_function
    return lambda inputs, targets: train(inputs, targets, cells.zero_state(inputs.shape[1]))[0].numpy()


def eager(cells):
    """The same Python code, one TensorFlow operation after the other."""
    return compiled_epoch(cells, jit_compile=False)


def window_function(cells):
    """A `tf.function` that trains on one window, called from a Python loop."""
    tf = cells.tf
    weights = [tf.Variable(weight) for weight in cells.weights]
    optimizer = tf.keras.optimizers.Adagrad(RATE, initial_accumulator_value=START)

    @tf.function
    def one_window(inputs, targets, state):
        with tf.GradientTape() as tape:
            logits, state = cells.forward(inputs, state, weights)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss, state

    def train(inputs, targets):
        state, losses = cells.zero_state(inputs.shape[1]), []
        for window, answers in zip(inputs, targets, strict=True):
            loss, state = one_window(window, answers, state)
            losses.append(loss.numpy())
        return np.array(losses)

    return train


def one_bias(cells):
    """Return the weights as Keras and PyTorch have them: blocks i, f, j, o, and the forget bias inside the bias.

    Kernel of the input [1, 4 units], kernel of the state [units, 4 units], bias [4 units], W2, b2.
    """
    kernel, bias, W2, b2 = (weight.numpy() for weight in cells.weights)
    i, j, f, o = np.split(np.vstack([kernel, bias]), 4, axis=1)
    f[-1] += 1
    stacked = np.hstack([i, f, j, o])
    return stacked[:1], stacked[1:-1], stacked[-1], W2, b2


def keras_fit(cells):
    """A stateful layer and `fit`, which takes the windows one after the other as batches."""
    keras, means = cells.tf.keras, []
    layer = keras.layers.LSTM(cells.state_size, return_sequences=True, stateful=True)
    model = keras.Sequential([layer, keras.layers.Dense(cells.num_classes)])
    optimizer = keras.optimizers.Adagrad(RATE, initial_accumulator_value=START)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    keep = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: means.append(logs["loss"]))

    def train(inputs, targets):
        num_windows, batch_size, length = inputs.shape
        if not model.built:
            model.build([batch_size, length, 1])
            model.set_weights(one_bias(cells))
        layer.reset_state()
        means.clear()
        x, y = inputs.reshape(-1, length, 1), targets.reshape(-1, length)
        model.fit(x, y, batch_size, shuffle=False, verbose=0, callbacks=[keep])
        return np.diff(means * np.arange(1, num_windows + 1), prepend=0)  # fit tells the mean so far

    return train


def torch_loop(cells):
    """The usual loop over windows in PyTorch, with its default number of threads."""
    import torch

    lstm = torch.nn.LSTM(1, cells.state_size, batch_first=True)
    readout = torch.nn.Linear(cells.state_size, cells.num_classes)
    kernel, recurrent, bias, W2, b2 = (torch.from_numpy(weight.T.copy()) for weight in one_bias(cells))
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    lstm.load_state_dict(dict(zip(names, (kernel, recurrent, bias, torch.zeros_like(bias)), strict=True)))
    lstm.bias_hh_l0.requires_grad_(False)  # two trained biases would move their sum twice as far
    readout.load_state_dict({"weight": W2, "bias": b2})
    trained = [weight for weight in (*lstm.parameters(), *readout.parameters()) if weight.requires_grad]
    # PyTorch adds its eps outside the root. Inside, Keras's is the same as a sum that starts higher by it.
    optimizer = torch.optim.Adagrad(trained, RATE, initial_accumulator_value=START + EPSILON, eps=0)

    def train(inputs, targets):
        zero = torch.zeros(1, inputs.shape[1], cells.state_size)
        state, losses = (zero, zero), []  # h, c
        for window, answers in zip(torch.from_numpy(inputs), torch.from_numpy(targets).long(), strict=True):
            outputs, state = lstm(window[..., None], state)
            loss = torch.nn.functional.cross_entropy(readout(outputs).flatten(0, 1), answers.flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            state = tuple(part.detach() for part in state)
            losses.append(loss.item())
        return np.array(losses)

    return train


def torch_loop_alone(cells):
    """The same with one thread. Threads that wait for one another cost more than they bring at this size."""
    import torch

    train = torch_loop(cells)

    def train_alone(inputs, targets):
        default = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return train(inputs, targets)
        finally:
            torch.set_num_threads(default)

    return train_alone


def jax_scan(cells):
    """One compiled program for the whole epoch in JAX: a scan over windows, and in it a scan over time."""
    import jax

    jnp = jax.numpy
    weights = [jnp.array(weight.numpy()) for weight in cells.weights]
    carried = weights, [jnp.full_like(weight, START) for weight in weights]

    def loss_and_state(weights, inputs, targets, state):
        kernel, bias, W2, b2 = weights

        def step(state, x):  # x: [batch], state.c and state.h: [batch, state_size]
            i, j, f, o = jnp.split(jnp.concatenate([x[:, None], state.h], axis=1) @ kernel + bias, 4, axis=1)
            c = jax.nn.sigmoid(f + 1) * state.c + jax.nn.sigmoid(i) * jnp.tanh(j)
            state = cells.LSTMStateTuple(c=c, h=jax.nn.sigmoid(o) * jnp.tanh(c))
            return state, state.h

        state, outputs = jax.lax.scan(step, state, inputs.T)  # [time, batch, state_size]
        chosen = jnp.take_along_axis(jax.nn.log_softmax(outputs @ W2 + b2), targets.T[..., None], axis=-1)
        return -chosen.mean(), state

    def update(carry, window):
        weights, sums, state = carry
        (loss, state), slopes = jax.value_and_grad(loss_and_state, has_aux=True)(weights, *window, state)
        sums = [total + slope**2 for total, slope in zip(sums, slopes, strict=True)]
        steps = [RATE * slope / jnp.sqrt(total + EPSILON) for total, slope in zip(sums, slopes, strict=True)]
        return ([weight - step for weight, step in zip(weights, steps, strict=True)], sums, state), loss

    @jax.jit
    def epoch(weights, sums, inputs, targets):
        zero = jnp.zeros([inputs.shape[1], cells.state_size])
        start = weights, sums, cells.LSTMStateTuple(c=zero, h=zero)
        (weights, sums, _), losses = jax.lax.scan(update, start, (inputs, targets))
        return (weights, sums), losses

    def train(inputs, targets):
        nonlocal carried
        carried, losses = jax.block_until_ready(epoch(*carried, inputs, targets))
        return np.array(losses)

    return train


# What the benchmark compares, in the order in which a round runs it.
WAYS = {
    "compiled epoch": compiled_epoch,
    "JAX, scan in a scan": jax_scan,
    "PyTorch, loop": torch_loop,
    "PyTorch, one thread": torch_loop_alone,
    "Keras fit, stateful": keras_fit,
    "tf.function per window": window_function,
    "eager": eager,
}


def threads(cells):
    """Return what each library says of its threads, as one line."""
    said = [f"TensorFlow {cells.tf.config.threading.get_intra_op_parallelism_threads()} (0: as many as cores)"]
    if "torch" in sys.modules:
        said.append(f"PyTorch {sys.modules['torch'].get_num_threads()}")
    if "jax" in sys.modules:
        said.append("JAX does not say")
    return f"threads: {', '.join(said)}; cores: {os.cpu_count()}"
