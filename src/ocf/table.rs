//! The ledger as `[company.capitalization]`.

use std::collections::{BTreeMap, BTreeSet};

use super::books::{Class, Security, shown};
use super::ledger::Ledger;
use super::objects::{ClassType, Numeric};
use super::problem::{Origin, Problems, one_line};
use super::read::Package;
use super::sheet::{Sheet, assumed, derived, multiple, shares, stated, value};
use super::transaction::{Family, Issuance};
use crate::number::{Amount, Decimal, Exact};
use crate::scenario::{toml_key, toml_text};

const CAPITALIZATION: [&str; 2] = ["company", "capitalization"];
/// Ids named in one comment.
const MOST_NAMED: usize = 4;

/// Names that are not taken twice: the second bearer's has its id behind it.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    pub(super) fn unique(&mut self, name: &str, id: &str) -> String {
        let (name, id) = (one_line(name), one_line(id));
        let is_free = !name.is_empty() && !self.0.contains(&name);
        let name = if is_free { name } else { format!("{name} ({id})").trim().to_owned() };
        self.0.insert(name.clone());
        name
    }
}

/// Names of all stakeholders by id.
pub(super) fn holders(package: &Package) -> BTreeMap<&str, String> {
    let mut names = Names::default();
    package
        .stakeholders
        .iter()
        .map(|item| {
            let id = item.origin.id.as_str();
            (id, names.unique(&item.value.name.legal_name, id))
        })
        .collect()
}

/// The holder of a security; it is a problem if there is none.
pub(super) fn holder<'h>(
    security: &Security<'_>,
    holders: &'h BTreeMap<&str, String>,
    problems: &mut Problems,
) -> Option<&'h str> {
    let id = security.issued.stakeholder_id.as_str();
    let found = holders.get(id).map(String::as_str);
    if found.is_none() {
        let reason = format!("there is no stakeholder `{}`", one_line(id));
        problems.contradiction(
            security.origin,
            &reason,
            "export all files, and check the lists in the manifest",
        );
    }
    found
}

