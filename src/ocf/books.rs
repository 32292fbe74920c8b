//! What a [ledger](super::ledger) keeps of a security, a class and a plan.

use super::ledger::Ledger;
use super::objects::{Cancelled, ClassMechanism, ClassType, Issued, StockClass, StockPlan};
use super::problem::{Origin, Problems, one_line};
use super::read::Item;
use super::transaction::{Family, Issuance, Transaction};
use crate::number::{Amount, Decimal, Exact};
use crate::quantity::Day;

/// A number for messages.
pub(super) fn shown(number: Exact) -> String {
    number.value().map_or_else(|| "a number out of range".to_owned(), |value| value.normalize().to_string())
}

/// A security: shares, a grant, a warrant or a convertible.
#[derive(Debug)]
pub(super) struct Security<'a> {
    pub(super) origin: &'a Origin,
    pub(super) day: Day,
    pub(super) issued: &'a Issued,
    pub(super) issuance: &'a Issuance,
    /// What it was issued for: shares, or for a convertible money.
    pub(super) opened: Exact,
    /// What is left of it.
    pub(super) left: Exact,
    /// Taken away for good, not moved into another security.
    pub(super) taken: Exact,
    /// Of this, given back to a pool by transactions that say so.
    given_back: Exact,
    /// Exercise price per share.
    pub(super) strike: Option<Exact>,
    /// Its class, or the one it is exercised into, by place.
    pub(super) class: Option<usize>,
    /// Its plan, by place.
    pub(super) plan: Option<usize>,
    /// Transactions that changed it.
    pub(super) changed: Vec<&'a Origin>,
}

impl<'a> Security<'a> {
    pub(super) fn new(origin: &'a Origin, day: Day, issued: &'a Issued, issuance: &'a Issuance) -> Self {
        Security {
            origin,
            day,
            issued,
            issuance,
            opened: Exact::ZERO,
            left: Exact::ZERO,
            taken: Exact::ZERO,
            given_back: Exact::ZERO,
            strike: None,
            class: None,
            plan: None,
            changed: Vec::new(),
        }
    }

    pub(super) fn family(&self) -> Family {
        match self.issuance {
            Issuance::Stock(_) => Family::Stock,
            Issuance::Compensation(_) => Family::Compensation,
            Issuance::Warrant(_) => Family::Warrant,
            Issuance::Convertible(_) => Family::Convertible,
        }
    }

    /// Whether anything of it is outstanding.
    pub(super) fn is_open(&self) -> bool {
        self.left > Exact::ZERO
    }

    /// Takes all of it, for a consolidation of stock.
    pub(super) fn close(&mut self, by: &'a Origin, problems: &mut Problems) -> Exact {
        if self.family() != Family::Stock || !self.is_open() {
            let reason = format!("nothing is left of {} to consolidate", one_line(&self.issued.security_id));
            problems.contradiction(by, &reason, "name the securities that are outstanding");
        }
        self.changed.push(by);
        std::mem::replace(&mut self.left, Exact::ZERO)
    }

    /// Notes shares given back to a pool: no more than were taken from it.
    pub(super) fn give_back(&mut self, by: &Origin, quantity: Exact, problems: &mut Problems) {
        self.given_back += quantity;
        if !(self.given_back <= self.taken) {
            let reason =
                format!("gives back {}, but {} were taken", shown(self.given_back), shown(self.taken));
            problems.contradiction(by, &reason, "correct the quantity, or add the cancellation");
        }
    }

    /// A split of its class.
    pub(super) fn split(&mut self, by: &'a Origin, new: Exact, old: Exact) {
        let scale = |number: Exact| (number * new).div_or(old, number);
        self.left = scale(self.left);
        self.taken = scale(self.taken);
        self.given_back = scale(self.given_back);
        self.strike = self.strike.map(|strike| (strike * old).div_or(new, strike));
        self.changed.push(by);
    }
}

/// A class of stock.
#[derive(Debug)]
pub(super) struct Class<'a> {
    pub(super) item: &'a Item<StockClass>,
    /// What a share was issued for.
    pub(super) price: Option<Exact>,
    /// Whether a split changed that.
    pub(super) split_by: Option<&'a Origin>,
    /// The right to convert, if there is one that can be said.
    pub(super) right: Option<ClassRight<'a>>,
}

