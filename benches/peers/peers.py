"""The three deals of this folder as vectorised NumPy programs, the way a good analyst writes them: whole columns of paths at
once, in chunks that stay in the cache. Each returns the columns that a valuation wants, money in millions.

`python3 benches/peers/compare.py` runs them beside Cabrio.
"""

import numpy as np

YEAR_DAYS = 365.25
Z90 = 1.2815515655446004  # the standard normal law's 90 % quantile


def lognormal(rng, n, p10, p90):
    mu, sd = 0.5 * (np.log(p10) + np.log(p90)), (np.log(p90) - np.log(p10)) / (2 * Z90)
    return np.exp(mu + sd * rng.standard_normal(n))


def growth(rng, drift, volatility, years):
    """Factors of a geometric Brownian motion over spans of time."""
    noise = volatility * np.sqrt(years) * rng.standard_normal(years.shape)
    return np.exp((drift - 0.5 * volatility**2) * years + noise)


def note(rng, n):
    """One tranche of 1 on a company worth 10, converted in one round of 3 at a cap of 12 or 20 % off."""
    horizon = 1826 / YEAR_DAYS
    drift, volatility = 0.28, 0.70
    t_round = lognormal(rng, n, 0.5, 2.5)
    t_fail = rng.standard_exponential(n) / 0.10
    end = np.minimum(t_fail, horizon)
    converts = t_round < end
    until_round = np.where(converts, t_round, end)
    before = 11.0 * growth(rng, drift, volatility, until_round)
    post = before + 3.0
    own = np.maximum((before / post) / 12.0, 1.0 / (0.8 * post))
    after = post * growth(rng, drift, volatility, end - until_round)
    fails = t_fail < horizon
    as_debt = np.where(fails, 0.1, np.minimum(before, 1.0))
    as_shares = np.where(fails, 0.0, own * after)
    received = np.where(converts, as_shares, as_debt)
    present_value = received * 1.2**-end - 1.0
    with np.errstate(divide="ignore"):
        irr = np.where(received > 0.0, np.exp(np.log(received) / end) - 1.0, -1.0)
    return present_value, received, np.ones(n), irr


def rates_of_return(times, outlays, end, received):
    """Newton's method on ln(received/outlays) in ln(1 + r), all paths at once; outlays come before the receipt."""
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.zeros_like(end)
        for _ in range(8):
            weights = outlays * np.exp(-x * times)
            paid = weights.sum(axis=0)
            value = np.log(received) - x * end - np.log(paid)
            step = value / (end - (weights * times).sum(axis=0) / paid)
            x = np.clip(x + step, -60.0, 60.0)
        return np.where(received > 0.0, np.expm1(x), -1.0)


def tranches(rng, n):
    """Three tranches of 2, two of them on milestones, on a company worth 50; a round of 20; sale, failure or the horizon."""
    horizon = 2191 / YEAR_DAYS
    drift, volatility, rate = 0.25, 0.60, 0.08 * YEAR_DAYS / 365
    never = np.inf
    t_prototype = rng.triangular(0.5, 1.0, 2.0, n)
    t_prototype = np.where(rng.random(n) < 0.85, t_prototype, never)
    t_customers = t_prototype + lognormal(rng, n, 0.5, 1.5)
    t_customers = np.where(rng.random(n) < 0.70, t_customers, never)
    t_round = lognormal(rng, n, 1.0, 4.0)
    t_sale = rng.standard_exponential(n) / 0.08
    t_fail = rng.standard_exponential(n) / 0.06
    end = np.minimum(np.minimum(t_sale, t_fail), horizon)
    times = np.stack([t_prototype, t_customers, t_round])
    order = np.argsort(times, axis=0)
    now, company = np.zeros(n), np.full(n, 52.0)
    # Open principal, and the same times the moment from which its interest runs.
    principal, since = np.full(n, 2.0), np.zeros(n)
    own = np.zeros(n)
    for place in order:
        then = np.take_along_axis(times, place[None], axis=0)[0]
        live = then < end
        then = np.where(live, then, now)
        company *= growth(rng, drift, volatility, then - now)
        now = then
        rounds = live & (place == 2)
        funds = live & (place != 2)
        claim = principal + rate * (principal * now - since)
        post = company + 20.0
        own = np.where(rounds, claim * np.maximum((company / post) / 60.0, 1.0 / (0.8 * post)), own)
        principal = np.where(rounds, 0.0, principal + np.where(funds, 2.0, 0.0))
        since = np.where(rounds, 0.0, since + np.where(funds, 2.0 * now, 0.0))
        company += np.where(rounds, 20.0, np.where(funds, 2.0, 0.0))
    company *= growth(rng, drift, volatility, end - now)
    claim = principal + rate * (principal * end - since)
    shared = np.minimum(claim, company) + own * np.maximum(company - claim, 0.0)
    fails = (t_fail < t_sale) & (t_fail < horizon)
    received = np.where(fails, 0.4 * claim, shared)
    funded = times[:2] < end
    moments = np.vstack([np.zeros(n), np.where(funded, times[:2], 0.0)])
    outlays = np.vstack([np.full(n, 2.0), np.where(funded, 2.0, 0.0)])
    present_value = received * 1.15**-end - (outlays * 1.15**-moments).sum(axis=0)
    irr = rates_of_return(moments, outlays, end, received)
    return present_value, received, outlays.sum(axis=0), irr


