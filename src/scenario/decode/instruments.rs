//! Instruments and their tranches.

use super::agreements::{safe, warrant};
use super::decisions::{early, extension_decision};
use super::decoder::{Decoder, fraction};
use super::rights::{rights_under, share_terms};
use super::tranches::tranches;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Accrual, AtMaturity, CapAmount, CapBasis, CapCondition, ChangeOfControl, Conversion, Debt, DebtLabel,
    Equity, EquityPrice, Extension, Instrument, Interest, InterestPayment, Kind, Maturity, MaturityDate,
    NonQualified, Number, OnMilestone, SalePay, ShareTerms, Valuation, ValuationCap,
};
use crate::number::Decimal;
use crate::quantity::{DayCount, Span};
use crate::scenario::context::Purpose;
use crate::scenario::language;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::Node;

/// Lowest rank in a sale that can be given.
pub(super) const LOWEST_RANK: u32 = 100;
/// Extensions that can be granted.
const MOST_EXTENSIONS: u32 = 100;

pub(super) fn instrument<'a>(decoder: &Decoder<'a>, node: &'a Node) -> Option<Instrument> {
    let (kind, reader) = TableReader::open_variants(decoder.context, &language::INSTRUMENTS, node)?;
    let name = reader.text("name");
    // An instrument without a readable name is still looked through for other mistakes.
    let path = format!("instruments.{}", name.as_deref().unwrap_or("?"));
    let (holder, terms) = match kind {
        "convertible_note" | "loan" => {
            let label = if kind == "loan" { DebtLabel::Loan } else { DebtLabel::ConvertibleNote };
            (reader.text("holder"), debt(decoder, &reader, label, &path).map(Kind::Debt))
        }
        "preferred" => (reader.text("holder"), preferred(decoder, &reader, &path).map(Kind::Equity)),
        "safe" => (reader.text("holder"), safe(decoder, &reader, &path).map(Kind::Safe)),
        "warrant" => (reader.text("holder"), warrant(decoder, &reader, &path).map(Kind::Warrant)),
        _ => (reader.text("holder"), common(decoder, &reader, &path).map(Kind::Equity)),
    };
    let holder = holder.unwrap_or_else(|| decoder.investor.clone());
    let tranches = tranches(decoder, &reader, kind, &holder, &path);
    reader.finish();
    Some(Instrument {
        name: name?,
        valued: holder == decoder.investor,
        holder,
        kind: terms?,
        tranches: tranches?,
    })
}

fn debt<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, label: DebtLabel, path: &str) -> Option<Debt> {
    let given = |key: &str| reader.node(key).is_some();
    let interest = if given("interest") { interest(decoder, reader, path) } else { Some(no_interest()) };
    let says_none = reader.node("conversion").is_some_and(|node| node.text() == Some("none"));
    let conversion = (given("conversion") && !says_none).then(|| conversion(decoder, reader, path));
    if let (DebtLabel::Loan, Some(node)) = (label, reader.node("conversion").filter(|_| !says_none)) {
        let mistake = Diagnostic::new(Code::ContradictoryTerms, "a loan does not convert").at(node.place, "");
        decoder.report(mistake.help("write kind = \"convertible_note\", or leave `conversion` out"));
    }
    if label == DebtLabel::ConvertibleNote && !given("conversion") && !reader.context().damaged() {
        let mistake = Diagnostic::new(Code::MissingKey, "`conversion` is missing in a convertible note");
        let help =
            format!("say how it converts, like {}; or write kind = \"loan\"", reader.example("conversion"));
        decoder.report(mistake.at(reader.place(), "").help(help));
    }
    let maturity = given("maturity").then(|| maturity(decoder, reader, path));
    let change_of_control =
        if given("change_of_control") { change_of_control(reader) } else { Some(ChangeOfControl::default()) };
    let seniority = reader.at_most("seniority", LOWEST_RANK);
    let common_after_ipo = reader.flag("common_after_ipo");
    Some(Debt {
        label,
        interest: interest?,
        conversion: all_or_none(conversion)?,
        maturity: all_or_none(maturity)?,
        change_of_control: change_of_control?,
        seniority: seniority?,
        common_after_ipo: common_after_ipo?,
    })
}

/// An optional part: absent is fine, wrong is not.
pub(super) fn all_or_none<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(read) => read.map(Some),
    }
}

fn no_interest() -> Interest {
    Interest {
        rate: Number::Known(Decimal::ZERO),
        accrual: Accrual::Simple,
        payment: InterestPayment::AtEnd,
        day_count: DayCount::Actual365Fixed,
    }
}

