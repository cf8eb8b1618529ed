"""Answers to the exercises of notebook 10: what each check must refuse and accept."""

wrong(1, "the last value", lambda values, ahead: np.repeat(values[:, -1:], ahead, axis=1))
wrong(1, "the first day", lambda values, ahead: values[:, np.arange(ahead) % season_length])
wrong(1, "the day backwards", lambda values, ahead: values[:, -1 - np.arange(ahead) % season_length])
wrong(1, "one hour late", lambda values, ahead: values[:, -season_length + (np.arange(ahead) - 1) % season_length])
wrong(1, "one day only", lambda values, ahead: values[:, -season_length:][:, :ahead])
wrong(1, "a constant", lambda values, ahead: np.full((len(values), ahead), values.mean()))
right(1, lambda values, ahead: np.tile(values[:, -season_length:], (1, 1 + ahead // season_length))[:, :ahead])


@right(1)
def hour_by_hour(values, ahead):
    longer = list(np.transpose(values))
    for _ in range(ahead):
        longer.append(longer[-season_length])
    return np.transpose(longer[-ahead:])


def samples(values, train_end, length, known, shift):  # scaled by the hours before known
    scaled = (values - values[:, :known].mean()) / values[:, :known].std()
    stop = (train_end - 1) // length * length
    return np.stack([scaled[:, :stop], scaled[:, shift : stop + shift]]).reshape(2, -1, length)


wrong(2, "as it stands", lambda values, end, length: samples(values, end, length, None, 0))
wrong(2, "the targets are mended, the scale is not", lambda values, end, length: samples(values, end, length, None, 1))
wrong(2, "the scale is mended, the targets are not", lambda values, end, length: samples(values, end, length, end, 0))
wrong(2, "two hours later", lambda values, end, length: samples(values, end, length, end, 2))
wrong(2, "inputs and targets swapped", lambda values, end, length: samples(values, end, length, end, 1)[::-1])
right(2, lambda values, end, length: samples(values, end, length, end, 1))


@right(2)
def window_by_window(values, train_end, length):
    mean, std = np.mean(values[:, :train_end]), np.std(values[:, :train_end])
    inputs, targets = [], []
    for row in (values - mean) / std:
        for start in range(0, train_end - length, length):
            inputs.append(row[start : start + length])
            targets.append(row[start + 1 : start + length + 1])
    return [inputs, targets]


wrong(3, "above instead of below", lambda floors, variance, share: np.sum(floors > share * variance))
wrong(3, "the share is left out", lambda floors, variance, share: np.sum(floors < variance))
wrong(3, "one too many", lambda floors, variance, share: 1 + np.sum(floors < share * variance))
wrong(3, "of the last floor's half", lambda floors, variance, share: len(floors) // 2)
right(3, lambda floors, variance, share: np.searchsorted(floors, share * variance))


@right(3)
def one_by_one_counted(floors, variance, share):
    count = 0
    while count < len(floors) and floors[count] < share * variance:
        count += 1
    return count


@finding
def other_inputs():
    for length, ahead in ((24, 3), (40, 24), (77, 60)):
        some = values[:, 100 : 100 + length]
        np.testing.assert_array_equal(repeat_season_solution(some, ahead), hour_by_hour(some, ahead))
    for end, length in ((481, 24), (480, 24), (500, 7)):
        np.testing.assert_allclose(
            training_samples_solution(rising, end, length), samples(rising, end, length, end, 1), atol=1e-9
        )
    np.testing.assert_allclose(reach_solution(floors, floors[-1], 0.5), one_by_one_counted(floors, floors[-1], 0.5))


@finding
def how_far_the_two_series_reach():
    for noise_level in (sigma, 2 * sigma):
        linear = forecast_floors(coefficients, noise_level, 500)
        slow = forecast_floors((slow_coefficient,), noise_level, 500)
        slow_limit = noise_level**2 / (1 - slow_coefficient**2)
        assert reach_solution(linear, linear[-1], 0.9) == 3
        assert reach_solution(slow, slow_limit, 0.9) == 56
