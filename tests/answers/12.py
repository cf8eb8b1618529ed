"""Answers to the exercises of notebook 12: what each check must refuse and accept."""

wrong(1, "the states of the last level only", lambda k: 2 ** (k + 1))
wrong(1, "one level too few", lambda k: 2 ** (k + 1) - 1)
wrong(1, "the minimal machine", lambda k: 2**k)
wrong(1, "right for an echo of 3 alone", lambda k: 31)
wrong(1, "all series of up to ten bits", lambda k: 2**11 - 1)
right(1, lambda k: sum(2**level for level in range(k + 2)))


@right(1)
def searched(k):
    kernel = np.vstack([2 * np.eye(k + 1), np.zeros(k + 1)])
    kernel[0, 0] = 6
    bias = np.zeros(k + 1)
    bias[0] = -3
    long_register = register._replace(size=k + 1, kernel=kernel, bias=bias)
    return count_states_solution(long_register, hand_grid)


wrong(2, "a unit that never moves", [0, 0, 0])
wrong(2, "it forgets: 0.5 h shrinks", [8, 0.5, -0.1])
wrong(2, "it answers the bit of the moment", [8, 0, -4])
wrong(2, "a bias above 0: it says 1 from the start", [8, 3, 1])
wrong(2, "a 1 cannot push it up", [3, 3, -1])
wrong(2, "the bias is stronger than the memory", [12, 3, -5])
wrong(2, "the sign of the memory is wrong: it swings", [8, -3, -1])
right(2, [20, 6, -2])
right(2, (6.0, 2.0, 0.0))
right(2, np.array([9, 4, -0.5]))


wrong(3, "the search as it stands", broken)


@wrong(3, "stops after ten levels")
def ten_levels(network, grid):
    states = np.zeros((1, network.size))
    reached = {tuple(states[0])}
    for _ in range(10):
        both = [np.rint(grid * network.step(np.full(len(states), bit), states / grid, network)) for bit in (0, 1)]
        states = np.unique(np.concatenate(both), axis=0)
        reached |= set(map(tuple, states))
    return len(reached)


@wrong(3, "follows the bit 1 alone")
def ones_only(network, grid):
    state = np.zeros((1, network.size))
    reached = set()
    while tuple(state[0]) not in reached:
        reached.add(tuple(state[0]))
        state = np.rint(grid * network.step([1], state / grid, network))
    return len(reached)


@wrong(3, "counts the series, not the states")
def series(network, grid):
    return 2 ** (len(network.kernel) + 1) - 1


@right(3)
def by_explore(network, grid):
    nodes = explore(network, grid).nodes[:, : network.size]
    return len(np.unique(nodes, axis=0))


@right(3)
def one_by_one(network, grid):
    start = (0.0,) * network.size
    reached = {start}
    waiting = [start]
    while waiting:
        state = np.array([waiting.pop()]) / grid
        for bit in (0, 1):
            after = tuple((np.rint(grid * network.step([bit], state, network))[0] + 0.0).tolist())
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    return len(reached)


@finding
def the_repaired_search_is_right_on_another_network():
    for network, used_grid in ((rnn_2016, 4), (lstm_2016, 4)):
        assert count_states_solution(network, used_grid) == by_explore(network, used_grid)
    assert broken(rnn_2016, 4) < count_states_solution(rnn_2016, 4)


@finding
def the_nodes_grow_and_the_wrong_arrows_go_with_a_finer_grid():
    sizes = []
    mistakes = []
    for used_grid in (4, 8, 16, 32):
        nodes, num_wrong, groups = verdict(rnn_2016, used_grid)
        sizes.append(nodes)
        mistakes.append(num_wrong)
        assert (groups == 8) == (num_wrong == 0)
    growth = np.divide(sizes[1:], sizes[:-1])
    assert np.all((growth > 2) & (growth < 6))
    assert mistakes[0] > mistakes[1] > mistakes[2] == mistakes[3] == 0
