//! The cap table on a path: every class of shares beside common, and what rounds do to it.
//!
//! Counts are of common shares, preferred as converted. Common shares are what no class holds: the total less the
//! pool and all classes.

use super::note::ClassId;
use super::state::Class;
use super::{Clause, DealSimulator, Scene};
use crate::contract::{
    AntiDilution, AverageBase, Compounding, DividendsInCap, IpoRatchet, NewIssue, PreferredSeries,
    RoundOutcome, SeriesParticipation, accrued_interest, adjusted_conversion_price, asks_to_pay, balance,
    conversion_ratio, pay_to_play,
};
use crate::model::DividendKind;
use crate::number::Amount;
use crate::plan::{FIRST_SHARE_RANK, KindPlan, PayToPlayPlan, RatchetPlan, SharePlan};
use crate::quantity::{Day, DayCount};
use crate::simulate::life::{Event, EventKind};

/// The rights of a class of shares; none for options and warrants.
pub(super) fn rights<'a, A: Amount>(scene: &Scene<'a, A>, id: ClassId) -> Option<&'a SharePlan<A>> {
    let terms = scene.terms;
    match id {
        ClassId::Tranche(index) => match &terms.instruments[terms.tranches[index].instrument].kind {
            KindPlan::Debt(debt) => debt.conversion.as_ref().map(|conversion| &conversion.into),
            KindPlan::Equity(equity) => Some(&equity.shares),
            KindPlan::Warrant(_) => None,
        },
        ClassId::Preferred(index) => Some(&terms.table.preferred[index].rights),
        ClassId::Round(_) => terms.table.round.series.as_ref(),
        ClassId::Common | ClassId::Pool | ClassId::Options(_) | ClassId::Warrants(_) => None,
    }
}

/// Dividends owed on a class on a day and not paid in shares.
pub(super) fn dividends<A: Amount>(class: &Class<A>, rights: &SharePlan<A>, day: Day) -> A {
    let Some(terms) = rights.dividends else { return A::ZERO };
    let years = DayCount::Actual365Fixed.years(class.since, day);
    match terms.kind {
        DividendKind::Simple => {
            class.owed + accrued_interest(class.paid, terms.rate, Compounding::Simple, years)
        }
        DividendKind::Compounding => {
            let compounded = Compounding::PerYear(1);
            class.owed + accrued_interest(class.paid + class.owed, terms.rate, compounded, years)
        }
        DividendKind::InKind => class.owed,
    }
}

/// A class of preferred shares as the clauses see it on a day: the whole of it as one share, so that its cost is exact.
pub(super) fn preferred<A: Amount>(class: &Class<A>, rights: &SharePlan<A>, day: Day) -> PreferredSeries<A> {
    let capped = |multiple: A| SeriesParticipation::Capped {
        multiple,
        dividends: match rights.dividends {
            Some(dividends) if !dividends.within_participation_cap => DividendsInCap::Added,
            Some(_) | None => DividendsInCap::Included,
        },
    };
    PreferredSeries {
        shares: A::ONE,
        original_price: class.paid,
        ratio: class.shares,
        multiple: rights.preference,
        participation: match rights.participation_cap {
            Some(multiple) => capped(multiple),
            None if rights.full_participation => SeriesParticipation::Full,
            None => SeriesParticipation::None,
        },
        dividends: dividends(class, rights, day),
        dividends_on_conversion: rights.dividends.is_some_and(|dividends| dividends.kept_on_conversion),
        seniority: FIRST_SHARE_RANK + rights.seniority,
    }
}

impl<A: Amount> DealSimulator<A> {
    /// The classes of today: an empty one for each tranche, then those of others.
    pub(super) fn draw_up_table(&mut self, scene: &Scene<'_, A>) {
        let today = scene.world.valuation_date;
        let table = &scene.terms.table;
        self.classes.clear();
        self.pool = table.pool;
        for index in 0..scene.terms.tranches.len() {
            self.classes.push(Class::none(ClassId::Tranche(index), today));
        }
        for (place, grant) in table.options.iter().enumerate() {
            self.classes.push(Class::grant(ClassId::Options(place), grant.shares, grant.strike, today));
        }
        for (place, grant) in table.warrants.iter().enumerate() {
            self.classes.push(Class::grant(ClassId::Warrants(place), grant.shares, grant.strike, today));
        }
        for (place, series) in table.preferred.iter().enumerate() {
            let paid = series.shares * series.issue_price;
            let common = conversion_ratio(series.issue_price, series.conversion_price);
            self.classes.push(Class {
                shares: series.shares * common.unwrap_or(A::ONE),
                issued: series.shares,
                paid,
                since: series.dividends_since,
                owed: series.dividends_owed,
                ..Class::none(ClassId::Preferred(place), today)
            });
        }
        self.grow_in_kind(scene, 0.0);
    }

