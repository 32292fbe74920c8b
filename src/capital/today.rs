//! The capital structure of a scenario on its valuation date.

use crate::model::{
    CapAmount, CapitalStructure, Capitalization, Decision, Equity, EquityPrice, Holding, Instrument, Kind,
    MostFavoured, Number, Participation, Scenario, Series, Tranche, ValuationCap,
};
use crate::number::Decimal;
use crate::quantity::Day;

/// Holder of shares that a file only counts.
pub const ALL_HOLDERS: &str = "All shareholders";

/// The structure of a scenario on its valuation date, without its future: what is outstanding then, and all tranches of
/// the instrument at `whole`. Uncertain figures have the values that `figure` gives them; prices and caps that depend on
/// the company's value take today's. `None` where a figure has no exact value.
#[must_use]
pub fn structure_today(
    scenario: &Scenario,
    whole: usize,
    figure: &dyn Fn(Number) -> Option<Decimal>,
) -> Option<CapitalStructure> {
    let total = scenario.company.fully_diluted_shares;
    let everyone = || Capitalization {
        common: vec![Holding { holder: ALL_HOLDERS.to_owned(), shares: total }],
        ..Capitalization::default()
    };
    let mut capitalization = scenario.company.capitalization.clone().unwrap_or_else(everyone);
    let value = figure(scenario.company.value_today)?;
    let date = scenario.deal.valuation_date;
    let mut kept: Vec<(usize, Instrument)> = Vec::new();
    for (place, instrument) in scenario.instruments.iter().enumerate() {
        let mut instrument = instrument.clone();
        instrument.tranches.retain(|tranche| place == whole || is_outstanding(tranche));
        if instrument.tranches.is_empty() {
            continue;
        }
        settle_figures(&mut instrument, value, figure)?;
        match &instrument.kind {
            Kind::Equity(Equity { terms: _, price }) => {
                let pre_money = match price {
                    EquityPrice::PreMoney(amount) => figure(*amount)?,
                    EquityPrice::Today | EquityPrice::AtFunding => value,
                };
                buy(&mut capitalization, &instrument, pre_money.checked_div(total)?, date)?;
            }
            _ => kept.push((place, instrument)),
        }
    }
    Some(CapitalStructure {
        title: scenario.deal.title.clone(),
        company: scenario.deal.company.clone(),
        currency: scenario.deal.currency.clone(),
        date,
        capitalization,
        instruments: renumbered(kept),
        round: None,
        sale_costs: scenario.sale_costs,
    })
}

/// Whether a tranche is funded by the valuation date for certain.
#[must_use]
pub fn is_outstanding(tranche: &Tranche) -> bool {
    let at_closing = tranche.gates.is_empty() && tranche.decision == Decision::Automatic;
    tranche.outstanding_since.is_some() || at_closing
}

/// Adds the shares that an instrument buys outright at a price per share; common ones to the common shares. `None` where
/// their number has no exact value, or the instrument buys none.
#[must_use]
pub fn buy(table: &mut Capitalization, instrument: &Instrument, price: Decimal, date: Day) -> Option<()> {
    let Kind::Equity(Equity { terms, .. }) = &instrument.kind else { return None };
    let mut amount = Decimal::ZERO;
    for tranche in &instrument.tranches {
        let Number::Known(each) = tranche.amount else { return None };
        amount = amount.checked_add(each)?;
    }
    let shares = amount.checked_div(price)?;
    let holding = Holding { holder: instrument.holder.clone(), shares };
    if terms.preference.is_zero() && terms.participation == Participation::None {
        table.common.push(holding);
    } else {
        table.preferred.push(Series {
            name: instrument.name.clone(),
            holders: vec![holding],
            issue_price: price,
            conversion_price: price,
            terms: *terms,
            dividends_since: date,
            dividends_owed: Decimal::ZERO,
            pay_to_play: None,
        });
    }
    Some(())
}

/// Gives every uncertain figure of an instrument its value.
fn settle_figures(
    instrument: &mut Instrument,
    value: Decimal,
    figure: &dyn Fn(Number) -> Option<Decimal>,
) -> Option<()> {
    let cap = |cap: &mut ValuationCap| -> Option<()> {
        let amount = match cap.amount {
            CapAmount::Stated(amount) => figure(amount)?,
            CapAmount::OfValueAtFunding(multiple) => figure(multiple)?.checked_mul(value)?,
        };
        cap.amount = CapAmount::Stated(Number::Known(amount));
        Some(())
    };
    for tranche in &mut instrument.tranches {
        tranche.amount = Number::Known(figure(tranche.amount)?);
        if let Some(rate) = &mut tranche.own.interest_rate {
            *rate = Number::Known(figure(*rate)?);
        }
        if let crate::model::OwnCap::Own(own) = &mut tranche.own.cap {
            cap(own)?;
        }
    }
    match &mut instrument.kind {
        Kind::Safe(safe) => safe.cap.as_mut().map_or(Some(()), cap)?,
        Kind::Debt(debt) => {
            debt.interest.rate = Number::Known(figure(debt.interest.rate)?);
            if let Some(conversion) = &mut debt.conversion {
                conversion.cap.as_mut().map_or(Some(()), cap)?;
            }
        }
        Kind::Warrant(warrant) => warrant.strike = Number::Known(figure(warrant.strike)?),
        Kind::Equity(_) => {}
    }
    Some(())
}

/// The instruments kept of a scenario, with their places there: a SAFE named by a most-favoured clause may be left out.
#[must_use]
pub fn renumbered(kept: Vec<(usize, Instrument)>) -> Vec<Instrument> {
    let places: Vec<usize> = kept.iter().map(|(place, _)| *place).collect();
    let moved = |(_, mut instrument): (usize, Instrument)| {
        if let Kind::Safe(safe) = &mut instrument.kind
            && let Some(MostFavoured::Instrument(named)) = safe.most_favoured
        {
            let place = places.iter().position(|place| *place == named);
            safe.most_favoured = place.map(MostFavoured::Instrument);
        }
        instrument
    };
    kept.into_iter().map(moved).collect()
}
