//! Who gets what of the proceeds of a sale, or of the value at the horizon.

use super::note::ClassId;
use super::table::{preferred, rights};
use super::{Clause, DealSimulator, Scene, Scratch, Share};
use crate::contract::{
    Cap, CarveOut, CompanySale, ConversionTerms, DividedSale, ExitClass, Participation, PreferredSeries,
    SafeAtSale, change_of_control_claim, change_of_control_claim_on_both, discount_claim, divide_sale,
    shares_at_valuation,
};
use crate::model::MostFavoured;
use crate::number::Amount;
use crate::plan::{DebtPlan, FIRST_SHARE_RANK, SalePayPlan};
use crate::simulate::life::Event;

/// Where the claims of a tranche stand among the classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    debt: usize,
    shares: usize,
    /// What the discount of a SAFE adds.
    discount: Option<usize>,
}

/// What a waterfall divides.
#[derive(Clone, Copy, Debug)]
struct Sale {
    t: f64,
    change_of_control: bool,
}

impl<A: Amount> DealSimulator<A> {
    /// Distributes an event's value: the debt and the shares of each tranche, common shares, the classes of others.
    pub(super) fn waterfall(&mut self, scene: &Scene<'_, A>, event: Event, change_of_control: bool) {
        let price = A::from_f64(event.value) * self.factor;
        (self.scratch.pre_money, self.scratch.new_money, self.scratch.t) = (price, A::ZERO, event.t);
        let sale = Sale { t: event.t, change_of_control };
        self.scratch.classes.clear();
        self.scratch.places.clear();
        self.scratch.safes.clear();
        let has_safe = scene.terms.table.has.safes && self.has_open_safe(scene);
        if has_safe || self.counts_others(scene, sale) {
            self.list_convertible(scene, sale);
        }
        for index in 0..self.tranches.len() {
            self.list_tranche(scene, index, sale);
        }
        let other_shares = self.common_shares().or_zero();
        self.scratch.classes.push(ExitClass { shares: other_shares, ..nothing(u32::MAX) });
        for place in self.tranches.len()..self.classes.len() {
            let class = self.stock_class(scene, place, event.t);
            self.scratch.classes.push(class);
        }
        if has_safe {
            self.list_discounts(scene, sale);
        }
        self.scratch.dividends.clear();
        if scene.terms.table.has.dividends {
            self.list_dividends(scene, event.t);
        }
        let known = |class: &ExitClass<A>| class.shares >= A::ZERO && class.claim >= A::ZERO;
        self.out_of_range |= !self.scratch.classes.iter().all(known);
        let costs = change_of_control.then_some((scene.terms.table.sale_fees, scene.terms.table.carve_out));
        let DividedSale { fees, carve_out, proceeds, outcome } = self.settle(event.t, price, costs);
        self.scratch.per_share = outcome.per_share;
        if fees + carve_out > A::ZERO {
            self.note_company(event.t, Clause::SaleCosts { price, fees, carve_out, left: proceeds });
        }
        let clause = Clause::Distributed { proceeds, other_shares, per_share: outcome.per_share };
        self.note_company(event.t, clause);
        self.note_others(event.t);
    }

    fn has_open_safe(&self, scene: &Scene<'_, A>) -> bool {
        (0..self.tranches.len()).any(|index| {
            self.tranches[index].is_open_debt()
                && scene.debt_of(index).is_some_and(|debt| debt.safe.is_some())
        })
    }

    /// Whether what a debt converts into depends on what else converts.
    fn counts_others(&mut self, scene: &Scene<'_, A>, sale: Sale) -> bool {
        (0..self.tranches.len())
            .any(|index| self.as_converted(scene, index, sale).is_some_and(|(_, cap)| cap.counts_others()))
    }

    /// Beside SAFEs and caps that count the others, all that may convert decides together: it comes first.
    fn list_convertible(&mut self, scene: &Scene<'_, A>, sale: Sale) {
        self.scratch.members.clear();
        for index in 0..self.tranches.len() {
            let Some((amount, cap)) = self.as_converted(scene, index, sale) else { continue };
            let Some(debt) = scene.debt_of(index) else { continue };
            let claim = self.debt_claim(scene, debt, index, sale);
            self.scratch.classes.push(ExitClass { claim, ..nothing(debt.seniority) });
            self.scratch.safes.push(SafeAtSale { amount, cap });
            self.scratch.members.push(index);
        }
    }

    /// Lists the debt of a tranche, if it does not stand at the beginning, and its shares.
    fn list_tranche(&mut self, scene: &Scene<'_, A>, index: usize, sale: Sale) {
        let first = self.scratch.members.iter().take(self.scratch.safes.len());
        let debt = first.clone().position(|member| *member == index).unwrap_or(self.scratch.classes.len());
        if debt == self.scratch.classes.len() {
            let class = self.debt_class(scene, index, sale);
            self.scratch.classes.push(class);
        }
        let shares = self.scratch.classes.len();
        let class = self.stock_class(scene, index, sale.t);
        self.scratch.classes.push(class);
        self.scratch.places.push(Places { debt, shares, discount: None });
    }

