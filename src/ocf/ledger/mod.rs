//! [`Ledger`]: what is outstanding after all transactions up to a day.
//!
//! The format is a log: every security is issued once, and what is taken from it stands in later transactions that
//! name the securities it went into. Those have issuances of their own, so that nothing is added here when something
//! is taken; it is only checked that it arrives.

mod issue;
mod split;
mod taking;

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Class, Plan, Security, shown};
use super::objects::{Monetary, Numeric, Ratio};
use super::problem::{Origin, Problems, one_line};
use super::read::{Item, Package};
use super::transaction::{Event, Transaction};
use crate::number::{Amount, Exact};
use crate::quantity::Day;

/// The state of all securities, classes and plans on a day.
#[derive(Debug)]
pub(super) struct Ledger<'a> {
    pub(super) day: Day,
    pub(super) securities: Vec<Security<'a>>,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) plans: Vec<Plan<'a>>,
    /// Code of the one currency and the object that names it first.
    pub(super) currency: Option<(String, Origin)>,
    by_security: BTreeMap<&'a str, usize>,
    by_class: BTreeMap<&'a str, usize>,
    by_plan: BTreeMap<&'a str, usize>,
    outline: Outline<'a>,
}

/// What must be known of all transactions before any is looked at.
#[derive(Debug, Default)]
struct Outline<'a> {
    /// Securities that come out of others: issued to replace, not out of a plan.
    results: BTreeSet<&'a str>,
    /// Of these, the ones that a split gave.
    split_results: BTreeSet<&'a str>,
    /// Classes with the days on which they were split.
    split_days: BTreeMap<(&'a str, Day), Ratio>,
    /// Securities whose return to a pool is a transaction of its own.
    returned: BTreeSet<&'a str>,
}

impl<'a> Outline<'a> {
    fn of(transactions: &[&'a Item<Transaction>]) -> Self {
        let mut outline = Outline::default();
        for item in transactions {
            match &item.value.event {
                Event::Taking(_, _, taking) => {
                    let ids = taking.resulting_security_ids.iter().map(String::as_str);
                    let balance = taking.balance_security_id.as_deref();
                    outline.results.extend(ids.clone().chain(balance.filter(|id| *id != taking.security_id)));
                    if taking.split_transaction_id.is_some() {
                        outline.split_results.extend(ids);
                    }
                }
                Event::Consolidation(event) => {
                    outline.results.insert(&event.resulting_security_id);
                }
                Event::Split(event) => {
                    outline.split_days.insert((&event.stock_class_id, item.value.day), event.split_ratio);
                }
                Event::ReturnToPool(event) => {
                    outline.returned.insert(&event.security_id);
                }
                _ => {}
            }
        }
        outline
    }
}

impl<'a> Ledger<'a> {
    /// Replays the transactions of `package` up to `day`, reporting whatever does not add up.
    pub(super) fn replay(package: &'a Package, day: Day, problems: &mut Problems) -> Self {
        let until = |item: &&'a Item<Transaction>| item.value.day <= day;
        let mut transactions: Vec<&'a Item<Transaction>> =
            package.transactions.iter().filter(until).collect();
        // On one day splits come first, then what is set outright, then issuances, then what is taken.
        transactions.sort_by_key(|item| (item.value.day, rank(&item.value.event)));
        let mut ledger = Ledger {
            day,
            securities: Vec::new(),
            classes: Vec::new(),
            plans: package.plans.iter().map(Plan::new).collect(),
            currency: None,
            by_security: BTreeMap::new(),
            by_class: package.classes.iter().enumerate().map(|(at, class)| (class.id(), at)).collect(),
            by_plan: package.plans.iter().enumerate().map(|(at, plan)| (plan.id(), at)).collect(),
            outline: Outline::of(&transactions),
        };
        for item in &package.classes {
            let price = item.value.price_per_share.as_ref();
            let price = price.and_then(|price| ledger.money(&item.origin, price, problems));
            ledger.classes.push(Class::new(item, price));
        }
        for at in 0..ledger.classes.len() {
            ledger.open_class(at, problems);
        }
        for at in 0..ledger.plans.len() {
            ledger.check_plan(at, problems);
        }
        for item in transactions {
            ledger.apply(item, problems);
        }
        ledger.check_range(problems);
        ledger
    }

    /// Figures that a scenario cannot keep would be lost on the way.
    fn check_range(&self, problems: &mut Problems) {
        let most_shares = Exact::from_i64(1_000_000_000_000_000);
        let fits = |number: Exact| number <= most_shares && number >= -most_shares;
        let mut check = |origin: &Origin, numbers: &[Option<Exact>]| {
            if !numbers.iter().flatten().all(|number| fits(*number)) {
                problems.contradiction(origin, "a figure grows past 1,000,000bn", "check its digits");
            }
        };
        for security in &self.securities {
            check(security.origin, &[Some(security.left), security.strike]);
        }
        for class in &self.classes {
            let price = class.right.as_ref().map(|right| right.conversion_price);
            check(&class.item.origin, &[class.price, price]);
        }
        for plan in &self.plans {
            check(&plan.item.origin, &[Some(plan.reserved), Some(plan.used), Some(plan.returned)]);
        }
    }

