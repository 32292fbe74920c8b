//! What the investor's first SAFE or preferred shares get if the company is sold today, by its price.
//!
//! By the exact tables of a sale: the structure on the valuation date, every holder deciding for its best.

use super::measure::sorted;
use super::payoff::{PayoffCurve, PayoffEvent, PayoffKink, PayoffPoint, bins};
use super::{CaseStudy, expected};
use crate::capital::{BreakpointRow, Figure, Payouts, SaleTable, sale_table, structure_today};
use crate::model::{Equity, Instrument, Kind, Number, Participation};
use crate::number::{Amount, Decimal, Exact};
use crate::simulate::Kept;

/// Prices at which the payoff is worked out, beside those where it bends.
const POINTS: u32 = 240;
/// Figures of a price between bends.
const PRICE_FIGURES: u32 = 9;
/// How far from a bend its two sides are, as a part of its price (10 to the minus this).
const SIDE: u32 = 9;
/// Rounding of figures that are compared, as a part of them.
const ROUNDING: f64 = 1e-12;

/// The payoff curve of a case in a sale; none without such an instrument of the investor's, or where a sale at some
/// price cannot be divided.
pub(super) fn of(case: &CaseStudy<'_>) -> Option<PayoffCurve> {
    let scenario = case.scenario;
    let (place, instrument) =
        scenario.instruments.iter().enumerate().find(|(_, each)| each.valued && converts(&each.kind))?;
    let figure = |number: Number| match number {
        Number::Known(value) => Some(value),
        Number::Drawn(_) => Exact::from_f64(expected(number, scenario)).value(),
    };
    let structure = structure_today(scenario, place, &figure)?;
    let own = Own::of(instrument);
    let bends = sale_table(&structure, &[], &[]).ok()?.breakpoints;
    let principal: f64 = instrument.tranches.iter().map(|tranche| expected(tranche.amount, scenario)).sum();
    let finals = sorted(case.outcomes, Kept::FinalValue);
    let today = expected(scenario.company.value_today, scenario);
    let last = bends.iter().rfind(|bend| own.is_class(&bend.class)).map_or(0.0, |bend| float(bend.exit));
    let low = (0.5 * principal).min(0.25 * today);
    let high = finals.quantile(0.75).unwrap_or(0.0).max(4.0 * today).max(1.5 * last);
    if !(low > 0.0 && high.is_finite() && low < high) {
        return None;
    }
    let table = sale_table(&structure, &prices(low, high, &bends), &[]).ok()?;
    let claim = own.claim(instrument, table.exits.first()?);
    let stake = scenario.company.value_today.known().map(|today| principal / (today + principal));
    let points: Vec<PayoffPoint> = table
        .exits
        .iter()
        .map(|exit| {
            let payoff = own.payout(exit);
            PayoffPoint {
                company_value: float(exit.exit),
                convertible: payoff,
                // Claims are paid alike whoever converts: that pays only where all of them are covered.
                repaid_only: payoff.min(claim),
                equity_today: stake.map(|stake| stake * float(exit.proceeds)),
            }
        })
        .collect();
    let (value_edges, value_counts) = bins(&finals, low, high);
    Some(PayoffCurve {
        instrument: instrument.name.clone(),
        event: PayoffEvent::Sale,
        principal,
        claim,
        years: 0.0,
        years_from_run: false,
        new_money_fraction: None,
        new_money: None,
        kinks: kinks(&own, &table, &points, principal),
        points,
        value_edges,
        value_counts,
        paths: case.outcomes.tally.paths,
    })
}

fn converts(kind: &Kind) -> bool {
    match kind {
        Kind::Safe(_) => true,
        Kind::Equity(Equity { terms, .. }) => {
            !terms.preference.is_zero() || terms.participation != Participation::None
        }
        Kind::Debt(_) | Kind::Warrant(_) => false,
    }
}

fn float(figure: Figure) -> f64 {
    f64::from_decimal(figure.0)
}

