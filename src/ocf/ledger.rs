//! [`Ledger`]: what is outstanding after all transactions up to a day.
//!
//! The format is a log: every security is issued once, and what is taken from it stands in later transactions that
//! name the securities it went into. Those have issuances of their own, so that nothing is added here when something
//! is taken; it is only checked that it arrives.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Class, Plan, Security, shown};
use super::objects::{
    ClassType, CompensationIssuance, Issued, Mechanism, Monetary, Numeric, Ratio, Taking, Trigger,
};
use super::problem::{Origin, Problems, one_line};
use super::read::{Item, Package};
use super::transaction::{Event, Family, How, Issuance, Transaction};
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

    fn issue(
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
                let shares = super::warrant::shares(origin, warrant, problems);
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
    fn not_on_split_day(&self, item: &Item<Transaction>, class: Option<usize>, problems: &mut Problems) {
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

    fn take(
        &mut self,
        item: &'a Item<Transaction>,
        at: usize,
        (family, how): (Family, How),
        taking: &'a Taking,
        problems: &mut Problems,
    ) {
        let origin = &item.origin;
        let Some(moved) = self.moved(item, at, (family, how), taking, problems) else { return };
        let must_arrive = match how {
            How::Transfer | How::Reissuance => Some(Some(moved)),
            How::Conversion | How::Exercise | How::Release => Some(None),
            How::Cancellation | How::Repurchase | How::Retraction => None,
        };
        if let Some(sum) = must_arrive {
            let ids: Vec<&str> = taking.resulting_security_ids.iter().map(String::as_str).collect();
            self.arrives(origin, &ids, sum, problems);
        }
        let returns_by_event = self.outline.returned.contains(taking.security_id.as_str());
        let plan = self.securities.get(at).and_then(|security| security.plan);
        if let Some(plan) = plan.and_then(|plan| self.plans.get_mut(plan)) {
            match how {
                How::Retraction => plan.returned += moved,
                How::Cancellation | How::Repurchase if !returns_by_event => plan.cancelled(origin, moved),
                _ => {}
            }
        }
    }

    /// How much is taken from a security, once everything about it adds up. The security is left with the rest.
    fn moved(
        &mut self,
        item: &'a Item<Transaction>,
        at: usize,
        (family, how): (Family, How),
        taking: &'a Taking,
        problems: &mut Problems,
    ) -> Option<Exact> {
        let origin = &item.origin;
        let balance = taking.balance_security_id.as_deref().filter(|id| *id != taking.security_id);
        let kept = match balance {
            Some(id) => {
                let balance = self.security(origin, id, problems)?;
                Some(self.securities.get(balance)?.opened)
            }
            None => None,
        };
        let stated = match family {
            Family::Convertible => {
                let amount = taking.amount.as_ref();
                amount.map(|money| self.money(origin, money, problems)).unwrap_or_default()
            }
            _ => taking.quantity.map(|quantity| Exact::from(quantity.0)),
        };
        let class = self.securities.get(at)?.class;
        let security = self.securities.get_mut(at)?;
        if security.family() != family {
            let reason =
                format!("is about {}, but its security is {}", family.name(), security.family().name());
            problems.contradiction(origin, &reason, "give the security_id that is meant");
            return None;
        }
        let is_whole = matches!(
            (how, family),
            (How::Retraction | How::Reissuance, _)
                | (How::Exercise, Family::Warrant)
                | (How::Conversion, Family::Convertible)
        );
        let moved = match (is_whole, stated, kept) {
            (true, _, None) => security.left,
            (true, _, Some(kept)) => security.left - kept,
            (false, Some(stated), _) => stated,
            (false, None, _) => {
                problems.contradiction(origin, "does not say how much", "add its quantity or amount");
                return None;
            }
        };
        let rest = security.left - moved;
        if !(moved > Exact::ZERO && rest >= Exact::ZERO) {
            let reason = format!("takes {} of {} outstanding", shown(moved), shown(security.left));
            problems.contradiction(
                origin,
                &reason,
                "a transaction takes more than nothing and no more than there is",
            );
            return None;
        }
        if let Some(kept) = kept
            && kept != rest
        {
            let reason =
                format!("leaves {}, but its balance security was issued for {}", shown(rest), shown(kept));
            problems.contradiction(origin, &reason, "correct one of them");
        }
        security.left = if kept.is_some() { Exact::ZERO } else { rest };
        security.changed.push(origin);
        if !matches!(how, How::Transfer | How::Reissuance | How::Conversion) {
            security.taken += moved;
        }
        if !matches!(how, How::Retraction | How::Reissuance) {
            self.not_on_split_day(item, class, problems);
        }
        Some(moved)
    }

    /// Whether what was taken went into securities that exist, and all of it where the sum is known.
    fn arrives(&self, origin: &Origin, ids: &[&str], sum: Option<Exact>, problems: &mut Problems) {
        let found: Vec<usize> = ids.iter().filter_map(|id| self.security(origin, id, problems)).collect();
        if found.len() < ids.len() {
            return;
        }
        let opened = found.iter().filter_map(|at| self.securities.get(*at)).map(|security| security.opened);
        let arrived = opened.fold(Exact::ZERO, |total, each| total + each);
        if ids.is_empty() || sum.is_some_and(|sum| sum != arrived) {
            let from = sum.map_or_else(|| "all".to_owned(), shown);
            let reason = format!("of {from} taken {} arrive in its resulting securities", shown(arrived));
            problems.contradiction(
                origin,
                &reason,
                "list all resulting_security_ids, and issue each for what it gets",
            );
        }
    }

    fn split(&mut self, item: &'a Item<Transaction>, class: &str, ratio: Ratio, problems: &mut Problems) {
        let origin = &item.origin;
        let Some(at) = self.class(origin, class, problems) else { return };
        let (Some(new), Some(old)) =
            (positive(origin, ratio.numerator, problems), positive(origin, ratio.denominator, problems))
        else {
            return;
        };
        self.splits_alike(item, at, problems);
        for security in self.securities.iter_mut().filter(|security| security.class == Some(at)) {
            security.split(origin, new, old);
        }
        let class_id = self.classes.get(at).map(|class| class.item.id());
        // The terms of a class of which no share was issued yet are those it is issued with, later.
        let issued: BTreeSet<usize> = self.securities.iter().filter_map(|security| security.class).collect();
        for (other, class) in self.classes.iter_mut().enumerate() {
            if issued.contains(&other) {
                class.split(origin, class_id, new, old);
            }
        }
        for plan in &mut self.plans {
            plan.split(class_id, item, (new, old), problems);
        }
    }
}

impl Ledger<'_> {
    /// Classes of common stock are one in a scenario, so that all that are outstanding must be split alike.
    fn splits_alike(&self, item: &Item<Transaction>, at: usize, problems: &mut Problems) {
        let of = |class: &Class<'_>| {
            let ratio = self.outline.split_days.get(&(class.item.id(), item.value.day))?;
            let (new, old) = (Exact::from(ratio.numerator.0), Exact::from(ratio.denominator.0));
            Some(new.div_or(old, Exact::ZERO))
        };
        let is_common = |class: &Class<'_>| class.item.value.class_type == ClassType::Common;
        let Some(own) = self.classes.get(at).filter(|class| is_common(class)) else { return };
        let others =
            self.classes.iter().enumerate().filter(|(other, class)| *other != at && is_common(class));
        for (other, class) in others {
            let is_held = self.securities.iter().any(|held| held.class == Some(other) && held.is_open());
            if is_held && of(class) != of(own) {
                let reason = format!("splits one class of common stock, but not {} alike", class.item.origin);
                problems.unmapped(&item.origin, &reason, "a scenario has one class of common stock");
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