    /// Common shares that no class holds.
    pub(super) fn common_shares(&self) -> A {
        self.classes.iter().fold(self.shares - self.pool, |left, class| left - class.shares)
    }

    /// Options and warrants outstanding, those of the deal included.
    pub(super) fn granted(&self, scene: &Scene<'_, A>) -> A {
        if !scene.terms.table.has.grants {
            return A::ZERO;
        }
        self.classes.iter().filter(|class| class.is_right).fold(A::ZERO, |sum, class| sum + class.shares)
    }

    /// Adds the shares that dividends in kind have brought since they were last counted. The broken year counts in
    /// proportion, as interest's does.
    pub(super) fn grow_in_kind(&mut self, scene: &Scene<'_, A>, t: f64) {
        if !scene.terms.table.has.dividends || scene.life.ipo < t {
            return;
        }
        let day = scene.day(t);
        for class in &mut self.classes {
            let Some(rights) = rights(scene, class.id) else { continue };
            let Some(terms) = rights.dividends.filter(|terms| terms.kind == DividendKind::InKind) else {
                continue;
            };
            let years = DayCount::Actual365Fixed.years(class.since, day);
            let grown = balance(A::ONE, terms.rate, Compounding::PerYear(1), years);
            let factor = grown.div_or(class.grown, A::ONE);
            let shares = class.shares * factor;
            self.shares += shares - class.shares;
            *class =
                Class { shares, issued: class.issued * factor, paid: class.paid * factor, grown, ..*class };
        }
    }

    /// What a round issues, beside the counts before it.
    pub(super) fn new_issue(&self, scene: &Scene<'_, A>, outcome: &RoundOutcome<A>) -> Option<NewIssue<A>> {
        if !scene.terms.table.has.protection {
            return None;
        }
        let preferred = self
            .classes
            .iter()
            .filter(|class| rights(scene, class.id).is_some_and(|rights| rights.preference > A::ZERO))
            .fold(A::ZERO, |sum, class| sum + class.shares);
        let options = self.granted(scene);
        Some(NewIssue {
            common: self.shares - self.pool - preferred - options,
            preferred,
            options,
            new_shares: outcome.new_shares,
            consideration: outcome.new_shares * outcome.price,
        })
    }

    /// The shares sold in a round as a class of their own, unless they are common; and the pool.
    pub(super) fn issue_series(&mut self, scene: &Scene<'_, A>, event: Event, outcome: &RoundOutcome<A>) {
        self.pool += outcome.pool_increase;
        if let (EventKind::Round(number), Some(_)) = (event.kind, scene.terms.table.round.series) {
            let mut class = Class::none(ClassId::Round(number), scene.day(event.t));
            class.add(outcome.new_shares, outcome.new_shares * outcome.price);
            self.classes.push(class);
        }
    }

    /// What a round's price does to the classes outstanding before: it was priced without, and these changes dilute
    /// the new shares too. Holders who do not pay are converted first, and lose their protection.
    pub(super) fn protect(&mut self, scene: &Scene<'_, A>, t: f64, issue: &NewIssue<A>) {
        let price = issue.consideration.div_or(issue.new_shares, A::ZERO);
        if !(issue.new_shares > A::ZERO) {
            return;
        }
        for place in 0..self.classes.len() {
            let Some(rights) = rights(scene, self.classes[place].id) else { continue };
            self.pay_or_play(scene, place, t, price);
            self.adjust(place, rights, t, issue, price);
        }
    }

    /// A round may ask the holders of a series to pay or play.
    fn pay_or_play(&mut self, scene: &Scene<'_, A>, place: usize, t: f64, price: A) {
        let class = self.classes[place];
        let ClassId::Preferred(series) = class.id else { return };
        let asked = |terms: &PayToPlayPlan<A>| {
            class.issued > A::ZERO && asks_to_pay(terms.applies_in, price, class.conversion_price())
        };
        let Some(terms) = scene.terms.table.preferred[series].pay_to_play.filter(asked) else { return };
        let after = pay_to_play(class.issued, terms.buys, A::ONE, terms.common_per_preferred);
        let kept = after.preferred.div_or(class.issued, A::ZERO);
        self.note_company(
            t,
            Clause::PaidToPlay {
                class: class.id,
                issued: class.issued,
                kept: after.preferred,
                common: after.common,
            },
        );
        self.shares += class.shares * kept + after.common - class.shares;
        self.classes[place] = Class {
            shares: class.shares * kept,
            issued: after.preferred,
            paid: class.paid * kept,
            owed: class.owed * kept,
            ..class
        };
    }

