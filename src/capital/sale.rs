//! The table of a sale.

use super::bends::{Bend, Move, bends};
use super::pricing::in_currency;
use super::sale_classes::{Class, Classes, SHARES};
use super::sale_table::{BreakpointRow, ClassPayout, HolderPayout, Payouts, SaleTable, ThresholdRow};
use super::{CapitalError, Figure, round};
use crate::contract::{
    CarveOut, CompanySale, DividedSale, ExitClass, Turn, WaterfallOutcome, WaterfallScratch, divide_sale,
};
use crate::model::{CapitalStructure, SaleCosts};
use crate::number::{Amount, Decimal, Exact};

/// Who gets what if the company is sold on the valuation date, at each of these prices; all bends of the payoffs and
/// all thresholds of conversion. `notes` says what of the file the structure leaves out.
///
/// Fees come off first, then the carve-out, unless it comes after debt; then debt by rank, then shares. SAFEs rank with
/// preferred shares, and what the discount of one without a cap adds comes after all preferences.
///
/// # Errors
///
/// [`CapitalError`] if at one of these prices the SAFEs leave nobody else anything, or their decisions do not settle.
pub fn sale_table(
    structure: &CapitalStructure,
    exits: &[Decimal],
    notes: &[String],
) -> Result<SaleTable, CapitalError> {
    let payouts = |exit: &Decimal| {
        let classes = Classes::of(structure, Exact::from(*exit));
        Sale { classes: &classes, costs: structure.sale_costs }.payouts(Exact::from(*exit)).map_err(|error| {
            let CapitalError::Sale(cause) = error else { return error };
            CapitalError::SaleAt { price: in_currency(Exact::from(*exit), &structure.currency), cause }
        })
    };
    let exits = exits.iter().map(payouts).collect::<Result<_, _>>()?;
    let bends = bends(structure);
    let row = |bend: &Bend| {
        Ok(BreakpointRow {
            exit: Figure::of(bend.exit)?,
            per_common_share: Figure::of(bend.per_share)?,
            class: bend.class.clone(),
            turn: bend.turn.word(),
        })
    };
    Ok(SaleTable {
        schema_version: round::SCHEMA_VERSION,
        title: structure.title.clone(),
        company: structure.company.clone(),
        currency: structure.currency.clone(),
        date: structure.date.to_string(),
        after_round: None,
        notes: notes.iter().cloned().chain(bends.notes).collect(),
        exits,
        breakpoints: bends.rows.iter().map(row).collect::<Result<_, CapitalError>>()?,
        conversion_thresholds: thresholds(structure, &bends.rows)?,
    })
}

/// The price above which each class that may convert does so.
fn thresholds(structure: &CapitalStructure, bends: &[Bend]) -> Result<Vec<ThresholdRow>, CapitalError> {
    // At a price of nought all caps are in force.
    let mut classes = Classes::of(structure, Exact::ZERO).named;
    classes.retain(|class| class.may_convert);
    classes.sort_by_key(|class| class.line);
    let row = |class: Class| {
        let joins = |bend: &&Bend| {
            let turns = [Move::Turn(Turn::Converts), Move::Turn(Turn::Exercises)];
            bend.line == class.line && turns.contains(&bend.turn)
        };
        let exit = bends.iter().find(joins).map(|bend| Figure::of(bend.exit)).transpose()?;
        Ok(ThresholdRow { class: class.name, exit })
    };
    classes.into_iter().map(row).collect()
}

/// A sale of these classes.
struct Sale<'c> {
    classes: &'c Classes,
    costs: SaleCosts,
}

/// A sale divided.
struct Divided {
    outcome: WaterfallOutcome<Exact>,
    classes: Vec<ExitClass<Exact>>,
    payouts: Vec<Exact>,
}

