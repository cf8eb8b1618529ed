"""Answers to the exercises of notebook 01: what each check must refuse and accept."""

wrong(1, "the share of the coins, not their cost", 5 / 15)
wrong(1, "what can be known", 10 / 15 * np.log(2))
wrong(1, "two decimals are too few", 0.23)
right(1, np.log(2) / 3)
right(1, 0.2310)

wrong(2, "as many windows as at full size", lambda rows, length: [rows[:, w * 15 : (w + 1) * 15] for w in range(6)])
wrong(2, "mixed up", lambda rows, length: rows[:, : rows.shape[1] // length * length].reshape(-1, len(rows), length))
wrong(2, "rows first", lambda rows, length: rows[:, : rows.shape[1] // length * length].reshape(len(rows), -1, length))
wrong(2, "a partial last window", lambda rows, length: np.split(rows, range(length, rows.shape[1], length), axis=1))
right(2, lambda rows, length: [rows[:, end - length : end] for end in range(length, rows.shape[1] + 1, length)])
right(2, lambda rows, length: make_windows(rows, rows, length)[0])

wrong(3, "wraps round", lambda x: (x + np.roll(x, 1) + np.roll(x, 2) >= 2).astype(int))
wrong(3, "one is enough", lambda x: np.where(np.arange(len(x)) < 2, 0, x | np.roll(x, 1) | np.roll(x, 2)))
wrong(3, "all three", lambda x: np.where(np.arange(len(x)) < 2, 0, x & np.roll(x, 1) & np.roll(x, 2)))
wrong(
    3, "looks ahead", lambda x: np.where(np.arange(len(x)) < 2, 0, x + np.roll(x, -1) + np.roll(x, -2) >= 2).astype(int)
)
right(3, lambda x: [0, 0, *(int(sum(x[t - 2 : t + 1]) > 1) for t in range(2, len(x)))])
right(3, lambda x: np.concatenate([[0, 0], np.convolve(x, [1, 1, 1], "valid") // 2]))


@finding
def worth_of_few_bits():
    voted = majority_solution(series)
    found = [counted_loss(series, voted, k) for k in range(1, 5)]
    np.testing.assert_allclose(found, [0.562, 0.347, 0, 0], atol=0.005)
    np.testing.assert_allclose(found[1], np.log(2) / 2, atol=0.005)
