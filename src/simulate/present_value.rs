//! What the investor's payments of a path are worth today.

use super::deal::DealSimulator;
use super::ledger::{Branch, Flow, GivenUp, Reason};
use crate::number::Amount;
use crate::plan::Terms;

/// The investor's result on one path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathResult<A> {
    /// Cash flows discounted at the required return.
    pub present_value: A,
    /// The part of the present value that was paid in, as a positive number.
    pub paid: A,
    /// Cash paid in.
    pub invested: A,
    /// Cash received, and the mark at the horizon.
    pub received: A,
}

/// Discounts and adds up the investor's flows of a path.
#[must_use]
pub fn path_result<A: Amount>(deal: &DealSimulator<A>, terms: &Terms<A>) -> PathResult<A> {
    let factor = |flow| factor_of(deal, terms, flow);
    add_up(deal, terms, deal.flows.iter().map(factor))
}

/// What a unit of a flow's money is worth today; its tranche ended by `branch`.
#[must_use]
pub fn discount_factor<A>(terms: &Terms<A>, flow: &Flow<A>, branch: Branch) -> f64 {
    terms.discounting.factor(flow.t, is_paid_on_debt(flow.reason, branch))
}

pub(super) fn factor_of<A: Amount>(deal: &DealSimulator<A>, terms: &Terms<A>, flow: &Flow<A>) -> f64 {
    if terms.discounting.is_one_rate() {
        return terms.discounting.factor(flow.t, false);
    }
    discount_factor(terms, flow, deal.end_of(flow.tranche).branch)
}

/// Whether a debtor pays it, by what it is for and how its tranche ended.
pub(super) fn is_paid_on_debt(reason: Reason, branch: Branch) -> bool {
    match reason {
        Reason::Interest | Reason::Repayment | Reason::Recovery => true,
        Reason::SaleProceeds => matches!(branch, Branch::SalePaid | Branch::SafeCashedOut),
        Reason::HorizonMark => branch == Branch::DebtAtHorizon,
        Reason::Funding | Reason::SharesSold | Reason::Payouts => false,
    }
}

/// Adds up the investor's flows with their discount factors, which are found once and handed to either number
/// type.
pub(super) fn add_up<A: Amount>(
    deal: &DealSimulator<A>,
    terms: &Terms<A>,
    factors: impl Iterator<Item = f64>,
) -> PathResult<A> {
    let mut result =
        PathResult { present_value: A::ZERO, paid: A::ZERO, invested: A::ZERO, received: A::ZERO };
    for (flow, factor) in deal.flows.iter().zip(factors).filter(|(flow, _)| terms.is_valued(flow.tranche)) {
        let present_value = flow.amount * A::from_f64(factor);
        result.present_value += present_value;
        if flow.amount < A::ZERO {
            result.paid -= present_value;
            result.invested -= flow.amount;
        } else {
            result.received += flow.amount;
        }
    }
    for given_up in deal.given_up.iter().filter(|debt| terms.is_valued(debt.tranche)) {
        result.present_value += value_given_up(terms, given_up);
    }
    result
}

/// What debt given up for shares adds to the present value.
pub(super) fn value_given_up<A: Amount>(terms: &Terms<A>, given_up: &GivenUp<A>) -> A {
    given_up.claim * A::from_f64(terms.discounting.of_debt_given_up(given_up.t))
}
