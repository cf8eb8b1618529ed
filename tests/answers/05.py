"""Answers to the exercises of notebook 05: what each check must refuse and accept."""

wrong(1, "keeps one half in one step", lambda steps: 0.0)
wrong(1, "right for 10 steps, whatever they are", lambda steps: np.log(0.5**0.1 / (1 - 0.5**0.1)))
wrong(1, "the gate, not the bias", lambda steps: 0.5 ** (1 / steps))
wrong(1, "the sign is the wrong way round", lambda steps: np.log(2 ** (1 / steps) - 1))
right(1, lambda steps: -np.log(2 ** (1 / steps) - 1))
right(1, lambda steps: -tf.math.log(tf.math.expm1(tf.math.log(2.0) / steps)))

wrong(2, "forgets the share that is kept", lambda x, h, W, a: leaky_jacobian_solution(x, h, W, a) - (1 - a) * np.eye(2))
wrong(
    2,
    "a number in place of the identity",
    lambda x, h, W, a: leaky_jacobian_solution(x, h, W, a) + (1 - a) * (1 - np.eye(2)),
)
wrong(2, "rows and columns are swapped", lambda x, h, W, a: leaky_jacobian_solution(x, h, W, a).transpose(0, 2, 1))
wrong(2, "right for one leak, whatever it is", lambda x, h, W, a: leaky_jacobian_solution(x, h, W, 0.1))


@right(2)
def by_the_formula(x, h, W, a):
    slope = 1 - np.tanh(x * W[:, :1] + h @ W[:, 1:]) ** 2
    return a * W[:, 1:] * slope + np.diag([1 - a, 1 - a])


@right(2)
def by_nudging_one_old_unit_after_the_other(x, h, W, a):
    def new(h):
        return (1 - a) * h + a * rnn_step(x, h, W, 0.0).numpy()

    nudges = 1e-5 * np.eye(2)
    return np.concatenate([new(h + nudge) - new(h - nudge) for nudge in nudges], axis=1) / 2e-5


wrong(3, "one source inside", lambda echo_step, share: echo_step + 1)
wrong(3, "the share that is outside", lambda echo_step, share: int(np.ceil(echo_step / share)))
wrong(3, "rounded down", lambda echo_step, share: int(echo_step / (1 - share)))
wrong(3, "one more than rounded down", lambda echo_step, share: int(echo_step / (1 - share)) + 1)
wrong(3, "rounded to the nearest", lambda echo_step, share: round(echo_step / (1 - share)))
wrong(3, "right for one case, whatever is asked", lambda echo_step, share: 47)
right(3, lambda echo_step, share: np.ceil(echo_step / (1 - share)))
right(3, lambda echo_step, share: next(n for n in range(1, 1_000) if (n - echo_step) / n >= share))
