//! The classes of claims in a sale.

use super::converting::{Occasion, Unit, known, units};
use super::holdings::COMMON;
use super::stock::Stock;
use crate::contract::{Cap, ConversionTerms, ExitClass, Participation, SafeAtSale, discount_claim};
use crate::model::{CapCondition, CapitalStructure, Debt, DebtLabel, Grant, Holding, Kind, ValuationCap};
use crate::number::{Amount, Decimal, Exact};

/// Ranks of shares stand below those of debt, and what a SAFE's discount adds below all preferences.
pub(super) const SHARES: u32 = 1_000;
const AFTER_PREFERENCES: u32 = 1_000_000;

/// One class of the waterfall, as the tables name it. Several may have one name: they are one line there.
#[derive(Clone)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// Who holds how much of it.
    pub(super) holders: Vec<(String, Exact)>,
    /// Shares of the class itself, for a payout per share.
    pub(super) shares: Option<Exact>,
    /// The line it belongs to, by place.
    pub(super) line: usize,
    /// Whether it can give up its claim for shares.
    pub(super) may_convert: bool,
    /// The cap it may convert at, where that is in force.
    pub(super) cap: Cap<Exact>,
}

/// The classes of a structure: first those that settle whether they convert.
pub(super) struct Classes {
    pub(super) named: Vec<Class>,
    pub(super) exit: Vec<ExitClass<Exact>>,
    /// SAFEs and notes with a cap, which are the first classes.
    pub(super) safes: Vec<SafeAtSale<Exact>>,
    /// Shares that their caps count beside what converts: without the unallocated pool.
    pub(super) capitalization: Exact,
}

impl Classes {
    /// The classes in a sale at `price`.
    pub(super) fn of(structure: &CapitalStructure, price: Exact) -> Self {
        let stock = Stock::on(structure, structure.date);
        let units = units(structure, structure.date, Occasion::without_round(Some(price)));
        let mut classes = Classes {
            named: Vec::new(),
            exit: Vec::new(),
            safes: Vec::new(),
            capitalization: stock.outstanding() + stock.options,
        };
        // Lines stand in the order of the file: shares, then instruments; capped SAFEs are settled first.
        let first = line_count(structure);
        for (place, unit) in units.iter().enumerate() {
            if let Some(safe) = settles(unit) {
                classes.safes.push(safe);
                classes.unit(unit, first + place, unit.sale_claim(), safe.cap);
            }
        }
        classes.shares(structure, &stock);
        for (place, unit) in units.iter().enumerate().filter(|(_, unit)| settles(unit).is_none()) {
            classes.unit(unit, first + place, unit.sale_claim(), Cap::None);
            if let (Kind::Safe(_), Some(ConversionTerms { discount, cap: Cap::None, .. })) =
                (&unit.instrument.kind, unit.terms)
                && discount > Exact::ZERO
            {
                let added = discount_claim(unit.principal, discount, unit.sale_claim());
                let class = Class::of_one(unit.name(), "safe", &unit.instrument.holder, first + place);
                classes.push(class, claim(added, AFTER_PREFERENCES));
            }
        }
        classes.warrants(structure, first + units.len());
        classes
    }

    fn push(&mut self, class: Class, exit: ExitClass<Exact>) {
        self.named.push(class);
        self.exit.push(exit);
    }

    fn unit(&mut self, unit: &Unit<'_>, line: usize, amount: Exact, cap: Cap<Exact>) {
        let (kind, rank) = match &unit.instrument.kind {
            Kind::Debt(debt) if debt.label == DebtLabel::Loan => ("loan", debt.seniority),
            Kind::Debt(debt) => ("convertible_note", debt.seniority),
            Kind::Safe(safe) => ("safe", SHARES + safe.into.seniority),
            Kind::Equity(_) | Kind::Warrant(_) => return,
        };
        let class = Class::of_one(unit.name(), kind, &unit.instrument.holder, line);
        let may_convert = cap != Cap::None;
        self.push(Class { may_convert, cap, ..class }, claim(amount, rank));
    }

