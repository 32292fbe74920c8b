//! The sections that describe the company and what may happen to it.

use super::base::years_between;
use super::capitalization::{capitalization, fully_diluted};
use super::decoder::{Decoder, fraction};
use super::rounds::pricing;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Capitalization, CarveOut, CarveOutSize, ChanceAt, Clock, Company, DatedValue, Factor, Failure, Ipo,
    Jumps, Level, Milestone, MilestoneKind, Number, PreMoney, Process, RoundSize, Rounds, Sale, SaleCosts,
    Strategic, StrategicLife, Watched, When,
};
use crate::number::Decimal;
use crate::quantity::Span;
use crate::scenario::keys::{Kind, Limits, listed};
use crate::scenario::language;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Node, Value};

const CLOCK: [&str; 3] = ["when", "hazard", "hazard_steps"];
const VALUE: &str = "company.value";
/// Shares of a company whose number is not stated, since only proportions matter then.
pub(super) const NOTIONAL_SHARES: i64 = 1_000_000_000;
/// Rounds a scenario may allow for.
const MOST_ROUNDS: u32 = 1_000;

pub(super) fn company<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Company> {
    let shares = shares(decoder, reader);
    let value = reader.table("value");
    let value = value.and_then(|value| {
        let today = decoder.number(&value, "today", "company.value.today", false);
        let process =
            if value.node("process").is_some() { process(decoder, &value, VALUE) } else { Some(still()) };
        value.finish();
        Some((today?, process?))
    });
    let (value_today, process) = value?;
    let (fully_diluted_shares, capitalization) = shares?;
    Some(Company { value_today, process, fully_diluted_shares, capitalization })
}

/// Fully diluted shares, and the classes they are in where the file lists them.
pub(super) fn shares<'a>(
    decoder: &Decoder<'a>,
    reader: &TableReader<'a>,
) -> Option<(Decimal, Option<Capitalization>)> {
    reader.at_most_one(&["fully_diluted_shares", "capitalization"]);
    let number = reader.shares("fully_diluted_shares");
    if reader.node("capitalization").is_some() {
        let classes = capitalization(decoder, reader)?;
        return Some((fully_diluted(&classes)?, Some(classes)));
    }
    if reader.node("fully_diluted_shares").is_some() {
        return Some((number?.0, None));
    }
    Some((Decimal::from(NOTIONAL_SHARES), None))
}

fn still() -> Process {
    let nought = Number::Known(Decimal::ZERO);
    Process::Gbm { drift: nought, volatility: nought }
}

fn process<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Process> {
    let (key, node) = reader.one_of("process")?;
    let context = reader.context();
    let number = |table: &TableReader<'a>, key: &'static str| {
        decoder.number(table, key, &format!("{path}.{key}"), false)
    };
    match key.name {
        "gbm" => {
            let table = TableReader::open(context, &language::GBM, node)?;
            let (drift, volatility) = (number(&table, "drift"), number(&table, "volatility"));
            table.finish();
            Some(Process::Gbm { drift: drift?, volatility: volatility? })
        }
        "jump_diffusion" => {
            let table = TableReader::open(context, &language::JUMP_DIFFUSION, node)?;
            let (drift, volatility) = (number(&table, "drift"), number(&table, "volatility"));
            let per_year = number(&table, "jumps_per_year");
            let (mean_log, sd_log) = (number(&table, "jump_mean"), number(&table, "jump_sd"));
            table.finish();
            let jumps = Jumps { per_year: per_year?, mean_log: mean_log?, sd_log: sd_log? };
            Some(Process::Merton { drift: drift?, volatility: volatility?, jumps })
        }
        _ => at_dates(decoder, reader, node),
    }
}