    /// A SAFE with a discount and no cap in force: what the discount adds comes after all preferences.
    fn list_discounts(&mut self, scene: &Scene<'_, A>, sale: Sale) {
        for index in 0..self.tranches.len() {
            let open = self.tranches[index].is_open_debt();
            let Some(debt) = scene.debt_of(index).filter(|debt| open && debt.safe.is_some()) else {
                continue;
            };
            let Some(terms) = self.terms_at_sale(scene, index, sale) else { continue };
            if terms.cap == Cap::None && terms.discount > A::ZERO {
                let cash_out = self.debt_claim(scene, debt, index, sale);
                let claim = discount_claim(self.tranches[index].principal, terms.discount, cash_out);
                self.scratch.places[index].discount = Some(self.scratch.classes.len());
                self.scratch.classes.push(ExitClass { claim, ..nothing(u32::MAX - 1) });
            }
        }
    }

    /// Divides the price, less fees and the carve-out if it is a sale's. Where SAFEs find no common decision, none of
    /// them converts.
    fn settle(&mut self, t: f64, price: A, costs: Option<(A, CarveOut<A>)>) -> DividedSale<A> {
        let (fees, carve_out) = costs.unwrap_or((A::ZERO, CarveOut::AmountBeforeDebt(A::ZERO)));
        let capitalization = self.shares - self.pool;
        let sale = CompanySale { price, fees, carve_out, share_rank: FIRST_SHARE_RANK, capitalization };
        self.scratch.payouts.clear();
        self.scratch.payouts.resize(self.scratch.classes.len(), A::ZERO);
        loop {
            let Scratch { safes, classes, waterfall, payouts, .. } = &mut self.scratch;
            if let Ok(divided) = divide_sale(&sale, safes, classes, waterfall, payouts) {
                return divided;
            }
            classes.iter_mut().zip(safes.iter()).for_each(|(class, _)| class.shares = A::ZERO);
            self.infeasible += 1;
            for place in 0..self.scratch.safes.len() {
                self.note(t, self.scratch.members[place], Clause::CannotConvert);
            }
            // Without SAFEs that choose there is always an answer.
            self.scratch.safes.clear();
        }
    }

    /// What a tranche got from the waterfall: its debt and its shares; and whether it gave up its claim.
    pub(super) fn payout(&self, index: usize) -> (A, bool) {
        let Places { debt, shares, discount } = self.scratch.places[index];
        let per_share = self.scratch.per_share;
        let adds = discount.map_or(A::ZERO, |place| self.scratch.payouts[place]);
        let converts = self.scratch.classes[debt].converts_at(per_share)
            || (self.scratch.classes[debt].claim <= A::ZERO && !self.kept_preference(shares, per_share))
            || adds > A::ZERO;
        let (_, dividends) = self.dividends_beside(index);
        (self.scratch.payouts[debt] + self.scratch.payouts[shares] + adds + dividends, converts)
    }

    fn kept_preference(&self, class: usize, per_share: A) -> bool {
        let class = &self.scratch.classes[class];
        class.claim > A::ZERO && !class.converts_at(per_share)
    }

    fn share(&self, place: usize) -> Share<A> {
        let ExitClass { claim, shares, .. } = self.scratch.classes[place];
        Share { claim, shares, payout: self.scratch.payouts[place] }
    }

    pub(super) fn note_waterfall(&mut self, scene: &Scene<'_, A>, t: f64, index: usize) {
        if self.tranches[index].is_open_debt() {
            self.note_owed(scene, index, t);
        }
        let Places { debt, shares, discount } = self.scratch.places[index];
        let strike = self.classes[index].strike;
        if strike > A::ZERO {
            let got = self.share(shares);
            self.note(t, index, Clause::ClassPaid { class: ClassId::Tranche(index), strike, got });
            return;
        }
        let mut debt = self.share(debt);
        if let Some(adds) = discount.map(|place| self.share(place)) {
            debt.claim += adds.claim;
            debt.payout += adds.payout;
        }
        self.note(t, index, Clause::Waterfall { debt, equity: self.share(shares) });
        if let Some(clause) = self.dividends_paid(index) {
            self.note(t, index, clause);
        }
    }

    fn dividends_paid(&self, place: usize) -> Option<Clause<A>> {
        let (claim, paid) = self.dividends_beside(place);
        let class = self.classes[place].id;
        (claim > A::ZERO).then_some(Clause::DividendsPaid { class, claim, paid })
    }

    /// Notes what the classes of others got, where the table has any beside common.
    fn note_others(&mut self, t: f64) {
        if !self.keep_notes {
            return;
        }
        let first = self.scratch.places.last().map_or(0, |places| places.shares + 1) + 1;
        for place in self.tranches.len()..self.classes.len() {
            let at = first + place - self.tranches.len();
            let (class, strike) = (self.classes[place].id, self.classes[place].strike);
            let got = self.share(at);
            if got.shares > A::ZERO || got.claim > A::ZERO {
                self.note_company(t, Clause::ClassPaid { class, strike, got });
            }
            if let Some(clause) = self.dividends_paid(place) {
                self.note_company(t, clause);
            }
        }
    }

