//! What each clause did, with its arithmetic.

use super::conversion::{Agreed, Converted};
use super::debt::Repayment;
use super::{Telling, figures, layout};
use crate::model::{Debt, InterestPayment, Kind, Tranche};
use crate::number::Exact;
use crate::simulate::{Clause, EventKind, Note};

/// What a later clause of the same moment refers to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// The round's price just set, with the share counts before and after and for new money.
    pub(super) round: Option<Priced>,
    /// Principal and interest just stated.
    pub(super) owed: Option<(Exact, Exact)>,
    /// What a share got in the distribution.
    pub(super) per_share: Option<Exact>,
    /// The fraction of the same tranche that the clause after this one converts at a price.
    pub(super) converts: Option<Exact>,
}

/// A price just set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Priced {
    pub(super) price: Exact,
    pub(super) shares_before: Exact,
    pub(super) new_shares: Exact,
    pub(super) pool_increase: Exact,
    pub(super) total_shares: Exact,
}

impl Telling<'_> {
    pub(super) fn clauses(&self, page: &mut layout::Page) {
        page.heading("Clauses (the company's value with this deal's own money)");
        let mut before = Before::default();
        let shared_out = |note: &Note<Exact>| matches!(note.clause, Clause::Waterfall { .. });
        let nothing_open = !self.replay.notes.iter().any(shared_out);
        let notes = &self.replay.notes;
        for (place, note) in notes.iter().enumerate() {
            if nothing_open && matches!(note.clause, Clause::Distributed { .. }) {
                continue;
            }
            let next = notes.get(place + 1).filter(|next| next.tranche == note.tranche);
            before.converts = next.and_then(|next| match next.clause {
                Clause::Converted { fraction, .. } => Some(fraction),
                _ => None,
            });
            let text = self.note(note, &before);
            page.entry(&self.day(note.t).to_string(), &text);
            match note.clause {
                Clause::Priced { price, shares_before, new_shares, pool_increase, total_shares, .. } => {
                    before.round =
                        Some(Priced { price, shares_before, new_shares, pool_increase, total_shares });
                }
                Clause::Owed { principal, interest, .. } => before.owed = Some((principal, interest)),
                Clause::Distributed { per_share, .. } => before.per_share = Some(per_share),
                _ => {}
            }
        }
    }

    fn note(&self, note: &Note<Exact>, before: &Before) -> String {
        let (t, at) = (note.t, note.tranche);
        let who = at.map_or_else(String::new, |tranche| self.tranche(tranche));
        match note.clause {
            Clause::Funded { amount, company_value } => self.funded(&who, amount, company_value),
            Clause::Declined { company_value } => self.declined(at, &who, company_value),
            Clause::Lapsed { shut } => {
                let why = if shut {
                    "a milestone it waits for is missed or no longer stands"
                } else {
                    "its last day has passed"
                };
                format!("{who} lapses: {why}.{}", self.if_missed(at))
            }
            Clause::Bought { price, agreed, company_value, debt, shares, total_shares } => {
                let why = (!agreed).then_some((company_value, debt));
                self.bought(&who, price, why, shares, total_shares)
            }
            Clause::Owed { principal, interest, rate, from, until } => {
                self.owed(at, &who, (principal, interest, rate), (from, until))
            }
            Clause::InterestPaid { interest } => self.interest_paid(&who, interest, before),
            Clause::Priced {
                company_value,
                debt,
                new_money,
                shares_before,
                new_shares,
                pool_increase,
                total_shares,
                price,
            } => {
                let sums = [company_value, debt, new_money];
                let counts = Priced { price, shares_before, new_shares, pool_increase, total_shares };
                self.priced(t, sums, &counts)
            }
            Clause::Converted { claim, terms, price, basis: _, shares, fraction } => {
                self.converted(at, &who, &Converted { claim, terms, price, shares, fraction }, before)
            }
            Clause::ConvertedAsAgreed { claim, valuation, outstanding, together, shares, total_shares } => {
                let formula = Agreed { claim, valuation, outstanding, together };
                self.converted_as_agreed(at, &who, &formula, shares, total_shares)
            }
            Clause::KeptDebt => {
                format!("{who} has the choice, would gain nothing by converting, and stays debt.")
            }
            Clause::CannotConvert => format!("{who} cannot convert: no share count would satisfy everyone."),
            Clause::Extended { until } => format!("{who} is extended until {until}."),
            Clause::Weighed { decider, choice, gain, acted } => {
                self.weighed(&who, decider, choice, gain, acted)
            }
            Clause::NotExtended { company_value } => {
                format!("{who} is not extended; the company is worth {}.", self.cents(company_value))
            }
            Clause::CapNotApplied { condition, measure } => self.cap_not_applied(&who, condition, measure),
            Clause::Compared { repaid, can_pay, recovered, expected, as_converted } => {
                let repayment = Repayment { repaid, can_pay, recovered, expected };
                self.compared(&who, &repayment, as_converted, before)
            }
            Clause::Repaid { claim, company_value, paid } => self.repaid(&who, claim, company_value, paid),
            Clause::Defaulted { claim, recovery, company_value, paid } => {
                self.defaulted(&who, [claim, recovery, company_value, paid])
            }
            Clause::SharesSold { company_value, debt, total_shares, price, shares } => {
                self.shares_sold(&who, [company_value, debt, total_shares, price, shares])
            }
            Clause::Distributed { proceeds, other_shares, per_share } => {
                self.distributed(proceeds, other_shares, per_share)
            }
            Clause::Waterfall { debt, equity } => self.waterfall(at, &who, debt, equity, before),
            Clause::Vested { .. }
            | Clause::Exercised { .. }
            | Clause::Expired { .. }
            | Clause::TookOver { .. } => self.right(&who, &note.clause),
            Clause::ClassInRound { .. }
            | Clause::AntiDiluted { .. }
            | Clause::PaidToPlay { .. }
            | Clause::Ratcheted { .. }
            | Clause::DividendsConverted { .. }
            | Clause::DividendsPaid { .. }
            | Clause::SaleCosts { .. }
            | Clause::ClassPaid { .. } => self.table(&note.clause, before),
            Clause::Failed { claim, recovery, paid } => format!(
                "The company fails: {who} recovers {} × {} = {}.",
                figures::exact_rate(recovery),
                self.cents(claim),
                self.cents(paid)
            ),
        }
    }

    /// Whether the path ended with a sale.
    pub(super) fn sold(&self) -> bool {
        self.replay.events.last().is_some_and(|event| event.kind == EventKind::Sale)
    }

    /// The model's tranche and its instrument's terms.
    pub(super) fn terms(&self, tranche: Option<usize>) -> Option<(&Kind, &Tranche)> {
        let mut all = self
            .scenario()
            .instruments
            .iter()
            .flat_map(|instrument| instrument.tranches.iter().map(|tranche| (&instrument.kind, tranche)));
        all.nth(tranche?)
    }

    pub(super) fn debt(&self, tranche: Option<usize>) -> Option<&Debt> {
        match self.terms(tranche)?.0 {
            Kind::Debt(debt) => Some(debt),
            Kind::Equity(_) | Kind::Safe(_) | Kind::Warrant(_) => None,
        }
    }

    /// Whether a tranche's interest falls away when it converts.
    pub(super) fn waived(&self, tranche: Option<usize>) -> bool {
        self.debt(tranche).is_some_and(|debt| debt.interest.payment == InterestPayment::WaivedOnConversion)
    }
}