/// Where the sum of several securities comes from.
fn mark(securities: &[&Security<'_>]) -> String {
    if let [only] = securities
        && only.changed.is_empty()
    {
        return stated(only.origin);
    }
    let issued: Vec<&Origin> = securities.iter().map(|security| security.origin).collect();
    let changed: Vec<&Origin> =
        securities.iter().flat_map(|security| security.changed.iter().copied()).collect();
    let mut files: Vec<&str> = issued.iter().chain(&changed).map(|origin| origin.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let after = if changed.is_empty() { String::new() } else { format!(", after {}", listed(&changed)) };
    derived(&format!("{} {}{after}", files.join(", "), listed(&issued)))
}

/// The first ids, and how many more.
fn listed(origins: &[&Origin]) -> String {
    let ids: Vec<&str> = origins.iter().take(MOST_NAMED).map(|origin| origin.id.as_str()).collect();
    match origins.len().saturating_sub(MOST_NAMED) {
        0 => ids.join(", "),
        more => format!("{} and {more} more", ids.join(", ")),
    }
}

/// Writes `[company.capitalization]`.
pub(super) fn write(
    ledger: &Ledger<'_>,
    holders: &BTreeMap<&str, String>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    sheet.plain(
        "\n# ---------------------------------------------------------------- the shares outstanding\n",
    );
    sheet.plain("[company.capitalization]");
    pool(ledger, sheet, problems);
    for (family, key) in [(Family::Compensation, "options"), (Family::Warrant, "warrants")] {
        grants(ledger, (family, key), holders, sheet, problems);
    }
    common(ledger, holders, sheet, problems);
    let mut names = Names::default();
    for (at, class) in ledger.classes.iter().enumerate() {
        let held = outstanding(ledger, &|class| class == at);
        if class.item.value.class_type == ClassType::Preferred && !held.is_empty() {
            let name = names.unique(&class.item.value.name, class.item.id());
            series(ledger, (class, &name, &held), holders, sheet, problems);
        }
    }
}

/// Stock outstanding of the classes that fit.
fn outstanding<'l, 'a>(ledger: &'l Ledger<'a>, fits: &dyn Fn(usize) -> bool) -> Vec<&'l Security<'a>> {
    let is_held = |security: &&Security<'_>| {
        security.family() == Family::Stock && security.is_open() && security.class.is_some_and(fits)
    };
    ledger.securities.iter().filter(is_held).collect()
}

fn class_type(ledger: &Ledger<'_>, at: usize) -> Option<ClassType> {
    ledger.classes.get(at).map(|class| class.item.value.class_type)
}

/// Lines of a table from holders to shares.
fn holdings(
    held: &[&Security<'_>],
    holders: &BTreeMap<&str, String>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let mut order: Vec<&str> = Vec::new();
    let mut by_holder: BTreeMap<&str, Vec<&Security<'_>>> = BTreeMap::new();
    for security in held {
        let Some(name) = holder(security, holders, problems) else { continue };
        by_holder
            .entry(name)
            .or_insert_with(|| {
                order.push(name);
                Vec::new()
            })
            .push(security);
    }
    for name in order {
        let held = by_holder.get(name).map(Vec::as_slice).unwrap_or_default();
        let sum = held.iter().fold(Exact::ZERO, |sum, security| sum + security.left);
        sheet.line(&format!("{} = {}", toml_key(name), shares(value(sum))), &mark(held));
    }
}

fn common(ledger: &Ledger<'_>, holders: &BTreeMap<&str, String>, sheet: &mut Sheet, problems: &mut Problems) {
    let is_common = |at: usize| class_type(ledger, at) == Some(ClassType::Common);
    let held = outstanding(ledger, &is_common);
    if held.is_empty() {
        return;
    }
    let classes: Vec<&Class<'_>> = ledger
        .classes
        .iter()
        .enumerate()
        .filter(|(at, _)| held.iter().any(|security| security.class == Some(*at)))
        .map(|(_, class)| class)
        .collect();
    for class in &classes {
        plain_common(class, problems);
    }
    sheet.plain("");
    if classes.len() > 1 {
        let names: Vec<String> = classes.iter().map(|class| one_line(&class.item.value.name)).collect();
        sheet.plain(&format!("# One class here for {}: a sale treats them alike.", names.join(", ")));
    }
    sheet.plain("[company.capitalization.common]");
    holdings(&held, holders, sheet, problems);
}

/// Common stock with rights of preferred stock is neither.
fn plain_common(class: &Class<'_>, problems: &mut Problems) {
    let stock = &class.item.value;
    let is_set = |number: Option<Numeric>| number.is_some_and(|number| number.0 != Decimal::ZERO);
    if is_set(stock.liquidation_preference_multiple) || is_set(stock.participation_cap_multiple) {
        problems.unmapped(
            &class.item.origin,
            "is common stock with a liquidation preference or a participation cap",
            "take them out if it is plain common stock, or make the class preferred",
        );
    }
}

/// Unallocated shares of all plans.
fn pool(ledger: &Ledger<'_>, sheet: &mut Sheet, problems: &mut Problems) {
    let mut sum = Exact::ZERO;
    let mut parts = Vec::new();
    for plan in &ledger.plans {
        let origin = &plan.item.origin;
        let available = plan.available();
        if let Some(first) = plan.unclear.first() {
            let reason = format!(
                "nothing says whether the shares of {} cancellations, the first {first}, return to the pool of {}",
                plan.unclear.len(),
                one_line(&plan.item.value.plan_name),
            );
            sheet.gap(first, &CAPITALIZATION, &["pool"], reason, "pool = 250000");
            continue;
        }
        if !(available >= Exact::ZERO) {
            let reason = format!("{} more shares are granted than reserved", shown(-available));
            problems.contradiction(origin, &reason, "correct the reserve, or add what returned to the pool");
        }
        sum += available;
        parts.push(format!(
            "{} reserves {}, {} granted, {} returned",
            plan.reserved_by,
            shown(plan.reserved),
            shown(plan.used),
            shown(plan.returned)
        ));
    }
    let is_clear = ledger.plans.iter().all(|plan| plan.unclear.is_empty());
    if is_clear && !parts.is_empty() {
        sheet.line(&format!("pool = {}", shares(value(sum))), &derived(&parts.join("; ")));
    }
}

/// Options or warrants, one line each.
fn grants(
    ledger: &Ledger<'_>,
    (family, key): (Family, &'static str),
    holders: &BTreeMap<&str, String>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let is_open = |security: &&Security<'_>| security.family() == family && security.is_open();
    let mut names = Names::default();
    let mut lines = Vec::new();
    for security in ledger.securities.iter().filter(is_open) {
        let origin = security.origin;
        if security.class.and_then(|at| class_type(ledger, at)) == Some(ClassType::Preferred) {
            problems.unmapped(
                origin,
                "is exercised into preferred stock",
                "only options and warrants on common stock can be said",
            );
        }
        let (expires, source) = match security.issuance {
            Issuance::Compensation(grant) => (grant.expiration_date, None),
            Issuance::Warrant(warrant) => {
                (warrant.warrant_expiration_date, warrant.quantity_source.as_deref())
            }
            _ => (None, None),
        };
        if let Some(date) = expires.filter(|date| date.0 < ledger.day) {
            let reason = format!("expired on {} and is still outstanding", date.0);
            problems.contradiction(origin, &reason, "add its cancellation, or ask for an earlier --date");
        }
        let Some(holder) = holder(security, holders, problems) else { continue };
        let name =
            names.unique(&format!("{} {holder}", security.issued.custom_id), &security.issued.security_id);
        let number = shares(value(security.left));
        let Some(strike) = security.strike.map(value) else { continue };
        let comment = match source {
            None | Some("INSTRUMENT_FIXED" | "UNSPECIFIED") => mark(&[security]),
            Some(source) => assumed(&format!("the number is {} in OCF {origin}", one_line(source))),
        };
        let entry = format!(
            "  {{ name = {}, holder = {}, shares = {number}, strike = {} }},",
            toml_text(&name),
            toml_text(holder),
            sheet.money(strike)
        );
        lines.push((entry, comment));
    }
    if lines.is_empty() {
        return;
    }
    sheet.plain(&format!("{key} = ["));
    for (entry, comment) in lines {
        sheet.line(&entry, &comment);
    }
    sheet.plain("]");
}

/// A series of preferred stock.
fn series(
    ledger: &Ledger<'_>,
    (class, name, held): (&Class<'_>, &str, &[&Security<'_>]),
    holders: &BTreeMap<&str, String>,
    sheet: &mut Sheet,
    problems: &mut Problems,
) {
    let origin = &class.item.origin;
    let table = ["company", "capitalization", "preferred", name];
    sheet.plain("\n[[company.capitalization.preferred]]");
    sheet.line(&format!("name = {}", toml_text(name)), &stated(origin));
    prices(class, &table, sheet, problems);
    rights(class, &table, sheet, problems);
    let rank = seniority(ledger, class);
    let comment = format!(
        "rank of seniority {} in {origin}; OCF pays higher numbers first",
        class.item.value.seniority.0
    );
    sheet.line(&format!("seniority = {rank}"), &derived(&comment));
    for (key, meaning) in [
        ("dividends", "none accrue"),
        ("anti_dilution", "a cheaper round leaves the conversion price as it is"),
        ("ipo_ratchet", "none"),
        ("pay_to_play", "nobody has to buy along"),
    ] {
        sheet.note(&table, key, meaning);
    }
    sheet.plain("");
    sheet.plain("[company.capitalization.preferred.holders]");
    holdings(held, holders, sheet, problems);
}

fn prices(class: &Class<'_>, table: &[&str], sheet: &mut Sheet, problems: &mut Problems) {
    let origin = &class.item.origin;
    match class.price {
        Some(price) if price > Exact::ZERO => {
            let comment = match class.split_by {
                None => stated(origin),
                Some(split) => derived(&format!("{origin}, divided by the split {split}")),
            };
            sheet.line(&format!("issue_price = {}", sheet.money(value(price))), &comment);
        }
        Some(_) => problems.contradiction(origin, "its price_per_share is not above zero", "correct it"),
        None => sheet.gap(
            origin,
            table,
            &["issue_price", "invested"],
            "the class has no price_per_share",
            "issue_price = \"$1.25\"",
        ),
    }
    match &class.right {
        Some(right) => {
            let comment = match (&right.derived, right.assumed) {
                (None, _) => stated(&right.origin),
                (Some(how), false) => derived(&format!("{}: {how}", right.origin)),
                (Some(how), true) => {
                    assumed(&format!("OCF {}, {how}, as charters do; no adjustment says so", right.origin))
                }
            };
            sheet.line(
                &format!("conversion_price = {}", sheet.money(value(right.conversion_price))),
                &comment,
            );
        }
        None => sheet.gap(
            origin,
            table,
            &["conversion_price", "ratio"],
            "the class has no conversion right: nothing says how many common shares one becomes",
            "ratio = 1",
        ),
    }
}

fn rights(class: &Class<'_>, table: &[&str], sheet: &mut Sheet, problems: &mut Problems) {
    let origin = &class.item.origin;
    let stock = &class.item.value;
    let preference = stock.liquidation_preference_multiple.map(|number| number.0);
    match preference {
        Some(number) if number >= Decimal::ZERO => {
            sheet.line(&format!("liquidation_preference = {}", multiple(number)), &stated(origin));
        }
        Some(_) => problems.contradiction(origin, "its liquidation preference is below zero", "correct it"),
        None => sheet.gap(
            origin,
            table,
            &["liquidation_preference"],
            "the class has no liquidation_preference_multiple",
            "liquidation_preference = \"1x\"",
        ),
    }
    match stock.participation_cap_multiple.map(|number| number.0) {
        None => {
            let why =
                "no participation_cap_multiple in OCF, which has no word for participation without a cap";
            sheet.line("participation = \"none\"", &assumed(why));
        }
        Some(cap) if cap > Decimal::ZERO && preference.is_none_or(|preference| cap >= preference) => {
            sheet.line("participation = \"capped\"", &stated(origin));
            let why = format!("the number is stated in OCF {origin}; taken to include the preference");
            sheet.line(&format!("participation_cap = {}", multiple(cap)), &assumed(&why));
        }
        Some(_) => problems.contradiction(
            origin,
            "its participation cap is zero or lies below its preference",
            "correct it, or take it out if the class does not participate",
        ),
    }
}

/// Rank among the preferred classes that are outstanding, 0 paid first. The format pays higher numbers first.
fn seniority(ledger: &Ledger<'_>, class: &Class<'_>) -> usize {
    let own = class.item.value.seniority.0;
    let senior: BTreeSet<Decimal> = ledger
        .classes
        .iter()
        .enumerate()
        .filter(|(at, other)| {
            other.item.value.class_type == ClassType::Preferred
                && other.item.value.seniority.0 > own
                && !outstanding(ledger, &|class| class == *at).is_empty()
        })
        .map(|(_, other)| other.item.value.seniority.0)
        .collect();
    senior.len()
}