impl Sale<'_> {
    fn payouts(&self, exit: Exact) -> Result<Payouts, CapitalError> {
        let mut classes = self.classes.exit.clone();
        let mut payouts = vec![Exact::ZERO; classes.len()];
        let sale = CompanySale {
            price: exit,
            fees: Exact::from(self.costs.fees),
            carve_out: CarveOut::of(self.costs.carve_out),
            share_rank: SHARES,
            capitalization: self.classes.capitalization,
        };
        let mut safes = self.classes.safes.clone();
        let mut scratch = WaterfallScratch::new(classes.len());
        let DividedSale { fees, carve_out, proceeds, outcome } =
            divide_sale(&sale, &mut safes, &mut classes, &mut scratch, &mut payouts)?;
        let divided = Divided { outcome, classes, payouts };
        Ok(Payouts {
            exit: Figure::of(exit)?,
            fees: Figure::of(fees)?,
            carve_out: Figure::of(carve_out)?,
            proceeds: Figure::of(proceeds)?,
            per_common_share: Figure::of(divided.outcome.per_share)?,
            undistributed: Figure::of(divided.outcome.undistributed)?,
            classes: self.class_rows(&divided)?,
            holders: self.holder_rows(&divided)?,
        })
    }

    /// One row a line of the file; parts of one class are added up.
    fn class_rows(&self, divided: &Divided) -> Result<Vec<ClassPayout>, CapitalError> {
        let paid = divided.payouts.iter().fold(Exact::ZERO, |sum, payout| sum + *payout);
        let named = &self.classes.named;
        let mut order: Vec<usize> = (0..named.len()).collect();
        order.sort_by_key(|place| named[*place].line);
        let mut rows: Vec<(usize, ClassPayout, Exact, Exact)> = Vec::new();
        for place in order {
            let (class, exit, payout) = (&named[place], &divided.classes[place], divided.payouts[place]);
            if let Some((line, _, sum, claims)) = rows.last_mut()
                && *line == class.line
            {
                *sum += payout;
                *claims += exit.claim;
                continue;
            }
            let row = ClassPayout {
                class: class.name.clone(),
                kind: class.kind,
                claim: Figure::default(),
                as_converted: Figure::of(exit.shares)?,
                payout: Figure::default(),
                share: Figure::default(),
                per_share: class.shares.map(Figure::of).transpose()?,
                converted: class.may_convert.then(|| exit.converts_at(divided.outcome.per_share)),
            };
            rows.push((class.line, row, payout, exit.claim));
        }
        let finish = |(_, row, payout, claim): (usize, ClassPayout, Exact, Exact)| {
            let shares = row.per_share.map(|shares| Exact::from(shares.0));
            let per_share =
                shares.map(|shares| Figure::of(payout.div_or(shares, Exact::ZERO))).transpose()?;
            Ok(ClassPayout {
                claim: Figure::of(claim)?,
                payout: Figure::of(payout)?,
                share: Figure::of(payout.div_or(paid, Exact::ZERO))?,
                per_share,
                ..row
            })
        };
        rows.into_iter().map(finish).collect()
    }

    fn holder_rows(&self, divided: &Divided) -> Result<Vec<HolderPayout>, CapitalError> {
        let mut sums: Vec<(String, Exact)> = Vec::new();
        let mut order: Vec<usize> = (0..self.classes.named.len()).collect();
        order.sort_by_key(|place| self.classes.named[*place].line);
        for place in order {
            let class = &self.classes.named[place];
            let all = class.holders.iter().fold(Exact::ZERO, |sum, (_, shares)| sum + *shares);
            for (holder, shares) in &class.holders {
                let payout = (divided.payouts[place] * *shares).div_or(all, Exact::ZERO);
                match sums.iter_mut().find(|(known, _)| known == holder) {
                    Some((_, sum)) => *sum += payout,
                    None => sums.push((holder.clone(), payout)),
                }
            }
        }
        let row = |(holder, payout)| Ok(HolderPayout { holder, payout: Figure::of(payout)? });
        sums.into_iter().map(row).collect()
    }
}
