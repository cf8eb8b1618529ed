"""Answers to the exercises of notebook 09: what each check must refuse and accept."""

wrong(1, "the accuracy of a half, whatever the share", lambda share: 13 / 14)
wrong(1, "always answers 1 to what the map allows", lambda share: share * 6 / 7 + 1 - share)
wrong(1, "forgets that an allowed copy may be drawn anew", lambda share: 1.0)
wrong(1, "a number instead of a function", 13 / 14)
right(1, lambda share: 1 - min(share / 7, 1 - share))
right(1, lambda share: max(1 - share / 7, share))

wrong(2, "averages over the padding too", lambda outputs, mask: np.mean(outputs, axis=1))
wrong(2, "divides by all steps", lambda outputs, mask: np.mean(outputs * mask[..., None], axis=1))
wrong(2, "the last output", lambda outputs, mask: outputs[:, -1])
wrong(2, "one mean for all rows", lambda outputs, mask: np.broadcast_to(outputs[mask].mean(axis=0), (3, 4)))
wrong(2, "the real steps are those at the start", lambda outputs, mask: from_the_start(outputs, mask))
right(2, lambda outputs, mask: np.stack([row[real].mean(axis=0) for row, real in zip(outputs, mask, strict=True)]))
right(2, lambda outputs, mask: np.einsum("btu,bt->bu", outputs, mask / mask.sum(axis=1, keepdims=True)))

wrong(3, "reverses the padding too", lambda ids: ids[:, ::-1])
wrong(3, "changes nothing", lambda ids: ids)
wrong(3, "sorts", lambda ids: -np.sort(-ids, axis=1))
wrong(3, "moves the padding away", lambda ids: [row[row > 0][::-1].tolist() for row in ids])
right(3, lambda ids: tf.reverse_sequence(ids, np.sum(ids > 0, axis=1), seq_axis=1))


def from_the_start(outputs, mask):
    counts = mask.sum(axis=1)
    return np.stack([row[:count].mean(axis=0) for row, count in zip(outputs, counts, strict=True)])


@right(3)
def by_counting_back(ids):
    places = np.sum(ids > 0, axis=1, keepdims=True) - 1 - np.arange(ids.shape[1])
    return np.where(places >= 0, np.take_along_axis(ids, np.maximum(places, 0), axis=1), 0)


@finding
def a_reversed_string_gives_the_backward_part():
    turned = reverse_real_solution(few)
    state = run(gru_step, one_hot(turned), turned > 0, zero, backward_weights)
    assert np.abs(state.h - backward_h).max() < 2e-6