/// The right of a class to convert into another.
#[derive(Debug)]
pub(super) struct ClassRight<'a> {
    /// Id of the class it converts into.
    target: &'a str,
    /// What a share is credited for on conversion.
    pub(super) conversion_price: Exact,
    /// Where that stands.
    pub(super) origin: Origin,
    /// How the price follows, where the file does not simply state it.
    pub(super) derived: Option<String>,
    /// Whether a split changed it, which the export does not say.
    pub(super) assumed: bool,
}

impl Item<StockClass> {
    /// Its id as written.
    pub(super) fn id(&self) -> &str {
        &self.origin.id
    }
}

impl Item<StockPlan> {
    /// Its id as written.
    pub(super) fn id(&self) -> &str {
        &self.origin.id
    }
}

impl<'a> Class<'a> {
    pub(super) fn new(item: &'a Item<StockClass>, price: Option<Exact>) -> Self {
        Class { item, price, split_by: None, right: None }
    }

    /// A split of the class with this id: of this one, or of the one it converts into.
    pub(super) fn split(&mut self, by: &'a Origin, id: Option<&str>, new: Exact, old: Exact) {
        let scale = |number: Exact| (number * old).div_or(new, number);
        if id == Some(self.item.id()) {
            self.price = self.price.map(scale);
            self.split_by = Some(by);
        }
        // A share of a split class is worth less of the class it converts into: price and ratio fall alike, and
        // the conversion price stays. It falls when the other class is split.
        if let Some(right) = &mut self.right
            && id == Some(right.target)
        {
            right.conversion_price = scale(right.conversion_price);
            right.derived = Some(format!("divided by the split {by}"));
            right.assumed = true;
        }
    }
}

impl<'a> Ledger<'a> {
    /// Reads the right to convert that a class has from the start.
    pub(super) fn open_class(&mut self, at: usize, problems: &mut Problems) {
        let Some(item) = self.classes.get(at).map(|class| class.item) else { return };
        let origin = &item.origin;
        let rights = item.value.conversion_rights.as_deref().unwrap_or_default();
        if item.value.class_type == ClassType::Common {
            let ratios = rights.iter().filter_map(|right| right.conversion_mechanism.ratio);
            if ratios.into_iter().any(|ratio| ratio.numerator != ratio.denominator) {
                problems.unmapped(
                    origin,
                    "is common stock that does not convert one to one",
                    "a scenario has one class of common stock",
                );
            }
            return;
        }
        let [right] = rights else {
            if rights.len() > 1 {
                problems.unmapped(origin, "has several conversion rights", "keep the one into common stock");
            }
            return;
        };
        if right.converts_to_future_round == Some(true) {
            problems.unmapped(
                origin,
                "converts into shares of a future round",
                "only common stock can be said",
            );
            return;
        }
        let Some(target) = &right.converts_to_stock_class_id else {
            problems.contradiction(
                origin,
                "its conversion right names no class",
                "add converts_to_stock_class_id",
            );
            return;
        };
        let Some(other) = self.class(origin, target, problems) else { return };
        let Some(other) = self.classes.get(other).map(|class| class.item) else { return };
        if other.value.class_type != ClassType::Common {
            problems.unmapped(origin, "converts into preferred stock", "only common stock can be said");
            return;
        }
        self.set_ratio_into(at, other.id(), origin, &right.conversion_mechanism, problems);
    }

    /// A new ratio for the right that a class has.
    pub(super) fn set_ratio(
        &mut self,
        at: usize,
        origin: &'a Origin,
        mechanism: &ClassMechanism,
        problems: &mut Problems,
    ) {
        let target = self.classes.get(at).and_then(|class| class.right.as_ref()).map(|right| right.target);
        let Some(target) = target else {
            let help = "add the right that is adjusted to the class's conversion_rights";
            problems.contradiction(origin, "its class has no right to convert that could be adjusted", help);
            return;
        };
        self.set_ratio_into(at, target, origin, mechanism, problems);
    }

