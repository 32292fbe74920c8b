//! What a note is worth to its holder on the day it falls due.

use crate::number::Amount;

/// Which of two payoffs a holder takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HolderChoice<A> {
    /// Money.
    pub value: A,
    /// Whether the holder converts; a holder to whom it is all one does not.
    pub converts: bool,
}

/// What a claim on demand brings: all of it, or what there is.
///
/// `available` is what the holder's rank can reach, after everyone paid before it; below zero counts as none.
///
/// Source: `min(cash, claim)`, a debt on demand.
#[must_use]
pub fn repayment<A: Amount>(claim: A, available: A) -> A {
    claim.min_of(available.or_zero())
}

/// What a holder may expect of repayment who must choose before it is known whether the company can pay: `repaid` with
/// probability `can_pay` (0 to 1), else what is `recovered`.
///
/// Source: expectation of the two outcomes; ours.
#[must_use]
pub fn expected_repayment<A: Amount>(repaid: A, can_pay: A, recovered: A) -> A {
    // In this form nothing is lost to rounding where the two are the same, or payment is certain.
    repaid - (A::ONE - can_pay) * (repaid - recovered)
}

/// What the shares bought with `amount` at `conversion_price` are worth at `share_value` each; nothing at a
/// price of zero.
#[must_use]
pub fn as_converted_value<A: Amount>(amount: A, conversion_price: A, share_value: A) -> A {
    (amount * share_value).div_or(conversion_price, A::ZERO)
}

/// The holder's better of repayment and conversion.
///
/// Source: conversion at maturity at the holder's election, as note forms offer it.
#[must_use]
pub fn better_of<A: Amount>(repaid: A, as_converted: A) -> HolderChoice<A> {
    let converts = as_converted > repaid;
    HolderChoice { value: if converts { as_converted } else { repaid }, converts }
}
