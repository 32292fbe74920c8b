//! Who owns the company, what a round does beside raising money, and a capital structure without a future.

use super::rights::share_terms;
use super::{Paragraph, Teller, figures};
use crate::model::{
    CapitalStructure, Capitalization, CarveOut, CarveOutSize, Company, Deal, Discounting, Grant, Holding,
    Measure, NextRound, Number, PayToPlay, PayToPlayRounds, PoolChange, PricingConvention, Process,
    RoundPrice, RoundPricing, Rounding, RoundingMode, SaleCosts, Sampling, Scenario, Series, ShareTerms,
    Simulation,
};
use crate::number::Decimal;

/// Retells a capital structure. `left_out` says in sentences what of its file it does not hold.
#[must_use]
pub fn structure(structure: &CapitalStructure, left_out: &[String]) -> Vec<Paragraph> {
    let CapitalStructure { title, company, currency, date, capitalization, instruments, round, sale_costs } =
        structure;
    let mut about = vec![
        format!("{title}."),
        format!("The capital structure of {company} on {date}; all amounts are in {currency}."),
        "The file says nothing of the future, so there is nothing to simulate: it is for `cabrio captable` and \
         `cabrio waterfall`."
            .to_owned(),
    ];
    about.extend(left_out.iter().cloned());
    let mut told = vec![
        Paragraph::new("The capital structure", about),
        Paragraph::new("Shares outstanding", self::capitalization(capitalization, currency)),
    ];
    let scenario = without_future(structure);
    let teller = Teller::new(&scenario);
    told.extend(instruments.iter().map(|instrument| teller.instrument(instrument)));
    told.extend(round.as_ref().map(|round| next_round(round, currency)));
    told.extend(self::sale_costs(*sale_costs, currency).map(|line| Paragraph::new("A sale", vec![line])));
    told
}

/// A scenario in which nothing happens, for what is told of instruments.
fn without_future(structure: &CapitalStructure) -> Scenario {
    let nought = Number::Known(Decimal::ZERO);
    Scenario {
        deal: Deal {
            title: structure.title.clone(),
            investor: String::new(),
            company: structure.company.clone(),
            currency: structure.currency.clone(),
            valuation_date: structure.date,
            horizon: structure.date,
            existing_stake: Decimal::ZERO,
        },
        simulation: Simulation { paths: 0, seed: 0, sampling: Sampling::PseudoRandom },
        discounting: Discounting { required_return: Decimal::ZERO, strategic: None },
        fair_value: None,
        measure: Measure::RealWorld,
        variables: Vec::new(),
        correlations: Vec::new(),
        company: Company {
            value_today: nought,
            process: Process::Gbm { drift: nought, volatility: nought },
            fully_diluted_shares: Decimal::ZERO,
            capitalization: None,
        },
        factors: Vec::new(),
        rounds: None,
        milestones: Vec::new(),
        ipo: None,
        sale: None,
        failure: None,
        instruments: structure.instruments.clone(),
        sale_costs: structure.sale_costs,
        strategic: Vec::new(),
        assumptions: Vec::new(),
    }
}

/// The shares outstanding, class by class.
pub(super) fn capitalization(capitalization: &Capitalization, currency: &str) -> Vec<String> {
    let Capitalization { common, options, pool, preferred, warrants } = capitalization;
    let mut lines: Vec<String> = Vec::new();
    if !common.is_empty() {
        lines.push(format!("Common shares: {}.", holders(common)));
    }
    for series in preferred {
        lines.push(self::series(series, currency));
    }
    for (what, grants) in [("Options", options), ("Warrants", warrants)] {
        for Grant { name, holder, shares, strike } in grants {
            let (shares, strike) = (figures::number(*shares), figures::amount(*strike, currency));
            let of = if holder == name { String::new() } else { format!(", held by {holder}") };
            lines.push(format!("{what} \"{name}\"{of}: on {shares} common shares at {strike} each."));
        }
    }
    if !pool.is_zero() {
        lines.push(format!(
            "The unallocated option pool holds {} shares: they count in ownership and get no proceeds.",
            figures::number(*pool)
        ));
    }
    lines
}

fn holders(holders: &[Holding]) -> String {
    let told: Vec<String> = holders
        .iter()
        .map(|Holding { holder, shares }| format!("{holder} {}", figures::number(*shares)))
        .collect();
    figures::list(&told)
}

fn series(series: &Series, currency: &str) -> String {
    let Series {
        name,
        holders,
        issue_price,
        conversion_price,
        terms,
        dividends_since,
        dividends_owed,
        pay_to_play,
    } = series;
    let mut line = format!(
        "{name}: {}, bought at {} each and converting at {}: {}",
        self::holders(holders),
        figures::amount(*issue_price, currency),
        figures::amount(*conversion_price, currency),
        share_terms(terms, currency)
    );
    if terms.dividends.is_some_and(|dividends| !dividends.rate.is_zero()) {
        line.push_str(&format!("; dividends run from {dividends_since}"));
    }
    if !dividends_owed.is_zero() {
        line.push_str(&format!(
            "; {} of dividends are owed already",
            figures::amount(*dividends_owed, currency)
        ));
    }
    if let Some(PayToPlay { buys, shares_per_common, applies_in }) = pay_to_play {
        let rounds = match applies_in {
            PayToPlayRounds::Down => "in a round below the conversion price",
            PayToPlayRounds::All => "in every priced round",
        };
        line.push_str(&format!(
            "; {rounds} its holders buy {} of their part, and the rest of the series becomes common shares, {} for one",
            figures::rate(*buys),
            figures::number(*shares_per_common)
        ));
    }
    line + "."
}