/// Prices of equal ratio, and both sides of every bend.
fn prices(low: f64, high: f64, bends: &[BreakpointRow]) -> Vec<Decimal> {
    let (from, to) = (libm::log(low), libm::log(high));
    let even = (0..=POINTS)
        .filter_map(|step| {
            let price = libm::exp(from + (to - from) * f64::from(step) / f64::from(POINTS));
            Exact::from_f64(price).value()?.round_sf(PRICE_FIGURES)
        })
        .collect::<Vec<_>>();
    let hair = Decimal::new(1, SIDE);
    let mut prices = even.clone();
    for exit in bends.iter().map(|bend| bend.exit.0) {
        let side = hair.checked_mul(exit).unwrap_or_default();
        let sides = [exit.checked_sub(side), Some(exit), exit.checked_add(side)];
        let inside = |price: &Decimal| even.first() <= Some(price) && Some(price) <= even.last();
        prices.extend(sides.into_iter().flatten().filter(inside));
    }
    prices.sort();
    prices.dedup();
    prices
}

/// The classes of an instrument in the table of a sale: one for each tranche of a SAFE.
struct Own {
    names: Vec<String>,
}

impl Own {
    fn of(instrument: &Instrument) -> Self {
        let several = instrument.tranches.len() > 1 && matches!(instrument.kind, Kind::Safe(_));
        let name = |tranche: &crate::model::Tranche| format!("{}, {}", instrument.name, tranche.name);
        let names = if several {
            instrument.tranches.iter().map(name).collect()
        } else {
            vec![instrument.name.clone()]
        };
        Own { names }
    }

    fn is_class(&self, class: &str) -> bool {
        self.names.iter().any(|name| name == class)
    }

    fn payout(&self, exit: &Payouts) -> f64 {
        exit.classes.iter().filter(|class| self.is_class(&class.class)).map(|class| float(class.payout)).sum()
    }

    /// What is paid before common: the cash-out of a SAFE, without what a discount adds; the preference of shares.
    fn claim(&self, instrument: &Instrument, exit: &Payouts) -> f64 {
        let classes = exit.classes.iter().filter(|class| self.is_class(&class.class));
        let all: f64 = classes.map(|class| float(class.claim)).sum();
        match &instrument.kind {
            Kind::Safe(safe) if safe.cap.is_none() => all * (1.0 - f64::from_decimal(safe.discount)),
            _ => all,
        }
    }
}

/// Where the payoff bends by a decision or a limit of its own, and where it reaches what was paid.
fn kinks(own: &Own, table: &SaleTable, points: &[PayoffPoint], principal: f64) -> Vec<PayoffKink> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut kink = |company_value: f64, payoff: f64, text: &str| {
        let shown = first.company_value <= company_value && company_value <= last.company_value;
        let again = found.iter().any(|kink: &PayoffKink| {
            kink.text == text && (kink.company_value - company_value).abs() <= ROUNDING * company_value
        });
        if shown && !again {
            found.push(PayoffKink { company_value, payoff, text: text.to_owned() });
        }
    };
    let back = points.windows(2).find_map(|pair| {
        let enough = principal * (1.0 - ROUNDING);
        let (a, b) = (&pair[0], &pair[1]);
        (a.convertible < enough && b.convertible >= enough).then(|| {
            let part = ((principal - a.convertible) / (b.convertible - a.convertible)).clamp(0.0, 1.0);
            a.company_value + part * (b.company_value - a.company_value)
        })
    });
    if let Some(back) = back {
        kink(back, principal, "1x: money back");
    }
    for bend in table.breakpoints.iter().filter(|bend| own.is_class(&bend.class)) {
        let exit = float(bend.exit);
        let near = |point: &&PayoffPoint| (point.company_value - exit).abs() <= ROUNDING * exit;
        let Some(point) = points.iter().find(near) else { continue };
        let text = match bend.turn {
            "claim_paid" if back.is_none_or(|back| (back - exit).abs() > ROUNDING * exit) => {
                "claim paid in full"
            }
            "capped" => "participation cap reached",
            "converts" => "conversion pays more",
            "reverts" => "conversion pays less",
            "cap_ends" => "the cap ends",
            _ => continue,
        };
        kink(exit, point.convertible, text);
    }
    found
}