fn interest<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Interest> {
    let table = reader.table("interest")?;
    let rate = decoder.number(&table, "rate", &format!("{path}.interest.rate"), false);
    let accrues = table.choice("accrues");
    let periods = table.at_most("periods_per_year", 366);
    let paid = table.choice("paid");
    let every = table.span("paid_every");
    let day_count = table.choice("day_count").and_then(|name| name.parse::<DayCount>().ok());
    let (accrues, every) = (accrues?, every?);
    without_effect(decoder, &table, accrues, paid);
    if accrues == "pik" && paid == Some("cash") {
        let mistake = Diagnostic::new(Code::ContradictoryTerms, "interest paid in kind is not paid in cash");
        let mistake = mistake.at(table_place(&table, "paid"), "");
        decoder.report(mistake.help("leave out `accrues` or `paid`"));
    }
    let place = table_place(&table, "paid_every");
    table.finish();
    if every.days != 0 {
        let mistake = Diagnostic::new(Code::OutOfRange, "`paid_every` takes whole months").at(place, "");
        decoder.report(mistake.help("write it like \"6 months\""));
        return None;
    }
    let payment = match paid? {
        "cash" => InterestPayment::Cash { every_months: every.months },
        "waived_on_conversion" => InterestPayment::WaivedOnConversion,
        _ => InterestPayment::AtEnd,
    };
    let accrual = match accrues {
        "simple" => Accrual::Simple,
        _ => Accrual::Compound { per_year: periods? },
    };
    Some(Interest { rate: rate?, accrual, payment, day_count: day_count? })
}

/// Warns of keys that another key switches off.
fn without_effect(decoder: &Decoder<'_>, table: &TableReader<'_>, accrues: &str, paid: Option<&str>) {
    for (key, off, needs) in [
        ("periods_per_year", accrues == "simple", "accrues = \"compound\""),
        ("paid_every", paid != Some("cash"), "paid = \"cash\""),
    ] {
        if let Some(node) = table.node(key).filter(|_| off) {
            let mistake =
                Diagnostic::new(Code::Unreachable, format!("`{key}` has no effect without {needs}"));
            decoder.report(mistake.at(node.place, "").help(format!("write {needs}, or leave `{key}` out")));
        }
    }
}

pub(super) fn table_place(reader: &TableReader<'_>, key: &str) -> crate::diagnostic::Place {
    reader.node(key).map_or(reader.place(), |node| node.place)
}

fn conversion<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Conversion> {
    let table = reader.table("conversion")?;
    let path = format!("{path}.conversion");
    let qualified_financing = table.money("qualified_financing").map(|money| money.0);
    let non_qualified = table.choice("non_qualified").map(|word| match word {
        "converts" => NonQualified::Converts,
        "holder_chooses" => NonQualified::HolderChooses,
        _ => NonQualified::Stays,
    });
    let counts_notes = table.flag("counts_notes");
    if let (Some(true), Some(node), Purpose::Simulation) =
        (counts_notes, table.node("counts_notes"), decoder.context.purpose())
    {
        let message = "a simulation counts new cash only towards `qualified_financing`";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "");
        decoder.report(
            mistake.help("lower the threshold by the amount of the notes, and leave `counts_notes` out"),
        );
    }
    let discount = discount(decoder, &table);
    if let (None, Some("converts" | "holder_chooses"), Some(node)) =
        (table.node("qualified_financing"), table.choice("non_qualified"), table.node("non_qualified"))
    {
        let mistake = Diagnostic::new(
            Code::MissingKey,
            "`non_qualified` needs a `qualified_financing` to fall short of",
        );
        let help = format!(
            "add it, like {}; \"$0\" makes every round qualified",
            table.example("qualified_financing")
        );
        decoder.report(mistake.at(node.place, "").help(help));
    }
    let cap = (table.node("valuation_cap").is_some() && !says_no_cap(&table))
        .then(|| valuation_cap(decoder, &table, &path));
    let stacked = table.flag("stacked");
    let into = rights_under(decoder, &table, "into", ShareTerms::PREFERRED);
    let requires = decoder.milestone_list(&table, "requires");
    let ownership_limit = fraction(&table, "ownership_limit");
    let at_ipo = table.flag("at_ipo");
    let on_milestone = table.node("on_milestone").is_some().then(|| on_milestone(decoder, &table, &path));
    let early = table.node("holder_may_convert").is_some().then(|| {
        let has_cap = cap.is_some();
        early(decoder, &table, has_cap)
    });
    if let (Some(_), Some(node)) = (ownership_limit, table.node("on_milestone")) {
        let message = "a conversion at an agreed valuation does not look at an ownership limit";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(node.place, "");
        decoder.report(mistake.help("leave out `ownership_limit`, or let a round or maturity convert it"));
    }
    table.finish();
    Some(Conversion {
        qualified_financing,
        counts_notes: counts_notes?,
        non_qualified: non_qualified?,
        discount: discount?,
        cap: all_or_none(cap)?,
        stacked: stacked?,
        into: into?,
        requires,
        ownership_limit,
        at_ipo: at_ipo?,
        on_milestone: all_or_none(on_milestone)?,
        early: all_or_none(early)?,
    })
}