fn at_dates<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, node: &'a Node) -> Option<Process> {
    let crate::scenario::tree::Value::List(elements) = &node.value else {
        reader.context().wrong_type(
            node,
            crate::scenario::keys::Kind::List(&crate::scenario::keys::Kind::Any),
            "at_dates",
            "",
        );
        return None;
    };
    let mut dates: Vec<DatedValue> = Vec::new();
    let mut complete = !elements.is_empty();
    if elements.is_empty() {
        let mistake =
            Diagnostic::new(Code::EmptyList, "`at_dates` needs at least one date").at(node.place, "empty");
        decoder.report(
            mistake.help("write it like `at_dates = [{ date = \"2 years\", value = \"$250bn to $900bn\" }]`"),
        );
    }
    for element in elements {
        let Some(table) = TableReader::open(reader.context(), &language::AT_DATE, element) else {
            complete = false;
            continue;
        };
        let day = decoder.later_day(&table, "date");
        let family = decoder.family(&table, "value");
        table.finish();
        let (Some(day), Some((family, place))) = (day, family) else {
            complete = false;
            continue;
        };
        let years = years_between(decoder.valuation_date, day);
        let after = dates.last().map_or(0.0, |last| last.years);
        if !(years > after) {
            let mistake = Diagnostic::new(
                Code::DateOrder,
                "dates of the value must rise, from after the valuation date",
            );
            let mistake = mistake.at(element.place, "this one does not come later");
            decoder.report(mistake.help("put them in the order of their dates; today's value is `today`"));
            complete = false;
            continue;
        }
        dates.push(DatedValue { years, family, text: decoder.excerpt(place) });
    }
    complete.then_some(Process::AtDates(dates))
}

pub(super) fn factor<'a>(decoder: &Decoder<'a>, name: &str, reader: &TableReader<'a>) -> Option<Factor> {
    let process = process(decoder, reader, &format!("factors.{name}"))?;
    match process {
        Process::Gbm { drift, volatility } => Some(Factor { name: name.to_owned(), drift, volatility }),
        Process::Merton { .. } | Process::AtDates(_) => None,
    }
}

pub(super) fn rounds<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Rounds> {
    let path = "financing_rounds";
    let first = decoder.clock(reader, ["first", "first_hazard", "first_hazard_steps"], path);
    needs_one(decoder, reader, &["first", "first_hazard", "first_hazard_steps"]);
    let then =
        reader.node("then").is_some().then(|| decoder.when(reader, "then", &format!("{path}.then"), true));
    reader.at_most_one(&["new_money", "new_money_share"]);
    needs_one(decoder, reader, &["new_money", "new_money_share"]);
    let amount = decoder.number(reader, "new_money", &format!("{path}.new_money"), true);
    let share = decoder.number(reader, "new_money_share", &format!("{path}.new_money_share"), true);
    reader.at_most_one(&["pre_money", "step_up"]);
    let pre_money = decoder.number(reader, "pre_money", &format!("{path}.pre_money"), true);
    let step_up = decoder.number(reader, "step_up", &format!("{path}.step_up"), true);
    let at_most = reader.node("at_most").is_some().then(|| reader.at_most("at_most", MOST_ROUNDS));
    let pricing = pricing(decoder, reader);
    if let (Some(Some(2..)), None, Some(node)) = (at_most, &then, reader.node("at_most")) {
        let mistake = Diagnostic::new(Code::ContradictoryTerms, "without `then` there is one round only");
        decoder.report(
            mistake
                .at(node.place, "")
                .help(format!("say when later ones come, like {}", reader.example("then"))),
        );
    }
    let then = match then {
        None => None,
        Some(then) => Some(then?),
    };
    if let (Some(When::On(_) | When::DrawnDate(_)), Some(node)) = (then, reader.node("then")) {
        let mistake = Diagnostic::new(
            Code::ContradictoryTerms,
            "later rounds follow each other by spans, not on one date",
        );
        decoder.report(
            mistake.at(node.place, "").help("write a span such as \"18 months\", or a distribution of spans"),
        );
        return None;
    }
    if let (Some(When::After(Span { months: 0, days: 0 })), Some(node)) = (then, reader.node("then")) {
        let mistake =
            Diagnostic::new(Code::OutOfRange, "rounds cannot follow each other at once").at(node.place, "");
        decoder.report(mistake.help(format!("write it like {}", reader.example("then"))));
    }
    let at_most = match at_most {
        None => None,
        Some(most) => Some(most?),
    };
    Some(Rounds {
        first: first?,
        then,
        size: share.map(RoundSize::OfPreMoney).or(amount.map(RoundSize::Amount))?,
        pre_money: match (pre_money, step_up) {
            (Some(amount), _) => PreMoney::Amount(amount),
            (None, Some(multiple)) => PreMoney::StepUp(multiple),
            (None, None) => PreMoney::AtMarket,
        },
        at_most,
        pricing: pricing?,
    })
}

