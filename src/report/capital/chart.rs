//! Payoffs by class against the price of the company.

use super::waterfall::{turn, when};
use crate::capital::{BreakpointRow, CapitalError, Figure, Payouts, SaleTable, sale_table};
use crate::model::CapitalStructure;
use crate::number::{Amount, Decimal};
use crate::quantity::Currency;
use crate::report::chart::{Chart, ChartError, Frame, Kink, Recolouring, SaleLine, SalePayoffs, Size};

/// Prices up to this many times the lowest, or more, ask for logarithmic axes.
const WIDE: Decimal = Decimal::from_parts(20, 0, 0, false, 0);
/// So do bends worth naming this many times below the highest price, or below the largest payout.
const CROWDED: Decimal = Decimal::from_parts(10, 0, 0, false, 0);
/// Prices between nought and the highest at which the lines are worked out, beside those where they bend.
const POINTS: i64 = 160;

/// Why a chart could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum SaleChartError {
    /// The payouts at some price cannot be worked out.
    #[error(transparent)]
    Capital(#[from] CapitalError),
    /// The drawing failed.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// Draws the payoffs of all classes up to the highest price of the table: from nothing, or on logarithmic axes where
/// the prices are far apart or bends would be crowded near nothing.
///
/// # Errors
///
/// [`SaleChartError`].
pub fn sale_chart(structure: &CapitalStructure, table: &SaleTable) -> Result<Chart, SaleChartError> {
    let top = table.exits.iter().map(|exit| exit.exit.0).max().unwrap_or(Decimal::ZERO);
    let start = start_of_logarithms(structure, table, top)?;
    let lowest = start.unwrap_or_default();
    let log = start.is_some();
    let mut prices = if log { by_decades(lowest, top) } else { evenly(top) };
    let bends = table.breakpoints.iter().flat_map(|bend| both_sides(bend.exit.0));
    prices.extend(bends.filter(|exit| *exit <= top && (!log || *exit >= lowest)));
    prices.sort();
    prices.dedup();
    let drawn = sale_table(structure, &prices, &[])?;
    let float = |figure: Figure| f64::from_decimal(figure.0);
    let classes = drawn.exits.first().map(|exit| exit.classes.as_slice()).unwrap_or_default();
    let line = |(index, name): (usize, String)| SaleLine {
        name,
        points: drawn
            .exits
            .iter()
            .filter_map(|exit| Some((float(exit.exit), float(exit.classes.get(index)?.payout))))
            .collect(),
    };
    let names: Vec<String> = classes.iter().map(|class| class.class.clone()).collect();
    let payout = |exit: Figure, class: &str| {
        let at = drawn.exits.iter().find(|row| row.exit == exit)?;
        at.classes.iter().find(|row| row.class == class).map(|row| row.payout)
    };
    let kinks = named(table).filter_map(|bend| {
        let y = payout(bend.exit, &bend.class)?;
        let text = format!("{}: {}", bend.class, turn(bend));
        Some(Kink { x: float(bend.exit), y: float(y), text })
    });
    let symbol = table.currency.parse::<Currency>().ok().and_then(|currency| currency.symbol());
    let frame = Frame {
        title: format!("Sale of {}: who gets what", table.company),
        subtitle: "Payout by class against the price of the company".to_owned(),
        source: format!("{} · sold {}", table.title, when(table)),
        currency: symbol.unwrap_or(&table.currency).to_owned(),
        size: Size::PAGE,
        recolouring: Recolouring::default(),
    };
    let chart =
        SalePayoffs { log, lines: names.into_iter().enumerate().map(line).collect(), kinks: kinks.collect() };
    Ok(chart.draw(&frame)?)
}

/// The bends worth naming: where claims are paid and where common starts to share is plain from the lines.
fn named(table: &SaleTable) -> impl Iterator<Item = &BreakpointRow> {
    table.breakpoints.iter().filter(|bend| !matches!(bend.turn, "claim_begins" | "claim_paid" | "shares"))
}

/// The lowest price on logarithmic axes; nothing where linear ones are better.
fn start_of_logarithms(
    structure: &CapitalStructure,
    table: &SaleTable,
    top: Decimal,
) -> Result<Option<Decimal>, CapitalError> {
    let above =
        |low: Decimal, times: Decimal, high: Decimal| times.checked_mul(low).is_some_and(|wide| high >= wide);
    let lowest = table.exits.iter().map(|exit| exit.exit.0).min().unwrap_or(Decimal::ZERO);
    if lowest > Decimal::ZERO && above(lowest, WIDE, top) {
        return Ok(Some(lowest));
    }
    let bends: Vec<&BreakpointRow> =
        named(table).filter(|bend| bend.exit.0 > Decimal::ZERO && bend.exit.0 <= top).collect();
    let exits: Vec<Decimal> = bends.iter().map(|bend| bend.exit.0).chain([top]).collect();
    let paid = sale_table(structure, &exits, &[])?.exits;
    let most = |exit: &Payouts| exit.classes.iter().map(|class| class.payout.0).max();
    let largest = paid.last().and_then(most).unwrap_or(Decimal::ZERO);
    let crowded = bends.iter().zip(&paid).any(|(bend, paid)| {
        let own = paid.classes.iter().find(|class| class.class == bend.class).map(|class| class.payout.0);
        let small = own.is_some_and(|own| own > Decimal::ZERO && above(own, CROWDED, largest));
        small || above(bend.exit.0, CROWDED, top)
    });
    let first = table.breakpoints.iter().map(|bend| bend.exit.0).find(|exit| *exit > Decimal::ZERO);
    let half = |exit: Decimal| exit.checked_div(Decimal::TWO).filter(|half| *half < top);
    Ok(first.filter(|_| crowded).and_then(half))
}

/// A price, and prices so close to it on either side that a jump there is drawn upright.
fn both_sides(price: Decimal) -> [Decimal; 3] {
    let hair = Decimal::from_parts(1, 0, 0, false, 9).checked_mul(price).unwrap_or_default();
    let side = |price: Option<Decimal>| price.unwrap_or_default();
    [side(price.checked_sub(hair)), price, side(price.checked_add(hair))]
}

/// Prices from nought to the highest.
fn evenly(top: Decimal) -> Vec<Decimal> {
    (0..=POINTS)
        .filter_map(|step| top.checked_mul(Decimal::from(step))?.checked_div(Decimal::from(POINTS)))
        .collect()
}

/// Prices from the lowest to the highest, as many in each decade.
fn by_decades(lowest: Decimal, top: Decimal) -> Vec<Decimal> {
    let mut prices = vec![lowest, top];
    let mut decade = Some(lowest).filter(|lowest| *lowest > Decimal::ZERO);
    while let Some(from) = decade.filter(|from| *from < top) {
        let tenths = (11..=100).filter_map(|tenths| from.checked_mul(Decimal::new(tenths, 1)));
        prices.extend(tenths.filter(|price| *price < top));
        decade = from.checked_mul(Decimal::TEN);
    }
    prices
}