    fn adjust(&mut self, place: usize, rights: &SharePlan<A>, t: f64, issue: &NewIssue<A>, price: A) {
        let class = self.classes[place];
        let from = class.conversion_price();
        let to = adjusted_conversion_price(from, rights.anti_dilution, issue);
        if to >= from {
            return;
        }
        let Some(shares) = conversion_ratio(class.paid, to) else { return };
        self.shares += shares - class.shares;
        self.classes[place].shares = shares;
        let base = match rights.anti_dilution {
            AntiDilution::WeightedAverage(AverageBase::Broad) => {
                issue.common + issue.preferred + issue.options
            }
            AntiDilution::WeightedAverage(AverageBase::CommonAndPreferred) => issue.common + issue.preferred,
            AntiDilution::WeightedAverage(AverageBase::Preferred) => issue.preferred,
            AntiDilution::None | AntiDilution::FullRatchet => A::ZERO,
        };
        let clause = Clause::AntiDiluted {
            class: class.id,
            from,
            to,
            round_price: price,
            base,
            new_shares: issue.new_shares,
            new_money: issue.consideration,
        };
        self.note_company(t, clause);
    }

    /// Before a flotation is priced: dividends that are kept become shares, and the pool no longer counts.
    pub(super) fn prepare_flotation(&mut self, scene: &Scene<'_, A>, t: f64) {
        self.shares -= self.pool;
        self.pool = A::ZERO;
        if !scene.terms.table.has.dividends {
            return;
        }
        let day = scene.day(t);
        for place in 0..self.classes.len() {
            let class = self.classes[place];
            let Some(rights) = rights(scene, class.id) else { continue };
            let shares = preferred(&class, rights, day).shares_at_offering();
            if shares > class.shares {
                self.shares += shares - class.shares;
                self.classes[place].shares = shares;
                let clause = Clause::DividendsConverted {
                    class: class.id,
                    dividends: dividends(&class, rights, day),
                    conversion_price: class.conversion_price(),
                    shares: shares - class.shares,
                };
                self.note_company(t, clause);
            }
        }
    }

    /// The ratchet of a class, if it has one and holds shares.
    pub(super) fn ratchet(&self, scene: &Scene<'_, A>, place: usize) -> Option<IpoRatchet<A>> {
        let class = &self.classes[place];
        let ratchet = rights(scene, class.id)?.ipo_ratchet.filter(|_| class.shares > A::ZERO)?;
        let guaranteed = match ratchet {
            RatchetPlan::Price(price) => price,
            RatchetPlan::OfIssuePrice(multiple) => multiple * class.paid.div_or(class.issued, A::ZERO),
        };
        let ratio = class.shares.div_or(class.issued, A::ZERO);
        Some(IpoRatchet { shares: class.issued, ratio, guaranteed })
    }

    /// The counts of all classes before a round, for its notes.
    pub(super) fn remember_classes(&mut self) {
        if self.keep_notes {
            self.before.clear();
            self.before.push((ClassId::Common, self.common_shares()));
            self.before.extend(self.classes.iter().map(|class| (class.id, class.shares)));
            self.before.push((ClassId::Pool, self.pool));
        }
    }

    /// Notes the counts of all classes before and after a round, where there are any beside common and the deal's.
    pub(super) fn note_classes(&mut self, t: f64) {
        let listed = self.pool > A::ZERO || self.classes.len() > self.tranches.len();
        if !self.keep_notes || !listed {
            return;
        }
        let mut after = vec![(ClassId::Common, self.common_shares())];
        after.extend(self.classes.iter().map(|class| (class.id, class.shares)));
        after.push((ClassId::Pool, self.pool));
        for (class, after) in after {
            let known = self.before.iter().find(|(id, _)| *id == class);
            let before = known.map_or(A::ZERO, |(_, shares)| *shares);
            if before > A::ZERO || after > A::ZERO {
                self.note_company(t, Clause::ClassInRound { class, before, after });
            }
        }
    }
}
