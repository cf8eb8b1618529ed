"""Answers to the exercises of notebook 11: what each check must refuse and accept."""


@wrong(1, "the start is forgotten")
def from_zero(start, a, b):
    return scan(a, b)


@wrong(1, "the start is added without its factor")
def without_factor(start, a, b):
    return scan(a, tf.concat([b[:1] + start, b[1:]], axis=0))


@wrong(1, "the start is added to all states")
def added_to_all(start, a, b):
    return scan(a, b) + start


@wrong(1, "the start fades by the first factor alone")
def same_factor(start, a, b):
    return scan(a, b) + a * start


@wrong(1, "one state more")
def with_the_start(start, a, b):
    return scan(np.concatenate([np.ones_like(a[:1]), a]), np.concatenate([start[None], b]))


@right(1)
def a_step_more(start, a, b):
    return scan(np.concatenate([np.ones_like(a[:1]), a]), np.concatenate([start[None], b]))[1:]


@right(1)
def by_products(start, a, b):
    return scan(a, b) + np.cumprod(a, axis=0) * start


@right(1)
def by_a_loop(start, a, b):
    states = []
    for factor, added in zip(a, b, strict=True):
        start = factor * start + added
        states.append(start)
    return np.array(states)


wrong(2, "nothing moves", np.eye(2))
wrong(2, "parity", -np.eye(2))
wrong(2, "a quarter of a turn", [[0, 1], [-1, 0]])
wrong(2, "a sixth of a turn", [[0.5, 0.75**0.5], [-(0.75**0.5), 0.5]])
wrong(2, "degrees", [[np.cos(120), np.sin(120)], [-np.sin(120), np.cos(120)]])
wrong(2, "everything is erased", np.zeros((2, 2)))
wrong(2, "three places", np.roll(np.eye(3), 1, axis=1))
wrong(2, "a function", lambda state: state)
right(2, [[-0.5, -(0.75**0.5)], [0.75**0.5, -0.5]])  # the other way round
right(2, [[0, 1], [-1, -1]])  # the same in other coordinates

wrong(3, "the limit of bits that are 0 and 1", lambda num_units: (1 / 3) ** (1 / num_units))
wrong(3, "the limit of q", lambda num_units: 0.5)
wrong(3, "always 1", lambda num_units: 1.0)
wrong(3, "the root of the wrong number", lambda num_units: 0.5**num_units)
right(3, lambda num_units: np.exp(-np.log(2) / num_units))


@right(3)
def by_halving(num_units):
    low_end, high_end = 0.0, 1.0
    for _ in range(60):
        radius = (low_end + high_end) / 2
        q = radius**num_units
        low_end, high_end = (radius, high_end) if q / (1 - q) < 1 else (low_end, radius)
    return low_end


@finding
def below_the_limit_no_word_of_16_bits_is_wrong_and_well_above_it_some_are():
    signs = 2 * words - 1
    for factor, fails in ((0.99, False), (1.05, True)):
        radius = factor * largest_radius_solution(pencil_units)
        answer = pencil_echo(signs, pencil_units, echo_step, radius)[:, echo_step:]
        assert np.any((answer > 0) != (signs[:, :-echo_step] > 0)) == fails
