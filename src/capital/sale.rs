//! The table of a sale.

use super::sale_classes::{Classes, SHARES};
use super::sale_table::{BreakpointRow, ClassPayout, HolderPayout, Payouts, SaleTable, ThresholdRow};
use super::{CapitalError, Figure, round};
use crate::contract::{
    Breakpoint, Cap, CarveOut, CompanySale, DividedSale, ExitClass, LiquidityError, SafeAtSale, Turn,
    WaterfallOutcome, WaterfallScratch, breakpoints, conversion_threshold, distribute_with_safes,
    divide_sale, price_for,
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
/// [`CapitalError`] if the SAFEs leave nobody else anything, or their decisions do not settle.
pub fn sale_table(
    structure: &CapitalStructure,
    exits: &[Decimal],
    notes: &[String],
) -> Result<SaleTable, CapitalError> {
    let payouts = |exit: &Decimal| {
        let exit = Exact::from(*exit);
        let classes = Classes::of(structure, Some(exit));
        Sale { classes: &classes, costs: structure.sale_costs }.payouts(exit)
    };
    let exits = exits.iter().map(payouts).collect::<Result<_, _>>()?;
    let classes = Classes::of(structure, None);
    let sale = Sale { classes: &classes, costs: structure.sale_costs };
    let bends = sale.bends()?;
    let mut notes = notes.to_vec();
    if classes.has_blended {
        let note =
            "Where the payoffs bend is worked out as if caps that end at a valuation were always in force.";
        notes.push(note.to_owned());
    }
    Ok(SaleTable {
        schema_version: round::SCHEMA_VERSION,
        title: structure.title.clone(),
        company: structure.company.clone(),
        currency: structure.currency.clone(),
        date: structure.date.to_string(),
        notes,
        exits,
        conversion_thresholds: sale.thresholds(&bends)?,
        breakpoints: sale.breakpoint_rows(&bends)?,
    })
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
    /// Divides proceeds, those SAFEs that are not `joining` taking their claims.
    fn divide(&self, proceeds: Exact, joining: &dyn Fn(usize) -> bool) -> Result<Divided, LiquidityError> {
        let mut classes = self.classes.exit.clone();
        let mut payouts = vec![Exact::ZERO; classes.len()];
        let mut scratch = WaterfallScratch::new(classes.len());
        let safe = |(place, safe): (usize, &SafeAtSale<Exact>)| {
            if joining(place) { *safe } else { SafeAtSale { cap: Cap::None, ..*safe } }
        };
        let safes: Vec<_> = self.classes.safes.iter().enumerate().map(safe).collect();
        let outcome = distribute_with_safes(
            proceeds,
            self.classes.capitalization,
            &safes,
            &mut classes,
            &mut scratch,
            &mut payouts,
        )?;
        Ok(Divided { outcome, classes, payouts })
    }

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

    /// All bends of the payoffs, by proceeds.
    ///
    /// The set of SAFEs that convert grows with the price, one at a time; within a set all shares are fixed. So the
    /// bends of each set count between the price at which its last member joins and that at which the next one does.
    fn bends(&self) -> Result<Vec<Breakpoint<Exact>>, CapitalError> {
        let mut joined: Vec<usize> = Vec::new();
        let mut from = Exact::ZERO;
        let mut all = Vec::new();
        loop {
            let current = self.shares_if(&joined)?;
            let next = self.next_to_join(&joined)?;
            let mut bends = Vec::new();
            breakpoints(&current, &mut bends);
            let until = next.as_ref().map(|(_, point)| point.proceeds);
            let safes = self.classes.safes.len();
            all.extend(bends.into_iter().filter(|bend| {
                let is_joining = bend.class < safes && bend.turn == Turn::Converts;
                let from_here = bend.proceeds >= from || joined.is_empty();
                from_here && !is_joining && until.is_none_or(|until| bend.proceeds < until)
            }));
            let Some((place, point)) = next else { break };
            all.push(point);
            from = point.proceeds;
            joined.push(place);
        }
        all.retain(|bend| self.classes.exit[bend.class].shares > Exact::ZERO || bend.turn != Turn::Shares);
        Ok(all)
    }

    /// The classes with the shares they have if exactly these SAFEs convert.
    fn shares_if(&self, joined: &[usize]) -> Result<Vec<ExitClass<Exact>>, CapitalError> {
        let mut top = Exact::from_i64(1);
        // Far above every claim all of them convert.
        for class in &self.classes.exit {
            top += class.claim;
        }
        let mut proceeds = top;
        for _ in 0..40 {
            let divided = self.divide(proceeds, &|place| joined.contains(&place))?;
            if joined.iter().all(|place| divided.classes[*place].shares > Exact::ZERO) {
                return Ok(divided.classes);
            }
            proceeds = proceeds * Exact::from_i64(4);
        }
        Err(CapitalError::TooLarge)
    }

    /// The SAFE that converts next as the price rises, and the bend there.
    fn next_to_join(&self, joined: &[usize]) -> Result<Option<(usize, Breakpoint<Exact>)>, CapitalError> {
        let mut first: Option<(usize, Breakpoint<Exact>)> = None;
        for place in (0..self.classes.safes.len()).filter(|place| !joined.contains(place)) {
            let with: Vec<usize> = joined.iter().copied().chain([place]).collect();
            let classes = self.shares_if(&with)?;
            let Some(proceeds) = conversion_threshold(place, &classes) else { continue };
            if first.as_ref().is_none_or(|(_, point)| proceeds < point.proceeds) {
                let per_share = classes[place].conversion_point().unwrap_or(Exact::ZERO);
                first = Some((place, Breakpoint { proceeds, per_share, class: place, turn: Turn::Converts }));
            }
        }
        Ok(first)
    }

    /// The price of the company at one of its bends. Debt that has converted there is none.
    fn gross(&self, bend: &Breakpoint<Exact>, bends: &[Breakpoint<Exact>]) -> Result<Figure, CapitalError> {
        let is_debt = |place: usize| self.classes.exit[place].seniority < SHARES;
        let converted = |place: usize| {
            let turns = |each: &Breakpoint<Exact>| each.class == place && each.turn == Turn::Converts;
            bends.iter().any(|each| turns(each) && each.proceeds <= bend.proceeds)
        };
        let debt = (0..self.classes.exit.len()).filter(|place| is_debt(*place) && !converted(*place));
        let debt = debt.fold(Exact::ZERO, |sum, place| sum + self.classes.exit[place].claim);
        let carve_out = CarveOut::of(self.costs.carve_out);
        Figure::of(price_for(
            bend.proceeds,
            Exact::from(self.costs.fees),
            debt,
            carve_out,
            !is_debt(bend.class) && bend.proceeds >= debt,
        ))
    }

    fn breakpoint_rows(&self, bends: &[Breakpoint<Exact>]) -> Result<Vec<BreakpointRow>, CapitalError> {
        let row = |bend: &Breakpoint<Exact>| {
            Ok(BreakpointRow {
                exit: self.gross(bend, bends)?,
                per_common_share: Figure::of(bend.per_share)?,
                class: self.classes.named[bend.class].name.clone(),
                turn: match bend.turn {
                    Turn::ClaimBegins => "claim_begins",
                    Turn::ClaimPaid => "claim_paid",
                    Turn::Shares => "shares",
                    Turn::Exercises => "exercises",
                    Turn::Capped => "capped",
                    Turn::Converts => "converts",
                },
            })
        };
        bends.iter().map(row).collect()
    }

    fn thresholds(&self, bends: &[Breakpoint<Exact>]) -> Result<Vec<ThresholdRow>, CapitalError> {
        let mut rows = Vec::new();
        for (place, class) in self.classes.named.iter().enumerate().filter(|(_, class)| class.may_convert) {
            let turns = [Turn::Converts, Turn::Exercises];
            let bend = bends.iter().find(|bend| bend.class == place && turns.contains(&bend.turn));
            let exit = bend.map(|bend| self.gross(bend, bends)).transpose()?;
            rows.push((class.line, ThresholdRow { class: class.name.clone(), exit }));
        }
        rows.sort_by_key(|(line, _)| *line);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}