/// Reports that none of several keys is there.
fn needs_one(decoder: &Decoder<'_>, reader: &TableReader<'_>, keys: &[&str]) {
    if keys.iter().all(|key| reader.node(key).is_none()) && !reader.context().damaged() {
        let message = format!("one of {} is missing", listed(keys.iter().copied()));
        let mistake = Diagnostic::new(Code::MissingKey, message).at(reader.place(), "");
        let example = keys.first().map_or_else(String::new, |key| reader.example(key));
        decoder.report(mistake.help(format!("add one of them, like {example}")));
    }
}

pub(super) fn ipo<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Ipo> {
    let clock = required_clock(decoder, reader, "exit.ipo");
    let new_money = decoder.number(reader, "new_money_share", "exit.ipo.new_money_share", false);
    Some(Ipo { clock: clock?, new_money })
}

pub(super) fn sale<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Sale> {
    let clock = required_clock(decoder, reader, "exit.sale");
    let premium = decoder.number(reader, "premium", "exit.sale.premium", false);
    let ipo_instead = ipo_instead(decoder, reader);
    Some(Sale { clock: clock?, premium, ipo_instead: ipo_instead? })
}

/// The chance of a flotation instead of a sale, by the company's value.
pub(super) fn ipo_instead<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Vec<ChanceAt>> {
    let mut points: Vec<ChanceAt> = Vec::new();
    let mut complete = true;
    for (name, node) in reader.map("ipo_instead") {
        let written =
            Node { place: name.place, key_place: None, value: Value::Text(name.text.clone()), mark: None };
        let value =
            decoder.context.literal(&written, Kind::Money, Limits::Positive, "ipo_instead", "\"$1bn\"");
        let value = value.as_ref().and_then(super::base::figure);
        let probability =
            decoder.context.literal(node, Kind::Probability, Limits::ZeroToOne, "ipo_instead", "\"65%\"");
        let probability = probability.as_ref().and_then(super::base::figure);
        match (value, probability) {
            (Some(value), Some(probability)) => {
                if points.last().is_none_or(|last| last.value < value) {
                    points.push(ChanceAt { value, probability });
                } else {
                    let mistake = Diagnostic::new(
                        Code::OutOfRange,
                        "company values must rise from one point to the next",
                    );
                    let mistake = mistake.at(name.place, "not above the one before");
                    decoder.report(
                        mistake.help(format!("put them in order, like {}", reader.example("ipo_instead"))),
                    );
                    complete = false;
                }
            }
            _ => complete = false,
        }
    }
    complete.then_some(points)
}

/// What comes off the proceeds of a sale. `None` if it cannot be read.
pub(super) fn sale_costs(decoder: &Decoder<'_>, reader: &TableReader<'_>) -> Option<SaleCosts> {
    reader.at_most_one(&["carve_out", "carve_out_amount"]);
    let given = |key: &str| reader.node(key).is_some();
    let (fees, part) = (fraction(reader, "fees"), fraction(reader, "carve_out"));
    let amount = reader.money("carve_out_amount");
    let after_debt = reader.flag("carve_out_after_debt");
    if let Some(node) = reader.node("carve_out_after_debt")
        && !given("carve_out")
        && !given("carve_out_amount")
    {
        let message = "`carve_out_after_debt` has no effect without a carve-out";
        let mistake = Diagnostic::new(Code::Unreachable, message).at(node.place, "");
        decoder.report(mistake.help("state `carve_out` or `carve_out_amount`, or leave it out"));
    }
    let size =
        if given("carve_out_amount") { CarveOutSize::Money(amount?.0) } else { CarveOutSize::Part(part?) };
    let carve_out = CarveOut { size, after_debt: after_debt? };
    let fees = fees?;
    if let CarveOut { size: CarveOutSize::Part(part), after_debt: false } = carve_out
        && fees + part >= Decimal::ONE
    {
        let message = "fees and carve-out together take the whole price";
        let place = reader.node("carve_out").map_or(reader.place(), |node| node.place);
        let mistake = Diagnostic::new(Code::ContradictoryTerms, message).at(place, "");
        decoder.report(mistake.help("leave something for lenders and shareholders"));
    }
    Some(SaleCosts { fees, carve_out })
}

