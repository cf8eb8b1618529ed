"""Answers to the exercises of notebook 08: what each check must refuse and accept."""

wrong(1, "bits", 9_500 * 8 / 40_000)
wrong(1, "bytes", 9_500 / 40_000 * np.log(2))
wrong(1, "divided instead of multiplied", 9_500 * 8 / 40_000 / np.log(2))
right(1, 1.9 * np.log(2))
right(1, np.log(2**1.9))

wrong(2, "not normalised", lambda probabilities, temperature: probabilities ** (1 / temperature))
wrong(2, "hot for cold", lambda probabilities, temperature: with_temperature_solution(probabilities, 1 / temperature))
wrong(2, "probabilities taken as logits", lambda probabilities, temperature: tf.nn.softmax(probabilities / temperature))
right(2, lambda probabilities, temperature: tf.nn.softmax(np.log(probabilities) / temperature))


@right(2)
def row_by_row(probabilities, temperature):
    rows = []
    for given in probabilities:
        powers = [p ** (1 / temperature) for p in given]
        rows.append([power / sum(powers) for power in powers])
    return rows


wrong(3, "mixes the bits", lambda bits_1, bits_2, share: np.mean(share * bits_1 + (1 - share) * bits_2))
wrong(3, "mean too soon", lambda bits_1, bits_2, share: -np.log2(np.mean(share / 2**bits_1 + (1 - share) / 2**bits_2)))
wrong(3, "the shares are swapped", lambda bits_1, bits_2, share: mixed_bits_solution(bits_2, bits_1, share))


@right(3)
def by_logarithms(bits_1, bits_2, share):
    return -np.logaddexp2(np.log2(share) - bits_1, np.log2(1 - share) - bits_2).mean()


@right(3)
def one_by_one(bits_1, bits_2, share):
    chances = [share / 2**one + (1 - share) / 2**two for one, two in zip(bits_1, bits_2, strict=True)]
    return sum(np.log2(1 / chance) for chance in chances) / len(chances)


@finding
def half_and_half_pays_at_most_one_bit_more_than_the_better():
    one, two = np.random.default_rng(1).exponential(3, (2, 10_000))  # bits
    mixture = [mixed_bits_solution(one[[n]], two[[n]], 0.5) for n in range(len(one))]
    assert (mixture - np.minimum(one, two)).max() <= 1 + 1e-9
