"""The loss floors of short echo series, by counting over every possible series."""

import itertools

import numpy as np


def enumerated_floors(series_length, echo_step, batch_size, length):
    """Count over all series what an observer can at best expect, in nats."""
    columns = series_length // batch_size
    used = columns // length * length
    tables = {"reset": {}, "carried": {}, "known_row": {}}
    for bits in itertools.product((0, 1), repeat=series_length):
        target = np.roll(bits, echo_step)
        target[:echo_step] = 0
        for row, column in itertools.product(range(batch_size), range(used)):
            here, begin = row * columns + column, row * columns
            seen = bits[begin : here + 1]
            in_window = bits[begin + column // length * length : here + 1]
            keys = {"reset": (column % length, in_window), "carried": (column, seen), "known_row": (row, column, seen)}
            for name, key in keys.items():
                tables[name].setdefault(key, [0, 0])[target[here]] += 1

    def floor(name, column_of, last):
        total = nats = 0
        for key, counts in tables[name].items():
            if column_of(key) < last:
                n = sum(counts)
                total += n
                nats -= sum(count * np.log(count / n) for count in counts if count)
        return nats / total

    return {
        "reset": floor("reset", lambda key: key[0], used),
        "first_window": floor("carried", lambda key: key[0], length),
        "epoch": floor("carried", lambda key: key[0], used),
        "first_window_known_row": floor("known_row", lambda key: key[1], length),
        "epoch_known_row": floor("known_row", lambda key: key[1], used),
    }