pub(super) fn failure<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>) -> Option<Failure> {
    let clock = required_clock(decoder, reader, "failure");
    let recovery = decoder.number(reader, "recovery", "failure.recovery", false);
    Some(Failure { clock: clock?, recovery: recovery? })
}

fn required_clock<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<Clock> {
    needs_one(decoder, reader, &CLOCK);
    decoder.clock(reader, CLOCK, path)
}

pub(super) fn milestone<'a>(
    decoder: &Decoder<'a>,
    name: &str,
    reader: &TableReader<'a>,
) -> Option<Milestone> {
    let path = format!("milestones.{name}");
    let title = reader.text("title").unwrap_or_else(|| name.replace('_', " "));
    let requires = decoder.milestone_list(reader, "requires");
    let number = |key: &'static str| decoder.number(reader, key, &format!("{path}.{key}"), false);
    let (effect_if_reached, effect_if_missed) = (number("value_effect"), number("value_effect_if_missed"));
    if effect_if_reached.is_some() || effect_if_missed.is_some() {
        decoder.used.borrow_mut().insert(name.to_owned());
    }
    let deadline =
        reader.node("deadline").is_some().then(|| decoder.later_day(reader, "deadline").map(When::On));
    let kind = milestone_kind(decoder, reader, &path);
    let deadline = match deadline {
        None => None,
        Some(day) => Some(day?),
    };
    Some(Milestone {
        name: name.to_owned(),
        title,
        requires,
        kind: kind?,
        deadline,
        effect_if_reached,
        effect_if_missed,
    })
}

fn milestone_kind<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<MilestoneKind> {
    let timed = ["probability", "when", "hazard", "hazard_steps"];
    reader.at_most_one(&["value_reaches", "condition"]);
    let by_value = reader.node("value_reaches").is_some();
    let by_condition = reader.node("condition").is_some();
    let level = decoder.number(reader, "value_reaches", &format!("{path}.value_reaches"), false);
    let condition = reader.table("condition");
    let clock_given = CLOCK.iter().any(|key| reader.node(key).is_some());
    if by_value || by_condition {
        let trigger = if by_value { "value_reaches" } else { "condition" };
        for key in timed {
            if reader.node(key).is_some() {
                reader.at_most_one(&[trigger, key]);
            }
        }
        return match condition {
            Some(table) => checked(decoder, &table, path),
            None => level.map(MilestoneKind::ValueReaches),
        };
    }
    if !clock_given && reader.node("probability").is_some() {
        let message = "a milestone with a probability needs `when`, `hazard` or `hazard_steps`";
        let mistake = Diagnostic::new(Code::MissingKey, message).at(reader.place(), "");
        decoder.report(mistake.help(format!("add one of them, like {}", reader.example("when"))));
        return None;
    }
    needs_one(decoder, reader, &["when", "hazard", "hazard_steps", "value_reaches", "condition"]);
    decoder.clock(reader, CLOCK, path).map(MilestoneKind::Timed)
}

