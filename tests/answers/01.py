"""Answers to the exercises of notebook 01: what each check must refuse and accept."""

wrong(1, "the share of the coins, not their cost", 5 / 15)
wrong(1, "what can be known", 10 / 15 * np.log(2))
wrong(1, "two decimals are too few", 0.23)
right(1, np.log(2) / 3)
right(1, 0.2310)

wrong(2, "mixed up", lambda rows, length: rows[:, : rows.shape[1] // length * length].reshape(-1, len(rows), length))
wrong(2, "rows first", lambda rows, length: rows[:, : rows.shape[1] // length * length].reshape(len(rows), -1, length))
wrong(2, "a partial last window", lambda rows, length: np.split(rows, range(length, rows.shape[1], length), axis=1))
right(2, lambda rows, length: [rows[:, end - length : end] for end in range(length, rows.shape[1] + 1, length)])
right(2, lambda rows, length: make_windows(rows, rows, length)[0])

wrong(3, "as if all rows began with coins", 3 / 15 * np.log(2))
wrong(3, "knows the row", 9 / 10 * 3 / 15 * np.log(2))
wrong(3, "three decimals are too few", 0.138)
right(3, 0.2 * np.dot([0.55, 0.45], np.log([1 / 0.55, 1 / 0.45])))
right(3, 0.1376)


@finding
def cost_of_not_knowing_the_row():
    floors = {rows: echo_loss_floor(batch_size=rows) for rows in (1, 2, 5, 10, 100, 1_000)}
    cost = {rows: floor.first_window - floor.first_window_known_row for rows, floor in floors.items()}
    assert max(cost, key=cost.get) == 2
    np.testing.assert_allclose([cost[1], cost[2], cost[1_000]], [0, 0.043, 0.0001], atol=5e-4)
    np.testing.assert_allclose([floors[1_000].first_window, floors[1_000].first_window_known_row], 0.1386, atol=2e-4)