    fn set_ratio_into(
        &mut self,
        at: usize,
        target: &'a str,
        origin: &Origin,
        mechanism: &ClassMechanism,
        problems: &mut Problems,
    ) {
        if mechanism.r#type != "RATIO_CONVERSION" {
            let reason = format!("converts by {}", one_line(&mechanism.r#type));
            problems.unmapped(origin, &reason, "only RATIO_CONVERSION of a class can be said");
            return;
        }
        let stated = mechanism.conversion_price.as_ref();
        let stated_price = stated.and_then(|price| self.money(origin, price, problems));
        let Some(class) = self.classes.get_mut(at) else { return };
        let ratio = mechanism.ratio.map(|ratio| (ratio.numerator.0, ratio.denominator.0));
        let found = conversion_price(class.price, stated_price, ratio);
        match found {
            Ok((conversion_price, derived)) => {
                class.right = Some(ClassRight {
                    target,
                    conversion_price,
                    origin: origin.clone(),
                    derived: derived.then(|| "issue price over the ratio".to_owned()),
                    assumed: false,
                });
            }
            Err(reason) => problems.contradiction(
                origin,
                reason,
                "the ratio is the issue price over the conversion price",
            ),
        }
    }

    /// Whether the classes of a plan exist.
    pub(super) fn check_plan(&self, at: usize, problems: &mut Problems) {
        let Some(plan) = self.plans.get(at) else { return };
        for id in plan.class_ids() {
            self.class(&plan.item.origin, id, problems);
        }
        if !(plan.reserved >= Exact::ZERO) {
            problems.contradiction(&plan.item.origin, "reserves fewer than no shares", "correct it");
        }
    }
}

/// The conversion price of a class, and whether it had to be derived. Price and ratio say the same thing twice; either
/// may be rounded for print, and the one that is not counts: whole numbers are taken for exact.
fn conversion_price(
    issue_price: Option<Exact>,
    stated: Option<Exact>,
    ratio: Option<(Decimal, Decimal)>,
) -> Result<(Exact, bool), &'static str> {
    let zero = |number: Decimal| number <= Decimal::ZERO;
    if ratio.is_some_and(|(new, old)| zero(new) || zero(old))
        || stated.is_some_and(|price| !(price > Exact::ZERO))
    {
        return Err("its ratio or conversion_price is not above zero");
    }
    let exact = |number| Exact::from_decimal(number);
    match (stated, ratio, issue_price) {
        (None, None, _) => Err("gives neither ratio nor conversion_price"),
        // Without an issue price nothing can be compared; that it is missing is said elsewhere.
        (Some(price), _, None) | (Some(price), None, Some(_)) => Ok((price, false)),
        (None, Some(_), None) => Err("has a ratio, but no price_per_share to divide by it"),
        (None, Some((new, old)), Some(issue)) => Ok(((issue * exact(old)).div_or(exact(new), issue), true)),
        (Some(price), Some((new, old)), Some(issue)) => {
            let by_ratio = (issue * exact(old)).div_or(exact(new), issue);
            let by_price = (issue * exact(old)).div_or(price, issue);
            let is_integral = new.fract().is_zero() && old.fract().is_zero();
            if by_ratio == price || (!is_integral && is_rounded(by_price, new)) {
                Ok((price, false))
            } else if price.value().is_some_and(|printed| is_rounded(by_ratio, printed)) {
                Ok((by_ratio, true))
            } else {
                Err("its ratio and its conversion_price do not agree")
            }
        }
    }
}

/// Whether `printed` is `exact` rounded, up, down or to the nearest, to the decimals it is printed with.
fn is_rounded(exact: Exact, printed: Decimal) -> bool {
    let unit = Decimal::new(1, printed.scale());
    let error = exact - Exact::from(printed);
    error.value().is_some_and(|error| error.abs() < unit)
}