/// What a round does beside raising money.
pub(super) fn pricing(pricing: &RoundPricing, currency: &str) -> Vec<String> {
    let RoundPricing { convention, pool, series, shadow_series } = pricing;
    let counted = match convention {
        PricingConvention::PercentageOwnership => {
            "all shares before the new money, those that notes and SAFEs convert into among them"
        }
        PricingConvention::PreMoneyMethod => {
            "the shares before the new money, without those that notes and SAFEs convert into"
        }
        PricingConvention::DollarsInvested => {
            "all shares before the new money, after the amounts that notes and SAFEs convert are added to it"
        }
    };
    let mut lines = vec![format!("The price of a share is the pre-money value over {counted}.")];
    lines.extend(pool_change(*pool));
    let common = *series == ShareTerms::COMMON;
    lines.push(format!("The shares sold are {}.", share_terms(series, currency)));
    if !common {
        let preference = if *shadow_series {
            "what was paid for it (a shadow series)"
        } else {
            "the round's price for each share"
        };
        lines.push(format!("What converts below the round's price has a preference of {preference}."));
    }
    lines
}

fn pool_change(pool: PoolChange) -> Option<String> {
    Some(match pool {
        PoolChange::Keep => return None,
        PoolChange::IncreaseBy(shares) => {
            format!("The option pool grows by {} shares.", figures::number(shares))
        }
        PoolChange::Unallocated(part) => format!(
            "Before the new money the option pool is filled up, so that unallocated options are {} of all shares after \
             the round.",
            figures::rate(part)
        ),
        PoolChange::Total(part) => format!(
            "Before the new money the option pool is filled up, so that granted and unallocated options are {} of all \
             shares after the round.",
            figures::rate(part)
        ),
        PoolChange::UnallocatedAfterMoney(part) => format!(
            "After the new money, and diluting it too, the option pool is filled up, so that unallocated options are {} \
             of all shares.",
            figures::rate(part)
        ),
    })
}

/// The round to come, as the exact tables see it.
#[must_use]
pub fn next_round(round: &NextRound, currency: &str) -> Paragraph {
    let NextRound { name, is_ipo, date, price, investors, pricing, pro_rata, rounding } = round;
    let kind = if *is_ipo { "a flotation" } else { "a priced round" };
    let at = match price {
        RoundPrice::PreMoney(value) => format!("a pre-money value of {}", figures::amount(*value, currency)),
        RoundPrice::PerShare(value) => format!("{} a share", figures::amount(*value, currency)),
    };
    let mut lines = vec![format!("{name} is {kind} on {date}, at {at}.")];
    let bought: Vec<String> = investors
        .iter()
        .map(|investment| format!("{} {}", investment.investor, figures::amount(investment.amount, currency)))
        .collect();
    lines.push(if bought.is_empty() {
        "Nobody pays in new money.".to_owned()
    } else {
        format!("New money: {}.", figures::list(&bought))
    });
    lines.extend(self::pricing(pricing, currency));
    for right in pro_rata {
        let money = if right.on_top { "on top of the new money" } else { "out of the new money" };
        lines.push(format!("{} buys its part of the new shares, {money}.", right.holder));
    }
    lines.extend(rounding.map(|rounding| self::rounding(&rounding)));
    lines.push("It is for the exact tables; a simulation does not look at it.".to_owned());
    Paragraph::new("The next round", lines)
}

fn rounding(rounding: &Rounding) -> String {
    let Rounding { price, conversion_prices, converted_shares, new_shares, pool_shares } = rounding;
    let way = |mode: RoundingMode| match mode {
        RoundingMode::Up => "up",
        RoundingMode::Nearest => "to the nearest",
        RoundingMode::Down => "down",
    };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(price.map(|(decimals, mode)| {
        let which = if *conversion_prices { "all prices" } else { "the round's price" };
        format!("{which} {} to {decimals} decimals", way(mode))
    }));
    for (what, mode) in [("converted", *converted_shares), ("new", *new_shares), ("added pool", *pool_shares)]
    {
        parts.extend(mode.map(|mode| format!("{what} shares {} to whole ones", way(mode))));
    }
    format!("Its documents round {}.", figures::list(&parts))
}

/// What comes off the price of a sale; nothing if nothing does.
pub(super) fn sale_costs(costs: SaleCosts, currency: &str) -> Option<String> {
    let SaleCosts { fees, carve_out: CarveOut { size, after_debt } } = costs;
    let part =
        |part: Decimal, of: &str| (!part.is_zero()).then(|| format!("{} of {of}", figures::rate(part)));
    let management = match (size, after_debt) {
        (CarveOutSize::Part(fraction), false) => part(fraction, "the price"),
        (CarveOutSize::Part(fraction), true) => part(fraction, "what debt leaves"),
        (CarveOutSize::Money(amount), _) if amount.is_zero() => None,
        (CarveOutSize::Money(amount), false) => Some(figures::amount(amount, currency)),
        (CarveOutSize::Money(amount), true) => {
            Some(format!("{} of what debt leaves", figures::amount(amount, currency)))
        }
    };
    let (first, later) = if after_debt { (None, management) } else { (management, None) };
    let fees = part(fees, "the price").map(|fees| format!("{fees} for fees"));
    let off: Vec<String> =
        fees.into_iter().chain(first.map(|first| format!("{first} for the management"))).collect();
    let verb = if off.len() == 1 { "comes" } else { "come" };
    let off = (!off.is_empty())
        .then(|| format!("In a sale {} {verb} off before anyone else is paid.", figures::list(&off)));
    let later = later.map(|later| format!("In a sale the management gets {later}, before all shares."));
    let lines: Vec<String> = off.into_iter().chain(later).collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}