    /// The class with an id; it is a problem if there is none.
    pub(super) fn class(&self, origin: &Origin, id: &str, problems: &mut Problems) -> Option<usize> {
        let found = self.by_class.get(id).copied();
        if found.is_none() {
            dangling(origin, "stock class", id, problems);
        }
        found
    }

    fn plan(&self, origin: &Origin, id: &str, problems: &mut Problems) -> Option<usize> {
        let found = self.by_plan.get(id).copied();
        if found.is_none() {
            dangling(origin, "stock plan", id, problems);
        }
        found
    }

    fn security(&self, origin: &Origin, id: &str, problems: &mut Problems) -> Option<usize> {
        let found = self.by_security.get(id).copied();
        if found.is_none() {
            let reason = format!("no security `{}` has been issued by then", one_line(id));
            problems.contradiction(
                origin,
                &reason,
                "export all transactions; a transaction names a security_id",
            );
        }
        found
    }

    /// An amount in the one currency there may be.
    pub(super) fn money(
        &mut self,
        origin: &Origin,
        money: &Monetary,
        problems: &mut Problems,
    ) -> Option<Exact> {
        let (code, first) = self.currency.get_or_insert_with(|| (money.currency.clone(), origin.clone()));
        if *code != money.currency {
            let reason = format!("an amount is in {}, but {first} is in {code}", one_line(&money.currency));
            problems.unmapped(
                origin,
                &reason,
                "a scenario has one currency: convert the amounts in the export",
            );
            return None;
        }
        Some(Exact::from(money.amount.0))
    }

    fn apply(&mut self, item: &'a Item<Transaction>, problems: &mut Problems) {
        let origin = &item.origin;
        match &item.value.event {
            Event::Nothing => {}
            Event::Issuance(issued, issuance) => {
                if let Some(security) = self.issue(item, issued, issuance, problems) {
                    self.by_security.insert(&issued.security_id, self.securities.len());
                    self.securities.push(security);
                }
            }
            Event::Taking(family, how, taking) => {
                let Some(at) = self.security(origin, &taking.security_id, problems) else { return };
                self.take(item, at, (*family, *how), taking, problems);
            }
            Event::Consolidation(event) => {
                let found: Vec<Option<usize>> =
                    event.security_ids.iter().map(|id| self.security(origin, id, problems)).collect();
                let mut sum = Exact::ZERO;
                for at in found.into_iter().flatten() {
                    if let Some(security) = self.securities.get_mut(at) {
                        sum += security.close(origin, problems);
                    }
                }
                self.arrives(origin, &[&event.resulting_security_id], Some(sum), problems);
            }
            Event::Split(event) => self.split(item, &event.stock_class_id, event.split_ratio, problems),
            Event::RatioAdjustment(event) => {
                let Some(at) = self.class(origin, &event.stock_class_id, problems) else { return };
                self.set_ratio(at, origin, &event.new_ratio_conversion_mechanism, problems);
            }
            Event::PoolAdjustment(event) => {
                let Some(at) = self.plan(origin, &event.stock_plan_id, problems) else { return };
                if let Some(plan) = self.plans.get_mut(at) {
                    plan.set_reserved(origin, item.value.day, event.shares_reserved.0, problems);
                }
            }
            Event::ReturnToPool(event) => {
                let security = self.security(origin, &event.security_id, problems);
                let plan = self.plan(origin, &event.stock_plan_id, problems);
                let Some(quantity) = positive(origin, event.quantity, problems) else { return };
                let (Some(security), Some(plan)) = (security, plan) else { return };
                if let Some(security) = self.securities.get_mut(security) {
                    security.give_back(origin, quantity, problems);
                }
                if let Some(plan) = self.plans.get_mut(plan) {
                    plan.returned += quantity;
                }
            }
            Event::Repricing(event) => {
                let strike = self.money(origin, &event.new_exercise_price, problems);
                let Some(at) = self.security(origin, &event.security_id, problems) else { return };
                if let Some(security) = self.securities.get_mut(at) {
                    security.strike = strike;
                    security.changed.push(origin);
                }
            }
        }
    }
}

/// The order of events of one day.
fn rank(event: &Event) -> u8 {
    match event {
        Event::Split(_) => 0,
        Event::RatioAdjustment(_) | Event::PoolAdjustment(_) | Event::Nothing => 1,
        Event::Issuance(..) => 2,
        Event::Taking(..) | Event::Consolidation(_) | Event::Repricing(_) => 3,
        Event::ReturnToPool(_) => 4,
    }
}

/// A number above zero; anything else is a problem.
pub(super) fn positive(origin: &Origin, number: Numeric, problems: &mut Problems) -> Option<Exact> {
    let number = Exact::from(number.0);
    if number > Exact::ZERO {
        return Some(number);
    }
    let reason = format!("{} stands where a number above zero is needed", shown(number));
    problems.contradiction(origin, &reason, "correct it");
    None
}

fn dangling(origin: &Origin, what: &str, id: &str, problems: &mut Problems) {
    let reason = format!("there is no {what} `{}`", one_line(id));
    problems.contradiction(origin, &reason, "export all files, and check the lists in the manifest");
}