fn checked<'a>(decoder: &Decoder<'a>, reader: &TableReader<'a>, path: &str) -> Option<MilestoneKind> {
    let place = |key: &str| reader.node(key).map_or(reader.place(), |node| node.place);
    let of = reader.text("of")?;
    let over = reader.text("over").map(|name| decoder.factor(&name, place("over")));
    let of_company = of == VALUE;
    let watched = match (of_company, over) {
        (true, None) => Some(Watched::Value),
        (true, Some(factor)) => factor.map(Watched::ValueOver),
        (false, None) => decoder.factor(&of, place("of")).map(Watched::Factor),
        (false, Some(_)) => {
            let mistake = Diagnostic::new(
                Code::ContradictoryTerms,
                "only the company's value can be taken over a factor",
            );
            decoder.report(mistake.at(place("over"), "").help(format!("write of = \"{VALUE}\"")));
            None
        }
    };
    reader.at_most_one(&["at_least", "at_least_of_today"]);
    needs_one(decoder, reader, &["at_least", "at_least_of_today"]);
    let amount = decoder.number(reader, "at_least", &format!("{path}.at_least"), false);
    let relative = decoder.number(reader, "at_least_of_today", &format!("{path}.at_least_of_today"), false);
    if amount.is_some() && watched.is_some_and(|watched| watched != Watched::Value) {
        let mistake = Diagnostic::new(
            Code::ContradictoryTerms,
            "an amount can only be compared with the company's value",
        );
        decoder.report(mistake.at(place("at_least"), "").help("use at_least_of_today = \"60%\""));
        return None;
    }
    let (every, throughout) = (reader.span("checked_every"), reader.flag("throughout"));
    Some(MilestoneKind::Checked {
        watched: watched?,
        at_least: relative.map(Level::OfToday).or(amount.map(Level::Absolute))?,
        every: every?,
        throughout: throughout?,
    })
}

pub(super) fn strategic<'a>(
    decoder: &Decoder<'a>,
    index: usize,
    reader: &TableReader<'a>,
) -> Option<Strategic> {
    let path = format!("strategic.{index}");
    let name = reader.text("name");
    let number = |key: &'static str| decoder.number(reader, key, &format!("{path}.{key}"), false);
    let (yearly, growth, margin) = (number("yearly"), number("growth"), number("margin"));
    let incremental = number("incremental");
    let day = |key: &str, otherwise| {
        if reader.node(key).is_some() { decoder.later_day(reader, key) } else { Some(otherwise) }
    };
    let (from, until) = (day("from", decoder.valuation_date), day("until", decoder.horizon));
    let lives = reader.choice("while").map(|word| match word {
        "company_independent" => StrategicLife::WhileIndependent,
        _ => StrategicLife::WhileAlive,
    });
    let starts_with = reader.text("starts_with").map(|milestone| {
        let place = reader.node("starts_with").map_or(reader.place(), |node| node.place);
        decoder.milestone(&milestone, place)
    });
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let message = format!("the flow ends on {until}, before it starts on {from}");
        let key = if reader.node("until").is_some() { "until" } else { "from" };
        let place = reader.node(key).map_or(reader.place(), |node| node.place);
        let mistake = Diagnostic::new(Code::DateOrder, message).at(place, "");
        decoder.report(mistake.help("give it an end after its start and a start before the horizon"));
        return None;
    }
    if let (Some(until), Some(node)) = (until.filter(|until| *until > decoder.horizon), reader.node("until"))
    {
        let message = format!("the flow runs until {until}, after the horizon {}", decoder.horizon);
        let mistake = Diagnostic::new(Code::DateOrder, message).at(node.place, "");
        decoder.report(mistake.help(
            "nobody looks at the company after the horizon: end the flow by then, or move the horizon",
        ));
        return None;
    }
    Some(Strategic {
        name: name?,
        yearly: yearly?,
        growth,
        margin: margin?,
        incremental: incremental?,
        from: from?,
        until: until?,
        lives: lives?,
        starts_with: match starts_with {
            None => None,
            Some(milestone) => Some(milestone?),
        },
    })
}

pub(super) fn discounting(reader: &TableReader<'_>) -> Option<crate::model::Discounting> {
    let (required, strategic) = (fraction(reader, "required_return"), fraction(reader, "strategic"));
    Some(crate::model::Discounting { required_return: required?, strategic })
}