/// A plan.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) item: &'a Item<StockPlan>,
    /// Shares set aside in all.
    pub(super) reserved: Exact,
    /// Granted out of it, ever.
    pub(super) used: Exact,
    /// Come back to it.
    pub(super) returned: Exact,
    /// Where the reserve stands, and on which day it was set.
    pub(super) reserved_by: Origin,
    reserved_on: Option<Day>,
    /// Cancellations of which nothing says where their shares went.
    pub(super) unclear: Vec<&'a Origin>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(item: &'a Item<StockPlan>) -> Self {
        Plan {
            item,
            reserved: Exact::from(item.value.initial_shares_reserved.0),
            used: Exact::ZERO,
            returned: Exact::ZERO,
            reserved_by: item.origin.clone(),
            reserved_on: None,
            unclear: Vec::new(),
        }
    }

    /// Ids of its classes.
    pub(super) fn class_ids(&self) -> Vec<&'a str> {
        let mut ids: Vec<&str> = self.item.value.stock_class_ids.iter().map(String::as_str).collect();
        ids.extend(self.item.value.stock_class_id.as_deref());
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Not granted.
    pub(super) fn available(&self) -> Exact {
        self.reserved - self.used + self.returned
    }

    /// A new size of the reserve; two on one day must agree.
    pub(super) fn set_reserved(&mut self, by: &Origin, day: Day, shares: Decimal, problems: &mut Problems) {
        let shares = Exact::from(shares);
        if self.reserved_on == Some(day) && self.reserved != shares {
            let reason = format!("{} sets another reserve on the same day", self.reserved_by);
            problems.contradiction(by, &reason, "keep the one that counts");
        }
        if !(shares >= Exact::ZERO) {
            problems.contradiction(by, "reserves fewer than no shares", "correct it");
        }
        self.reserved = shares;
        self.reserved_on = Some(day);
        self.reserved_by = by.clone();
    }

    /// Shares of a cancelled or repurchased security, where no transaction says what becomes of them.
    pub(super) fn cancelled(&mut self, by: &'a Origin, quantity: Exact) {
        match self.item.value.default_cancellation_behavior {
            Some(Cancelled::ReturnToPool) => self.returned += quantity,
            Some(Cancelled::Retire | Cancelled::HoldAsCapitalStock) => {}
            Some(Cancelled::DefinedPerPlanSecurity) | None => self.unclear.push(by),
        }
    }

    /// A split of a class. A plan adopted later is written in new shares already.
    pub(super) fn split(
        &mut self,
        id: Option<&str>,
        by: &Item<Transaction>,
        (new, old): (Exact, Exact),
        problems: &mut Problems,
    ) {
        let adopted = self.item.value.board_approval_date.map(|date| date.0);
        let ids = self.class_ids();
        if !ids.iter().any(|own| Some(*own) == id) || adopted.is_some_and(|day| day > by.value.day) {
            return;
        }
        if ids.len() > 1 {
            let reason = format!("splits one of several classes of the plan {}", self.item.origin);
            problems.unmapped(&by.origin, &reason, "give the plan one class");
        }
        if adopted.is_none() && self.used == Exact::ZERO && self.reserved_on.is_none() {
            let reason = format!("nothing says whether the plan was adopted before the split {}", by.origin);
            problems.contradiction(&self.item.origin, &reason, "add its board_approval_date");
        }
        for number in [&mut self.reserved, &mut self.used, &mut self.returned] {
            *number = (*number * new).div_or(old, *number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(
        issue: &str,
        stated: Option<&str>,
        ratio: Option<(&str, &str)>,
    ) -> Result<(String, bool), &'static str> {
        let read = |text: &str| Decimal::from_str_exact(text).unwrap();
        let ratio = ratio.map(|(new, old)| (read(new), read(old)));
        conversion_price(Some(read(issue).into()), stated.map(|text| read(text).into()), ratio)
            .map(|(price, derived)| (shown(price), derived))
    }

    #[test]
    fn of_price_and_ratio_the_one_that_is_not_rounded_counts() {
        // hand-worked
        assert_eq!(price("2", Some("2"), Some(("1", "1"))), Ok(("2".into(), false)));
        assert_eq!(price("2", Some("1.6"), Some(("1.25", "1"))), Ok(("1.6".into(), false)));
        // 2 / 1.7 = 1.17647…: the ratio is rounded, the price is not
        assert_eq!(price("2", Some("1.70"), Some(("1.1765", "1"))), Ok(("1.7".into(), false)));
        // 2 · 8 / 10 = 1.6 exactly; 1.60 is that price in print
        assert_eq!(price("2", Some("1.60"), Some(("10", "8"))), Ok(("1.6".into(), false)));
        // 1 / 3 = 0.3333…: the price is rounded
        assert!(price("1", Some("0.3333"), Some(("3.0000", "1"))).unwrap().1);
        assert_eq!(price("1.5", None, Some(("3", "1"))), Ok(("0.5".into(), true)));
        assert!(price("2", Some("1.50"), Some(("1.25", "1"))).is_err());
        assert!(price("2", Some("0"), None).is_err());
        assert!(price("2", None, None).is_err());
    }
}