    /// The terms on which a tranche would convert in a sale. The holder of a most favoured SAFE who would take what
    /// proves best in a round takes the lowest cap here.
    fn terms_at_sale(
        &mut self,
        scene: &Scene<'_, A>,
        index: usize,
        sale: Sale,
    ) -> Option<ConversionTerms<A>> {
        let (debt, conversion) = self.right(scene, index, sale.t)?;
        let own = self.conversion_terms(scene, conversion, index, sale.t);
        let policy = match debt.safe.map(|safe| safe.most_favoured) {
            None | Some(MostFavoured::Never) => return Some(own),
            Some(MostFavoured::Best) => MostFavoured::LowestCap,
            Some(other) => other,
        };
        Some(self.elect(scene, index, policy, own).map_or(own, |(_, terms)| terms))
    }

    /// What a tranche would convert in a sale, and at which valuation; none if no cap is in force.
    fn as_converted(&mut self, scene: &Scene<'_, A>, index: usize, sale: Sale) -> Option<(A, Cap<A>)> {
        let (debt, _) = self.right(scene, index, sale.t)?;
        if !debt.or_as_converted {
            return None;
        }
        let cap = match debt.safe {
            Some(_) => self.terms_at_sale(scene, index, sale)?.cap,
            None => self.cap(scene, index),
        };
        (cap != Cap::None).then(|| (self.converting_amount(scene, debt, index, sale.t), cap))
    }

    fn debt_class(&mut self, scene: &Scene<'_, A>, index: usize, sale: Sale) -> ExitClass<A> {
        let Some(debt) = scene.debt_of(index).filter(|_| self.tranches[index].is_open_debt()) else {
            return nothing(0);
        };
        let outstanding = self.shares - self.pool;
        let shares = self.as_converted(scene, index, sale).map_or(A::ZERO, |(amount, cap)| {
            let shares = shares_at_valuation(amount, cap, outstanding, A::ZERO);
            self.infeasible += u32::from(shares.is_none());
            shares.unwrap_or(A::ZERO)
        });
        let claim = self.debt_claim(scene, debt, index, sale);
        ExitClass { shares, claim, ..nothing(debt.seniority) }
    }

    /// What a debt may claim: in a sale what that pays, at the horizon what it owes. A SAFE is marked as if sold.
    fn debt_claim(&self, scene: &Scene<'_, A>, debt: &DebtPlan<A>, index: usize, sale: Sale) -> A {
        if !sale.change_of_control && debt.safe.is_none() {
            return self.claim(scene, index, sale.t);
        }
        let principal = self.tranches[index].principal;
        let interest = self.interest(scene, debt, index, scene.day(sale.t));
        match debt.sale {
            SalePayPlan::Principal { multiple, plus_interest } => {
                let interest = if plus_interest { interest } else { A::ZERO };
                change_of_control_claim(principal, interest, multiple)
            }
            SalePayPlan::PrincipalAndInterest { multiple } => {
                change_of_control_claim_on_both(principal, interest, multiple)
            }
        }
    }

    /// Shares, options or warrants as a class of the waterfall. A flotation has turned preferred shares into common
    /// ones.
    fn stock_class(&self, scene: &Scene<'_, A>, place: usize, t: f64) -> ExitClass<A> {
        let class = &self.classes[place];
        match self.series(scene, place, t) {
            Some(series) => series.exit_class(),
            None => ExitClass { shares: class.shares, strike: class.strike, ..nothing(FIRST_SHARE_RANK) },
        }
    }

    /// A class as preferred shares; none if it is no such class, is empty, or has become common in a flotation.
    fn series(&self, scene: &Scene<'_, A>, place: usize, t: f64) -> Option<PreferredSeries<A>> {
        let class = &self.classes[place];
        let held = class.shares > A::ZERO && scene.life.ipo > t;
        let rights = held.then(|| rights(scene, class.id)).flatten()?;
        Some(preferred(class, rights, scene.day(t)))
    }

    /// Dividends that are paid even on conversion, as classes of their own.
    fn list_dividends(&mut self, scene: &Scene<'_, A>, t: f64) {
        for place in 0..self.classes.len() {
            let dividends = self.series(scene, place, t).and_then(|series| series.dividend_class());
            if let Some(class) = dividends {
                self.scratch.dividends.push((place, self.scratch.classes.len()));
                self.scratch.classes.push(class);
            }
        }
    }

    /// What the class of dividends beside a class of shares claims and gets.
    fn dividends_beside(&self, place: usize) -> (A, A) {
        let beside = self.scratch.dividends.iter().find(|(of, _)| *of == place);
        beside.map_or((A::ZERO, A::ZERO), |(_, at)| {
            (self.scratch.classes[*at].claim, self.scratch.payouts[*at])
        })
    }
}

fn nothing<A: Amount>(seniority: u32) -> ExitClass<A> {
    ExitClass {
        shares: A::ZERO,
        claim: A::ZERO,
        seniority,
        participation: Participation::None,
        strike: A::ZERO,
    }
}
