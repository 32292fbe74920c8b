//! The classes as claims on the value at exit.

use super::table::{BreakpointValue, ClassTurn, FlotationChance, Jump, TrancheShare};
use super::{AllocationError, Exit, Request};
use crate::capital::{ClassPayoff, Figure, SalePayoffs, at_flotation, on_day, sale_payoffs};
use crate::model::CapitalStructure;
use crate::number::Amount;
use crate::pricing::black_scholes::{Lognormal, Market};
use crate::pricing::option_pricing_method::price;
use crate::pricing::payoff::PiecewiseLinear;
use crate::pricing::random_exit::{ListingProbability, RandomExit};
use crate::quantity::{Day, YEAR_DAYS};

/// The classes as claims on the value at exit.
pub(super) struct Claims<'r> {
    request: &'r Request,
    /// The day of an exit at a date; else that of the value.
    pub(super) exit_day: Day,
    /// What the classes get in a sale.
    pub(super) sale: SalePayoffs,
    /// The same in floating point.
    at_sale: Vec<PiecewiseLinear>,
    /// The chance of a flotation, and what they get there.
    listing: Option<(ListingProbability, Vec<PiecewiseLinear>)>,
}

/// After so many days claims that grow with time have grown.
const LATER: i32 = 3_653;

impl<'r> Claims<'r> {
    pub(super) fn new(structure: &CapitalStructure, request: &'r Request) -> Result<Self, AllocationError> {
        let mut listing = None;
        let mut exit_day = structure.date;
        let sale = match &request.exit {
            Exit::After(years) => {
                exit_day = days_after(structure.date, *years)?;
                sale_payoffs(&on_day(structure, exit_day))?
            }
            Exit::AtRate { flotation, .. } => {
                let sale = sale_payoffs(structure)?;
                let later = sale_payoffs(&on_day(structure, Day(structure.date.0.saturating_add(LATER))))?;
                if let Some(class) = growing(&sale, &later) {
                    return Err(AllocationError::Growing(class.class.clone()));
                }
                if !flotation.is_empty() {
                    let listed = sale_payoffs(&at_flotation(structure)?)?;
                    listing = Some((ListingProbability::through(flotation)?, in_order(&sale, &listed)?));
                }
                sale
            }
        };
        let at_sale = sale.classes.iter().map(claim).collect::<Result<_, _>>()?;
        Ok(Self { request, exit_day, sale, at_sale, listing })
    }

    /// What a class is worth if the company is worth `value`.
    pub(super) fn worth(&self, value: f64, class: usize) -> Result<f64, AllocationError> {
        match self.law(value)? {
            Law::AtDate(law) => Ok(price(&law, value, &self.at_sale[class]).value),
            Law::Random(company) => Ok(match &self.listing {
                Some((chance, listed)) => {
                    company.price_by_kind(chance, &listed[class], &self.at_sale[class])?
                }
                None => company.price(&self.at_sale[class])?,
            }),
        }
    }

    fn law(&self, value: f64) -> Result<Law, AllocationError> {
        let Request { rate, volatility, .. } = *self.request;
        Ok(match self.request.exit {
            Exit::After(years) => {
                Law::AtDate(Market { spot: value, rate, dividend_yield: 0.0, volatility, years }.at_date()?)
            }
            Exit::AtRate { rate: exit_rate, .. } => {
                Law::Random(RandomExit { value, rate, drift: rate, volatility, exit_rate })
            }
        })
    }

    /// The points of the chance of a flotation.
    pub(super) fn flotation(&self) -> Vec<FlotationChance> {
        match &self.request.exit {
            Exit::After(_) => Vec::new(),
            Exit::AtRate { flotation, .. } => {
                flotation.iter().map(|&(value, probability)| FlotationChance { value, probability }).collect()
            }
        }
    }

    pub(super) fn tail_index(&self, value: f64) -> Result<Option<f64>, AllocationError> {
        match self.law(value)? {
            Law::AtDate(_) => Ok(None),
            Law::Random(company) => Ok(Some(company.tail_index()?)),
        }
    }