def stack(rng, n):
    """A SAFE of 1 beside another and a seed series; two rounds of 5 with preferences; then the waterfall."""
    horizon = 2922 / YEAR_DAYS
    drift, volatility = 0.40, 0.90
    t_first = rng.uniform(0.5, 1.5, n)
    t_second = t_first + rng.uniform(1.0, 2.0, n)
    t_fail = rng.standard_exponential(n) / 0.15
    t_sale = 2.0 + rng.standard_exponential(n) / 0.20
    end = np.minimum(np.minimum(t_fail, t_sale), horizon)
    # First round: both SAFEs convert at their caps or at its price; fractions of all shares.
    first = t_first < end
    until = np.where(first, t_first, end)
    company = 11.0 * growth(rng, drift, volatility, until)
    post = company + 5.0
    sold = 5.0 / post
    angel = np.maximum(0.5 / 8.0 * (1.0 - sold), 0.5 / post)
    safe = np.maximum(1.0 / 12.0 * (1.0 - sold), 1.0 / post)
    total = 11.0 / (1.0 - sold - angel - safe)
    shares = np.stack([np.full(n, 2.0), angel * total, safe * total, sold * total, np.zeros(n)])
    claims = np.stack([np.full(n, 2.0), np.full(n, 0.5), np.ones(n), np.full(n, 5.0), np.zeros(n)])
    company = post
    # Second round.
    second = t_second < end
    then = np.where(second, t_second, until)
    company = company * growth(rng, drift, volatility, then - until)
    shares[4] = np.where(second, total * 5.0 / company, 0.0)
    claims[4] = np.where(second, 5.0, 0.0)
    company = company + np.where(second, 5.0, 0.0)
    company = company * growth(rng, drift, volatility, end - then)
    # The waterfall: in order of the price at which a class gives up its preference, the most that can do so.
    with np.errstate(divide="ignore", invalid="ignore"):
        threshold = np.where(shares > 0.0, claims / shares, np.inf)
    order = np.argsort(threshold, axis=0)
    ordered = np.take_along_axis(threshold, order, axis=0)
    kept = claims.sum(axis=0)
    count = np.full(n, 8.0)
    price = np.maximum(company - kept, 0.0) / count
    for place in range(5):
        kept = kept - np.take_along_axis(claims, order[place : place + 1], axis=0)[0]
        count = count + np.take_along_axis(shares, order[place : place + 1], axis=0)[0]
        candidate = (company - kept) / count
        price = np.where(candidate >= ordered[place], candidate, price)
    converted = threshold <= price
    open_claims = np.where(converted, 0.0, claims).sum(axis=0)
    part = np.minimum(1.0, company / np.maximum(open_claims, 1e-300))
    payout = np.where(converted[2], shares[2] * price, claims[2] * part)
    fails = (t_fail < t_sale) & (t_fail < horizon)
    received = np.where(fails, 0.0, payout)
    present_value = received * 1.3**-end - 1.0
    with np.errstate(divide="ignore"):
        irr = np.where(received > 0.0, np.exp(np.log(received) / end) - 1.0, -1.0)
    return present_value, received, np.ones(n), irr


CHUNK = 16_384


def run(deal, paths, seed):
    """Simulates and sums up: means, their errors, percentiles, probability of a loss."""
    rng = np.random.default_rng(seed)
    chunks = [deal(rng, min(CHUNK, paths - done)) for done in range(0, paths, CHUNK)]
    value, received, invested, irr = (np.concatenate(column) for column in zip(*chunks))
    multiple = received / invested
    levels = [1, 5, 10, 25, 50, 75, 90, 95, 99]
    return {
        "mean": value.mean(),
        "standard_error": value.std(ddof=1) / np.sqrt(paths),
        "present_value": np.percentile(value, levels),
        "moic": np.percentile(multiple, levels),
        "irr": np.percentile(irr, levels),
        "loss": (multiple < 1.0).mean(),
    }