/// Discounts, each from a span after funding on.
fn discount<'a>(decoder: &Decoder<'a>, table: &TableReader<'a>) -> Option<Vec<(Span, Decimal)>> {
    table.at_most_one(&["discount", "discount_steps"]);
    if table.node("discount").is_some() {
        return Some(vec![(Span::of_months(0), fraction(table, "discount")?)]);
    }
    let mut steps: Vec<(Span, Decimal)> = Vec::new();
    let mut complete = true;
    if let Some(node) =
        table.node("discount_steps").filter(|node| node.table().is_some_and(|table| table.entries.is_empty()))
    {
        let mistake = Diagnostic::new(Code::EmptyList, "`discount_steps` needs at least one step")
            .at(node.place, "empty");
        decoder.report(mistake.help(format!("write it like {}", table.example("discount_steps"))));
    }
    for (name, node) in table.map("discount_steps") {
        let limits = crate::scenario::keys::Limits::BelowOne;
        let off =
            decoder.context.literal(node, crate::scenario::keys::Kind::Rate, limits, "discount", "\"15%\"");
        let off = off.as_ref().and_then(super::base::figure);
        let from = match name.text.parse::<Span>() {
            Ok(span) => Some(span),
            Err(error) => {
                decoder.report(
                    Diagnostic::new(Code::UnreadableValue, error.problem).at(name.place, "").help(error.fix),
                );
                None
            }
        };
        match (from, off) {
            (Some(from), Some(off)) if steps.last().is_none_or(|(last, _)| last.years() < from.years()) => {
                steps.push((from, off));
            }
            (Some(_), Some(_)) => {
                let mistake = Diagnostic::new(Code::DateOrder, "steps of a discount must rise in time");
                let mistake = mistake.at(name.place, "not later than the step before");
                decoder.report(
                    mistake.help(format!("put them in order, like {}", table.example("discount_steps"))),
                );
                complete = false;
            }
            _ => complete = false,
        }
    }
    complete.then_some(steps)
}

fn basis(word: &str) -> CapBasis {
    match word {
        "pre_money" => CapBasis::PreMoney,
        "per_share" => CapBasis::PerShare,
        _ => CapBasis::PostMoney,
    }
}

/// Whether there is explicitly no cap.
pub(super) fn says_no_cap(reader: &TableReader<'_>) -> bool {
    reader.node("valuation_cap").is_some_and(|node| node.text() == Some("none"))
}

pub(super) fn valuation_cap<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
    path: &str,
) -> Option<ValuationCap> {
    let table = reader.table("valuation_cap")?;
    let path = format!("{path}.valuation_cap");
    table.at_most_one(&["amount", "of_value_at_funding"]);
    let stated = decoder.number(&table, "amount", &path, false).map(CapAmount::Stated);
    let at_funding = decoder
        .number(&table, "of_value_at_funding", &format!("{path}.of_value_at_funding"), false)
        .map(CapAmount::OfValueAtFunding);
    let (of_value, amount) = (table.node("of_value_at_funding"), table.node("amount"));
    if of_value.is_none() && amount.is_none() && !decoder.context.damaged() {
        let mistake = Diagnostic::new(Code::MissingKey, "`amount` is missing in valuation_cap");
        let help =
            format!("add it, like {}; or {}", table.example("amount"), table.example("of_value_at_funding"));
        decoder.report(mistake.at(table.place(), "").help(help));
    }
    let basis = table.choice("basis").map(basis);
    if let (Some(node), Some(CapBasis::PerShare)) = (of_value, basis) {
        let mistake = Diagnostic::new(
            Code::ContradictoryTerms,
            "a multiple of the company's value is no price per share",
        );
        decoder.report(mistake.at(node.place, "").help("write basis = \"pre_money\" or \"post_money\""));
    }
    let (of_value, of_money) = ("only_if_pre_money_below", "only_if_new_money_below");
    table.at_most_one(&[of_value, of_money]);
    let pre_money = table.money(of_value).map(|money| CapCondition::PreMoneyBelow(money.0));
    let new_money = table.money(of_money).map(|money| CapCondition::NewMoneyBelow(money.0));
    table.finish();
    Some(ValuationCap { amount: stated.or(at_funding)?, basis: basis?, condition: pre_money.or(new_money) })
}

