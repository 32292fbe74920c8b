//! What every class gets in a sale, as a function of the price.

use super::sale::sale_table;
use super::sale_classes::Classes;
use super::sale_table::{BreakpointRow, Payouts};
use super::{CapitalError, Figure};
use crate::model::CapitalStructure;
use crate::number::{Amount, Decimal, Exact};

/// The payoffs of a sale: straight between its bends, and jumping only at them.
#[derive(Clone, Debug)]
pub struct SalePayoffs {
    /// By class in the order of the file, with what goes to nobody else: costs, and what nobody may claim.
    pub classes: Vec<ClassPayoff>,
    /// Where the payoff of some class bends, and what it does there; ascending.
    pub breakpoints: Vec<BreakpointRow>,
}

/// The payoff of one class.
#[derive(Clone, Debug)]
pub struct ClassPayoff {
    /// As in the table of a sale.
    pub class: String,
    /// As there, or `cost`.
    pub kind: &'static str,
    /// Shares of the class; absent where it has none.
    pub shares: Option<Figure>,
    /// Money it may claim before common in a sale for nothing.
    pub claim: Figure,
    /// Shares of common that it is or would be.
    pub as_converted: Figure,
    /// From a price of nought up, without gaps.
    pub pieces: Vec<PayoffPiece>,
}

/// One straight piece of a payoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoffPiece {
    /// Price at which it begins.
    pub from: Figure,
    /// Payoff there, from above.
    pub start: Figure,
    /// Payoff for each further unit of the price.
    pub slope: Figure,
}

/// Prices closer than this, relative to their size, are one: the last digits of a quotient carry rounding. What a
/// payoff is off a straight line by less is rounding too.
const ROUNDING: Decimal = Decimal::from_parts(1, 0, 0, false, 12);
/// The payoffs of a piece are worked out near its ends and halfway: two give the line, the third proves it.
const NEAR: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// The payoffs of all classes of a structure in a sale on its day.
///
/// # Errors
///
/// [`CapitalError`] if the sale cannot be divided at some price, or a payoff is not straight between its bends.
pub fn sale_payoffs(structure: &CapitalStructure) -> Result<SalePayoffs, CapitalError> {
    let table = sale_table(structure, &[], &[])?;
    if let Some(note) = table.notes.into_iter().next() {
        return Err(CapitalError::NoPayoffs(note));
    }
    let starts = starts(&table.breakpoints);
    let mut samples = Vec::with_capacity(3 * starts.len());
    for (place, from) in starts.iter().enumerate() {
        samples.extend(inside(*from, starts.get(place + 1).copied()).ok_or(CapitalError::TooLarge)?);
    }
    let sold = sale_table(structure, &samples, &[])?.exits;
    let mut classes = heads(structure, sold.first())?;
    for (from, three) in starts.iter().zip(sold.chunks_exact(3)) {
        for (place, class) in classes.iter_mut().enumerate() {
            let points = three.iter().map(|exit| Some((exit.exit.0, paid(exit, place)?)));
            let points: Vec<(Decimal, Decimal)> =
                points.collect::<Option<_>>().ok_or(CapitalError::TooLarge)?;
            let piece = straight(*from, &points).ok_or_else(|| CapitalError::NotStraight {
                class: class.class.clone(),
                price: super::pricing::in_currency(Exact::from(points[1].0), &structure.currency),
            })?;
            class.pieces.push(piece);
        }
    }
    classes
        .retain(|class| class.kind != COST || class.pieces.iter().any(|piece| *piece != nothing(piece.from)));
    Ok(SalePayoffs { classes, breakpoints: table.breakpoints })
}

/// The kind of what no class gets.
const COST: &str = "cost";
const COSTS: [&str; 3] = ["Fees", "Carve-out", "Left for nobody"];

fn nothing(from: Figure) -> PayoffPiece {
    PayoffPiece { from, start: Figure::default(), slope: Figure::default() }
}

/// Where pieces begin.
fn starts(bends: &[BreakpointRow]) -> Vec<Decimal> {
    let mut starts = vec![Decimal::ZERO];
    for exit in bends.iter().map(|bend| bend.exit.0) {
        let last = starts.last().copied().unwrap_or_default();
        if exit > Decimal::ZERO && exit.checked_mul(ROUNDING).is_some_and(|least| exit - last > least) {
            starts.push(exit);
        }
    }
    starts
}

/// Three prices of a piece: near its ends, and one between.
fn inside(from: Decimal, to: Option<Decimal>) -> Option<[Decimal; 3]> {
    if let Some(to) = to {
        let width = to.checked_sub(from)?;
        let near = width.checked_mul(NEAR)?;
        let middle = from.checked_add(width.checked_div(Decimal::TWO)?)?;
        return Some([from.checked_add(near)?, middle, to.checked_sub(near)?]);
    }
    let width = from.max(Decimal::ONE_THOUSAND);
    let far = width.checked_mul(Decimal::ONE_THOUSAND)?;
    let near = width.checked_mul(NEAR)?;
    Some([from.checked_add(near)?, from.checked_add(width)?, from.checked_add(far)?])
}

/// The line through the outer points, if the one between lies on it.
fn straight(from: Decimal, points: &[(Decimal, Decimal)]) -> Option<PayoffPiece> {
    let [first, middle, last] = points else { return None };
    let slope = last.1.checked_sub(first.1)?.checked_div(last.0.checked_sub(first.0)?)?;
    let at = |price: Decimal| first.1.checked_add(slope.checked_mul(price.checked_sub(first.0)?)?);
    let off = at(middle.0)?.checked_sub(middle.1)?.abs();
    (off <= middle.0.checked_mul(ROUNDING)?).then_some(())?;
    let figure = |value: Decimal| Figure::of(Exact::from(value)).ok();
    Some(PayoffPiece { from: figure(from)?, start: figure(at(from)?)?, slope: figure(slope)? })
}

/// What the class or cost of this place gets.
fn paid(exit: &Payouts, place: usize) -> Option<Decimal> {
    let costs = [exit.fees, exit.carve_out, exit.undistributed];
    let class = exit.classes.get(place).map(|class| class.payout);
    class.or_else(|| costs.get(place.checked_sub(exit.classes.len())?).copied()).map(|figure| figure.0)
}

/// Classes and costs without their pieces.
fn heads(structure: &CapitalStructure, sold: Option<&Payouts>) -> Result<Vec<ClassPayoff>, CapitalError> {
    let mut lines = Classes::of(structure, Exact::ZERO).named;
    lines.sort_by_key(|class| class.line);
    lines.dedup_by_key(|class| class.line);
    let rows = sold.map(|exit| exit.classes.as_slice()).unwrap_or_default();
    let mut heads = Vec::with_capacity(rows.len() + COSTS.len());
    for (row, line) in rows.iter().zip(&lines) {
        heads.push(ClassPayoff {
            class: row.class.clone(),
            kind: row.kind,
            shares: line.shares.map(Figure::of).transpose()?,
            claim: row.claim,
            as_converted: row.as_converted,
            pieces: Vec::new(),
        });
    }
    heads.extend(COSTS.map(|name| ClassPayoff {
        class: name.to_owned(),
        kind: COST,
        shares: None,
        claim: Figure::default(),
        as_converted: Figure::default(),
        pieces: Vec::new(),
    }));
    Ok(heads)
}
