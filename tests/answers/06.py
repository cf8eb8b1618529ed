"""Answers to the exercises of notebook 06: what each check must refuse and accept."""

wrong(1, "the embedded string", 7 * np.log(2) / 12)
wrong(1, "the right coins, without the B and the E", 6 * np.log(2) / 6)
wrong(1, "bits instead of nats", 6 / 8)
right(1, 0.75 * np.log(2))
right(1, np.log(8) / 4)

wrong(2, "the forget gate stays open at a mark: the numbers add up", [[0, 0.1, 0], [20, 0, 0], [-10, 0, 10]])
wrong(2, "nothing is written", np.zeros((3, 3)))
wrong(2, "every number is written", [[0, 0.1, 0], [0, 0, -20], [10, 0, 10]])
wrong(2, "the gates the wrong way round", [[0, 0.1, 0], [-20, 0, 20], [10, 0, -10]])
wrong(2, "a leak of a tenth", [[0, 0.1, 0], [20, 0, -20], [-10, 0, np.log(9) - 1]])
wrong(2, "the candidate is bent: tanh(3 x)", [[0, 3, 0], [20, 0, -20], [-10, 0, 10]])
wrong(2, "columns for the output gate too", np.zeros((3, 4)))
wrong(2, "a function", lambda number, mark: number)
right(2, [[0, 0.1, 0], [15, 0, -15], [-8, 0, 7]])
right(2, np.array([[0, -0.2, 0], [30, 0, -40], [-15, 0, 20]]))

wrong(3, "the factor instead of the bias", lambda steps, share: share ** (1 / steps))
wrong(3, "the right bias for 10 steps only", lambda steps, share: 2.63424)
wrong(3, "the share of one step", lambda steps, share: np.log(share / (1 - share)))
wrong(3, "with the +1 of the LSTM of lesson 04", lambda steps, share: bias_for_solution(steps, share) - 1)
right(3, lambda steps, share: -np.log(share ** (-1 / steps) - 1))


@right(3)
def by_halving(steps, share):
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid_of(middle) ** steps < share else (low, middle)
    return low


def sigmoid_of(number):
    return 1 / (1 + np.exp(-number))


@finding
def half_and_nine_tenths_are_left():
    for share in (0.5, 0.9):
        np.testing.assert_allclose(sigmoid_of(bias_for_solution(40, share)) ** 40, share)