fn on_milestone<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<OnMilestone> {
    let table = reader.table("on_milestone")?;
    let place = table_place(&table, "milestone");
    let milestone = table.text("milestone").and_then(|name| decoder.milestone(&name, place));
    let amount = decoder.number(&table, "amount", &format!("{path}.on_milestone.amount"), false);
    let basis = table.choice("basis").map(basis);
    table.finish();
    Some(OnMilestone { milestone: milestone?, at: Valuation { amount: amount?, basis: basis? } })
}

fn maturity<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Maturity> {
    let table = reader.table("maturity")?;
    table.at_most_one(&["after", "on"]);
    let after = table.span("after").map(MaturityDate::AfterFunding);
    let on = table.date("on");
    if let Some(day) = on.filter(|day| *day <= decoder.valuation_date) {
        decoder.too_early(table_place(&table, "on"), day);
    }
    if table.node("after").is_none() && table.node("on").is_none() {
        let mistake =
            Diagnostic::new(Code::MissingKey, "a maturity needs `after` or `on`").at(table.place(), "");
        decoder.report(mistake.help("add it, like `after = \"5 years\"`"));
    }
    let then = table.choice("then").map(|word| match word {
        "convert" => AtMaturity::Convert,
        "holder_chooses" => AtMaturity::HolderChooses,
        _ => AtMaturity::Repay,
    });
    let by = table.span("extended_by");
    let times = table.at_most("extensions", MOST_EXTENSIONS);
    if let (Some(node), None) = (table.node("extensions"), table.node("extended_by")) {
        let mistake =
            Diagnostic::new(Code::MissingKey, "`extensions` needs the length of one").at(node.place, "");
        decoder.report(mistake.help(format!("add it, like {}", table.example("extended_by"))));
    }
    let can_pay = decoder.number(&table, "can_pay", &format!("{path}.maturity.can_pay"), false);
    let extension_decision = extension_decision(decoder, &table);
    let converts = matches!(then, Some(AtMaturity::Convert | AtMaturity::HolderChooses));
    let no_conversion = reader.node("conversion").is_none_or(|node| node.text() == Some("none"));
    if converts && no_conversion && reader.node("conversion").is_none() {
        let message = "it cannot convert at maturity without a `conversion`";
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(table_place(&table, "then"), "");
        decoder.report(mistake.help("give it a `conversion`, or write then = \"repay\""));
    }
    table.finish();
    Some(Maturity {
        due: after.or(on.map(MaturityDate::On))?,
        // A case that takes the conversion away leaves repayment.
        then: if no_conversion { AtMaturity::Repay } else { then? },
        extension: by.zip(times).map(|(by, times)| Extension { by, times }),
        extension_decision: extension_decision?,
        can_pay,
    })
}

fn change_of_control(reader: &TableReader<'_>) -> Option<ChangeOfControl> {
    let table = reader.table("change_of_control")?;
    let both = "principal_and_interest_multiple";
    for alone in ["principal_multiple", "plus_interest"] {
        table.at_most_one(&[alone, both]);
    }
    let multiple = table.multiple("principal_multiple").map(|multiple| multiple.0);
    let of_both = table.multiple(both).map(|multiple| multiple.0);
    let (plus_interest, or_as_converted) = (table.flag("plus_interest"), table.flag("or_as_converted"));
    let pays = if table.node(both).is_some() {
        of_both.map(|multiple| SalePay::PrincipalAndInterest { multiple })
    } else {
        multiple
            .zip(plus_interest)
            .map(|(multiple, plus_interest)| SalePay::Principal { multiple, plus_interest })
    };
    table.finish();
    Some(ChangeOfControl { pays: pays?, or_as_converted: or_as_converted? })
}

fn preferred<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Equity> {
    let (price, terms) = (price(decoder, reader, path), share_terms(decoder, reader));
    Some(Equity { terms: terms?, price: price? })
}

fn common<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Equity> {
    Some(Equity { terms: ShareTerms::COMMON, price: price(decoder, reader, path)? })
}

fn price<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<EquityPrice> {
    reader.at_most_one(&["price", "pre_money"]);
    let valuation = decoder.number(reader, "pre_money", &format!("{path}.pre_money"), false);
    let price = reader.choice("price");
    match (reader.node("pre_money").is_some(), price) {
        (true, _) => valuation.map(EquityPrice::PreMoney),
        (false, Some("today")) => Some(EquityPrice::Today),
        (false, _) if reader.node("price").is_none() || price.is_some() => Some(EquityPrice::AtFunding),
        (false, _) => None,
    }
}