    fn shares(&mut self, structure: &CapitalStructure, stock: &Stock) {
        let classes = &structure.capitalization;
        let mut line = 0;
        if !classes.common.is_empty() {
            let exit = ExitClass { shares: stock.common, ..claim(Exact::ZERO, SHARES) };
            let named = Class {
                name: COMMON.to_owned(),
                kind: "common",
                holders: held(&classes.common),
                shares: Some(stock.common),
                line,
                may_convert: false,
                cap: Cap::None,
            };
            self.push(named, exit);
            line += 1;
        }
        for (series, today) in classes.preferred.iter().zip(&stock.series) {
            let mut preferred = today.preferred(&series.terms);
            preferred.seniority = SHARES + series.terms.seniority;
            let exit = preferred.exit_class();
            let class = |shares, may_convert| Class {
                name: series.name.clone(),
                kind: "preferred",
                holders: held(&series.holders),
                shares,
                line,
                may_convert,
                cap: Cap::None,
            };
            let may = exit.claim > Exact::ZERO && exit.participation != Participation::Full;
            self.push(class(Some(today.shares), may), exit);
            if let Some(dividends) = preferred.dividend_class() {
                self.push(class(None, false), dividends);
            }
            line += 1;
        }
        for (kind, grants) in [("options", &classes.options), ("warrants", &classes.warrants)] {
            for Grant { name, holder, shares, strike } in grants {
                let class = Class::of_one(name.clone(), kind, holder, line);
                self.right(class, Exact::from(*shares), Exact::from(*strike));
                line += 1;
            }
        }
    }

    fn warrants(&mut self, structure: &CapitalStructure, mut line: usize) {
        for instrument in &structure.instruments {
            let Kind::Warrant(warrant) = &instrument.kind else { continue };
            let vested = instrument.tranches.iter().filter_map(|tranche| tranche.shares);
            let shares = vested.fold(Exact::ZERO, |sum, shares| sum + Exact::from(shares));
            let class = Class::of_one(instrument.name.clone(), "warrants", &instrument.holder, line);
            self.right(class, shares, known(warrant.strike));
            line += 1;
        }
    }

    /// A right to buy common shares.
    fn right(&mut self, class: Class, shares: Exact, strike: Exact) {
        let may_convert = strike > Exact::ZERO;
        let exit = ExitClass { shares, strike, ..claim(Exact::ZERO, SHARES) };
        self.push(Class { shares: Some(shares), may_convert, ..class }, exit);
    }
}

impl Class {
    /// A class of one holder that has no shares of its own.
    fn of_one(name: String, kind: &'static str, holder: &str, line: usize) -> Self {
        let holders = vec![(holder.to_owned(), Exact::ONE)];
        Class { name, kind, holders, shares: None, line, may_convert: false, cap: Cap::None }
    }
}

fn held(holdings: &[Holding]) -> Vec<(String, Exact)> {
    holdings.iter().map(|each| (each.holder.clone(), Exact::from(each.shares))).collect()
}

/// The values at which some cap ends, ascending. What a round raises is no matter in a sale.
pub(super) fn levels(structure: &CapitalStructure) -> Vec<Decimal> {
    let mut levels = Vec::new();
    let mut add = |cap: Option<&ValuationCap>| {
        if let Some(ValuationCap { condition: Some(CapCondition::PreMoneyBelow(level)), .. }) = cap {
            levels.push(*level);
        }
    };
    for instrument in &structure.instruments {
        match &instrument.kind {
            Kind::Safe(safe) => add(safe.cap.as_ref()),
            Kind::Debt(Debt { conversion: Some(conversion), .. }) => {
                instrument
                    .tranches
                    .iter()
                    .for_each(|tranche| add(tranche.own.cap.or(conversion.cap.as_ref())));
            }
            Kind::Debt(_) | Kind::Equity(_) | Kind::Warrant(_) => {}
        }
    }
    levels.sort();
    levels.dedup();
    levels
}

/// Lines that the shares of the file take.
fn line_count(structure: &CapitalStructure) -> usize {
    let classes = &structure.capitalization;
    let common = usize::from(!classes.common.is_empty());
    common + classes.preferred.len() + classes.options.len() + classes.warrants.len()
}

/// A claim without shares.
fn claim(amount: Exact, seniority: u32) -> ExitClass<Exact> {
    ExitClass {
        shares: Exact::ZERO,
        claim: amount,
        seniority,
        participation: Participation::None,
        strike: Exact::ZERO,
    }
}

/// A SAFE with a cap, or a note with one whose holder may take what its shares would get.
fn settles(unit: &Unit<'_>) -> Option<SafeAtSale<Exact>> {
    let chooses = match &unit.instrument.kind {
        Kind::Safe(_) => true,
        Kind::Debt(Debt { change_of_control, .. }) => change_of_control.or_as_converted,
        Kind::Equity(_) | Kind::Warrant(_) => false,
    };
    let terms = unit.terms.filter(|terms| chooses && terms.cap != Cap::None)?;
    Some(SafeAtSale { amount: unit.converting(), cap: terms.cap })
}
