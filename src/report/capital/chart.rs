//! Payoffs by class against the price of the company.

use super::waterfall::{turn, when};
use crate::capital::{CapitalError, Figure, SaleTable, sale_table};
use crate::model::CapitalStructure;
use crate::number::{Amount, Decimal};
use crate::quantity::Currency;
use crate::report::chart::{Chart, ChartError, Frame, Kink, SaleLine, SalePayoffs, Size};

/// Prices up to this many times the lowest, or more, ask for logarithmic axes.
const WIDE: Decimal = Decimal::from_parts(20, 0, 0, false, 0);
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

/// Draws the payoffs of all classes from nothing up to the highest price of the table.
///
/// # Errors
///
/// [`SaleChartError`].
pub fn sale_chart(structure: &CapitalStructure, table: &SaleTable) -> Result<Chart, SaleChartError> {
    let top = table.exits.iter().map(|exit| exit.exit.0).max().unwrap_or(Decimal::ZERO);
    let lowest = table.exits.iter().map(|exit| exit.exit.0).min().unwrap_or(Decimal::ZERO);
    let log = lowest > Decimal::ZERO && WIDE.checked_mul(lowest).is_some_and(|wide| top >= wide);
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
    // Where claims are paid and where common starts to share is plain from the lines.
    let kinks = table
        .breakpoints
        .iter()
        .filter(|bend| !matches!(bend.turn, "claim_begins" | "claim_paid" | "shares"));
    let kinks = kinks.filter_map(|bend| {
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
    };
    let chart =
        SalePayoffs { log, lines: names.into_iter().enumerate().map(line).collect(), kinks: kinks.collect() };
    Ok(chart.draw(&frame)?)
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
