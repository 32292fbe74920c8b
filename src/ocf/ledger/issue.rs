//! What is issued, and out of which plan.

use super::super::books::{Plan, Security};
use super::super::objects::{CompensationIssuance, Issued, Mechanism, Monetary, Trigger};
use super::super::problem::{Origin, Problems, one_line};
use super::super::read::Item;
use super::super::transaction::{Issuance, Transaction};
use super::super::warrant;
use super::{Ledger, positive};
use crate::number::{Amount, Exact};

impl<'a> Ledger<'a> {
    pub(super) fn issue(
        &mut self,
        item: &'a Item<Transaction>,
        issued: &'a Issued,
        issuance: &'a Issuance,
        problems: &mut Problems,
    ) -> Option<Security<'a>> {
        let origin = &item.origin;
        if self.by_security.contains_key(issued.security_id.as_str()) {
            problems.contradiction(
                origin,
                "its security_id has been issued before",
                "give each security its own",
            );
            return None;
        }
        let mut security = Security::new(origin, item.value.day, issued, issuance);
        let quantity = match issuance {
            Issuance::Stock(stock) => {
                security.class = self.class(origin, &stock.stock_class_id, problems);
                security.plan = stock.stock_plan_id.as_ref().and_then(|id| self.plan(origin, id, problems));
                if let Some(price) = &stock.share_price {
                    self.money(origin, price, problems);
                }
                positive(origin, stock.quantity, problems)
            }
            Issuance::Compensation(grant) => {
                security.plan = grant.stock_plan_id.as_ref().and_then(|id| self.plan(origin, id, problems));
                security.class =
                    self.class_of_grant(origin, grant.stock_class_id.as_deref(), security.plan, problems);
                security.strike = self.strike_of_grant(origin, grant, problems);
                positive(origin, grant.quantity, problems)
            }
            Issuance::Warrant(warrant) => {
                let shares = warrant::shares(origin, warrant, problems);
                let strike = warrant.exercise_price.as_ref();
                if strike.is_none() {
                    problems.contradiction(
                        origin,
                        "the warrant has no exercise_price",
                        "add it to the export",
                    );
                }
                security.strike = strike.and_then(|strike| self.money(origin, strike, problems));
                let (class, quantity) = shares?;
                security.class = self.class(origin, class, problems);
                positive(origin, quantity, problems)
            }
            Issuance::Convertible(convertible) => {
                for cap in convertible.conversion_triggers.iter().filter_map(cap) {
                    self.money(origin, cap, problems);
                }
                positive(origin, convertible.investment_amount.amount, problems)?;
                self.money(origin, &convertible.investment_amount, problems)
            }
        };
        security.opened = quantity?;
        security.left = security.opened;
        let is_result = self.outline.results.contains(issued.security_id.as_str());
        if let Some(plan) = security.plan.and_then(|at| self.plans.get_mut(at))
            && !is_result
        {
            plan.used += security.opened;
        }
        if !self.outline.split_results.contains(issued.security_id.as_str()) {
            self.not_on_split_day(item, security.class, problems);
        }
        Some(security)
    }

    /// On the day of a split nobody can tell numbers before it from numbers after it.
    pub(super) fn not_on_split_day(
        &self,
        item: &Item<Transaction>,
        class: Option<usize>,
        problems: &mut Problems,
    ) {
        let class = class.and_then(|at| self.classes.get(at));
        if class.is_some_and(|class| self.outline.split_days.contains_key(&(class.item.id(), item.value.day)))
        {
            problems.contradiction(
                &item.origin,
                "falls on the day its class is split, so that its number may be one before or after the split",
                "date it the day before or after; shares that the split gives belong into a reissuance with split_transaction_id",
            );
        }
    }

    fn class_of_grant(
        &self,
        origin: &Origin,
        class: Option<&str>,
        plan: Option<usize>,
        problems: &mut Problems,
    ) -> Option<usize> {
        if let Some(id) = class {
            return self.class(origin, id, problems);
        }
        let classes = plan.and_then(|at| self.plans.get(at)).map(Plan::class_ids).unwrap_or_default();
        if let [id] = classes.as_slice() {
            return self.by_class.get(id).copied();
        }
        problems.contradiction(
            origin,
            "it cannot be told which class it is exercised into",
            "add stock_class_id to it, or a single class to its plan",
        );
        None
    }

    fn strike_of_grant(
        &mut self,
        origin: &Origin,
        grant: &CompensationIssuance,
        problems: &mut Problems,
    ) -> Option<Exact> {
        let price = grant.exercise_price.as_ref();
        let strike = price.and_then(|price| self.money(origin, price, problems));
        match grant.compensation_type.as_str() {
            "OPTION" | "OPTION_ISO" | "OPTION_NSO" => {
                if price.is_none() {
                    problems.contradiction(
                        origin,
                        "the option has no exercise_price",
                        "add it to the export",
                    );
                }
                if strike.is_some_and(|strike| !(strike >= Exact::ZERO)) {
                    problems.contradiction(origin, "the exercise_price is below zero", "correct it");
                }
                strike
            }
            "RSU" => {
                if strike.is_some_and(|strike| strike != Exact::ZERO) {
                    let help =
                        "a restricted share unit costs nothing: take the price out, or call it an option";
                    problems.contradiction(origin, "an RSU has an exercise_price", help);
                }
                Some(Exact::ZERO)
            }
            other => {
                let reason = format!("compensation of type {} is not shares to come", one_line(other));
                problems.unmapped(
                    origin,
                    &reason,
                    "options and RSUs can be said; leave it out and add what it is worth to debt",
                );
                None
            }
        }
    }
}

/// The valuation cap that a trigger names.
fn cap(trigger: &Trigger) -> Option<&Monetary> {
    match &trigger.conversion_right.conversion_mechanism {
        Mechanism::SafeConversion(terms) => terms.price.conversion_valuation_cap.as_ref(),
        Mechanism::ConvertibleNoteConversion(terms) => terms.price.conversion_valuation_cap.as_ref(),
        _ => None,
    }
}