    /// Where the payoffs of a sale bend, with prices.
    pub(super) fn breakpoints(&self, value: f64) -> Result<Vec<BreakpointValue>, AllocationError> {
        let law = self.law(value)?;
        let starts: Vec<Figure> = self
            .sale
            .classes
            .first()
            .map_or_else(Vec::new, |class| class.pieces.iter().map(|piece| piece.from).collect());
        let mut rows = Vec::with_capacity(starts.len());
        for (place, exit) in starts.iter().enumerate() {
            let next = starts.get(place + 1);
            let turns = self.sale.breakpoints.iter().filter(|bend| {
                // Bends within rounding belong to one piece.
                bend.exit >= *exit && next.is_none_or(|next| bend.exit < *next)
            });
            let shares = self.sale.classes.iter().filter_map(|class| {
                let share = class.pieces.get(place)?.slope;
                (share != Figure::default()).then(|| TrancheShare { class: class.class.clone(), share })
            });
            let at = f64::from_decimal(exit.0);
            let call = law.call(at)?;
            let above = match next {
                Some(next) => law.call(f64::from_decimal(next.0))?,
                None => 0.0,
            };
            rows.push(BreakpointValue {
                exit: *exit,
                turns: turns.map(|bend| ClassTurn { class: bend.class.clone(), turn: bend.turn }).collect(),
                call,
                tranche: call - above,
                probability_above: law.probability_above(at)?,
                shares: shares.collect(),
            });
        }
        Ok(rows)
    }

    /// Where the payoffs of a sale jump.
    pub(super) fn jumps(&self) -> Vec<Jump> {
        let mut jumps = Vec::new();
        for (class, claim) in self.sale.classes.iter().zip(&self.at_sale) {
            for (piece, exact) in claim.pieces().zip(&class.pieces).filter(|(piece, _)| piece.jump != 0.0) {
                jumps.push(Jump { exit: exact.from, class: class.class.clone(), by: piece.jump });
            }
        }
        jumps.sort_by_key(|jump| jump.exit);
        jumps
    }
}

/// The law of the value at exit.
enum Law {
    AtDate(Lognormal),
    Random(RandomExit),
}

impl Law {
    fn call(&self, strike: f64) -> Result<f64, AllocationError> {
        Ok(match self {
            Law::AtDate(law) => law.call(strike),
            Law::Random(company) if strike > 0.0 => company.call(strike)?,
            Law::Random(company) => company.value,
        })
    }

    fn probability_above(&self, strike: f64) -> Result<f64, AllocationError> {
        Ok(match self {
            Law::AtDate(law) => law.probability_above(strike),
            Law::Random(company) if strike > 0.0 => company.probability_above(strike)?,
            Law::Random(_) => 1.0,
        })
    }
}

/// The day so many years of 365.25 days later.
#[expect(clippy::cast_possible_truncation, reason = "checked to fit")]
fn days_after(day: Day, years: f64) -> Result<Day, AllocationError> {
    /// More is beyond any deal, and the calendar.
    const MOST_YEARS: f64 = 1_000.0;
    if !(years > 0.0 && years <= MOST_YEARS) {
        return Err(AllocationError::TooLate(years));
    }
    Ok(Day(day.0.saturating_add((years * YEAR_DAYS).round() as i32)))
}

/// The class whose claim makes a later sale another one, if any does.
fn growing<'p>(now: &'p SalePayoffs, later: &SalePayoffs) -> Option<&'p ClassPayoff> {
    let pairs = || now.classes.iter().zip(&later.classes);
    let claim = |class: &ClassPayoff| (class.claim, class.as_converted);
    let own = pairs().find(|(now, later)| claim(now) != claim(later));
    own.or_else(|| pairs().find(|(now, later)| now.pieces != later.pieces)).map(|(now, _)| now)
}

/// A payoff in floating point.
fn claim(class: &ClassPayoff) -> Result<PiecewiseLinear, AllocationError> {
    let float = |figure: Figure| f64::from_decimal(figure.0);
    let pieces: Vec<(f64, f64, f64)> = class
        .pieces
        .iter()
        .map(|piece| (float(piece.from), float(piece.start), float(piece.slope)))
        .collect();
    Ok(PiecewiseLinear::from_pieces(&pieces)?)
}

/// Payoffs at a flotation in the order of those in a sale; costs of a sale are none there.
fn in_order(sale: &SalePayoffs, listed: &SalePayoffs) -> Result<Vec<PiecewiseLinear>, AllocationError> {
    let at_flotation = |class: &ClassPayoff| {
        let own = |other: &&ClassPayoff| other.kind == class.kind && other.class == class.class;
        match listed.classes.iter().find(own) {
            Some(own) => claim(own),
            None => Ok(PiecewiseLinear::from_pieces(&[(0.0, 0.0, 0.0)])?),
        }
    };
    sale.classes.iter().map(at_flotation).collect()
}
